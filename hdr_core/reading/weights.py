"""What every feature of a path is worth, in nats: printed by ``python -m benchmarks.fit_path --half A``."""

from __future__ import annotations

import numpy as np

WEIGHTS = np.array(
    [
        *(-0.235, 0.699, 1.107, -1.801, -2.366, -0.658, -4.488, -1.567, -1.018, -0.004, -0.716, -1.862),
        *(-3.484, 0.132, -2.718, 0.702, 3.177, -4.622),
        *(-3.276, -0.42, -1.65, -0.304, 0.364, -3.458),
    ]
)
"""(24,) in the order of ``hdr_core.reading.features.NAMES``: digits, parts passed over, whole paths."""

CALIBRATION = np.array([0.667, 1.088, 0.532, -0.174])
"""(4,) in the order of ``hdr_core.reading.ranking.calibration_features``."""

NUMBER = np.array([4.6, 0.861, 0.987, 2.598, 3.696, 0.8])
"""(6,) in the order of ``hdr_core.reading.refusal.number_features``."""
