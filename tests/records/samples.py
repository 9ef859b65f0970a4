"""Readings to keep: small, and each as different from the next as a test needs."""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy import Engine

from hdr_core.records import KeptReading, keep_reading
from hdr_core.types import Alternative, ReadDigit, Reading, ReadLine, Stages

ME = "local"
_NOTHING = np.zeros((0, 0), np.uint8)


def reading(text: str = "42", probability: float = 0.9) -> Reading:
    """What was read in a picture of 200×100 pixels; every digit is as sure as ``probability`` and has its own tile."""
    lines = tuple(
        ReadLine(tuple(_digit(int(sign), row, place, probability) for place, sign in enumerate(line)))
        for row, line in enumerate(text.split("\n"))
    )
    return Reading(lines, Stages(1.0, _NOTHING, _NOTHING, _NOTHING.astype(bool)), (200, 100))


def keep(engine: Engine, text: str = "42", probability: float = 0.9, **changes: Any) -> KeptReading:
    """Keep such a reading, of a picture that holds its text, unless ``changes`` say otherwise."""
    values = {
        "content": f"picture of {text}".encode(),
        "media_type": "image/png",
        "source": "upload",
        "file_name": f"{text}.png",
        "model_name": "reader",
        "model_digest": "d1",
    } | changes
    owner = values.pop("owner_id", ME)
    return keep_reading(engine, owner, reading=reading(text, probability), **values)


def _digit(label: int, row: int, place: int, probability: float) -> ReadDigit:
    tile = np.full((28, 28), 10 * label + place + 1, np.uint8)
    others = ((1 - probability) / 9 for _ in range(9))
    alternatives = [Alternative(label, probability)]
    alternatives += [Alternative(other, share) for other, share in zip(_others(label), others, strict=True)]
    box = (20 * place, 40 * row, 20 * place + 15, 40 * row + 30)
    return ReadDigit(label, probability, box, tile, tuple(alternatives))


def _others(label: int) -> list[int]:
    return [other for other in range(10) if other != label]
