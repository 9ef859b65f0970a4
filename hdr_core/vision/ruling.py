"""Take ruled and squared paper, table borders and underlines out of an ink mask, and leave the digits.

A rule is long, thin and straight, and reaches the picture's edge or repeats; where a digit's stroke
crosses it, the ink is taller than the rule is thick, and stays.
"""

from __future__ import annotations

import cv2
import numpy as np

from hdr_core.types import BoolMask

_MIN_SPAN = 0.5  # of the picture's width
_MIN_COVERAGE = 0.85  # of its columns; where a digit crosses it there is ink as well
_MIN_SLENDERNESS = 12  # length over thickness
_EDGE_SHARE = 0.03  # a rule that ends this close to the edge runs off the page
_MANY = 3  # as many parallel rules are ruling even when none reaches the edge


def remove_ruling(mask: BoolMask) -> BoolMask:
    """(H, W) mask without horizontal and vertical rules; slant up to about three degrees.

    Upright strokes are what a tightly cropped 1 is made of: verticals are taken for rules only on
    squared paper, which has rules both ways, or along the border of a table cell.
    """
    rows = _rules_across(mask)
    columns = _rules_across(np.ascontiguousarray(mask.T), only_near_border=not rows.any()).T
    return np.asarray(mask & ~rows & ~columns, np.bool_)


def _rules_across(mask: BoolMask, *, only_near_border: bool = False) -> BoolMask:
    """Pixels that belong to a rule running from left to right, and to nothing else."""
    height, width = mask.shape
    length = max(12, width // 16)
    straight = cv2.morphologyEx(mask.view(np.uint8), cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    if straight.any(axis=0).sum() < _MIN_SPAN * _MIN_COVERAGE * width * 0.5:  # half may be crossed by digits
        return np.zeros_like(mask)
    # A slanted rule falls into steps; joined over a few pixels they are one component again.
    joined = cv2.dilate(straight, np.ones((5, width // 10 | 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    rules = [index for index in range(1, count) if _is_rule(mask, straight > 0, stats[index], labels == index)]
    if only_near_border:
        rules = [index for index in rules if _lies_along_border(stats[index], height)]
    at_edge = [index for index in rules if _reaches_edge((straight > 0) & (labels == index))]
    chosen = rules if len(rules) >= _MANY else at_edge
    if not chosen:
        return np.zeros_like(mask)
    rule_mask = np.isin(labels, chosen) & (straight > 0)
    return _without_crossings(mask, rule_mask)


def _is_rule(mask: BoolMask, straight: BoolMask, stats: np.ndarray, member: BoolMask) -> bool:
    """Long, thin, and unbroken: the bars of 77777 line up as well, but there is paper between them."""
    if int(stats[cv2.CC_STAT_WIDTH]) < _MIN_SPAN * mask.shape[1]:
        return False
    columns = np.flatnonzero((straight & member).any(axis=0))
    span = int(columns[-1] - columns[0] + 1)
    if span < _MIN_SPAN * mask.shape[1]:
        return False
    covered = int((mask & member)[:, columns[0] : columns[-1] + 1].any(axis=0).sum())
    thickness = np.count_nonzero(straight & member) / len(columns)
    return bool(covered > _MIN_COVERAGE * span and thickness * _MIN_SLENDERNESS < span)


def _reaches_edge(rule: BoolMask) -> bool:
    columns = np.flatnonzero(rule.any(axis=0))
    margin = max(2.0, _EDGE_SHARE * rule.shape[1])
    return bool(columns[0] <= margin or columns[-1] >= rule.shape[1] - 1 - margin)


def _lies_along_border(stats: np.ndarray, height: int) -> bool:
    top = int(stats[cv2.CC_STAT_TOP])
    bottom = top + int(stats[cv2.CC_STAT_HEIGHT])
    margin = max(3.0, 2 * _EDGE_SHARE * height)
    return bottom <= margin or top >= height - margin


def _without_crossings(mask: BoolMask, rule_mask: BoolMask) -> BoolMask:
    """The rule's pixels, and its ragged edge, except in columns where a stroke runs through."""
    per_column = rule_mask.sum(axis=0)
    thickness = float(np.median(per_column[per_column > 0])) / max(1, _bands(rule_mask))
    tall_px = round(1.7 * thickness) + 2
    tall = cv2.morphologyEx(mask.view(np.uint8), cv2.MORPH_OPEN, np.ones((tall_px, 1), np.uint8)) > 0
    near = cv2.dilate(rule_mask.view(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.asarray(mask & near & ~tall, np.bool_)


def _bands(rule_mask: BoolMask) -> int:
    """How many rules lie above each other, counted where most are seen."""
    starts = rule_mask & ~np.vstack([np.zeros_like(rule_mask[:1]), rule_mask[:-1]])
    counts = starts.sum(axis=0)
    return int(np.median(counts[counts > 0])) if counts.any() else 1
