"""What every feature of a path is worth, in nats: printed by ``python -m benchmarks.fit_path --half A``."""

from __future__ import annotations

import numpy as np

WEIGHTS = np.array(
    [
        *(1.944, 1.268, 4.867, -2.264, -2.274, 1.094, -4.21, -1.112, -1.355, -0.674, 0.866, -3.238, 3.005),
        *(-4.888, 0.862, -3.13, -0.384, 2.044, -4.688),
        *(-3.339, -0.446, -2.484, -1.015, 0.428, -4.884),
    ]
)
"""(25,) in the order of ``hdr_core.reading.features.NAMES``: digits, parts passed over, whole paths.

That of "wide in one piece" was begun at 3.0 and hardly moved: few of the numbers tell it."""

CALIBRATION = np.array([-0.017, 1.256, -0.419, -0.393])
"""(4,) in the order of ``hdr_core.reading.ranking.calibration_features``."""

NUMBER = np.array([6.002, 2.8, 3.506, 1.466, 0.938, -2.155, -3.623, -1.941, -2.096, 1.958])
"""(10,) in the order of ``hdr_core.reading.refusal.number_features``: fitted on both halves, with words of fonts
(``python -m benchmarks.fit_path --half AB --rounds 0 --fonts DIR``)."""

CENTRAL = np.array([3.1, 1.13, -4.5, -4.06, -6.43, 3.8, 4.58, 11.45, -0.53, -1.82, -3.18, -2.56])
"""(12,) in the order of ``hdr_core.reading.central.central_features``: fitted on both halves
(``python -m benchmarks.fit_central``)."""
