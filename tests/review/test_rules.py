"""Rules: what obeys, what is said of what does not, and that rules outlive a file."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hdr_core.errors import RuleError
from hdr_core.review.check_rules import CheckDigit, WeightedDigits
from hdr_core.review.pattern_rules import DATE_FORMATS, DateRule, Mask
from hdr_core.review.rule_files import rules_from_json, rules_to_json
from hdr_core.review.rules import Allowed, Length, Range, Rule, faults

NUMBERS = st.text("0123456789", max_size=70)
RULES: list[Rule] = [
    Length(3, 5),
    Allowed(("007", "12")),
    Range(5, 900),
    Range(None, 20),
    CheckDigit("luhn"),
    WeightedDigits((1, 3), 10),
    DateRule("DDMMYY"),
    Mask("20##-[13-5]*"),
]


@pytest.mark.parametrize(
    ("rule", "number", "fault"),
    [
        (Length(5, 5), "12345", None),
        (Length(5, 5), "1234", "Expected 5 digits, this has 4"),
        (Length(1, 1), "12", "Expected 1 digit, this has 2"),
        (Length(2, 4), "12345", "Expected 2 to 4 digits, this has 5"),
        (Allowed(("007", "12")), "007", None),
        (Allowed(("007", "12")), "7", "Not among the allowed numbers"),
        (Range(5, 900), "0900", None),
        (Range(5, 900), "901", "Expected a value from 5 to 900"),
        (Range(5), "4", "Expected a value at least 5"),
        (Range(None, 20), "21", "Expected a value at most 20"),
        (CheckDigit("luhn"), "79927398710", "Luhn check digit does not fit: expected 3"),
        (DateRule("DDMMYYYY"), "29022024", None),
        (DateRule("DDMMYYYY"), "29022023", "No such day as DDMMYYYY"),
        (DateRule("DDMM"), "2902", None),
        (DateRule("DDMMYY"), "290200", None),
        (DateRule("YYYYMM"), "202613", "No such day as YYYYMM"),
        (DateRule("YYYYMMDD"), "2024", "Expected a date as YYYYMMDD, this has 4 digits"),
        (Mask("20##-[13-5]"), "20994", None),
        (Mask("20##-[13-5]"), "20992", "Does not fit the pattern 20##-[13-5]"),
        (Mask("7*"), "7", None),
        (Mask("7*"), "7123", None),
        (Mask("7*"), "8123", "Does not fit the pattern 7*"),
    ],
)
def test_a_rule_says_what_is_wrong(rule: Rule, number: str, fault: str | None) -> None:
    assert rule.fault(number) == fault
    assert fault is not None or rule.can_have(len(number))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.words)
@settings(max_examples=40)
@given(number=NUMBERS)
def test_no_number_makes_a_rule_fail(rule: Rule, number: str) -> None:
    fault = rule.fault(number)
    assert fault is None or fault[0].isupper()
    assert fault is not None or rule.can_have(len(number))


@pytest.mark.parametrize(
    ("rule", "lengths"),
    [
        (Length(3, 5), [3, 4, 5]),
        (Allowed(("007", "12")), [2, 3]),
        (Range(500, 900), [3, 4, 5, 6, 7, 8]),
        (CheckDigit("ean-8"), [8]),
        (CheckDigit("mod-97"), [3, 4, 5, 6, 7, 8]),
        (WeightedDigits((1, 3), 10), [2, 3, 4, 5, 6, 7, 8]),
        (DateRule("MMDD"), [4]),
        (Mask("2#-*[1-3]"), [3, 4, 5, 6, 7, 8]),
        (Mask("2#"), [2]),
    ],
)
def test_a_length_that_no_obeying_number_has_is_known(rule: Rule, lengths: list[int]) -> None:
    assert [length for length in range(9) if rule.can_have(length)] == lengths


@pytest.mark.parametrize("form", DATE_FORMATS)
@settings(max_examples=40)
@given(number=st.text("0123456789", min_size=4, max_size=8))
def test_dates_are_those_of_the_calendar(form: str, number: str) -> None:
    code = form.replace("YYYY", "%Y").replace("YY", "%y").replace("MM", "%m").replace("DD", "%d")
    try:
        if len(number) != len(form):
            raise ValueError
        with_year = (number, code) if "Y" in form else (f"2000{number}", f"%Y{code}")
        datetime.strptime(*with_year)
    except ValueError:
        assert DateRule(form).fault(number) is not None
    else:
        assert DateRule(form).fault(number) is None


def test_faults_name_the_row_where_there_are_several() -> None:
    rules: list[Rule] = [Length(2, 2), CheckDigit("luhn")]
    assert faults("18", rules) == ()
    assert faults("18\n123", rules) == (
        "Row 2: Expected 2 digits, this has 3",
        "Row 2: Luhn check digit does not fit: expected 5",
    )
    assert faults("", []) == ("No digits were read",)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Length(0, 3),
        lambda: Length(4, 3),
        lambda: Length(1, 65),
        lambda: Allowed(()),
        lambda: Allowed(("12a",)),
        lambda: Allowed(("１２",)),  # full-width digits are no ASCII digits
        lambda: Range(),
        lambda: Range(5, 4),
        lambda: Range(-1, 4),
        lambda: CheckDigit("verhoeff"),
        lambda: WeightedDigits((), 10),
        lambda: WeightedDigits((1,), 1),
        lambda: DateRule("%d%m"),
        lambda: Mask(""),
        lambda: Mask("(1+)+"),
        lambda: Mask("***1"),
        lambda: Mask("[5-1]"),
        lambda: Mask("[-]"),
        lambda: Mask("[0--]"),
        lambda: Mask("[1-]"),
        lambda: WeightedDigits((0, 0), 10),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(make: object) -> None:
    with pytest.raises(RuleError, match=r"\."):
        make()  # type: ignore[operator]


def test_rules_come_back_from_json_as_they_were() -> None:
    assert rules_from_json(json.loads(json.dumps(rules_to_json(RULES)))) == tuple(RULES)


@pytest.mark.parametrize("kept", [{}, {"kind": "spell"}, {"kind": "length"}, {"kind": "length", "minimum": "a"}, 5])
def test_a_damaged_rule_is_refused(kept: object) -> None:
    with pytest.raises(RuleError):
        rules_from_json([kept])  # type: ignore[list-item]
