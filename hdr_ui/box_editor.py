"""A picture with boxes that can be corrected: chosen, labelled, moved, merged, split, drawn, taken away.

The element shows what the user does at once and sends it as numbered edits.  It sends every edit again until
``known`` tells that it has arrived, so that none is lost when a rerun overtakes another.  The picture travels by
itself: Streamlit sends it once, and not with every edit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from hdr_core.reading.edited import EditedDigit, EditedReading
from hdr_ui.words import percent

_PICTURE_JS = """
export default function ({ data }) {
  window.hdrPictures ??= new Map();
  window.hdrPictures.delete(data.name);
  window.hdrPictures.set(data.name, data.uri);
  if (window.hdrPictures.size > 4) window.hdrPictures.delete(window.hdrPictures.keys().next().value);
  window.dispatchEvent(new Event("hdr-picture"));
}
"""
# One element has one script: its parts are laid one after the other, those that others build on first.
_PARTS = ("geometry", "outbox", "foresight", "look", "stage", "adding", "pointer", "number_field", "keys", "editor")
_FOLDER = Path(__file__).parent / "box_editor_js"
_JS = "\n".join((_FOLDER / f"{part}.js").read_text(encoding="utf-8") for part in _PARTS)
_DIGITS = "".join(f'<button type="button" data-digit="{digit}">{digit}</button>' for digit in range(10))
_TOOLS = "".join(
    f'<button type="button" data-do="{what}" title="{title}">{label}</button>'
    for what, label, title in (
        ("none", "Not a digit", "X or Delete"),
        ("merge", "Merge", "With the next one: M"),
        ("split", "Split", "In two, side by side: S"),
        ("remove", "Remove", "Take the box away: R"),
        ("add", "Add", "A, then draw a box around a digit"),
        ("undo", "Undo", "Ctrl+Z"),
        ("reset", "As read", "Take every change to this picture back"),
    )
)
_ZOOM = (
    '<button type="button" data-do="farther" title="Smaller: −" aria-label="Smaller">−</button>'
    '<button type="button" data-do="closer" title="Larger: +" aria-label="Larger">+</button>'
)
_HINT = (
    "Arrows choose, 0–9 correct, X no digit, M merge, S split, A add, R remove, Enter keeps. "
    "Shift and arrows move a box, Alt resizes."
)
_HTML = f"""
<div class="hdr-boxes" role="group" aria-label="Correct the reading">
  <div class="hdr-boxes-view" tabindex="0" role="application" aria-label="Picture with boxes. {_HINT}">
    <div class="hdr-boxes-sheet"><img alt="" draggable="false"><svg aria-hidden="true"></svg></div>
  </div>
  <div class="hdr-boxes-line"><span class="hdr-boxes-said" aria-live="polite"></span><span>{_ZOOM}</span></div>
  <div class="hdr-boxes-digits" role="group" aria-label="The chosen digit is">{_DIGITS}</div>
  <div class="hdr-boxes-tools" role="group" aria-label="The chosen box">{_TOOLS}</div>
  <label class="hdr-boxes-number">The whole number
    <textarea class="hdr-boxes-text" rows="1" spellcheck="false" autocomplete="off" inputmode="numeric"></textarea>
  </label>
  <div class="hdr-boxes-fault" role="alert"></div>
  <div class="hdr-boxes-kept" role="status"></div>
  <div class="hdr-boxes-hint">{_HINT}</div>
</div>
"""
_CSS = (Path(__file__).parent / "box_editor.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class View:
    """What the element shows beside the boxes.

    ``picture`` names the reading that is corrected, ``picture_uri`` is its picture as a data URI; ``accent`` and
    ``halo`` are colours that can be seen on it; ``height_px`` is the most it takes of the page; ``known`` is the number
    of the last edit that arrived from each element; ``note`` and ``fault`` are sentences; ``can_undo``
    and ``can_reset`` tell that there is something to take back; ``last_id`` is the largest id that was ever used.
    """

    picture: str
    picture_uri: str
    accent: str
    halo: str
    height_px: int
    known: Mapping[str, int]
    note: str = ""
    fault: str = ""
    can_undo: bool = False
    can_reset: bool = False
    last_id: int = -1


def show(edited: EditedReading, view: View, key: str, on_edits: Callable[[Any], None]) -> None:
    """Draw the boxes, or bring the element called ``key`` up to them.

    ``on_edits`` is given what the browser sent, before the page is drawn again: ``{"client": str, "edits": [...]}``,
    unless somebody has tampered with it.  Every edit has ``number``, counted from 1, ``picture``, and what
    ``hdr_core.reading.edits.parse`` takes, or the kind "undo" or "reset".
    """

    def tell() -> None:
        sent = st.session_state.get(key, {}).get("edits")  # nothing is there where the page was left meanwhile
        if sent is not None:
            on_edits(sent)

    name = hashlib.sha256(view.picture_uri.encode()).hexdigest()[:16]
    carrier = st.components.v2.component("hdr_boxes_picture", js=_PICTURE_JS, isolate_styles=False)
    carrier(key=f"{key}_picture", data={"name": name, "uri": view.picture_uri}, height=1)
    element = st.components.v2.component("hdr_boxes", html=_HTML, css=_CSS, js=_JS, isolate_styles=False)
    element(key=key, data=_data(edited, view, name), on_edits_change=tell)


def _data(edited: EditedReading, view: View, picture_name: str) -> dict[str, Any]:
    unsettled = edited.unsettled_ids()
    return {
        "picture": view.picture,
        "picture_name": picture_name,
        "size": [int(side) for side in edited.size_wh],
        "height": view.height_px,
        "accent": view.accent,
        "halo": view.halo,
        "rows": [[_box(box, box.id in unsettled) for box in row.boxes] for row in edited.rows],
        "text": edited.text,
        "lines": sum(bool(row.digits) for row in edited.rows),
        "known": dict(view.known),
        "last": view.last_id,
        "note": view.note,
        "fault": view.fault,
        "undo": view.can_undo,
        "reset": view.can_reset,
    }


def _box(box: EditedDigit, is_open: bool) -> dict[str, Any]:
    return {
        "id": box.id,
        "box": [int(edge) for edge in box.box_xyxy],
        "label": int(box.answer),
        "read": int(box.read.label),
        "sure": f"{percent(box.read.probability)} sure",
        "said": box.label is not None,
        "open": is_open,
    }
