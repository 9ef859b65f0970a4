"""What every feature of a path is worth, in nats: printed by ``python -m benchmarks.fit_path --half A``."""

from __future__ import annotations

import numpy as np

WEIGHTS = np.array(
    [
        *(1.011, 1.23, 4.247, -2.01, -2.317, 0.143, -4.289, -1.237, -1.173, -0.59, 0.107, -3.117),
        *(-3.765, 0.556, -2.805, 0.083, 3.039, -4.634),
        *(-3.345, -0.441, -2.034, -0.774, 0.528, -4.236),
    ]
)
"""(24,) in the order of ``hdr_core.reading.features.NAMES``: digits, parts passed over, whole paths."""

CALIBRATION = np.array([0.456, 1.23, 0.515, -0.199])
"""(4,) in the order of ``hdr_core.reading.ranking.calibration_features``."""

NUMBER = np.array([4.466, 2.94, 3.264, 1.867, 2.345, 0.558])
"""(6,) in the order of ``hdr_core.reading.refusal.number_features``."""

CENTRAL = np.array([1.97, 0.8, -6.46, -5.52, -4.11, 0.02, 2.81, 11.14, -2.43, -2.95, -1.55, -1.85])
"""(12,) in the order of ``hdr_core.reading.central.central_features``: ``python -m benchmarks.fit_central``."""
