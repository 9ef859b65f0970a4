"""Letters, signs and digits of fonts, drawn like handwriting: many hands' letters are no digits, their digits are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hdr_core.types import UInt8Image
from hdr_core.vision.tiles import make_tiles

# Left out on purpose: what is a digit in somebody's hand (O o D Q l I i S s Z z B b g q G y T J ( ) ^ ¬).
LETTERS = "ACEFHKLMNPRUVWXYacdefhkmnprtuvwxñäßÆλπμΣΔΩ"
SIGNS = "#%&@?$*+=<>≠≈±×÷√∑∫∀∃∈∉⊂∪∩∨→←↔⇒∞€£[]{}~§"
SIZE_PX = 96
_WORDS = 0.2  # share of two or three letters in a row


class FontTiles(NamedTuple):
    """(N, 28, 28) uint8 tiles, what each says, and the name of its font."""

    tiles: UInt8Image
    texts: list[str]
    fonts: list[str]


def any_sign(rng: np.random.Generator) -> str:
    """A letter, a sign, or two or three letters: nothing that is one digit in anybody's hand."""
    if rng.random() < _WORDS:
        return "".join(rng.choice(list(LETTERS[:32]), int(rng.integers(2, 4))))
    return str(rng.choice(list(LETTERS if rng.random() < 0.6 else SIGNS)))


def any_digit(rng: np.random.Generator) -> str:
    """0–9."""
    return str(rng.integers(10))


def font_tiles(
    count: int, fonts: Sequence[Path], choose: Callable[[np.random.Generator], str], rng: np.random.Generator
) -> FontTiles:
    """``count`` tiles of what ``choose`` says, in random fonts, stretched, slanted and thickened."""
    inks: list[UInt8Image] = []
    texts, names = [], []
    loaded = {path: ImageFont.truetype(str(path), SIZE_PX) for path in fonts}
    while len(inks) < count:
        path, text = fonts[int(rng.integers(len(fonts)))], choose(rng)
        ink = draw_sign(text, loaded[path])
        if ink is not None:
            inks.append(_bent(ink, rng))
            texts.append(text)
            names.append(path.stem)
    return FontTiles(make_tiles(inks), texts, names)


def draw_sign(text: str, font: ImageFont.FreeTypeFont) -> UInt8Image | None:
    """``text`` as ink (H, W) uint8; None where the font has not all of its signs and would draw empty boxes."""
    lacking = bytes(font.getmask("\U0010fffe"))
    if any(font.getmask(sign).getbbox() is None or bytes(font.getmask(sign)) == lacking for sign in text):
        return None
    left, top, right, bottom = (int(value) for value in font.getbbox(text))
    side = max(3 * SIZE_PX, right - left + SIZE_PX, bottom - top + SIZE_PX)
    picture = Image.new("L", (side, side))
    place = ((side - right - left) // 2, (side - bottom - top) // 2)
    ImageDraw.Draw(picture).text(place, text, fill=255, font=font)
    return np.asarray(picture, np.uint8)


def _bent(ink: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    side = len(ink)
    slant, stretch = rng.normal(0, 0.15), np.exp(rng.normal(0, 0.15))
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), rng.normal(0, 6), 1.0)
    matrix = matrix @ np.array([[stretch, slant, -slant * side / 2], [0, 1, 0], [0, 0, 1]])
    bent = cv2.warpAffine(ink, matrix, (side, side))
    size_px = int(rng.integers(1, 10))
    if size_px > 1:
        brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size_px, size_px))
        bent = cv2.dilate(bent, brush) if rng.random() < 0.8 else cv2.erode(bent, brush[:3, :3])
    return np.asarray(bent, np.uint8)
