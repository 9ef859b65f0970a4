"""Known changes of a tile: what moves where, what stays, and how the answer follows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.errors import TileError
from hdr_core.evaluation.variations import BOUNDS, KINDS, Variation, sweep, sweep_values, vary, vary_all
from hdr_core.types import UInt8Image
from tests.evaluation.stand_in import InkOnTheLeft, tile_of

BAR = tile_of((slice(6, 22), slice(13, 15)))


def centre_of(tile: UInt8Image) -> tuple[float, float]:
    """Row and column of the ink's centre of mass."""
    rows, columns = np.indices(tile.shape)
    return float((rows * tile).sum() / tile.sum()), float((columns * tile).sum() / tile.sum())


def test_what_changes_nothing_gives_the_same_tile() -> None:
    assert not Variation().changes
    assert np.array_equal(vary(BAR, Variation()), BAR)


def test_a_shift_moves_right_and_down_by_so_many_pixels() -> None:
    moved = vary(BAR, Variation(shift_x_px=3, shift_y_px=-2))
    expected = np.zeros_like(BAR)
    expected[:-2, 3:] = BAR[2:, :-3]
    assert np.array_equal(moved, expected)


def test_a_turn_is_clockwise_about_the_middle() -> None:
    right = tile_of((slice(12, 16), slice(20, 24)))
    row, column = centre_of(vary(right, Variation(rotation_deg=45)))
    reach = 21.5 - 13.5
    assert row == pytest.approx(13.5 + reach * np.sin(np.pi / 4), abs=0.1)  # rows count downwards
    assert column == pytest.approx(13.5 + reach * np.cos(np.pi / 4), abs=0.1)


@pytest.mark.parametrize("thickness_px", [-0.5, 0.5, 1.0, 2.0])
def test_a_stroke_gets_thicker_by_so_much_on_each_side(thickness_px: float) -> None:
    stroke = tile_of((slice(2, 26), slice(12, 16)))
    changed = vary(stroke, Variation(thickness_px=thickness_px))
    assert changed[14].sum() / 255 == pytest.approx(4 + 2 * thickness_px, abs=0.35)


def test_blur_spreads_the_ink_and_keeps_its_amount() -> None:
    blurred = vary(BAR, Variation(blur_px=1.0))
    assert blurred.max() < BAR.max()
    assert float(blurred.sum()) == pytest.approx(float(BAR.sum()), rel=0.02)


def test_noise_changes_that_share_of_pixels_to_black_or_white() -> None:
    gray = np.full((40, 28, 28), 100, np.uint8)
    noisy = vary_all(gray, Variation(noise_share=0.3))
    assert set(np.unique(noisy)) == {0, 100, 255}
    assert (noisy != 100).mean() == pytest.approx(0.3, abs=0.01)
    assert (noisy == 255).sum() == pytest.approx((noisy == 0).sum(), rel=0.05)
    assert not np.array_equal(noisy[0], noisy[1])


def test_more_noise_keeps_the_pixels_of_less() -> None:
    gray = np.full((28, 28), 100, np.uint8)
    less, more = (vary(gray, Variation(noise_share=share)) for share in (0.1, 0.4))
    assert np.array_equal(less[less != 100], more[less != 100])
    other = vary(gray, Variation(noise_share=0.1, seed=1))
    assert not np.array_equal(less, other)


@given(
    st.sampled_from(KINDS).flatmap(
        lambda kind: st.tuples(st.just(kind), st.floats(*BOUNDS[kind], allow_nan=False, width=32))
    )
)
def test_a_changed_tile_is_a_tile(change: tuple[str, float]) -> None:
    changed = vary(BAR, Variation(**{change[0]: change[1]}))  # type: ignore[arg-type]
    assert changed.shape == (28, 28)
    assert changed.dtype == np.uint8


def test_no_tiles_are_no_tiles() -> None:
    how = Variation(rotation_deg=3, noise_share=0.2)
    assert vary_all(np.zeros((0, 28, 28), np.uint8), how).shape == (0, 28, 28)


def test_a_value_out_of_bounds_is_refused() -> None:
    with pytest.raises(ValueError, match=r"rotation_deg must lie in \[-45.0, 45.0\], got 90"):
        Variation(rotation_deg=90)


@pytest.mark.parametrize(
    "tiles", [np.zeros((28, 28), np.uint8), np.zeros((1, 28, 28)), np.zeros((1, 20, 20), np.uint8)]
)
def test_what_is_no_stack_of_tiles_is_refused(tiles: Any) -> None:
    with pytest.raises(TileError, match="Expected tiles"):
        vary_all(tiles, Variation())


def test_a_sweep_asks_at_every_value() -> None:
    block = tile_of((slice(12, 16), slice(12, 16)))
    found = sweep(InkOnTheLeft(), block, "shift_x_px", [-2.0, -1.0, 0.0, 1.0, 2.0])
    assert found[:, 1].tolist() == [1.0, 0.75, 0.5, 0.25, 0.0]


def test_a_sweep_starts_from_what_is_changed_already() -> None:
    block = tile_of((slice(12, 16), slice(12, 16)))
    found = sweep(InkOnTheLeft(), block, "shift_y_px", [0.0, 4.0], Variation(shift_x_px=-2))
    assert found[:, 1].tolist() == [1.0, 1.0]


@pytest.mark.parametrize("kind", KINDS)
def test_sweep_values_span_the_bounds_and_hold_zero(kind: Any) -> None:
    values = sweep_values(kind)
    assert (values[0], values[-1]) == BOUNDS[kind]
    assert 0.0 in values
