"""Two models on the same digits: which digits only one of them reads, and whether the difference can be chance."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hdr_core.errors import HdrError
from hdr_core.evaluation.comparison import Comparison, compare
from hdr_core.evaluation.results import Evaluation
from hdr_core.types import UInt8Image
from hdr_ui import analysis, choices, digit_sets, exports, opening, settings, state, tile_cards
from hdr_ui.words import literal, percent

_SHOWN = 24


def show() -> None:
    """The choice of two models, the verdict, and the digits on which they part."""
    titles = analysis.models()
    if len(titles) < 2:
        st.info("There is only one model here. Train another on Train, and it can be set against this one.")
        return
    first, second, data = _choose(titles)
    if first == second:
        st.info("Choose two different models.")
        return
    try:
        one, other = (analysis.analyze(name, data) for name in (first, second))
        found = compare(one.evaluation.probabilities, other.evaluation.probabilities, one.evaluation.labels)
    except HdrError as error:
        st.error(literal(error))
        return
    for note in dict.fromkeys((*one.notes, *other.notes)):
        st.info(literal(note))
    _show_verdict(found, titles[first], titles[second])
    _show_sides(found, one.evaluation, other.evaluation, one.tiles, (titles[first], titles[second]))


def _choose(titles: dict[str, str]) -> tuple[str, str, str]:
    memory = st.session_state
    if memory[state.COMPARE_FIRST] not in titles:
        memory[state.COMPARE_FIRST] = settings.present_model()
    if memory[state.COMPARE_SECOND] not in titles:
        others = [name for name in titles if name != memory[state.COMPARE_FIRST]]
        memory[state.COMPARE_SECOND] = others[0]
    left, middle, right = st.columns(3)
    with left:
        first = str(choices.select("First model", titles, state.COMPARE_FIRST, state.FIRST_WIDGET))
    with middle:
        second = str(choices.select("Second model", titles, state.COMPARE_SECOND, state.SECOND_WIDGET))
    with right:
        data = digit_sets.choose(state.COMPARE_DATA_WIDGET)
    return first, second, data


def _show_verdict(found: Comparison, first: str, second: str) -> None:
    st.markdown(f"#### {found.verdict}")
    st.caption(
        f"McNemar’s exact test on {found.total:,} digits: it looks only at the "
        f"{len(found.only_first) + len(found.only_second):,} that exactly one of the two reads right. "
        f"p {_p(found.p_value)} is how often two equally good models would part at least as far by chance."
    )
    rows = summary_rows(found, first, second)
    st.table([{key: _cell(value) for key, value in row.items()} for row in rows], border="horizontal", hide_index=True)
    exports.csv_button(rows, "duel", "CSV of both models")
    shared = shared_rows(found)
    st.table([{"": row["who"], "Digits": _cell(row["digits"])} for row in shared], border="horizontal", hide_index=True)
    exports.csv_button(shared, "duel_shared", "CSV of the counts")


def _p(value: float) -> str:
    return f"= {value:.2g}" if value >= 0.001 else "< 0.001"


def summary_rows(found: Comparison, first: str, second: str) -> list[dict[str, object]]:
    """How right each of the two is."""
    return [
        {
            "Model": title,
            "Accuracy, %": 100 * one.accuracy,
            "95 % interval": f"{one.low:.2%} – {one.high:.2%}",
            "Errors": one.total - one.correct,
            "Right alone": alone,
        }
        for title, one, alone in (
            (first, found.first, len(found.only_first)),
            (second, found.second, len(found.only_second)),
        )
    ]


def shared_rows(found: Comparison) -> list[dict[str, object]]:
    """How many digits both, one or none of the two read right."""
    return [
        {"who": "Both right", "digits": found.both_right},
        {"who": "Only the first right", "digits": len(found.only_first)},
        {"who": "Only the second right", "digits": len(found.only_second)},
        {"who": "Both wrong", "digits": found.both_wrong},
    ]


def _cell(value: object) -> str:
    return (
        f"{value:.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else literal(str(value))
    )


def _show_sides(
    found: Comparison, one: Evaluation, other: Evaluation, tiles: UInt8Image | None, titles: tuple[str, str]
) -> None:
    sides = (
        (f"Only {titles[0]} is right", found.only_first, "only_first"),
        (f"Only {titles[1]} is right", found.only_second, "only_second"),
    )
    for title, indices, key in sides:
        st.markdown(f"##### {literal(title)}: {len(indices):,}")
        if not len(indices):
            st.caption("None.")
            continue
        shown = indices[:_SHOWN].tolist()
        if len(indices) > _SHOWN:
            st.caption(f"The first {_SHOWN} of {len(indices):,}; the file holds all.")
        index = tile_cards.choose(_cards(shown, one, other, tiles), title, f"tiles_{key}")
        if index is not None:  # as the one of the two reads it that errs
            opening.from_compare((other if key == "only_first" else one).model, one.data, index)
        exports.csv_button(digit_rows(indices.tolist(), one, other), key, "CSV of these digits")


def _cards(
    indices: Sequence[int], one: Evaluation, other: Evaluation, tiles: UInt8Image | None
) -> list[tile_cards.Card]:
    return [
        tile_cards.Card(
            index,
            None if tiles is None else tiles[index],
            f"{one.labels[index]}",
            (
                f"first: {one.predicted[index]}, {percent(one.confidence[index])}",
                f"second: {other.predicted[index]}, {percent(other.confidence[index])}",
            ),
        )
        for index in indices
    ]


def digit_rows(indices: Sequence[int], one: Evaluation, other: Evaluation) -> list[dict[str, object]]:
    """What both answered to these digits, for a file; probabilities in [0, 1]."""
    return [
        {
            "index": index,
            "truth": int(one.labels[index]),
            "first_answer": int(one.predicted[index]),
            "first_probability": round(float(one.confidence[index]), 6),
            "second_answer": int(other.predicted[index]),
            "second_probability": round(float(other.confidence[index]), 6),
        }
        for index in indices
    ]
