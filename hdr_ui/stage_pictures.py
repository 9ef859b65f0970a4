"""A reading's stages as pictures to look at.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from hdr_core.types import BoxXYXY, ReadDigit, Reading, UInt8Image

_SHOWN_SIDE_PX = 900
_TILE_SIDE_PX = 84  # three screen pixels for each of the tile's
_TILES_PER_ROW = 8
_ROW_RGB, _PIECE_RGB, _CANDIDATE_RGB = (0, 114, 178), (213, 94, 0), (0, 158, 115)  # Okabe and Ito


@dataclass(frozen=True, eq=False)
class StagePicture:
    """What a stage made of the picture: ``pixels`` (h, w) or (h, w, 3) uint8 RGB, and a sentence on it."""

    title: str
    pixels: UInt8Image
    sentence: str


def stage_pictures(reading: Reading) -> list[StagePicture]:
    """The way from picture to tiles in order; stages that were never reached are left out."""
    stages = reading.stages
    if stages.gray.size == 0:
        return []
    sheet = np.where(stages.mask, 30, 255).astype(np.uint8)
    frame = _frame(stages.line_boxes, stages.gray.shape)
    pictures = [
        StagePicture("Gray", stages.gray, "The picture without its colours."),
        StagePicture("Ink", 255 - stages.ink, "Paper and shadows taken away; what is left is ink."),
        StagePicture("Writing", sheet, "Ink that may be writing; ruling and stains are taken out."),
    ]
    boxed = [
        ("Rows", stages.line_boxes, _ROW_RGB, sheet, (0, 0, *sheet.shape[::-1]), "Pieces that stand in one line."),
        ("Pieces", stages.piece_boxes, _PIECE_RGB, sheet, frame, "Ink that hangs together."),
        ("Candidates", stages.candidate_boxes, _CANDIDATE_RGB, sheet, frame, _candidates(len(stages.candidate_boxes))),
    ]
    for title, boxes, rgb, background, part, sentence in boxed:
        if boxes:
            pictures.append(StagePicture(title, _with_boxes(background, boxes, rgb, part), sentence))
    if reading.digits:
        best = "The best way through the candidates, as the network saw it: 28×28 pixels each."
        pictures.append(StagePicture("Tiles", _montage(reading.digits), best))
    return [StagePicture(picture.title, _fitted(picture.pixels), picture.sentence) for picture in pictures]


def _candidates(number: int) -> str:
    return f"Every piece, every part of one and every group that might be a digit: {number}, all scored by the network."


def _frame(boxes: Sequence[BoxXYXY], shape: tuple[int, ...]) -> BoxXYXY:
    """The part of the picture that has writing, with a margin: small numbers in large photographs stay visible."""
    height, width = shape
    if not boxes:
        return 0, 0, width, height
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    margin = max(12, (max(rights) - min(lefts)) // 20)
    return (
        max(0, min(lefts) - margin),
        max(0, min(tops) - margin),
        min(width, max(rights) + margin),
        min(height, max(bottoms) + margin),
    )


def _with_boxes(gray: UInt8Image, boxes: Sequence[BoxXYXY], rgb: tuple[int, int, int], part: BoxXYXY) -> UInt8Image:
    left, top, right, bottom = part
    shown = _fitted(np.repeat(gray[top:bottom, left:right, None], 3, axis=2))
    scale = shown.shape[1] / (right - left)
    for box in boxes:
        corners = np.round((np.array(box) - (left, top, left, top)) * scale).astype(int).tolist()
        cv2.rectangle(shown, tuple(corners[:2]), tuple(corners[2:]), rgb, 2, cv2.LINE_AA)
    return shown


def _fitted(pixels: UInt8Image) -> UInt8Image:
    scale = _SHOWN_SIDE_PX / max(pixels.shape[:2])
    if scale >= 1:
        return np.ascontiguousarray(pixels)
    size_wh = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size_wh, interpolation=cv2.INTER_AREA), np.uint8)


def _montage(digits: Sequence[ReadDigit]) -> UInt8Image:
    """All tiles in rows, enlarged without smoothing, on white."""
    columns = min(len(digits), _TILES_PER_ROW)
    rows = -(-len(digits) // columns)
    step = _TILE_SIDE_PX + 8
    canvas = np.full((rows * step, columns * step), 255, np.uint8)
    for index, digit in enumerate(digits):
        tile = cv2.resize(digit.tile, (_TILE_SIDE_PX, _TILE_SIDE_PX), interpolation=cv2.INTER_NEAREST)
        top, left = (index // columns) * step + 4, (index % columns) * step + 4
        canvas[top : top + _TILE_SIDE_PX, left : left + _TILE_SIDE_PX] = tile
    return canvas
