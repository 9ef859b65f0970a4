"""Pictures that tests share: numbers in the hand of the example pictures."""

from __future__ import annotations

import cv2
import numpy as np

from examples.handwriting import Pen, write_number
from hdr_core.types import UInt8Image


def on_paper(text: str, *, gap: float | None = None, seed: int = 4) -> UInt8Image:
    """(200, W) uint8 gray: black digits about 110 px tall on white; ``gap`` between them in digit heights."""
    ink = np.zeros((200, 90 + 110 * len(text)), np.uint8)
    hand = np.random.default_rng(seed)
    if gap is None:
        write_number(ink, text, (40, 40), 110, Pen(9), hand)
    else:
        left = 40
        for digit in text:
            one = np.zeros((200, 260), np.uint8)
            write_number(one, digit, (60, 40), 110, Pen(9), hand)
            x, _, width, _ = cv2.boundingRect(one)
            window = ink[:, left : left + width]
            np.maximum(window, one[:, x : x + width], out=window)
            left += width + round(gap * 110)
    return 255 - ink


def drawn_number(text: str, *, seed: int = 4) -> UInt8Image:
    """(H, W, 4) uint8 RGBA as the canvas hands it over: opaque paper, dark pen."""
    page = on_paper(text, seed=seed)
    return np.dstack([page, page, page, np.full_like(page, 255)])
