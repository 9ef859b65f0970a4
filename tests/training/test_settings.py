"""Settings are checked, and text and back gives the same."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.errors import RecipeError
from hdr_core.training.settings import CHOICES, RANGES, Settings, parse_settings, settings_as_text

STACKS = ["", "dense 12", "conv 8 3 tanh; pool 2; norm; dropout 0.25; dense 16"]


@st.composite
def any_settings(draw: st.DrawFn) -> Settings:
    values: dict[str, Any] = {"stack": draw(st.sampled_from(STACKS))}
    for field in fields(Settings):
        if field.name in CHOICES:
            values[field.name] = draw(st.sampled_from(CHOICES[field.name]))
        elif field.name in RANGES:
            low, high = RANGES[field.name]
            kind = type(getattr(Settings(), field.name))
            values[field.name] = draw(st.integers(int(low), int(high)) if kind is int else st.floats(low, high))
    if not values["validation_split"]:
        values["patience"] = 0
    return Settings(**values)


@given(any_settings())
def test_text_and_back_gives_the_same_settings(settings: Settings) -> None:
    assert parse_settings(Settings(), settings_as_text(settings)) == settings


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("epochs", "0", "between 1 and 1000"),
        ("epochs", "many", "a whole number"),
        ("epochs", "2.5", "a whole number"),
        ("batch_size", "-4", "between 1 and 4096"),
        ("learning_rate", "nan", "a finite number"),
        ("learning_rate", "inf", "a finite number"),
        ("learning_rate", "fast", "must be a number"),
        ("dropout", "1", "between 0 and 0.9"),
        ("optimizer", "Adam", "one of adam, adamw"),
        ("schedule", "", "one of constant"),
        ("augmentation", "mirror", "one of none, shift"),
        ("patience", "3", "needs a validation_split"),
        ("stack", "conv 3", "Layer 1"),
        ("momentum", "0.9", "no setting called 'momentum'"),
    ],
)
def test_what_is_impossible_is_refused_with_the_reason(name: str, text: str, said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        parse_settings(Settings(), {name: text})


def test_blanks_around_a_value_do_not_matter() -> None:
    assert parse_settings(Settings(), {"epochs": " 7 ", "optimizer": "sgd "}) == Settings(epochs=7, optimizer="sgd")


def test_every_setting_has_a_range_or_choices_or_a_grammar() -> None:
    assert {field.name for field in fields(Settings)} == {*CHOICES, *RANGES, "stack", "start_from"}
