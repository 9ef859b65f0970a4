"""What every feature of a path is worth, in nats: printed by ``python -m benchmarks.fit_path``."""

from __future__ import annotations

import numpy as np

WEIGHTS = np.array(
    [
        *(-0.465, 0.7, 1.039, -2.393, -2.413, -1.606, -4.774, -1.751, -1.002, 0.002, -0.709, -1.772),
        *(-3.651, 0.468, -1.637, 2.354, 2.101, -4.312),
        *(-3.17, -0.223, -1.451, -1.044, -0.576, -1.861),
    ]
)
"""(24,) in the order of ``hdr_core.reading.features.NAMES``: digits, parts passed over, whole paths."""

CALIBRATION = np.array([0.198, 1.149, -0.276, -0.257])
"""(4,) in the order of ``hdr_core.reading.ranking.calibration_features``."""
