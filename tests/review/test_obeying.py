"""The best number that obeys: against trying every number."""

from __future__ import annotations

from itertools import islice, product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hdr_core.review.check_rules import CheckDigit
from hdr_core.review.obeying import Evidence, best_obeying, best_row, likely_numbers
from hdr_core.review.pattern_rules import DateRule, Mask
from hdr_core.review.rules import Allowed, Length, Rule, obeys
from hdr_core.types import NumberAlternative

UNIT = st.floats(0.001, 1.0)
DIGITS = st.lists(UNIT, min_size=10, max_size=10)


def row(read: str, **others: float) -> list[list[float]]:
    """Ten probabilities of each digit of ``read``: 0.9, and ``p<place>_<label>`` for others."""
    rows = [[0.001] * 10 for _ in read]
    for place, label in enumerate(read):
        rows[place][int(label)] = 0.9
    for name, probability in others.items():
        place_text, label_text = name[1:].split("_")
        rows[int(place_text)][int(label_text)] = probability
    return rows


def by_trying_all(digits: list[list[float]], rules: list[Rule]) -> float:
    numbers = ("".join(labels) for labels in product("0123456789", repeat=len(digits)))
    worths = (
        prod(by_label[int(label)] for by_label, label in zip(digits, number, strict=True))
        for number in numbers
        if obeys(number, rules)
    )
    return max(worths, default=0.0)


@settings(max_examples=20)
@given(st.lists(DIGITS, min_size=1, max_size=3))
def test_combinations_come_likeliest_first_and_each_once(digits: list[list[float]]) -> None:
    found = list(likely_numbers(digits))
    assert len({text for text, _ in found}) == len(found) == 10 ** len(digits)
    worths = [worth for _, worth in found]
    assert worths == sorted(worths, reverse=True)
    assert all(
        worth == pytest.approx(prod(by_label[int(label)] for by_label, label in zip(digits, text, strict=True)))
        for text, worth in found[:20]
    )


@pytest.mark.parametrize("rule", [CheckDigit("luhn"), Mask("#[2-4]9"), Allowed(("123", "5", "777")), Length(9, 9)])
@settings(max_examples=20)
@given(digits=st.lists(DIGITS, min_size=3, max_size=3))
def test_the_best_row_is_the_one_that_trying_all_finds(rule: Rule, digits: list[list[float]]) -> None:
    read = "".join(str(int(np.argmax(by_label))) for by_label in digits)
    found = best_row(read, digits, {}, [rule])
    expected = by_trying_all(digits, [rule])
    if found is None:
        assert expected == 0
    else:
        of_read = prod(by_label[int(label)] for by_label, label in zip(digits, read, strict=True))
        assert obeys(found[0], [rule])
        assert found[1] * of_read == pytest.approx(expected)


def test_combinations_are_found_one_by_one() -> None:
    """Twenty digits have 10^20 labellings: only those that are asked for are made."""
    assert [text for text, _ in islice(likely_numbers(row("1" * 20, p3_7=0.5)), 2)] == ["1" * 20, "11171" + "1" * 15]


def test_a_whole_number_of_another_length_is_taken_where_it_is_likelier() -> None:
    read, rules = "4111", [Length(3, 3)]
    whole = (NumberAlternative("4111", 0.6), NumberAlternative("411", 0.2), NumberAlternative("417", 0.1))
    assert best_obeying(Evidence(read, 0.6, whole, [row(read)]), rules) == NumberAlternative("411", 0.2 / 0.6 * 0.6)
    assert best_obeying(Evidence(read, 0.6, (), [row(read)]), rules) is None


def test_only_the_row_that_breaks_a_rule_is_changed() -> None:
    known = Evidence("18\n79", 0.5, (), [row("18"), row("79", p0_0=0.2, p1_0=0.3)])
    found = best_obeying(known, [CheckDigit("luhn")])
    assert found is not None and found.text == "18\n00"


def test_what_obeys_is_left_alone() -> None:
    assert best_obeying(Evidence("18", 0.7), [CheckDigit("luhn")]) == NumberAlternative("18", 0.7)
    assert best_obeying(Evidence("", 0.0), [CheckDigit("luhn")]) is None


def test_a_misread_date_is_mended() -> None:
    known = Evidence("31022024", 0.4, (), [row("31022024", p0_2=0.01, p1_7=0.2, p3_3=0.05)])
    found = best_obeying(known, [DateRule("DDMMYYYY")])
    assert found is not None and found.text == "31032024"  # 21022024 is a day as well, but less likely


def test_boxes_that_do_not_fit_the_text_are_passed_over() -> None:
    assert best_obeying(Evidence("123", 0.5, (), [row("12")]), [Length(2, 2)]) is None
