"""The two faces of Train: a new training, and the runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from hdr_core.errors import HdrError
from hdr_core.training import corrections as corrections_data
from hdr_core.training.recipes import Recipe
from hdr_core.training.run_state import RunInfo
from hdr_core.training.runs import start_run
from hdr_ui import (
    corrections,
    quotas,
    recipe_view,
    run_choice,
    run_result,
    run_view,
    state,
    training_data,
    training_form,
    training_start,
    viewport,
)
from hdr_ui.pressing import pressed
from hdr_ui.words import literal


def show_runs(runs: Sequence[RunInfo]) -> None:
    """One run, live or with its result; ``runs`` are all there are, at least one."""
    run, overlaid = run_choice.choose(runs)
    viewport.begin_at_top(run.id)
    st.query_params.from_dict({"run": run.id})
    run_result.show(run)
    run_view.show(run, overlaid)


def show_new() -> None:
    """Choose a recipe, the digits and the settings, and start."""
    st.caption(
        "Train a network on labelled digits, watch it learn, and let it read. A recipe is one network of the five "
        "papers with everything needed to train it again: choose one and press Train."
    )
    form, card = st.columns([6, 5], gap="large")
    with form:
        recipe = training_form.choose_recipe()
        data = training_data.choose()
        if recipe.is_fine_tuning and data == corrections_data.NAME:
            corrections.show_preview()
        else:
            training_data.show_preview(data)
        problem = ""
        try:
            recipe = training_form.ask_settings(recipe)
            training_form.write_link(recipe, data)
        except HdrError as error:
            problem = str(error)
            st.error(literal(problem))
        wishes = training_start.ask(recipe)
        if pressed("Train", key="train", type="primary", icon=":material/model_training:", disabled=bool(problem)):
            _start(recipe, data, wishes)
    with card:
        recipe_view.show(recipe)


def _start(recipe: Recipe, data: str, wishes: dict[str, Any]) -> None:
    try:
        with quotas.ask_training():
            st.session_state[state.RUN] = start_run(recipe, data, **wishes)
    except (HdrError, OSError) as error:
        st.error(f"The training could not be started: {literal(error)}")
    else:
        training_start.show_runs()
