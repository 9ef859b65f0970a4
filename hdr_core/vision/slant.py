"""How far writing leans: the shear that makes its upright strokes stand upright.

The columns of upright writing are either full of ink or empty, so the sum of their squares is largest
when the lean is taken out (the projection criterion of Vinciarelli and Luettin 2001, in its simplest form).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hdr_core.types import BoolMask

_SHEARS = np.round(np.arange(-0.4, 0.91, 0.1), 2)
_CLEARLY = 1.04  # times what no shear gives: a lean that shows less is not there
_SAMPLE_ROWS = 60


def estimate_slant(masks: Sequence[BoolMask]) -> float:
    """Lean to the right in pixels per pixel of height, −0.4 to 0.9, of N pieces that stand in one row.

    Args:
        masks: (h, w) bool each, cropped to their ink.

    Returns:
        0.0 when there is nothing, or when leaning writing does not fit clearly better than upright writing.
    """
    sharpness = np.zeros(len(_SHEARS))
    for mask in masks:
        sharpness += _sharpness(mask)
    upright = int(np.argmin(np.abs(_SHEARS)))
    best = int(sharpness.argmax())
    return float(_SHEARS[best]) if sharpness[best] > _CLEARLY * sharpness[upright] else 0.0


def _sharpness(mask: BoolMask) -> np.ndarray:
    """(shears,) sum of squared column counts of one piece under each shear, larger pieces counting for more."""
    step = max(1, len(mask) // _SAMPLE_ROWS)
    rows, columns = np.nonzero(mask[::step, ::step])
    height = -(-len(mask) // step)
    totals = []
    for shear in _SHEARS:
        moved = columns + np.round(shear * rows + height).astype(np.int64)
        totals.append(float(np.square(np.bincount(moved)).sum()))
    return np.array(totals)
