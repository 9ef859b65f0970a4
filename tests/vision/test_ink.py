"""Ink is found on any paper: dark and light, shaded, coloured, noisy; and none on a blank sheet."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from hdr_core.types import UInt8Image
from hdr_core.vision.ink import extract_ink

STROKE = np.zeros((120, 160), bool)
STROKE[30:90, 70:78] = True


def paper(ink_rgb: tuple[int, int, int], paper_rgb: tuple[int, int, int]) -> UInt8Image:
    picture = np.full((*STROKE.shape, 3), paper_rgb, np.uint8)
    picture[STROKE] = ink_rgb
    return picture


def intersection_over_union(mask: np.ndarray, truth: np.ndarray) -> float:
    return float((mask & truth).sum() / (mask | truth).sum())


@pytest.mark.parametrize(
    ("ink_rgb", "paper_rgb", "is_dark"),
    [
        ((20, 20, 20), (255, 255, 255), True),
        ((250, 250, 250), (0, 0, 0), False),
        ((235, 235, 230), (30, 60, 45), False),
        ((200, 40, 40), (250, 248, 240), True),
        ((60, 80, 200), (240, 240, 250), True),
        ((150, 150, 150), (200, 200, 200), True),
    ],
    ids=["black on white", "white on black", "chalk", "red", "blue", "pencil"],
)
def test_finds_the_stroke_and_its_polarity(
    ink_rgb: tuple[int, int, int], paper_rgb: tuple[int, int, int], is_dark: bool
) -> None:
    ink = extract_ink(paper(ink_rgb, paper_rgb))
    assert ink.is_dark is is_dark
    assert intersection_over_union(ink.mask, STROKE) > 0.95
    assert ink.ink[~STROKE & ~cv2.dilate(STROKE.view(np.uint8), np.ones((3, 3))).astype(bool)].max() == 0


def test_a_shadow_across_the_page_is_not_ink() -> None:
    light = np.linspace(1.0, 0.35, STROKE.shape[1])[None, :, None]
    shaded = (paper((30, 30, 30), (250, 250, 245)) * light).astype(np.uint8)
    assert intersection_over_union(extract_ink(shaded).mask, STROKE) > 0.9


def test_grain_is_not_ink() -> None:
    rng = np.random.default_rng(3)
    noisy = paper((40, 40, 40), (220, 220, 215)).astype(np.float32) + rng.normal(0, 6, (*STROKE.shape, 3))
    mask = extract_ink(np.clip(noisy, 0, 255).astype(np.uint8)).mask
    assert intersection_over_union(mask, STROKE) > 0.85


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_blank_page_has_none(value: int) -> None:
    ink = extract_ink(np.full((50, 70, 3), value, np.uint8))
    assert not ink.mask.any() and ink.contrast == 0


@pytest.mark.parametrize("shape", [(3, 3), (3, 400), (400, 3), (28, 28)])
def test_any_shape_from_3_by_3(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    ink = extract_ink(picture)
    assert ink.mask.shape == ink.ink.shape == ink.gray.shape == shape


def test_a_blurred_crop_that_its_digit_fills_still_has_ink() -> None:
    crop = np.full((110, 84, 3), 190, np.uint8)
    cv2.ellipse(crop, (42, 35), (18, 17), 0, 0, 360, (120, 90, 60), 11)
    cv2.ellipse(crop, (42, 74), (20, 19), 0, 0, 360, (120, 90, 60), 11)
    blurred = np.asarray(cv2.GaussianBlur(crop, (0, 0), 6), np.uint8)
    assert intersection_over_union(extract_ink(blurred).mask, crop[..., 2] < 150) > 0.7


@pytest.mark.parametrize("spread", [3, 8, 15])
def test_grain_alone_is_not_cut_in_two(spread: float) -> None:
    paper = np.clip(np.random.default_rng(2).normal(200, spread, (120, 100, 3)), 0, 255).astype(np.uint8)
    soft = np.asarray(cv2.GaussianBlur(paper, (0, 0), 1), np.uint8)
    assert extract_ink(soft).mask.mean() < 0.01
