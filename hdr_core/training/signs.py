"""Letters and signs of the fonts on this machine, drawn like handwriting: what is written, but is no digit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hdr_core.types import UInt8Image
from hdr_core.vision.tiles import make_tiles

# Left out on purpose: letters that are digits in somebody's hand (O o D Q l I i S s Z z B b g q G y T J).
LETTERS = "ACEFHKLMNPRUVWXYacdefhkmnprtuvwxñäßÆλπμΣΔΩ"
SIGNS = "#%&@?$*+=<>≠≈±×÷√∑∫∀∃∈∉⊂∪∩∧∨¬→←↔⇒∞€£()[]{}~^§"
SIZE_PX = 96


def sign_tiles(count: int, fonts: Sequence[Path], rng: np.random.Generator) -> UInt8Image:
    """(count, 28, 28) uint8: random letters and signs in random fonts, stretched, slanted and thickened."""
    inks: list[UInt8Image] = []
    while len(inks) < count:
        font = ImageFont.truetype(str(fonts[int(rng.integers(len(fonts)))]), SIZE_PX)
        text = str(rng.choice(list(LETTERS if rng.random() < 0.6 else SIGNS)))
        ink = draw_sign(text, font)
        if ink is not None:
            inks.append(_bent(ink, rng))
    return make_tiles(inks)


def draw_sign(text: str, font: ImageFont.FreeTypeFont) -> UInt8Image | None:
    """``text`` as ink (H, W) uint8; None where the font has no such sign and would draw its empty box."""
    if font.getmask(text).getbbox() is None or bytes(font.getmask(text)) == bytes(font.getmask("\U0010fffe")):
        return None
    picture = Image.new("L", (3 * SIZE_PX, 3 * SIZE_PX))
    ImageDraw.Draw(picture).text((SIZE_PX, SIZE_PX // 2), text, fill=255, font=font)
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
