"""What every feature of a path is worth, in nats: printed by ``python -m benchmarks.fit_path --half A``."""

from __future__ import annotations

import numpy as np

WEIGHTS = np.array(
    [
        *(0.657, 1.109, 3.059, -1.947, -2.329, -0.134, -4.357, -1.382, -1.088, -0.522, -0.118, -2.529),
        *(-3.692, 0.631, -2.902, 0.389, 3.048, -4.66),
        *(-3.306, -0.43, -1.883, -0.646, 0.288, -3.736),
    ]
)
"""(24,) in the order of ``hdr_core.reading.features.NAMES``: digits, parts passed over, whole paths."""

CALIBRATION = np.array([0.853, 1.169, -0.677, -0.371])
"""(4,) in the order of ``hdr_core.reading.ranking.calibration_features``."""

NUMBER = np.array([5.6, 1.765, 1.594, 2.276, 2.301, 0.694])
"""(6,) in the order of ``hdr_core.reading.refusal.number_features``."""
