"""What the card shows of a number: its crop, how sure each digit is, the rules it breaks and what is offered."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from hdr_core import records
from hdr_core.errors import ImageError
from hdr_core.records import KeptReading
from hdr_core.review.obeying import Evidence, best_obeying
from hdr_core.review.rules import Rule, faults
from hdr_core.types import BoxXYXY, UInt8Image
from hdr_core.vision.image import open_image
from hdr_ui import loaders
from hdr_ui.shelf import Shelf
from hdr_ui.words import percent

if TYPE_CHECKING:
    from sqlalchemy import Engine


_CROP_SIDE_PX = 900

_crops: Shelf[str] = Shelf(500)
_offers: Shelf[str | None] = Shelf(max_entries=1000)
_OPEN_SIDE_PX = 1600
_MARGIN = 0.35  # of the written height, so that what was missed beside it is seen


def item_of(reading: KeptReading, engine: Engine, owner_id: str, rules: Sequence[Rule]) -> dict[str, Any]:
    """One number as the card takes it: JSON types only.  ``reading`` has its digits.

    Raises:
        HdrError: its picture cannot be had.
    """
    told = faults(reading.text, rules)
    return {
        "id": reading.id,
        "revision": reading.revision,
        "name": reading.file_name,
        "read": reading.text_read,
        "text": reading.text,
        "sure": [round(digit.probability, 3) for digit in reading.digits],
        "certainty": f"{percent(reading.probability)} sure" if reading.text_read else "",
        "faults": list(told),
        "offer": _offer(reading, rules) if told else None,
        "crop": crop_uri(reading, engine, owner_id),
    }


def crop_uri(reading: KeptReading, engine: Engine, owner_id: str, side_px: int = _CROP_SIDE_PX) -> str:
    """The written part of the picture as a JPEG data URI, at most ``side_px`` long; empty where it cannot be opened.

    Raises:
        RecordError: the picture cannot be had.
    """
    try:
        return _crop_uri(reading.picture_sha256, written_box(reading), reading.size_wh, side_px, engine, owner_id)
    except ImageError:
        return ""


def crop_of(content: bytes, box: BoxXYXY, size_wh: tuple[int, int], side_px: int) -> UInt8Image:
    """(H, W, 3) uint8: what lies in a box, in pixels of the upright picture; at most ``side_px`` long.

    Raises:
        ImageError: the picture cannot be opened.
    """
    pixels = open_image(content, min_side_px=_OPEN_SIDE_PX).pixels
    scale = pixels.shape[1] / size_wh[0]
    left, top, right, bottom = (round(edge * scale) for edge in box)
    part = Image.fromarray(pixels[top : max(bottom, top + 1), left : max(right, left + 1)])
    part.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    return np.asarray(part)


def written_box(reading: KeptReading) -> BoxXYXY:
    """Around all digits with a margin; the whole picture where none was found."""
    width, height = reading.size_wh
    if not reading.digits:
        return 0, 0, width, height
    boxes = np.array([digit.box_xyxy for digit in reading.digits])
    margin = round(_MARGIN * float(np.median(boxes[:, 3] - boxes[:, 1]))) + 4
    left, top = (max(0, int(edge) - margin) for edge in boxes[:, :2].min(axis=0))
    right, bottom = (int(edge) + margin for edge in boxes[:, 2:].max(axis=0))
    return left, top, min(width, right), min(height, bottom)


def _crop_uri(sha256: str, box: BoxXYXY, size_wh: tuple[int, int], side_px: int, engine: Engine, owner_id: str) -> str:
    def cut() -> str:
        return loaders.jpeg_uri(crop_of(records.picture_content(engine, owner_id, sha256), box, size_wh, side_px))

    return _crops.get(sha256, (box, size_wh, side_px, owner_id), cut)


def _offer(reading: KeptReading, rules: Sequence[Rule]) -> str | None:
    """Found once for each number: every decision lays the card anew."""
    about = reading.id, reading.revision, hash(tuple(rules))  # the rules themselves may hold a hundred thousand numbers
    return _offers.get(reading.picture_sha256, about, lambda: _best_text(reading, rules))


def _best_text(reading: KeptReading, rules: Sequence[Rule]) -> str | None:
    rows = [[digit.probabilities for digit in row] for _, row in groupby(reading.digits, key=lambda one: one.line)]
    known = [row if all(row) else [] for row in rows]  # a box added by hand has no probabilities
    found = best_obeying(Evidence(reading.text_read, reading.probability, reading.alternatives, known), rules)
    return found.text if found is not None and found.text != reading.text else None
