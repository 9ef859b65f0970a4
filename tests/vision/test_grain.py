"""Strokes full of holes become whole; whole strokes are left as they are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

import hdr_core
from hdr_core.types import UInt8Image
from hdr_core.vision.grain import close_grain
from hdr_core.vision.ink import Ink, extract_ink
from hdr_core.vision.pieces import find_pieces
from tests.pictures import on_paper


def ring(stroke_px: int, radius_px: int = 40) -> UInt8Image:
    """(160, 160) uint8 gray: a dark 0 on white paper."""
    paper = np.full((160, 160), 255, np.uint8)
    return np.asarray(cv2.circle(paper, (80, 80), radius_px, (0,), stroke_px), np.uint8)


def with_grain(gray: UInt8Image, share: float, seed: int = 1) -> UInt8Image:
    """The same writing in pencil: ``share`` of its pixels stay paper."""
    holes = np.random.default_rng(seed).random(gray.shape) < share
    return np.where(holes, 255, gray).astype(np.uint8)


def ink_of(gray: UInt8Image) -> Ink:
    return extract_ink(np.dstack([gray] * 3))


@pytest.mark.parametrize("stroke_px", [1, 2, 5, 9])
def test_whole_strokes_are_left_as_they_are(stroke_px: int) -> None:
    ink = ink_of(ring(stroke_px))
    mask, strength = close_grain(ink.mask, ink.ink)
    assert mask is ink.mask and strength is ink.ink


def test_paper_without_ink_is_left_as_it_is() -> None:
    ink = ink_of(np.full((40, 40), 255, np.uint8))
    mask, strength = close_grain(ink.mask, ink.ink)
    assert mask is ink.mask and strength is ink.ink


@pytest.mark.parametrize("share", [0.4, 0.55, 0.7])
def test_a_stroke_full_of_holes_becomes_one_piece_and_keeps_its_loop(share: float) -> None:
    before = ink_of(with_grain(ring(5), share))
    mask, strength = close_grain(before.mask, before.ink)
    assert find_pieces(mask).areas_px.max() > 0.97 * mask.sum()
    assert (mask >= before.mask).all()
    assert (strength >= before.ink).all()
    assert not mask[70:90, 70:90].any(), "the loop is open"


@pytest.mark.parametrize("text", ["0", "8", "4826"])
def test_a_number_in_pencil_is_read(text: str) -> None:
    assert hdr_core.read_number(with_grain(on_paper(text), 0.6)).text == text
