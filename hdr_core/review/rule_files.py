"""Rules ↔ JSON, as they are kept with a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from hdr_core.errors import RuleError
from hdr_core.review.check_rules import CheckDigit, WeightedDigits
from hdr_core.review.pattern_rules import DateRule, Mask
from hdr_core.review.rules import Allowed, Length, Range, Rule

KINDS: dict[str, type[Rule]] = {
    "length": Length,
    "allowed": Allowed,
    "range": Range,
    "check digit": CheckDigit,
    "weights": WeightedDigits,
    "date": DateRule,
    "pattern": Mask,
}
"""Name in the file → rule."""

_NAMES = {kind: name for name, kind in KINDS.items()}


def rules_to_json(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """One object per rule, of JSON types only."""
    return [{"kind": _NAMES[type(rule)], **_settings(rule)} for rule in rules]


def rules_from_json(kept: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """What ``rules_to_json`` made.

    Raises:
        RuleError: an object is no rule, or its settings make no sense.
    """
    return tuple(_rule(one) for one in kept)


def _settings(rule: Rule) -> dict[str, Any]:
    names = [field.name for field in fields(rule) if field.init]  # type: ignore[arg-type]  # every rule is a dataclass
    values = {name: getattr(rule, name) for name in names}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _rule(kept: Mapping[str, Any]) -> Rule:
    try:
        settings = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
        return KINDS[str(settings.pop("kind"))](**settings)
    except (KeyError, TypeError, AttributeError) as error:
        raise RuleError(f"A rule that was kept cannot be read ({error}). Set the rules of the batch anew.") from error
