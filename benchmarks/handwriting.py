"""A drawing and a photograph of a number, where only the time counts: no data set is needed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from examples.handwriting import Pen, write_number
from hdr_core.types import UInt8Image


def drawing(text: str, seed: int = 1) -> UInt8Image:
    """``text`` as the app's canvas hands it over: (320, 640, 4) uint8 RGBA, dark pen on paper-white."""
    ink = np.zeros((320, 640), np.uint8)
    write_number(ink, text, (45, 95), 120, Pen(11), np.random.default_rng(seed))
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
        left_top = (width * 0.2, row_px * (index + 0.6))
        write_number(ink, text, left_top, row_px * 0.45, Pen(height / 110), np.random.default_rng(seed + index))
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
