"""Make the example pictures of the Upload page: ``python -m examples.make_examples``.

Each is a synthetic photograph: a sheet or a board, a number by the hand of ``examples.handwriting``, light
that falls off, a shadow, grain.  Seeded: the same pictures every time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from examples.handwriting import Pen, write_number

FOLDER = Path(__file__).resolve().parent
NUMBERS = {
    "ruled-paper.jpg": "2718\n90453",
    "squared-paper.jpg": "60914",
    "chalk-board.jpg": "3852",
    "several-rows.png": "1987\n20645\n731",
    "slanted-row.jpg": "468017",
    "small-number.jpg": "5093",
}
"""What each picture says; a test reads them all."""

Photo: TypeAlias = NDArray[np.float32]
_BLUE_INK, _BLACK_INK = (38, 62, 140), (44, 42, 46)


def ruled_paper(hand: np.random.Generator) -> Photo:
    """Two rows on ruled paper, a shadow across the sheet."""
    photo = _sheet((1000, 1400), (246, 241, 226))
    for y in range(150, 1000, 118):
        cv2.line(photo, (0, y), (1400, y + 6), (176, 194, 214), 2, cv2.LINE_AA)
    cv2.line(photo, (150, 0), (144, 1000), (222, 150, 150), 2, cv2.LINE_AA)
    ink = _no_ink(photo)
    write_number(ink, "2718", (270, 290), 170, Pen(11), hand)
    write_number(ink, "90453", (260, 610), 165, Pen(11), hand)
    photo = _inked(photo, ink, _BLACK_INK)
    return _grain(_shadow(_lit(photo, (0.2, 0.1), 0.42), hand, 0.68), hand, 3)


def squared_paper(hand: np.random.Generator) -> Photo:
    """Blue ink on squared paper."""
    photo = _sheet((800, 1200), (243, 243, 240))
    for place in range(20, 1200, 48):
        cv2.line(photo, (place, 0), (place, 800), (196, 210, 222), 1, cv2.LINE_AA)
        cv2.line(photo, (0, place), (1200, place), (196, 210, 222), 1, cv2.LINE_AA)
    ink = _no_ink(photo)
    write_number(ink, "60914", (190, 290), 200, Pen(10), hand)
    return _grain(_lit(_inked(photo, ink, _BLUE_INK), (0.8, 0.2), 0.3), hand, 3)


def chalk_board(hand: np.random.Generator) -> Photo:
    """White chalk on a wiped board."""
    photo = _sheet((800, 1200), (44, 62, 54))
    photo = photo + 9 * _streaks(hand, photo.shape[:2], 60, 14)
    ink = _no_ink(photo)
    write_number(ink, "3852", (210, 250), 270, Pen(20, 0.15), hand)
    crumbs = cv2.GaussianBlur(hand.uniform(0, 1, (800, 1200)).astype(np.float32), (0, 0), 1.2)
    broken = (ink * np.clip(0.62 + 2.4 * (crumbs - 0.42), 0.3, 1)).astype(np.uint8)
    return _grain(_lit(_inked(photo, broken, (232, 230, 222)), (0.35, 0.3), 0.35), hand, 4)


def several_rows(hand: np.random.Generator) -> Photo:
    """Three rows of different length on plain paper."""
    photo = _sheet((900, 900), (250, 248, 242))
    ink = _no_ink(photo)
    for row, text in enumerate(NUMBERS["several-rows.png"].splitlines()):
        write_number(ink, text, (150 + 12 * row, 110 + 255 * row), 140, Pen(8), hand)
    return _lit(_inked(photo, ink, (52, 48, 60)), (0.5, 0.4), 0.15)


def slanted_row(hand: np.random.Generator) -> Photo:
    """A row that climbs, on a warm sheet."""
    photo = _sheet((850, 1300), (240, 230, 208))
    ink = _no_ink(photo)
    write_number(ink, "468017", (170, 340), 150, Pen(9), hand)
    turn = cv2.getRotationMatrix2D((650, 425), 11, 1.0)
    ink = np.asarray(cv2.warpAffine(ink, turn, (1300, 850), flags=cv2.INTER_LINEAR), np.uint8)
    return _grain(_shadow(_lit(_inked(photo, ink, _BLUE_INK), (0.1, 0.9), 0.35), hand, 0.8), hand, 3)


def small_number(hand: np.random.Generator) -> Photo:
    """A small number on a large sheet that lies on a table."""
    sheet = _sheet((1500, 2000), (244, 241, 233))
    ink = _no_ink(sheet)
    write_number(ink, "5093", (880, 640), 62, Pen(4.5), hand)
    sheet = _inked(sheet, ink, _BLACK_INK)
    corners = np.array([[0, 0], [2000, 0], [2000, 1500], [0, 1500]], np.float32)
    seen = np.array([[190, 120], [1840, 70], [1930, 1440], [90, 1400]], np.float32)
    view = cv2.getPerspectiveTransform(corners, seen)
    table = np.full_like(sheet, (128, 98, 70))
    table = np.asarray(table + 7 * _streaks(hand, (1500, 2000), 90, 3), np.float32)
    cv2.warpPerspective(sheet, view, (2000, 1500), table, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
    return _grain(_lit(table, (0.3, 0.2), 0.4), hand, 2.5)


def _sheet(size_hw: tuple[int, int], rgb: tuple[int, int, int]) -> Photo:
    return np.full((*size_hw, 3), rgb, np.float32)


def _no_ink(photo: Photo) -> NDArray[np.uint8]:
    return np.zeros(photo.shape[:2], np.uint8)


def _inked(photo: Photo, ink: NDArray[np.uint8], rgb: tuple[int, int, int]) -> Photo:
    cover = cv2.GaussianBlur(ink, (0, 0), 0.9).astype(np.float32)[:, :, None] / 255 * 0.94
    return np.asarray(photo * (1 - cover) + np.array(rgb, np.float32) * cover, np.float32)


def _lit(photo: Photo, lamp_xy: tuple[float, float], falloff: float) -> Photo:
    """Light from a lamp at a share of width and height, weaker by ``falloff`` in the far corner."""
    rows, columns = np.mgrid[0 : photo.shape[0], 0 : photo.shape[1]].astype(np.float32)
    distance = np.hypot(columns / photo.shape[1] - lamp_xy[0], rows / photo.shape[0] - lamp_xy[1])
    return np.asarray(photo * (1.03 - falloff * distance / distance.max())[:, :, None], np.float32)


def _shadow(photo: Photo, hand: np.random.Generator, depth: float) -> Photo:
    """The soft shadow of a hand or a phone over one corner."""
    height, width = photo.shape[:2]
    mask = np.zeros((height, width), np.float32)
    edge = width * hand.uniform(0.5, 0.62)
    corner = np.array([[edge, height], [width * 0.82, height * 0.3], [width, height * 0.22], [width, height]])
    cv2.fillPoly(mask, [corner.astype(np.int32)], (1,))
    soft = cv2.GaussianBlur(mask, (0, 0), 26)[:, :, None]
    return np.asarray(photo * (1 - (1 - depth) * soft), np.float32)


def _streaks(hand: np.random.Generator, size_hw: tuple[int, ...], along_px: float, across_px: float) -> Photo:
    """(H, W, 1) noise of spread 1, drawn out along the rows: a wiped board, the grain of wood."""
    noise = cv2.GaussianBlur(hand.normal(0, 1, size_hw).astype(np.float32), (0, 0), along_px, sigmaY=across_px)
    return np.asarray(noise / noise.std(), np.float32)[:, :, None]


def _grain(photo: Photo, hand: np.random.Generator, strength: float) -> Photo:
    return np.asarray(photo + hand.normal(0, strength, (*photo.shape[:2], 1)), np.float32)


def main() -> None:
    """Write every picture beside this script."""
    makers: list[Callable[[np.random.Generator], Photo]]
    makers = [ruled_paper, squared_paper, chalk_board, several_rows, slanted_row, small_number]
    for seed, (name, maker) in enumerate(zip(NUMBERS, makers, strict=True)):
        pixels = np.clip(maker(np.random.default_rng(seed)), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(FOLDER / name, quality=80, optimize=True)
        print(f"{name}: {pixels.shape[1]} × {pixels.shape[0]} px, {(FOLDER / name).stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
