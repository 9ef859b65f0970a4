"""Choosing a batch's rules and the confidence from which a number is accepted without asking."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hdr_core.config import DEFAULT_MODEL
from hdr_core.errors import HdrError, RuleError
from hdr_core.review.check_rules import CheckDigit, WeightedDigits
from hdr_core.review.checks import METHODS
from hdr_core.review.pattern_rules import DATE_FORMATS, DateRule, Mask
from hdr_core.review.risk import Curve, read_curve
from hdr_core.review.rules import LONGEST, Allowed, Length, Range, Rule
from hdr_core.storage.models import model_dir
from hdr_ui import loaders
from hdr_ui.words import literal

ASK_ALL = 1.0
USUAL = 0.96
"""98.6 % of what is accepted at this threshold was right on real pictures, see ``benchmarks.review_curve``."""

THRESHOLDS = (0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.993, 0.995, 0.998, ASK_ALL)

_RULES_HELP = (
    "A number that breaks a rule is never accepted without asking, and where one digit may be misread, the likeliest "
    "number that obeys is offered. A check digit is one that follows from the others, as on cards and books."
)
_OWN = "own weights"
_LARGEST = 10**15 - 1  # a browser keeps no larger whole number exactly


def choose(
    prefix: str,
    threshold: float,
    rules: Sequence[Rule],
    model: str,
    sides: tuple[DeltaGenerator, DeltaGenerator],
) -> tuple[float, tuple[Rule, ...] | None]:
    """The form, filled in with ``threshold`` and ``rules``; rules are None while they make no sense, and it says so.

    The threshold goes into the first of the two ``sides``, the rules into the second.
    """
    with sides[0]:
        chosen = _choose_threshold(prefix, threshold, model)
    with sides[1]:
        return chosen, _choose_rules(prefix, rules)


def in_words(threshold: float) -> str:
    """0.985 is "98.5 %"."""
    return "Ask about every number" if threshold >= ASK_ALL else f"{100 * threshold:g} %"


def curve_of(model: str) -> Curve | None:
    """What thresholds did on real pictures, if it was measured for this very model."""
    try:
        curve = read_curve(model_dir(model))
        return curve if curve is not None and curve.model_digest == loaders.model_version(model) else None
    except HdrError:
        return None


def _choose_threshold(prefix: str, threshold: float, model: str) -> float:
    options = sorted({*THRESHOLDS, threshold})
    chosen = st.select_slider(
        "Accept without asking what is at least this sure",
        options,
        value=threshold,
        format_func=in_words,
        key=f"{prefix}_threshold",
        help="Higher: more numbers come to you, and fewer wrong ones slip through.",
    )
    curve = curve_of(model)
    point = curve.at(chosen) if curve is not None else None
    if chosen >= ASK_ALL:
        st.caption("You decide every number yourself.")
    elif curve is not None and point is not None:
        st.caption(
            f"Measured on {curve.told}: {100 * point.share:.0f} % accepted, {100 * point.precision:.1f} % of these "
            "right. What breaks a rule is always asked about."
        )
    else:
        st.caption(
            f"{literal(model)} was not measured on real pictures as {DEFAULT_MODEL} was: look at more of its numbers."
        )
    return float(chosen)


def _choose_rules(prefix: str, rules: Sequence[Rule]) -> tuple[Rule, ...] | None:
    before = {_KINDS[type(rule)]: rule for rule in rules}
    kinds = st.multiselect(
        "Rules that every number obeys",
        list(_FORMS),
        default=[kind for kind in _FORMS if kind in before],
        key=f"{prefix}_rules",
        placeholder="None. Choose a length, a check digit …",
        help=_RULES_HELP,
    )
    chosen = [_choose_rule(kind, f"{prefix}_{kind}", before.get(kind)) for kind in kinds]
    rules_chosen = tuple(rule for rule in chosen if rule is not None)
    return rules_chosen if len(rules_chosen) == len(chosen) else None


def _choose_rule(kind: str, key: str, before: Rule | None) -> Rule | None:
    try:
        return _FORMS[kind](key, before)
    except RuleError as error:
        st.error(literal(error))
        return None


def _length(key: str, before: Rule | None) -> Rule:
    low, high = (before.minimum, before.maximum) if isinstance(before, Length) else (5, 5)
    left, right = st.columns(2)
    minimum = left.number_input("Digits at least", 1, LONGEST, low, key=f"{key}_low")
    maximum = right.number_input("Digits at most", 1, LONGEST, high, key=f"{key}_high")
    return Length(int(minimum), int(maximum))


def _check_digit(key: str, before: Rule | None) -> Rule:
    methods = [*METHODS, _OWN]
    was = before.method if isinstance(before, CheckDigit) else _OWN if isinstance(before, WeightedDigits) else "luhn"
    titles = {name: method.title for name, method in METHODS.items()} | {_OWN: "Own weights"}
    method = st.selectbox("Check digit", methods, methods.index(was), format_func=titles.__getitem__, key=f"{key}_how")
    if method != _OWN:
        return CheckDigit(method)
    weights, modulus = (before.weights, before.modulus) if isinstance(before, WeightedDigits) else ((1, 3), 10)
    left, right = st.columns(2)
    typed = left.text_input("Weights from the right", ", ".join(map(str, weights)), key=f"{key}_weights")
    divisor = right.number_input("Sum divides by", 2, 1000, modulus, key=f"{key}_modulus")
    return WeightedDigits(_weights(typed), int(divisor))


def _weights(typed: str) -> tuple[int, ...]:
    """What stands between commas or spaces; anything but a whole number is an impossible weight, as the rule tells."""
    parts = re.split(r"[\s,;]+", typed.strip())
    return tuple(int(part) if re.fullmatch(r"[0-9]{1,4}", part) else -1 for part in parts if part)


def _allowed(key: str, before: Rule | None) -> Rule:
    was = "\n".join(before.values) if isinstance(before, Allowed) else ""
    typed = st.text_area("Allowed numbers, one per line or parted by commas", was, key=f"{key}_list", height=120)
    return Allowed(tuple(dict.fromkeys(re.split(r"[\s,;]+", typed.strip())) if typed.strip() else ()))


def _pattern(key: str, before: Rule | None) -> Rule:
    was = before.pattern if isinstance(before, Mask) else ""
    typed = st.text_input(
        "Pattern",
        was,
        key=f"{key}_mask",
        placeholder="20##-####",
        help="# any digit, [1-3] one of these, * any digits; hyphens and points are passed over",
    )
    return Mask(typed.strip())


def _range(key: str, before: Rule | None) -> Rule:
    low, high = (before.minimum, before.maximum) if isinstance(before, Range) else (None, None)
    left, right = st.columns(2)
    minimum = left.number_input("From", 0, _LARGEST, low, key=f"{key}_low", placeholder="No limit", step=1)
    maximum = right.number_input("To", 0, _LARGEST, high, key=f"{key}_high", placeholder="No limit", step=1)
    return Range(None if minimum is None else int(minimum), None if maximum is None else int(maximum))


def _date(key: str, before: Rule | None) -> Rule:
    was = before.format if isinstance(before, DateRule) else DATE_FORMATS[0]
    return DateRule(st.selectbox("Date written as", DATE_FORMATS, DATE_FORMATS.index(was), key=f"{key}_format"))


_FORMS: dict[str, Callable[[str, Rule | None], Rule]] = {
    "Length": _length,
    "Check digit": _check_digit,
    "Allowed numbers": _allowed,
    "Pattern": _pattern,
    "Range": _range,
    "Date": _date,
}
_KINDS: dict[type[Rule], str] = {
    Length: "Length",
    CheckDigit: "Check digit",
    WeightedDigits: "Check digit",
    Allowed: "Allowed numbers",
    Mask: "Pattern",
    Range: "Range",
    DateRule: "Date",
}
