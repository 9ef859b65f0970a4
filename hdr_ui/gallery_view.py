"""The digits behind the matrix: pictures with truth, answer and runner-up, a page at a time; one can be looked into."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import streamlit as st

from hdr_core.evaluation.label_errors import LabelErrors, likely_label_errors
from hdr_core.evaluation.mistakes import Sort, in_order, select
from hdr_core.evaluation.results import Evaluation, Indices
from hdr_core.types import UInt8Image
from hdr_ui import exports, marked_labels, mistake_choice, opening, state, tile_cards
from hdr_ui.words import count, percent

PER_PAGE = 24
_LABELS = "label"


def show(evaluation: Evaluation, tiles: UInt8Image | None, marks: Indices) -> None:
    """The heading, the cards of one page, and what can be done with the one that is chosen."""
    places = chosen_places(evaluation)
    st.markdown(f"#### {mistake_choice.words()}: {len(places):,}")
    marked_labels.show_fault()
    st.caption(marked_labels.words(evaluation, marks))
    if not len(places):
        st.info("There are none. Choose another cell, or show all mistakes.")
        return
    name = _signature(evaluation, places)
    page = _page(len(places), name)
    shown = places[PER_PAGE * page : PER_PAGE * (page + 1)].tolist()
    index = tile_cards.choose(_cards(shown, evaluation, tiles, marks), "Digits", f"{state.TILES_WIDGET}_{name}_{page}")
    if index is None:
        st.caption("Choose a digit to look closer, or to say that its label is wrong.")
    else:
        _show_actions(evaluation, index, marks)
    exports.csv_button(rows(places, evaluation, marks), "mistakes", f"CSV of {count(len(places), 'digit')}")


def chosen_places(evaluation: Evaluation) -> Indices:
    """The digits wanted, in the order wanted."""
    memory = st.session_state
    sort = memory[state.ANALYZE_SORT]
    order: Sort = "loss" if sort == _LABELS else sort
    lasso = memory[state.ANALYZE_LASSO]
    if lasso is not None:
        inside = np.asarray(lasso, np.int64)
        found = in_order(evaluation, inside[inside < len(evaluation)], order)
    else:
        truth, answer = memory[state.ANALYZE_CELL]
        errors_only = False if memory[state.ANALYZE_ALL] else None
        found = select(evaluation, truth, answer, memory[state.ANALYZE_EITHER], errors_only=errors_only, sort=order)
    return by_label_quality(found, _likely(evaluation)) if sort == _LABELS else found


def by_label_quality(places: Indices, likely: LabelErrors) -> Indices:
    """Those of ``places`` whose label is likely wrong, the likeliest first, then the others as they were."""
    first = likely.places[np.isin(likely.places, places)]
    return np.concatenate([first, places[~np.isin(places, first)]])


def _likely(evaluation: Evaluation) -> LabelErrors:
    key = (evaluation.model, evaluation.model_version, evaluation.data, evaluation.data_version)
    return _likely_label_errors(key, evaluation)


@st.cache_data(max_entries=16, show_spinner="Looking for labels that are likely wrong")
def _likely_label_errors(key: tuple[str, ...], _evaluation: Evaluation) -> LabelErrors:
    return likely_label_errors(_evaluation.labels, _evaluation.probabilities)


def _signature(evaluation: Evaluation, places: Indices) -> str:
    """Another choice, order or data set begins at its first page, with no digit chosen."""
    return hashlib.sha256(places.tobytes() + evaluation.data_version.encode()).hexdigest()[:12]


def _page(total: int, name: str) -> int:
    pages = -(-total // PER_PAGE)
    if pages < 2:
        return 0
    return int(st.pagination(pages, max_visible_pages=5, key=f"page_{name}")) - 1


def _cards(
    shown: Sequence[int], evaluation: Evaluation, tiles: UInt8Image | None, marks: Indices
) -> list[tile_cards.Card]:
    marked = set(marks.tolist())
    return [
        tile_cards.Card(
            index,
            None if tiles is None else tiles[index],
            head(evaluation, index),
            (
                f"{percent(evaluation.confidence[index])} sure",
                f"or {evaluation.runner_up[index]}, {percent(_runner_up(evaluation, index))}",
                *(["label wrong"] if index in marked else []),
            ),
        )
        for index in shown
    ]


def head(evaluation: Evaluation, index: int) -> str:
    """ "4 → 9" for a mistake, "4" for a right answer."""
    truth, answer = int(evaluation.labels[index]), int(evaluation.predicted[index])
    return str(truth) if truth == answer else f"{truth} → {answer}"


def _runner_up(evaluation: Evaluation, index: int) -> float:
    return float(evaluation.probabilities[index, evaluation.runner_up[index]])


def _show_actions(evaluation: Evaluation, index: int, marks: Indices) -> None:
    truth, answer = int(evaluation.labels[index]), int(evaluation.predicted[index])
    st.markdown(
        f"Digit {index:,} is labelled **{truth}** and was read as **{answer}**, "
        f"{percent(evaluation.confidence[index])} sure."
    )
    with st.container(horizontal=True, gap="small", key="digit_actions"):
        st.button(
            "Look closer",
            icon=":material/zoom_in:",
            type="primary",
            on_click=opening.look_closer,
            args=(index,),
            key=state.OPEN_DIGIT_WIDGET,
        )
        marked_labels.show_switch(evaluation, index, marks)


def rows(places: Indices, evaluation: Evaluation, marks: Indices) -> list[dict[str, object]]:
    """The digits for a file; probabilities in [0, 1], the loss in nats."""
    marked = set(marks.tolist())
    return [
        {
            "index": index,
            "truth": int(evaluation.labels[index]),
            "answer": int(evaluation.predicted[index]),
            "probability": round(float(evaluation.confidence[index]), 6),
            "runner_up": int(evaluation.runner_up[index]),
            "runner_up_probability": round(_runner_up(evaluation, index), 6),
            "loss_nats": round(float(evaluation.loss[index]), 6),
            "label_marked_wrong": index in marked,
        }
        for index in places.tolist()
    ]
