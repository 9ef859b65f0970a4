"""The card on which numbers are decided: one element that keeps the focus and holds the next few numbers.

Every decision has a number; all that were not yet acknowledged are sent together each time, and wait in the browser's
session storage, so that fast typing, a rerun or a reload loses none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

WINDOW = 8
"""Numbers that the card is given at once: enough to type on while the next ones come."""


_HTML = """
<div class="hdr-rv" tabindex="0" role="group" aria-label="Review: type the number, Enter accepts">
  <div class="hdr-rv-track" aria-hidden="true"><i class="unasked"></i><i class="decided"></i></div>
  <div class="hdr-rv-head">
    <div class="hdr-rv-counts" role="status"></div>
    <button data-do="undo">Undo <kbd>Esc</kbd></button>
  </div>
  <div class="hdr-rv-notice" role="alert"></div>
  <div class="hdr-rv-desk">
    <div class="hdr-rv-crop"><img alt="The written number"></div>
    <div class="hdr-rv-answer">
      <div class="hdr-rv-name"></div>
      <div class="hdr-rv-number" aria-live="polite"></div>
      <div class="hdr-rv-fault"></div>
      <button class="hdr-rv-offer" data-do="offer"></button>
      <div class="hdr-rv-pad" aria-label="Digits"></div>
      <div class="hdr-rv-acts">
        <button data-do="keep" class="main">Accept <kbd>Enter</kbd></button>
        <button data-do="unreadable">Cannot be read <kbd>−</kbd></button>
        <button data-do="later">Later <kbd>↓</kbd></button>
      </div>
      <div class="hdr-rv-hint">Digits replace, ← → move, ↑ brings back the last put off, / begins a new row.</div>
    </div>
  </div>
  <div class="hdr-rv-end"></div>
</div>
"""
_CSS = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
_JS = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def show(key: str, batch_id: str, desk_data: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> None:
    """Draw the card, or bring it up to date.

    Args:
        key: what it sends lies in the session under this name: ``sent``.
        batch_id: decisions that were not kept wait in the browser under it.
        desk_data: ``taken`` (token → last decision dealt with), ``left``, ``unasked``, ``decided``,
            ``notice``, and ``wanted``: the id of a number that is to come to the card.
        items: the numbers to decide next, see ``review_items.item_of``.
    """
    card = st.components.v2.component("hdr_review", html=_HTML, css=_CSS, js=_JS, isolate_styles=False)
    data = {"batch": batch_id, "items": list(items), **desk_data}
    card(key=key, data=data, height="content", on_decided_change=lambda: None)


def sent(key: str) -> object:
    """What the card has sent: ``{"token": …, "list": [decisions]}``; None before the first decision."""
    value = st.session_state.get(key)
    return value.get("decided") if isinstance(value, Mapping) else None
