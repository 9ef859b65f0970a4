"""A model that learned from corrections, before it replaces anything: what it reads now, and what broke."""

from __future__ import annotations

import streamlit as st

from hdr_core.errors import HdrError
from hdr_core.training.corrections import NAME as CORRECTIONS
from hdr_core.training.corrections import corrections_version, list_corrections
from hdr_core.training.data import has_mnist
from hdr_core.training.run_state import RunInfo
from hdr_ui import digit_sets, loaders, retrain_decision
from hdr_ui.retrain_decision import Figures
from hdr_ui.retrain_figures import Cell, OnKnown, OnOwn, on_known, on_own, worth_keeping
from hdr_ui.words import count, literal

_MOST_TILES = 24


def is_one(run: RunInfo) -> bool:
    """Did this run learn from corrections?"""
    return run.recipe is not None and run.recipe.is_fine_tuning


def show(run: RunInfo) -> None:
    """The card, and the buttons that accept, discard or roll back; the run has a model."""
    base = retrain_decision.base_of(run)
    st.markdown("#### Before and after")
    retrain_decision.show(run, base, _show_figures(run, base))


def _show_figures(run: RunInfo, base: str) -> Figures:
    """What became of the digits, shown; returns what is worth keeping of it, nothing where they cannot be compared."""
    new = str(run.model)
    try:
        versions = loaders.model_version(new), loaders.model_version(base)
        with st.spinner("Reading the same digits with both models"):
            whose = digit_sets.whose(CORRECTIONS)
            own = on_own(new, base, versions, corrections_version(), whose) if list_corrections() else None
            known = on_known(new, base, versions, has_mnist())
    except HdrError as error:
        st.warning(f"They could not be compared: {literal(error)}")
        return {}
    if own is None:
        st.caption("The digits that it learned from were deleted since.")
    else:
        _show_own(own)
    _show_held_out(run)
    _show_known(known, base)
    return worth_keeping(own, known)


def _show_own(own: OnOwn) -> None:
    found = own.found
    if found.failures:
        st.markdown(
            f"**{len(found.mended)} of {count(found.failures, 'digit')} of yours that were misread "
            f"{'is' if found.failures == 1 else 'are'} right now.** They were learned, so this shows that they were "
            "taken in, not how it reads others like them."
        )
    else:
        st.markdown("The model before read all of your digits right already.")
    right = len(found.still_right) + len(found.broken)
    if right:
        still = "All of them still are" if not len(found.broken) else f"{len(found.still_right)} of them still are"
        st.markdown(f"{count(right, 'digit')} of yours {'was' if right == 1 else 'were'} right before. {still}.")
    _show_cells("Your digits that broke", own.broken)


def _show_held_out(run: RunInfo) -> None:
    """What cross-validation found; runs with too few digits have none."""
    found = (run.result or {}).get("held_out")
    if not found:
        return
    st.markdown(
        f"**Digits like yours that it has not seen: {found['after']} of {found['total']} are right, {found['before']} "
        "were before.** Your digits were split in three for this, and each third was read by a training that had "
        "learned only the other two."
    )


def _show_known(known: OnKnown, base: str) -> None:
    compared = known.compared
    st.caption(f"On {compared.total:,} test digits of {literal(known.source)}, none of which was learned")
    rows = [
        {
            "Model": name,
            "Right": f"{one.accuracy:.2%}",
            "95 % interval": f"{one.low:.2%} – {one.high:.2%}",
            "Wrong": f"{one.total - one.correct:,}",
        }
        for name, one in ((f"Before ({literal(base)})", compared.second), ("After", compared.first))
    ]
    st.table(rows, border="horizontal", hide_index=True)
    st.markdown(f"{len(compared.only_first):,} were mended and {len(compared.only_second):,} broke. {compared.verdict}")
    _show_cells("Test digits that broke", known.broken)


def _show_cells(title: str, cells: tuple[Cell, ...]) -> None:
    if not cells:
        return
    st.caption(
        f"{title}: what is read now, and what it is" + (", the first of them" if len(cells) > _MOST_TILES else "")
    )
    shown = "".join(
        f'<div class="hdr-cell hdr-other"><img src="{loaders.png_uri(cell.tile)}" alt=""><b>{_sign(cell.answer)}</b>'
        f"<span>is {_sign(cell.label)}</span></div>"
        for cell in cells[:_MOST_TILES]
    )
    st.html(f'<div class="hdr-panel">{shown}</div>')


def _sign(label: int) -> str:
    return "none" if label > 9 else str(label)
