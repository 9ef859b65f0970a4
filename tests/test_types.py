"""The values that travel between rooms refuse to be made wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hdr_core.types import Alternative, ReadDigit, Reading, ReadLine, Stages, TileScores

TILE = np.zeros((28, 28), np.uint8)


def digit(label: int = 3, probability: float = 0.9, **changes: Any) -> ReadDigit:
    others = [other for other in range(10) if other != label]
    alternatives = (Alternative(label, probability), *(Alternative(other, (1 - probability) / 9) for other in others))
    fields: dict[str, Any] = {"box_xyxy": (0, 0, 5, 9), "tile": TILE, "alternatives": alternatives} | changes
    return ReadDigit(label, probability, **fields)


def stages() -> Stages:
    empty = np.zeros((4, 4), np.uint8)
    return Stages(1.0, empty, empty, empty > 0)


def reading(*rows: tuple[ReadDigit, ...], warnings: tuple[str, ...] = ()) -> Reading:
    return Reading(tuple(ReadLine(row) for row in rows), stages(), (100, 50), warnings)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"label": 10}, "label must be 0–9, got 10"),
        ({"label": -1}, "label must be 0–9, got -1"),
        ({"probability": 1.01}, r"probability must lie in \[0, 1\], got 1.01"),
        ({"probability": float("nan")}, "probability must lie"),
        ({"box_xyxy": (5, 0, 5, 9)}, "left < right"),
        ({"box_xyxy": (0, 9, 5, 8)}, "top < bottom"),
        ({"tile": np.zeros((20, 20), np.uint8)}, "28×28"),
    ],
)
def test_a_digit_out_of_range_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        digit(**changes)


@pytest.mark.parametrize("probability", [0.0, 1.0])
def test_the_ends_of_the_range_are_allowed(probability: float) -> None:
    assert digit(probability=probability).probability == probability


def test_the_runner_up_is_the_second_alternative() -> None:
    assert digit(label=7).runner_up == digit(label=7).alternatives[1]
    assert digit(label=7).runner_up.label == 0


def test_text_has_one_line_per_row_and_digits_follow_reading_order() -> None:
    made = reading((digit(1), digit(2)), (digit(3),))
    assert made.text == "12\n3"
    assert [one.label for one in made.digits] == [1, 2, 3]


def test_probabilities_multiply() -> None:
    made = reading((digit(1, 0.5), digit(2, 0.8)), (digit(3, 0.9),))
    assert made.lines[0].probability == pytest.approx(0.4)
    assert made.probability == pytest.approx(0.36)


def test_an_empty_reading_must_say_why() -> None:
    with pytest.raises(ValueError, match="must say why"):
        reading()
    empty = reading(warnings=("The page is blank.",))
    assert (empty.text, empty.digits, empty.probability) == ("", (), 0.0)


def test_an_empty_row_is_never_sure() -> None:
    assert ReadLine(()).probability == 0.0


def test_values_are_frozen() -> None:
    with pytest.raises(AttributeError):
        digit().label = 4  # type: ignore[misc]


@pytest.mark.parametrize(("shape", "count"), [((2, 10), 3), ((2, 11), 2), ((20,), 2)])
def test_scores_of_other_shapes_are_refused(shape: tuple[int, ...], count: int) -> None:
    with pytest.raises(ValueError, match=r"expected \(N, 10\)"):
        TileScores(np.zeros(shape, np.float32), np.zeros(count, np.float32))


def test_scores_of_no_tiles_are_allowed() -> None:
    assert len(TileScores(np.zeros((0, 10), np.float32), np.zeros(0, np.float32)).is_digit) == 0
