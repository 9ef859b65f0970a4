"""What the lattice charges for, one charge at a time."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.reading.costs import digit_score, skip_score
from hdr_core.reading.parts import Part

HEIGHT_PX = 40.0
DIGIT_BOX = (0, 0, 25, 40)


def part(box: tuple[int, int, int, int], piece: int = 0) -> Part:
    left, top, right, bottom = box
    return Part(np.ones((bottom - top, right - left), bool), box, piece, True)


def score(
    box: tuple[int, int, int, int] = DIGIT_BOX, *, label: int = 8, sure: float = 1.0, is_slice: bool = False
) -> float:
    return digit_score(label, sure, box, [part(box)], HEIGHT_PX, is_slice=is_slice)


def test_a_sure_digit_of_the_rows_height_costs_nothing() -> None:
    assert score() == pytest.approx(0.0)


def test_doubt_costs_its_logarithm() -> None:
    assert score(sure=0.5) == pytest.approx(np.log(0.5))


@pytest.mark.parametrize("bottom", [10, 20, 80, 160])
def test_the_farther_from_the_rows_height_the_dearer(bottom: int) -> None:
    nearer = 30 if bottom < 40 else 50
    assert score((0, 0, 10, bottom)) < score((0, 0, 10, nearer)) < 0


def test_two_digits_wide_costs_more_than_one() -> None:
    assert score((0, 0, 60, 40)) < score((0, 0, 44, 40)) < score((0, 0, 40, 40))


def test_a_slice_costs_and_a_sliced_one_costs_more() -> None:
    assert score(is_slice=True, label=1) < score(is_slice=True) < score()
    assert score(label=1) == score(label=8)


def test_a_colon_is_loose_and_a_broken_five_is_not() -> None:
    box = (0, 0, 8, 40)
    colon = [part((0, 0, 8, 8), 0), part((0, 32, 8, 40), 1)]
    broken = [part((0, 0, 8, 30), 0), part((0, 32, 8, 40), 1)]
    loose = digit_score(1, 1.0, box, colon, HEIGHT_PX, is_slice=False)
    assert loose < digit_score(1, 1.0, box, broken, HEIGHT_PX, is_slice=False) == pytest.approx(0.0)


def test_passing_over_a_sure_digit_is_dear_and_over_junk_cheaper() -> None:
    assert skip_score(1.0, DIGIT_BOX, HEIGHT_PX, is_slice=False) < skip_score(
        0.01, DIGIT_BOX, HEIGHT_PX, is_slice=False
    )


def test_a_dot_is_passed_over_almost_free_whatever_it_looks_like() -> None:
    dot = (0, 0, 3, 3)
    assert skip_score(0.99, dot, HEIGHT_PX, is_slice=False) > score(dot)


def test_a_slice_is_not_dropped_as_lightly_as_a_piece() -> None:
    assert skip_score(0.3, DIGIT_BOX, HEIGHT_PX, is_slice=True) < skip_score(0.3, DIGIT_BOX, HEIGHT_PX, is_slice=False)
