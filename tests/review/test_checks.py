"""Check digits: published examples, and what each method promises to catch."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hdr_core.review.checks import METHODS, check_fault, fitting_end, weighted_fault

PUBLISHED = {
    "luhn": ["79927398713", "4111111111111111", "490154203237518"],  # patent's example, a test card, an IMEI
    "isbn-10": ["0306406152", "0198526636", "0471958697"],  # ISBN Users' Manual and two books'
    "isbn-13": ["9780306406157", "9783161484100", "9780198526636"],
    "ean-8": ["73513537", "96385074"],
    "ean-13": ["4006381333931", "5901234123457"],
}
PUBLISHED["mod-97"] = ["3214282912345698765432161182", "794" + "44"]  # an IBAN's digits (GB82 WEST…), ISO 7064's own

METHOD_NAMES = sorted(METHODS)


def valid_numbers(name: str) -> st.SearchStrategy[str]:
    """Numbers that fit the method, with their check digits."""
    method = METHODS[name]
    size = 12 if method.length is None else method.length - method.checking
    head = "978" if name == "isbn-13" else ""
    starts = st.text("0123456789", min_size=size - len(head), max_size=size - len(head)).map(lambda rest: head + rest)
    ended = starts.map(lambda start: (start, fitting_end(name, start + "0" * method.checking)))
    return ended.filter(lambda pair: pair[1] is not None).map(lambda pair: f"{pair[0]}{pair[1]}")


@pytest.mark.parametrize(("name", "number"), [(name, number) for name in PUBLISHED for number in PUBLISHED[name]])
def test_published_numbers_fit(name: str, number: str) -> None:
    assert check_fault(name, number) is None


@pytest.mark.parametrize("name", METHOD_NAMES)
@settings(max_examples=40)
@given(data=st.data())
def test_every_change_of_one_digit_is_caught(name: str, data: st.DataObject) -> None:
    number = data.draw(valid_numbers(name))
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert check_fault(name, number[:place] + other + number[place + 1 :]) is not None


@pytest.mark.parametrize("name", METHOD_NAMES)
@settings(max_examples=40)
@given(data=st.data())
def test_swapped_neighbours_are_caught_as_each_method_promises(name: str, data: st.DataObject) -> None:
    number = data.draw(valid_numbers(name))
    place = data.draw(st.integers(3 if name == "isbn-13" else 0, len(number) - 2))
    left, right = number[place], number[place + 1]
    swapped = number[:place] + right + left + number[place + 2 :]
    passes = {  # what a method lets through; those that are not named let nothing through
        "luhn": {left, right} == {"0", "9"},
        "isbn-13": abs(int(left) - int(right)) == 5,
        "ean-8": abs(int(left) - int(right)) == 5,
        "ean-13": abs(int(left) - int(right)) == 5,
    }
    is_caught = check_fault(name, swapped) is not None
    assert is_caught == (left != right and not passes.get(name, False))


@pytest.mark.parametrize(
    ("name", "number", "words"),
    [
        ("luhn", "79927398710", "Luhn check digit does not fit: expected 3"),
        ("mod-97", "79400", "Mod 97 check digits do not fit: expected 44"),
        ("ean-13", "400638133393", "EAN-13 has 13 digits, this has 12"),
        ("isbn-13", "4006381333931", "ISBN-13 begins with 978 or 979, this begins with 400"),
        ("isbn-10", "0804429570", "ISBN-10 check digit does not fit: it would be X, which is no digit"),  # 080442957X
        ("luhn", "5", "Luhn needs more than 1 digits"),
        ("luhn", "", "Luhn needs more than 1 digits"),
    ],
)
def test_what_is_wrong_is_said_in_words(name: str, number: str, words: str) -> None:
    assert check_fault(name, number) == words


@settings(max_examples=40)
@given(st.text("0123456789", min_size=2, max_size=20))
def test_weights_of_one_and_three_modulo_ten_are_ean(number: str) -> None:
    even = sum(map(int, number[::-1][::2])) + 3 * sum(map(int, number[::-1][1::2]))
    fault = weighted_fault((1, 3), 10, number)
    assert (fault is None) == (even % 10 == 0)
    if fault is not None:
        assert weighted_fault((1, 3), 10, number[:-1] + fault[-1]) is None


def test_weights_by_which_no_digit_fits_say_so() -> None:
    assert weighted_fault((2,), 10, "5000") is None
    assert weighted_fault((2, 3), 10, "1" + "0") == "Check digit does not fit: no digit would"
    assert weighted_fault((1,), 10, "7") == "A check digit needs a number before it"
