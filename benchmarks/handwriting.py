"""Numbers written by a program: strokes through a digit's corners, smoothed, shaken and inked.

They stand in for drawings and photographs where only the time counts, so that a benchmark needs no data set.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hdr_core.types import UInt8Image

# Strokes of each digit: corners x,y in hundredths of its height; y points down.
_STROKES = {
    "0": ("30,0 2,15 0,80 30,100 58,85 60,20 30,0",),
    "1": ("16,12 27,0 26,50 24,100",),
    "2": ("0,20 15,0 50,0 55,35 25,70 0,100 10,98 60,100",),
    "3": ("0,10 40,0 60,20 45,42 20,48 50,52 62,78 30,100 0,90",),
    "4": ("35,0 15,35 0,62 30,62 65,60", "45,30 43,65 42,100"),
    "5": ("10,0 8,20 5,45 35,36 60,60 50,95 5,97", "10,0 55,0"),
    "6": ("45,0 12,30 0,75 25,100 55,85 50,58 25,52 3,75",),
    "7": ("0,2 30,0 62,0 60,10 40,50 22,100",),
    "8": ("52,12 25,0 5,20 25,42 55,68 45,95 15,97 2,75 30,48 55,25 52,12",),
    "9": ("55,15 25,0 0,20 12,45 40,45 56,15 52,50 40,100",),
}
_SHARP_PX = 16  # cv2 draws in fixed point with 4 fractional bits


def write_number(
    ink: UInt8Image, text: str, top_left_xy: tuple[float, float], height_px: float, pen_px: float, seed: int
) -> None:
    """Write ``text`` in white onto ``ink``, (H, W) uint8, which is changed."""
    rng = np.random.default_rng(seed)
    left, top = top_left_xy
    for digit in text:
        height = height_px * rng.uniform(0.9, 1.08)
        for stroke in _STROKES[digit]:
            corners = np.array([corner.split(",") for corner in stroke.split()], float) / 100
            corners += rng.normal(0, 0.015, corners.shape)
            points = _rounded(corners) * height + (left, top + rng.normal(0, 0.02) * height)
            fixed = np.round(points * _SHARP_PX).astype(np.int32)
            cv2.polylines(ink, [fixed], False, 255, max(1, round(pen_px)), cv2.LINE_AA, shift=4)
        left += height * (0.62 if digit != "1" else 0.4) + height_px * rng.uniform(0.2, 0.32)


def drawing(text: str, seed: int = 1) -> UInt8Image:
    """``text`` as the app's canvas hands it over: (320, 640, 4) uint8 RGBA, dark pen on paper-white."""
    ink = np.zeros((320, 640), np.uint8)
    write_number(ink, text, (45, 95), 120, 11, seed)
    page = np.where(ink[..., None] > 0, 255 - ink[..., None], 255).repeat(4, axis=2).astype(np.uint8)
    page[..., 3] = 255
    return page


def photo(rows: list[str], size_wh: tuple[int, int], seed: int = 1) -> bytes:
    """``rows`` on paper under uneven light, as JPEG bytes of ``size_wh`` pixels."""
    width, height = size_wh
    rng = np.random.default_rng(seed)
    ink = np.zeros((height, width), np.uint8)
    for index, text in enumerate(rows):
        row_px = height / (len(rows) + 1)
        write_number(ink, text, (width * 0.2, row_px * (index + 0.6)), row_px * 0.45, height / 110, seed + index)
    noise = rng.normal(0, 4, (height // 2, width // 2, 3)).astype(np.float32)  # a sensor's grain spans pixels
    paper = np.array([196, 216, 224], np.float32) * _light(size_wh)[..., None] + cv2.resize(noise, size_wh)
    pen = np.array([92, 52, 38], np.float32)  # blue-black, as BGR
    share = cv2.GaussianBlur(ink, (0, 0), height / 1500)[..., None].astype(np.float32) / 255
    scene = np.clip(paper * (1 - share) + pen * share, 0, 255).astype(np.uint8)
    return cv2.imencode(".jpg", scene, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()


def _light(size_wh: tuple[int, int]) -> NDArray[np.float32]:
    """(H, W) in 0.5–1: brightest at the upper left, with a soft shadow across the lower right."""
    x, y = np.meshgrid(np.linspace(0, 1, 64, dtype=np.float32), np.linspace(0, 1, 64, dtype=np.float32))
    shadow = 0.2 / (1 + np.exp(-(x + y - 1.3) * 14))
    return np.asarray(cv2.resize(1 - 0.22 * np.hypot(x - 0.2, y - 0.1) - shadow, size_wh), np.float32)


def _rounded(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chaikin's corner cutting, three times; both ends stay."""
    for _ in range(3):
        near, far = 0.75 * corners[:-1] + 0.25 * corners[1:], 0.25 * corners[:-1] + 0.75 * corners[1:]
        cut = np.stack([near, far], axis=1).reshape(-1, 2)
        corners = np.concatenate([corners[:1], cut, corners[-1:]])
    return corners
