"""Picture → Reading: the whole way in one place."""

from __future__ import annotations

import numpy as np

from hdr_core.reading.central import central_digit
from hdr_core.reading.classifier import Classifier
from hdr_core.reading.lattice import Lattice
from hdr_core.reading.path import Edge
from hdr_core.reading.refusal import is_number
from hdr_core.reading.weighing import NO_DIGITS, Row, weigh_rows
from hdr_core.types import (
    BoxXYXY,
    NumberAlternative,
    ReadDigit,
    Reading,
    ReadLine,
    alternatives_of,
)
from hdr_core.vision.advice import advise
from hdr_core.vision.image import Picture

_ONE_DIGIT_ODDS = -3.0  # who says that there is a digit is believed, unless it clearly is none
_SCRAP_SHARE = 0.6  # of a row's height: what reaches into it and is lower is no row of its own
_ALTERNATIVES = 5  # numbers kept for each row


def read_picture(picture: Picture, classifier: Classifier) -> Reading:
    """Read every written row of an opened picture.

    Returns a Reading; without digits it is empty and its warnings say why.
    """
    stages, rows, why_none = weigh_rows(picture, classifier)
    numbers = [row for row in rows if is_number(row.path, row.lattice, row.height_px)]
    numbers = [row for row in numbers if not any(_is_scrap_of(row, other) for other in numbers)]
    lines = tuple(_to_line(row, stages.scale, picture.size_wh) for row in numbers)
    boxes = [row.lattice.candidates[edge.candidate or 0].box_xyxy for row in numbers for edge in row.digit_edges]
    advice = advise(stages.gray, stages.mask, boxes, stages.scale) if lines else (why_none,)
    warnings = (*picture.notes, *advice)
    return Reading(lines, stages, picture.size_wh, warnings)


def read_one_digit(picture: Picture, classifier: Classifier) -> Reading:
    """Read the one digit that a picture is about: the one in the middle, whatever pieces of neighbours are around it.

    Returns a Reading of one digit, whose probability is that it is this one; without it, empty with the reason.
    """
    stages, rows, why_none = weigh_rows(picture, classifier)
    height, width = stages.mask.shape
    meant = central_digit([row.lattice for row in rows], (width, height))
    if meant is None or not is_number([meant.edge], meant.lattice, meant.height_px, _ONE_DIGIT_ODDS):
        return Reading((), stages, picture.size_wh, (*picture.notes, NO_DIGITS if rows else why_none))
    alternatives = alternatives_of(meant.probabilities, int(meant.probabilities.argmax()))
    candidate = meant.lattice.candidates[meant.edge.candidate or 0]
    box = _to_input_box(candidate.box_xyxy, stages.scale, picture.size_wh)
    digit = ReadDigit(alternatives[0].label, alternatives[0].probability, box, candidate.tile, alternatives)
    advice = advise(stages.gray, stages.mask, [candidate.box_xyxy], stages.scale)
    return Reading((ReadLine((digit,)),), stages, picture.size_wh, (*picture.notes, *advice))


def _is_scrap_of(row: Row, other: Row) -> bool:
    """Is ``row`` a single small digit that reaches into the other, taller row?  Then it is a piece of that one."""
    left, top, right, bottom = row.box_xyxy
    x0, y0, x1, y1 = other.box_xyxy
    reaches_in = min(right, x1) > max(left, x0) and min(bottom, y1) > max(top, y0)
    return len(row.digit_edges) == 1 and reaches_in and bottom - top < _SCRAP_SHARE * other.height_px


def _to_line(row: Row, scale: float, size_wh: tuple[int, int]) -> ReadLine:
    digits = tuple(_to_digit(edge, row.lattice, scale, size_wh) for edge in row.digit_edges)
    numbers = [NumberAlternative(ranked.text, ranked.probability) for ranked in row.ranked if ranked.text]
    return ReadLine(digits, tuple(numbers[:_ALTERNATIVES]))


def _to_digit(edge: Edge, lattice: Lattice, scale: float, size_wh: tuple[int, int]) -> ReadDigit:
    index = edge.candidate or 0
    candidate = lattice.candidates[index]
    alternatives = alternatives_of(lattice.scores.probabilities[index], edge.label)
    probability = alternatives[0].probability * float(lattice.scores.is_digit[index])
    box = _to_input_box(candidate.box_xyxy, scale, size_wh)
    return ReadDigit(edge.label, probability, box, candidate.tile, alternatives)


def _to_input_box(box: BoxXYXY, scale: float, size_wh: tuple[int, int]) -> BoxXYXY:
    left, top = int(box[0] / scale), int(box[1] / scale)
    right, bottom = int(np.ceil(box[2] / scale)), int(np.ceil(box[3] / scale))
    left, top = min(left, size_wh[0] - 1), min(top, size_wh[1] - 1)
    return left, top, max(left + 1, min(right, size_wh[0])), max(top + 1, min(bottom, size_wh[1]))
