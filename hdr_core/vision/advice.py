"""What is wrong with how a picture was taken, in a sentence that says what to do; nothing when nothing is.

Each sentence is meant for pictures that are hard to read for a reason one can mend.  The limits were set so
that almost no picture that is read right is complained of (``python -m benchmarks.strings``).
"""

from __future__ import annotations

import cv2
import numpy as np

from hdr_core.types import BoolMask, BoxXYXY, UInt8Image

BLURRED = "The picture is blurred. Hold the camera still, and touch the number on the screen to focus."
DARK = "The picture is very dark. Take it again with more light."
GLARE = "A bright spot covers part of the picture. Turn the paper away from the lamp."
SMALL = "The digits are very small. Come closer, or cut out the part with the number."
CUT_OFF = "A digit touches the picture's edge and may be cut off. Leave some paper around the number."

_STEP = 3  # light and paper change slowly: every third pixel tells
_DARKEST_PAPER = 60  # of 255
_BLUR_SHARE = 0.11  # of a digit's height: how far an edge's slope stretches in a blurred picture
_SMALLEST_PX = 12  # digit height in pixels of the input
_CUT_SHARE = 0.3  # of a digit's side: as much of it lies on the edge when the digit goes on beyond it
_SATURATED = 254
_GLARE_SHARE = 0.02  # of the picture, in one spot ...
_GLARE_ABOVE_PAPER = 40  # ... that is so much brighter than the paper


def advise(gray: UInt8Image, mask: BoolMask, boxes_xyxy: list[BoxXYXY], scale: float) -> tuple[str, ...]:
    """Sentences about a picture in which digits were found, or none.

    Args:
        gray: (H, W) uint8 at working size.
        mask: (H, W) bool, its ink.
        boxes_xyxy: of the digits, in working pixels.
        scale: working pixels per pixel of the input.
    """
    if not boxes_xyxy:
        return ()
    sample, ink = gray[::_STEP, ::_STEP], mask[::_STEP, ::_STEP]
    paper = float(np.median(sample[~ink])) if not ink.all() else 0.0
    # On a blackboard, where ink is lighter than what it stands on, dark is no complaint.
    is_dark_ink = bool(ink.any()) and float(np.median(sample[ink])) < paper
    found = (
        (is_dark_ink and paper < _DARKEST_PAPER, DARK),
        (edge_width_share(gray, mask, boxes_xyxy) > _BLUR_SHARE, BLURRED),
        (is_dark_ink and has_glare(gray), GLARE),
        (float(np.median([box[3] - box[1] for box in boxes_xyxy])) / scale < _SMALLEST_PX, SMALL),
        (any(is_cut_off(mask, box) for box in boxes_xyxy), CUT_OFF),
    )
    return tuple(sentence for is_so, sentence in found if is_so)


def edge_width_share(gray: UInt8Image, mask: BoolMask, boxes_xyxy: list[BoxXYXY]) -> float:
    """Median over N > 0 digits of an edge's slope in pixels over the stroke's height in pixels.

    The contrast divided by the steepest slope is how wide an edge is: one or two pixels when sharp.
    """
    return float(np.median([_edge_share_of(gray, mask, box) for box in boxes_xyxy]))


def _edge_share_of(gray: UInt8Image, mask: BoolMask, box: BoxXYXY) -> float:
    left, top, right, bottom = box
    window, ink = gray[top:bottom, left:right].astype(np.float32), mask[top:bottom, left:right]
    if ink.all() or not ink.any() or min(window.shape) < 3:
        return 0.0
    contrast = abs(float(np.median(window[~ink])) - float(np.percentile(window[ink], 25)))
    slope = cv2.magnitude(cv2.Sobel(window, cv2.CV_32F, 1, 0), cv2.Sobel(window, cv2.CV_32F, 0, 1)) / 8
    steepest = max(float(np.percentile(slope[ink], 90)), 1e-3)
    return contrast / steepest / (bottom - top)


def has_glare(gray: UInt8Image) -> bool:
    """Is there a large spot of pure white on paper that is clearly darker?"""
    if float(np.median(gray[::_STEP, ::_STEP])) > _SATURATED - _GLARE_ABOVE_PAPER:
        return False
    white = np.ascontiguousarray(gray[::_STEP, ::_STEP] >= _SATURATED).view(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(white)
    areas = stats[1:, cv2.CC_STAT_AREA]
    return bool(len(areas) and areas.max() > _GLARE_SHARE * white.size)


def is_cut_off(mask: BoolMask, box: BoxXYXY) -> bool:
    """Does much of a digit's side lie on the picture's edge, as when it goes on beyond?"""
    left, top, right, bottom = box
    height, width = mask.shape
    window = mask[top:bottom, left:right]
    sides = (
        (left == 0, window[:, 0]),
        (right == width, window[:, -1]),
        (top == 0, window[0]),
        (bottom == height, window[-1]),
    )
    return any(at_edge and side.mean() > _CUT_SHARE for at_edge, side in sides)
