"""How much memory this process took at most."""

from __future__ import annotations

import sys


def peak_megabytes() -> float | None:
    """Peak resident memory in MB; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)
