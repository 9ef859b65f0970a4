"""How thick the strokes of a mask are."""

from __future__ import annotations

import cv2

from hdr_core.types import UInt8Image


def stroke_width_px(mask: UInt8Image) -> float:
    """Mean width of the strokes of an (h, w) uint8 mask that is not empty: nonzero is ink.

    Across a stroke of width w the distance to its edge averages w / 4.
    """
    padded = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 3)
    return 4.0 * float(distance.sum()) / cv2.countNonZero(mask) - 1.0
