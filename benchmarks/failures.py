"""Where a wrong reading went wrong, and a sheet of pictures that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import cv2
import numpy as np

from benchmarks.string_answers import Answer
from hdr_core import Reading, open_image
from hdr_core.errors import ImageError
from hdr_core.types import BoxXYXY, ReadLine, UInt8Image

Stage = Literal["picture", "ink", "rows", "pieces", "cut", "classifier", "refused"]

_TALL_SHARE = 0.5  # of the digits' height: what is taller is no speck
_WIDE_SHARE = 1.0  # of its height: a digit read from a wider box is more than one
_CELL_WH, _PICTURE_PX, _COLUMNS = (360, 180), 150, 4


def stage_of(truth: str, reading: Reading) -> Stage:
    """The first stage of a wrong reading that differs from the truth; rows of ``truth`` are joined by ``|``.

    Told from the reading alone, so it is a good guess and no proof:

    ink         nothing was found, or a digit is missing without a trace
    rows        more or fewer rows than were written
    pieces      more digits than were written, each from ink of its own: specks, print, strokes left apart
    cut         one piece of ink was read as several digits, or several digits as one
    classifier  as many digits as were written, one of them another
    refused     a row, or a piece as tall as a digit, was passed over
    """
    rows, stages = truth.split("|"), reading.stages
    if not reading.lines:
        return "refused" if stages.piece_boxes else "ink"
    if len(reading.lines) != len(rows):
        return "refused" if len(reading.lines) < len(rows) == len(stages.line_boxes) else "rows"
    wrong = next((pair for pair in zip(rows, reading.lines, strict=True) if pair[0] != pair[1].text), None)
    if wrong is None or len(wrong[0]) == len(wrong[1].digits):
        return "classifier"
    row, line = wrong
    return _too_few(line, reading) if len(line.digits) < len(row) else _too_many(line, reading)


def _too_few(line: ReadLine, reading: Reading) -> Stage:
    boxes = _working_boxes(line, reading.stages.scale)
    heights = boxes[:, 3] - boxes[:, 1]
    if ((boxes[:, 2] - boxes[:, 0]) > _WIDE_SHARE * heights).any():
        return "cut"
    everything = np.concatenate([_working_boxes(other, reading.stages.scale) for other in reading.lines])
    for piece in _pieces_of(reading, boxes):
        is_tall = piece[3] - piece[1] > _TALL_SHARE * np.median(heights)
        if is_tall and not _inside(_middle(piece), everything).any():
            return "refused"
    pieces_in_each = [
        sum(_inside(_middle(piece), box[None])[0] for piece in reading.stages.piece_boxes) for box in boxes
    ]
    return "cut" if max(pieces_in_each) > 1 else "ink"


def _too_many(line: ReadLine, reading: Reading) -> Stage:
    boxes = _working_boxes(line, reading.stages.scale)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    digits_in_each = [
        sum(_inside(middle, np.array([piece]))[0] for middle in middles) for piece in _pieces_of(reading, boxes)
    ]
    return "cut" if max(digits_in_each, default=0) > 1 else "pieces"


def _working_boxes(line: ReadLine, scale: float) -> np.ndarray:
    return np.array([digit.box_xyxy for digit in line.digits], np.float64).reshape(-1, 4) * scale


def _pieces_of(reading: Reading, boxes: np.ndarray) -> list[BoxXYXY]:
    """The pieces whose middle lies as high as the row's digits."""
    top, bottom = boxes[:, 1].min(), boxes[:, 3].max()
    return [piece for piece in reading.stages.piece_boxes if top <= _middle(piece)[1] <= bottom]


def _middle(box: BoxXYXY) -> np.ndarray:
    return np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])


def _inside(point: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    return np.asarray(((boxes[:, :2] <= point) & (point <= boxes[:, 2:])).all(axis=1))


def contact_sheet(answers: Sequence[Answer]) -> UInt8Image:
    """(H, W, 3) uint8 RGB: each answer's picture with its boxes, and under it truth, text and stage."""
    cells = [_cell(answer) for answer in answers]
    width, height = _CELL_WH
    cells += [np.full((height, width, 3), 255, np.uint8)] * (-len(cells) % _COLUMNS or (0 if cells else _COLUMNS))
    return np.vstack([np.hstack(cells[start : start + _COLUMNS]) for start in range(0, len(cells), _COLUMNS)])


def _cell(answer: Answer) -> UInt8Image:
    width, height = _CELL_WH
    cell = np.full((height, width, 3), 255, np.uint8)
    small = _small_picture(answer)
    cell[: small.shape[0], : small.shape[1]] = small
    # OpenCV's letters are ASCII only.
    for line, text in enumerate(
        (f"{answer.truth} > {answer.text or '-'}", str(answer).split(":")[0] + f" {answer.stage}")
    ):
        cv2.putText(
            cell, text, (3, _PICTURE_PX + 12 + 14 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.38, (0, 0, 0), 1, cv2.LINE_AA
        )
    return cell


def _small_picture(answer: Answer) -> UInt8Image:
    try:
        pixels = open_image(answer.path).pixels
    except ImageError:
        return np.full((1, 1, 3), 255, np.uint8)
    scale = min((_CELL_WH[0] - 6) / pixels.shape[1], _PICTURE_PX / pixels.shape[0], 3.0)
    size_wh = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    small = np.ascontiguousarray(cv2.resize(pixels, size_wh, interpolation=cv2.INTER_AREA), np.uint8)
    for left, top, right, bottom in np.array(answer.boxes, np.float64).reshape(-1, 4) * scale:
        cv2.rectangle(small, (round(left), round(top)), (round(right), round(bottom)), (213, 94, 0), 1)
    return small
