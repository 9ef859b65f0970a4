"""What becomes of a model that learned from corrections: accepted, discarded with its files, or rolled back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import streamlit as st

from hdr_core.config import DEFAULT_MODEL
from hdr_core.errors import ConflictError, HdrError, ModelError, RecordError
from hdr_core.records import Retraining, list_retrainings, propose, set_state
from hdr_core.records.values import RetrainingState
from hdr_core.storage.in_use import model_in_use
from hdr_core.storage.models import delete_model, list_models
from hdr_core.training.run_state import RunInfo
from hdr_ui import records, settings
from hdr_ui.words import literal

Figures: TypeAlias = Mapping[str, Any]
"""What is kept of a comparison with the model before; empty where there was none."""


def base_of(run: RunInfo) -> str:
    """Name of the model that the run started from, also of a run of the command line that names none."""
    found = _found_if_possible(run)
    named = run.recipe.settings.start_from if run.recipe else ""
    return named or (found.base_model if found else settings.present_model())


def show(run: RunInfo, base: str, figures: Figures) -> None:
    """The buttons that may follow, and a sentence on how things stand.  Works without the records too."""
    new, present = str(run.model), settings.present_model()
    kept = _kept(run, base, figures)
    state = kept.state if kept else "proposed"
    with st.container(horizontal=True, gap="small", key="decide"):
        if present == new:
            back = base if base in list_models() else DEFAULT_MODEL
            _button(f"Roll back to {back}", "undo", "roll_back", back, kept, "rolled_back")
        else:
            _button("Accept", "check", "accept", new, kept, "accepted")
            if state == "proposed":
                _button("Discard", "delete", "discard", new, kept, "discarded")
    st.caption(_in_words(state, new, present))


def why_gone(run: RunInfo) -> str:
    """Why the model of this run is no longer here."""
    found = _found_if_possible(run)
    if found is not None and found.state == "discarded":
        return f"Discarded: {settings.present_model()} reads on. The files of the new model are deleted."
    return "The model that this run saved was deleted since."


def _in_words(state: RetrainingState, new: str, present: str) -> str:
    if present == new:
        return "Accepted: it reads on Draw and Upload now."
    return {
        "proposed": "Nothing is replaced until you accept it. Discard deletes its files.",
        "accepted": f"It was accepted; now {present} reads.",
        "discarded": f"Discarded: {present} reads on.",
        "rolled_back": f"Rolled back: {present} reads again.",
    }[state]


def _button(label: str, icon: str, key: str, model: str, kept: Retraining | None, became: RetrainingState) -> None:
    kind: Literal["primary", "secondary"] = "primary" if became == "accepted" else "secondary"
    st.button(label, type=kind, icon=f":material/{icon}:", key=key, on_click=_go, args=(model, kept, became))


def _found(run: RunInfo) -> Retraining | None:
    """The record of this retraining; raises RecordError where the records cannot be reached."""
    there = list_retrainings(records.engine(), records.owner_id())
    return next((one for one in there if one.run_id == run.id), None)


def _found_if_possible(run: RunInfo) -> Retraining | None:
    try:
        return _found(run)
    except RecordError:
        return None


def _kept(run: RunInfo, base: str, figures: Figures) -> Retraining | None:
    """The record of this retraining, made when it is first compared; None where the records cannot be reached."""
    try:
        there = _found(run)
        if there is not None or not figures:
            return there
        engine, owner = records.engine(), records.owner_id()
        return propose(engine, owner, run_id=run.id, base_model=base, new_model=str(run.model), figures=figures)
    except RecordError as error:
        st.caption(f"The decision is not kept: {literal(error)}")
        return None


def _go(model: str, kept: Retraining | None, became: RetrainingState) -> None:
    """Follow a click, and write the decision down."""
    try:
        if became == "discarded":
            _discard(model, kept)
        else:
            settings.take_model(model)
            _write(kept, became)
    except (HdrError, OSError) as error:
        st.toast(literal(error), icon=":material/error:")


def _discard(model: str, kept: Retraining | None) -> None:
    """First the decision, which another window may have taken otherwise; then the files go."""
    if model_in_use() == model:
        raise ModelError(f"{model} reads now, in another window too. Roll back first.")
    _write(kept, "discarded")
    if model in list_models():
        delete_model(model)


def _write(kept: Retraining | None, became: RetrainingState) -> None:
    if kept is None:
        return
    try:
        set_state(records.engine(), records.owner_id(), kept.id, became)
    except ConflictError as error:
        if error.current.state != became:  # else it is the same click in another window
            raise
