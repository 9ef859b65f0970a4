"""Every model that is here, side by side: how right, how large, how fast, how long it learned."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from hdr_core import load_model
from hdr_core.errors import HdrError
from hdr_core.evaluation.comparison_figures import MeasuredAccuracy, SpeedPoint, error_against_time, error_intervals
from hdr_core.evaluation.metrics import AccuracyInterval, wilson_interval
from hdr_core.evaluation.speed import milliseconds_a_digit
from hdr_core.storage.comparisons import list_comparisons, read_comparison
from hdr_core.storage.models import ModelCard, list_models, model_dir, read_card
from hdr_core.text import visible
from hdr_core.types import UInt8Image
from hdr_ui import analysis, digit_sets, exports, loaders, own_models, state, theme
from hdr_ui.pressing import pressed
from hdr_ui.words import literal

_SERVED = "model.tflite"
_LONGEST_TITLE = 18  # letters that leave room for the chart on a phone
_COLUMNS = {
    "Model": st.column_config.TextColumn(pinned=True),
    "Accuracy, %": st.column_config.NumberColumn(format="%.2f"),
    "Parameters": st.column_config.NumberColumn(format="localized"),
    "File, MB": st.column_config.NumberColumn(format="%.2f", help="The LiteRT file that the app reads with"),
    "Read, ms a digit": st.column_config.NumberColumn(format="%.3f", help="One digit at a time, on this machine"),
    "Training, s": st.column_config.NumberColumn(format="localized"),
}


@dataclass(frozen=True)
class ModelRow:
    """A model's card with what is known of it here; None where it is not."""

    card: ModelCard
    measured: AccuracyInterval | None
    tested_on: str
    bytes_served: int | None
    milliseconds: float | None


