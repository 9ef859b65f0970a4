"""What was corrected, as the training and Analyze see it: a copy of the records, brought up to date when asked."""

from __future__ import annotations

import numpy as np
import streamlit as st

from hdr_core import config
from hdr_core.errors import HdrError
from hdr_core.records import corrected_digits, corrections_mark
from hdr_core.training.corrections import (
    NAME,
    Corrected,
    corrections_version,
    keep_corrections,
    list_corrections,
    load_corrections,
)
from hdr_ui import loaders, records, state
from hdr_ui.pressing import pressed
from hdr_ui.words import count, literal

_STRIP = 16
TRAIN_PAGE = "pages/learn/train.py"
RECIPE = "fine-tune"
_marks: dict[str, tuple[object, ...]] = {}
"""Home folder → what its copy was made of; all digits are looked at again only when something has changed."""


def bring_up_to_date() -> None:
    """Let the copy hold what the records hold; where they cannot be reached, it stays as it is."""
    try:
        engine, owner = records.engine(), records.owner_id()
        mark = corrections_mark(engine, owner)
        if _marks.get(str(config.home_dir())) == (engine.url, owner, mark, corrections_version()):
            return
        found = corrected_digits(engine, owner)
        fresh = Corrected(found.tiles, found.labels, found.labels_read).distinct()
        if not _is_there(fresh):
            keep_corrections(fresh)
        _marks[str(config.home_dir())] = (engine.url, owner, mark, corrections_version())
    except (HdrError, OSError) as error:
        st.caption(f"Corrections made since the last visit are missing here: {literal(error)}")


def are_there() -> bool:
    """Was anything corrected or confirmed?"""
    return bool(list_corrections())


def show_preview() -> None:
    """How many digits there are to learn, and what the latest look like."""
    try:
        corrected = load_corrections()
    except HdrError as error:
        st.error(literal(error))
        return
    misread = int((corrected.labels != corrected.labels_read).sum())
    strip = loaders.png_uri(np.hstack(list(corrected.tiles[-_STRIP:])))
    st.html(
        f'<img class="hdr-strip" style="max-width:{35 * min(len(corrected), _STRIP)}px" alt="Some of these digits" '
        f'src="{strip}"><div class="hdr-note">{count(len(corrected), "digit")} that you corrected or confirmed; '
        f"{count(misread, 'was', 'were')} misread. They are mixed with digits that the model knew before.</div>"
    )


def offer_training() -> None:
    """A button that opens Train with the corrections, where there are some."""
    corrections = list_corrections()
    if corrections and pressed(
        "Learn from my corrections", icon=":material/model_training:", key=state.LEARN_WIDGET, help=corrections[NAME]
    ):
        memory = st.session_state
        memory[state.TRAIN_RECIPE], memory[state.TRAIN_DATA], memory[state.TRAIN_VIEW] = RECIPE, NAME, None
        memory[state.DATA_VERSION] += 1
        memory[state.LINK_READ] = True
        memory.pop(state.RECIPE_WIDGET, None)
        st.switch_page(TRAIN_PAGE, query_params={"recipe": RECIPE, "data": NAME})


def _is_there(fresh: Corrected) -> bool:
    try:
        old = load_corrections()
    except HdrError:
        return not len(fresh) and not are_there()
    return all(
        np.array_equal(one, other)
        for one, other in (
            (old.tiles, fresh.tiles),
            (old.labels, fresh.labels),
            (old.labels_read, fresh.labels_read),
        )
    )
