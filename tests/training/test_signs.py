"""Letters and signs of fonts, as tiles."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import ImageFont

from hdr_core import load_model
from hdr_core.training.signs import LETTERS, SIGNS, SIZE_PX, any_digit, any_sign, draw_sign, font_tiles


@pytest.fixture(scope="module")
def font_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The font that Pillow brings with it, as a file."""
    path = tmp_path_factory.mktemp("fonts") / "default.ttf"
    font = ImageFont.load_default(SIZE_PX)
    assert isinstance(font, ImageFont.FreeTypeFont) and isinstance(font.path, io.BytesIO)
    path.write_bytes(font.path.getvalue())
    return path


def test_tiles_are_made_of_signs(font_path: Path) -> None:
    tiles, texts, fonts = font_tiles(12, [font_path], any_sign, np.random.default_rng(0))
    assert fonts == ["default"] * 12 and len(texts) == 12
    assert (tiles.shape, tiles.dtype) == ((12, 28, 28), np.uint8)
    assert tiles.max(axis=(1, 2)).tolist() == [255] * 12
    assert len({tile.tobytes() for tile in tiles}) == 12


def test_a_sign_that_the_font_lacks_is_left_out(font_path: Path) -> None:
    font = ImageFont.truetype(str(font_path), SIZE_PX)
    assert draw_sign("\ue9f3", font) is None
    ring = draw_sign("R", font)
    assert ring is not None
    contours, _ = cv2.findContours((ring > 127).view(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    assert len(contours) == 2  # its outline and the hole in it


def test_nothing_that_is_a_digit_in_some_hand_is_among_them() -> None:
    assert not set(LETTERS + SIGNS) & set("0123456789OoDQlIiSsZzBbgqGyTJØø°|/\\")


def test_digits_are_told_with_what_they_say(font_path: Path) -> None:
    tiles, texts, _ = font_tiles(30, [font_path], any_digit, np.random.default_rng(1))
    assert set(texts) <= set("0123456789") and len(set(texts)) > 5
    answers = load_model().scores(tiles).probabilities.argmax(axis=1)
    assert (answers == np.array(texts, int)).mean() > 0.7


def test_several_letters_fit_on_their_picture(font_path: Path) -> None:
    ink = draw_sign("Wm#", ImageFont.truetype(str(font_path), SIZE_PX))
    assert ink is not None
    assert not np.concatenate([ink[[0, -1]].ravel(), ink[:, [0, -1]].ravel()]).any()