def show() -> None:
    """The choice of digits, the table and two figures."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        data = digit_sets.choose(state.COMPARE_DATA_WIDGET)
    try:
        digits: digit_sets.DigitSet | None = digit_sets.load(data)
    except HdrError as error:
        digits = None
        st.info(f"{literal(error)} Until then the table shows what each model's card says.")
    unknown = [name for name in list_models() if digits is not None and not analysis.is_known(name, digits)]
    with right:
        asked = unknown and pressed(
            f"Test {_models(len(unknown))} on these digits", key="test_all", of=data, type="primary"
        )
    if asked and digits is not None:
        _test(unknown, digits)
    found, faults = collect(digits)
    for fault in faults:
        st.warning(literal(fault))
    if unknown:
        st.caption("Models that were not tested on these digits yet show the figures of their cards.")
    exports.table([table_row(row) for row in found], "models", columns=_COLUMNS, alt="Every model side by side")
    own_models.show()
    _show_figures(found)


def _models(number: int) -> str:
    return "1 model" if number == 1 else f"{number} models"


def _test(names: Sequence[str], digits: digit_sets.DigitSet) -> None:
    """Test one after another; a model that cannot be tested is told and does not stop the others."""
    for name in names:
        try:
            analysis.evaluation_on(name, digits)
        except HdrError as error:
            st.warning(literal(error))
    st.rerun()


def collect(digits: digit_sets.DigitSet | None) -> tuple[list[ModelRow], list[str]]:
    """What is known of every model and baseline, and a sentence for each that cannot be read."""
    rows, faults = [], []
    for name in list_models():
        try:
            rows.append(_model_row(name, digits))
        except (HdrError, OSError) as error:
            faults.append(str(error))
    for name in list_comparisons():
        try:
            card = read_comparison(name)
            rows.append(ModelRow(card, *of_card(card), None, None))
        except HdrError as error:
            faults.append(str(error))
    return rows, faults


def _model_row(name: str, digits: digit_sets.DigitSet | None) -> ModelRow:
    card, path = read_card(name), model_dir(name) / _SERVED
    measured, tested_on = of_card(card)
    if digits is not None and analysis.is_known(name, digits):
        measured, tested_on = analysis.evaluation_on(name, digits)[0].accuracy, digit_sets.titles()[digits.name]
    speed = _speed(name, loaders.model_version(name))
    return ModelRow(card, measured, tested_on, path.stat().st_size, speed)


def of_card(card: ModelCard) -> tuple[AccuracyInterval | None, str]:
    """The accuracy that the card tells of, with its interval; cards of old may tell of none."""
    for prefix, words in (("mnist_test", "MNIST"), ("test", "its own test digits")):
        accuracy, errors = card.scores.get(f"{prefix}_accuracy"), card.scores.get(f"{prefix}_errors")
        if accuracy is not None and errors is not None:
            total = round(errors / (1 - accuracy)) if accuracy < 1 else 0
            low, high = card.scores.get(f"{prefix}_low_95"), card.scores.get(f"{prefix}_high_95")
            if total and low is not None and high is not None:
                return AccuracyInterval(total - round(errors), total, low, high), f"{words}, from its card"
            if total:
                return wilson_interval(total - round(errors), total), f"{words}, from its card"
    return None, "not tested yet"


@st.cache_data(max_entries=128, show_spinner="Timing the models")
def _speed(name: str, version: str) -> float:
    return milliseconds_a_digit(load_model(name), _sample_tiles())


def _sample_tiles() -> UInt8Image:
    return digit_sets.load("digits").tiles[:30]


def table_row(row: ModelRow) -> dict[str, object]:
    """A line of the table, and of the CSV file."""
    accuracy = row.measured
    return {
        "Model": visible(row.card.title),
        "Accuracy, %": 100 * accuracy.accuracy if accuracy else None,
        "95 % interval": f"{accuracy.low:.2%} – {accuracy.high:.2%}" if accuracy else "",
        "Errors": accuracy.total - accuracy.correct if accuracy else None,
        "Parameters": row.card.parameters,
        "File, MB": row.bytes_served / 1e6 if row.bytes_served else None,
        "Read, ms a digit": row.milliseconds,
        "Training, s": round(row.card.seconds_to_train) or None,  # nobody knows it of a model that was imported
        "Tested on": row.tested_on,
        "Name": row.card.name,
    }


def _show_figures(rows: Sequence[ModelRow]) -> None:
    points = _accuracies(rows)
    if not points:
        return
    st.markdown("#### How sure the order is")
    st.caption("Test error with its 95 % interval: where two intervals overlap widely, the order may be chance.")
    exports.figure(error_intervals(points, theme.palette()), "models_accuracy")
    names = short_names([row.card for row in rows])
    timed = [
        SpeedPoint(names[row.card.name], row.measured.accuracy, row.milliseconds)
        for row in rows
        if row.measured and row.milliseconds
    ]
    if len(timed) > 1:
        st.markdown("#### What a fast answer costs")
        st.caption("Lower left is better: fewer errors in less time.")
        exports.figure(error_against_time(timed, theme.palette()), "models_speed")


def short_names(cards: Sequence[ModelCard]) -> dict[str, str]:
    """Model → what a chart calls it: its title, cut to fit, and the end of its name where titles are alike."""
    titles = {card.name: _shortened(card.title) for card in cards}
    often = Counter(titles.values())
    return {name: title if often[title] == 1 else f"{title} …{name[-4:]}" for name, title in titles.items()}


def _shortened(title: str) -> str:
    """Cut between words; a title whose first word is too long is cut in it."""
    whole_words = textwrap.shorten(title, _LONGEST_TITLE, placeholder="…")
    return f"{title[: _LONGEST_TITLE - 1]}…" if whole_words == "…" else whole_words


def _accuracies(rows: Sequence[ModelRow]) -> list[MeasuredAccuracy]:
    names = short_names([row.card for row in rows])
    ordered = sorted((row for row in rows if row.measured), key=lambda row: -_accuracy(row))
    return [
        MeasuredAccuracy(names[row.card.name], row.measured.accuracy, row.measured.low, row.measured.high)
        for row in ordered
        if row.measured
    ]


def _accuracy(row: ModelRow) -> float:
    return row.measured.accuracy if row.measured else 0.0
