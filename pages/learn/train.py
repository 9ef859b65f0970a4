"""Train a network of the five papers, or one's own, and watch it learn."""

import streamlit as st

from hdr_core.errors import HdrError
from hdr_core.training.runs import list_runs, start_run
from hdr_ui import (
    live_chart,
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

memory = st.session_state
live_chart.prepare()
training_form.read_link()
runs = list_runs()

if training_start.choose_view(runs) == training_start.RUNS:
    run, overlaid = run_choice.choose(runs)
    viewport.begin_at_top(run.id)
    st.query_params.from_dict({"run": run.id})
    run_result.show(run)
    run_view.show(run, overlaid)
    st.stop()

st.caption(
    "Train a network on labelled digits, watch it learn, and let it read. A recipe is one network of the five papers "
    "with everything needed to train it again."
)
form, card = st.columns([6, 5], gap="large")
with form:
    recipe = training_form.choose_recipe()
    data = training_data.choose()
    training_data.show_preview(data)
    problem = ""
    try:
        recipe = training_form.ask_settings(recipe)
        training_form.write_link(recipe, data)
    except HdrError as error:
        problem = str(error)
        st.error(problem)
    wishes = training_start.ask(recipe)
    if st.button("Train", type="primary", icon=":material/model_training:", disabled=bool(problem), key="train"):
        try:
            memory[state.RUN] = start_run(recipe, data, **wishes)
        except (HdrError, OSError) as error:
            st.error(f"The training could not be started: {error}")
        else:
            training_start.show_runs()
with card:
    recipe_view.show(recipe)
