"""The right digits in the right order."""

from __future__ import annotations

from typing import Any

import pytest

from hdr_core.evaluation.mistakes import frequent_pairs, in_order, select
from tests.evaluation.answers import drawn, evaluation

#          0  1    2    3    4    5    6
LABELS = [4, 4, 4, 9, 1, 4, 7]
ANSWERS = [9, 9, 4, 4, 1, 2, 7]
SURE = [0.6, 0.9, 0.5, 0.7, 0.95, 0.8, 0.4]
FOUND = evaluation(LABELS, ANSWERS, SURE)


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ({}, [1, 5, 3, 0]),
        ({"truth": 4, "answer": 9}, [1, 0]),
        ({"truth": 4}, [1, 5, 0]),
        ({"answer": 4}, [3]),
        ({"digit_class": 9}, [1, 3, 0]),
        ({"digit_class": 2, "answer": 2}, [5]),
        ({"truth": 4, "answer": 4}, [2]),
        ({"truth": 4, "answer": 4, "errors_only": True}, []),
        ({"truth": 4, "errors_only": False}, [1, 5, 0, 2]),
        ({"leave_out": [1, 0]}, [5, 3]),
        ({"sort": "confidence"}, [1, 5, 3, 0]),
        ({"sort": "confidence", "errors_only": False}, [1, 5, 3, 0, 6, 2, 4]),
        ({"sort": "pair"}, [1, 0, 5, 3]),
        ({"sort": "pair", "errors_only": False}, [1, 0, 5, 3, 4, 2, 6]),
        ({"truth": 3}, []),
    ],
)
def test_what_is_wanted_comes_biggest_first(wanted: dict[str, Any], places: list[int]) -> None:
    assert select(FOUND, **wanted).tolist() == places


def test_equals_keep_the_order_of_the_data() -> None:
    alike = evaluation([4] * 5, [9] * 5)
    for sort in ("loss", "confidence", "pair"):
        assert select(alike, sort=sort).tolist() == [0, 1, 2, 3, 4]


def test_losses_fall() -> None:
    many = drawn()
    losses = many.loss[select(many)]
    assert len(losses) == len(many.wrong) > 50
    assert (losses[:-1] >= losses[1:]).all()


def test_digits_from_elsewhere_are_put_in_the_same_order() -> None:
    assert in_order(FOUND, [0, 3, 1, 5]).tolist() == select(FOUND).tolist()
    assert in_order(FOUND, []).tolist() == []


def test_pairs_are_counted_without_right_answers() -> None:
    assert frequent_pairs(FOUND) == [(4, 9, 2), (4, 2, 1), (9, 4, 1)]
    assert frequent_pairs(FOUND, leave_out=[0, 5]) == [(4, 9, 1), (9, 4, 1)]
    assert frequent_pairs(evaluation([1, 2], [1, 2])) == []


@pytest.mark.parametrize("wanted", [{"sort": "size"}, {"truth": 10}, {"answer": -1}, {"digit_class": 11}])
def test_what_cannot_be_wanted_is_refused(wanted: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="got"):
        select(FOUND, **wanted)
