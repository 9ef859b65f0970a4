"""Tiles that are NOT one whole digit, made from digits and from nothing: what a wrong cut looks like.

The reader scores many candidate boxes; most are halves, pairs, specks, ruling or letters.  A network
that has only seen digits gives each of them a confident label, so it is shown these as an eleventh
class (LeCun et al. 1998, section VII, train on the wrong segmentations for the same reason).
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from hdr_core.types import UInt8Image
from hdr_core.vision.tiles import make_tiles

JUNK_LABEL = 10
# Left out on purpose: letters that are digits in somebody's hand (O o D Q l I i S s Z z B b g q G y T / J).
_LETTERS = "ACEFHKMNPRUVWXYadefhkmnprtuvwx#%&@?$*+=<>"
_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
    cv2.FONT_ITALIC,
)
_NARROW = 0.45  # a narrow half may be a perfect 1: it is left out rather than called junk

Maker = Callable[[UInt8Image, np.random.Generator], UInt8Image]


def make_junk(count: int, digits: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """(count, 28, 28) uint8 tiles that are no digit; ``digits`` (N, 28, 28) supplies the pieces."""
    kinds = rng.choice(len(_MAKERS), size=count, p=_SHARES)
    return make_tiles([_ink_of(_MAKERS[kind], digits, rng) for kind in kinds])


def _ink_of(maker: Maker, digits: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    for _ in range(8):
        ink = maker(digits, rng)
        if np.count_nonzero(ink > 60) >= 4:
            return ink
    return _pair(digits, rng)


def _pick(digits: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """A random digit cropped to its ink, (h, w)."""
    tile = digits[rng.integers(len(digits))]
    left, top, width, height = cv2.boundingRect((tile > 30).view(np.uint8))
    return np.asarray(tile[top : top + height, left : left + width], np.uint8)


def _half(digits: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """A digit cut by a slanted, nearly vertical or nearly horizontal line."""
    ink = _pick(digits, rng)
    if rng.random() < 0.15:
        part = ink[: int(len(ink) * rng.uniform(0.35, 0.6))] if rng.random() < 0.5 else ink[int(len(ink) * 0.45) :]
        return part if part.shape[1] > 0.8 * len(part) else np.zeros_like(part)
    height, width = ink.shape
    edge = width * rng.uniform(0.38, 0.62) + rng.uniform(-0.25, 0.25) * (np.arange(height) - height / 2)
    keep_left = np.arange(width)[None, :] < edge[:, None]
    part = np.where(keep_left if rng.random() < 0.5 else ~keep_left, ink, 0).astype(np.uint8)
    columns = np.flatnonzero(part.max(axis=0) > 60)
    is_wide = len(columns) > 0 and columns[-1] - columns[0] > _NARROW * height
    return part if is_wide else np.zeros_like(ink)


def _pair(digits: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """Two or three digits side by side, touching, overlapping or a little apart."""
    parts = [_pick(digits, rng) for _ in range(2 if rng.random() < 0.85 else 3)]
    canvas = np.zeros((60, 140), np.uint8)
    x = 8
    for part in parts:
        scale = rng.uniform(0.8, 1.25)
        size_wh = (max(2, int(part.shape[1] * scale)), max(6, int(part.shape[0] * scale)))
        part = np.asarray(cv2.resize(part, size_wh, interpolation=cv2.INTER_LINEAR), np.uint8)
        y = int(30 - len(part) / 2 + rng.normal(0, 2.5))
        window = canvas[y : y + len(part), x : x + part.shape[1]]
        np.maximum(window, part, out=window)
        x += max(3, int(part.shape[1] + rng.uniform(-3.5, 4)))
    return canvas


def _one_and_a_half(digits: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """A whole digit with a good part of its neighbour: the commonest wrong cut."""
    whole, other = _pick(digits, rng), _pick(digits, rng)
    keep = max(3, round(other.shape[1] * rng.uniform(0.35, 0.7)))
    canvas = np.zeros((40, 80), np.uint8)
    canvas[8 : 8 + len(whole), 30 : 30 + whole.shape[1]] = whole
    gap, top = int(rng.integers(-1, 3)), int(rng.integers(6, 11))
    if rng.random() < 0.5:
        part, left = other[:, :keep], 30 + whole.shape[1] + gap
    else:
        part, left = other[:, -keep:], 30 - keep - gap
    window = canvas[top : top + len(part), left : left + part.shape[1]]
    np.maximum(window, part, out=window)
    return canvas


def _stacked(digits: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """Two digits one above the other: rows that touch."""
    return np.ascontiguousarray(_pair(np.transpose(digits, (0, 2, 1)), rng).T)


def _letter(digits: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    canvas = np.zeros((96, 130), np.uint8)
    text = "".join(rng.choice(list(_LETTERS), size=1 if rng.random() < 0.8 else 2))
    cv2.putText(canvas, text, (25, 68), int(rng.choice(_FONTS)), rng.uniform(1.2, 1.9), 255, int(rng.integers(2, 7)))
    return canvas


def _scribble(digits: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """A loose knot of strokes that no digit has."""
    canvas = np.zeros((80, 80), np.uint8)
    for _ in range(int(rng.integers(2, 6))):
        points = rng.integers(8, 72, (int(rng.integers(2, 6)), 1, 2)).astype(np.int32)
        cv2.polylines(canvas, [points], False, 255, int(rng.integers(2, 8)), cv2.LINE_AA)
    return canvas


def _blob(digits: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """Thresholded smooth noise: shadow, fur, dirt; or a filled speck."""
    size = int(rng.integers(5, 14))
    coarse = rng.standard_normal((size, size)).astype(np.float32)
    smooth = cv2.resize(coarse, (56, 56), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.4:
        y, x = np.mgrid[-1:1:56j, -1:1:56j]
        smooth = (0.3 * smooth + 1.2 - 2 * np.hypot(x, y * rng.uniform(0.7, 1.4))).astype(np.float32)
    return ((smooth > rng.uniform(0.0, 0.8)) * 255).astype(np.uint8)


def _ruling(digits: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """Bits of ruled or squared paper: dashes, corners, crosses, dots in a row."""
    canvas = np.zeros((80, 80), np.uint8)
    thickness, kind = int(rng.integers(2, 7)), int(rng.integers(4))
    row, column = rng.integers(10, 70, 2)
    if kind in (0, 1, 2):
        cv2.line(canvas, (4, int(row)), (76, int(row + rng.integers(-6, 7))), 255, thickness)
    if kind in (1, 2):
        cv2.line(canvas, (int(column), 4), (int(column), 76), 255, thickness)
    if kind == 2:
        cv2.line(canvas, (4, int(80 - row)), (76, int(80 - row)), 255, thickness)
    if kind == 3:
        for x in range(6, 80, int(rng.integers(12, 30))):
            cv2.circle(canvas, (x, 40), thickness, 255, -1)
    return canvas


_WEIGHTED_MAKERS: tuple[tuple[Maker, float], ...] = (
    (_half, 0.24),
    (_pair, 0.24),
    (_one_and_a_half, 0.16),
    (_stacked, 0.05),
    (_letter, 0.17),
    (_scribble, 0.05),
    (_blob, 0.05),
    (_ruling, 0.04),
)
_MAKERS = [maker for maker, _ in _WEIGHTED_MAKERS]
_SHARES = [share for _, share in _WEIGHTED_MAKERS]
