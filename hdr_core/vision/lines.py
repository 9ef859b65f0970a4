"""Boxes of pieces → written rows, in reading order, also when rows run uphill."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.int64]

_TALL_SHARE = 0.45  # a piece this tall beside its neighbours can carry a row; smaller ones join later
_LOOK_BACK = 3  # pieces at a row's end from which its direction is told
_WIDEST_GAP = 10  # digit heights between two numbers that still stand in one row


def group_rows(boxes_xyxy: Boxes, height_px: float) -> list[list[int]]:
    """Indices of the boxes of each row, rows from top to bottom, boxes from left to right.

    Tall pieces are chained from left to right: each joins the row whose end lies level with it and
    nearest; small pieces (dots, flags, dashes) then join the row they lie in or next to.

    Args:
        boxes_xyxy: (N, 4), N ≥ 0.
        height_px: typical digit height.
    """
    heights = boxes_xyxy[:, 3] - boxes_xyxy[:, 1]
    is_tall = heights >= _TALL_SHARE * height_px
    rows: list[list[int]] = []
    for index in np.argsort(boxes_xyxy[:, 0], kind="stable"):
        if is_tall[index]:
            _join_tall(rows, int(index), boxes_xyxy)
    for index in np.flatnonzero(~is_tall):
        _join_small(rows, int(index), boxes_xyxy, height_px)
    for row in rows:
        row.sort(key=lambda i: (boxes_xyxy[i, 0] + boxes_xyxy[i, 2], boxes_xyxy[i, 1]))
    return sorted(rows, key=lambda row: float(np.median(_centre_y(boxes_xyxy[row]))))


def _centre_y(boxes_xyxy: Boxes) -> NDArray[np.float64]:
    return (boxes_xyxy[:, 1] + boxes_xyxy[:, 3]) / 2


def _join_tall(rows: list[list[int]], index: int, boxes: Boxes) -> None:
    box = boxes[index]
    best, best_distance = None, np.inf
    for row in rows:
        tail = boxes[row[-_LOOK_BACK:]]
        if _overlap_share(box, tail) < 0.4 or box[0] - tail[-1, 2] > _WIDEST_GAP * (box[3] - box[1]):
            continue
        distance = abs(float(_centre_y(tail)[-1]) - (box[1] + box[3]) / 2) + 0.2 * max(0, box[0] - tail[-1, 2])
        if distance < best_distance:
            best, best_distance = row, distance
    if best is None:
        rows.append([index])
    else:
        best.append(index)


def _overlap_share(box: NDArray[np.int64], tail: Boxes) -> float:
    """Vertical overlap with the row's last pieces, best of them, as a share of the lower of both."""
    overlap = np.minimum(box[3], tail[:, 3]) - np.maximum(box[1], tail[:, 1])
    lower = np.minimum(box[3] - box[1], tail[:, 3] - tail[:, 1])
    return float((overlap / np.maximum(lower, 1)).max())


def _join_small(rows: list[list[int]], index: int, boxes: Boxes, height_px: float) -> None:
    box = boxes[index]
    centre_x, centre_y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    best, best_distance = None, 0.75 * height_px
    for row in rows:
        members = boxes[row]
        gap_x = np.maximum(0, np.maximum(members[:, 0] - centre_x, centre_x - members[:, 2]))
        gap_y = np.maximum(0, np.maximum(members[:, 1] - centre_y, centre_y - members[:, 3]))
        distance = float(np.hypot(gap_x, gap_y).min())
        if distance < best_distance:
            best, best_distance = row, distance
    if best is not None:
        best.append(index)
