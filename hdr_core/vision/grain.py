"""Strokes full of holes, as pencil, chalk and a dry pen leave on rough paper: closed before they are parted.

Such strokes fall into scraps, each too small to be a digit, or are cut where no digit ends.  What a small closing
adds tells them: nearly nothing where strokes are whole, however thin they are.
"""

from __future__ import annotations

import cv2
import numpy as np

from hdr_core.types import BoolMask, UInt8Image
from hdr_core.vision._stroke import stroke_width_px

_GRAINY_GAIN = 1.05  # a 3×3 closing adds 0–2 % to whole strokes, more to strokes full of holes
_STROKES = 1.5  # the closing brush, in stroke widths: holes are no larger, and a loop is not filled
_LARGEST_BRUSH_PX = 9
_EVERY_PX = np.ones((3, 3), np.uint8)


def close_grain(mask: BoolMask, ink: UInt8Image) -> tuple[BoolMask, UInt8Image]:
    """Close the holes in strokes (morphological closing); whole strokes come back as they are.

    Args:
        mask: (H, W) bool, where there is ink.
        ink: (H, W) uint8, how much.
    """
    as_bytes = mask.view(np.uint8)
    closed = np.asarray(cv2.morphologyEx(as_bytes, cv2.MORPH_CLOSE, _EVERY_PX), np.uint8)
    if cv2.countNonZero(closed) <= _GRAINY_GAIN * cv2.countNonZero(as_bytes):
        return mask, ink
    side_px = 2 * round((_STROKES * stroke_width_px(closed) - 1) / 2) + 1
    side_px = int(np.clip(side_px, 3, _LARGEST_BRUSH_PX))
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side_px, side_px))
    whole: BoolMask = cv2.morphologyEx(as_bytes, cv2.MORPH_CLOSE, brush) > 0
    return whole, np.asarray(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, brush), np.uint8)
