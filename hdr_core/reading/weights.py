"""What every feature of a path is worth, in nats: printed by ``python -m benchmarks.fit_path --half A``."""

from __future__ import annotations

import numpy as np

WEIGHTS = np.array(
    [
        *(1.654, 1.131, 5.711, -2.197, -2.281, 0.595, -4.246, -1.11, -1.309, -0.675, 0.395, -3.267),
        *(-4.303, 0.811, -2.86, -0.421, 2.615, -4.645),
        *(-3.372, -0.446, -2.356, -0.933, 0.524, -4.843),
    ]
)
"""(24,) in the order of ``hdr_core.reading.features.NAMES``: digits, parts passed over, whole paths."""

CALIBRATION = np.array([-0.051, 1.32, -0.356, -0.225])
"""(4,) in the order of ``hdr_core.reading.ranking.calibration_features``."""

NUMBER = np.array([5.811, 2.709, 3.275, 1.77, 1.255, -1.679, -3.711, -1.068, -0.85, 2.209])
"""(10,) in the order of ``hdr_core.reading.refusal.number_features``: fitted on both halves, with words of fonts
(``python -m benchmarks.fit_path --half AB --rounds 0 --fonts DIR``)."""

CENTRAL = np.array([1.08, 1.16, -2.58, -3.39, -5.85, 9.72, -1.89, 12.44, -1.35, -2.24, -2.91, -3.22])
"""(12,) in the order of ``hdr_core.reading.central.central_features``: fitted on both halves
(``python -m benchmarks.fit_central``)."""
