"""The panel of hard digits, and the user's own drawing among them: what the network says of each at this moment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from hdr_core.training.panel import NO_LABEL
from hdr_core.training.runs import runs_dir
from hdr_core.types import UInt8Image
from hdr_ui import loaders
from hdr_ui.words import percent


def show(run_id: str, probabilities: Sequence[Sequence[float]] | None) -> None:
    """The panel with its newest answers; before the first ones, the digits alone."""
    tiles, labels = _panel(run_id)
    if not tiles:
        return
    scores: list[Sequence[float] | None] = list(probabilities) if probabilities else [None] * len(tiles)
    cells = [_cell(*one) for one in zip(tiles, labels, scores, strict=True)]
    if labels[-1] == NO_LABEL:
        cells.insert(0, cells.pop())  # the user's own comes first
    st.html(f'<div class="hdr-panel" role="list" aria-label="Hard digits">{"".join(cells)}</div>')


def _cell(uri: str, label: int, scores: Sequence[float] | None) -> str:
    is_own = label == NO_LABEL
    truth = "yours" if is_own else f"is {label}"
    if scores is None:
        kind, answer, note = "", "–", truth
    else:
        best = int(np.argmax(scores))
        kind = "" if is_own or best == label else " hdr-wrong"
        answer, note = str(best), f"{truth} · {percent(scores[best])}"
    return (
        f'<div role="listitem" class="hdr-cell{kind}{" hdr-own" if is_own else ""}">'
        f'<img src="{uri}" alt="A digit, {truth}"><b>{answer}</b><span>{note}</span></div>'
    )


def _panel(run_id: str) -> tuple[list[str], list[int]]:
    """Data URIs and labels; empty until the run has chosen its digits."""
    path = runs_dir() / run_id / "panel.npz"
    return _read_panel(str(path), path.stat().st_mtime_ns) if path.exists() else ([], [])


@st.cache_data(max_entries=32, show_spinner=False)
def _read_panel(path: str, version: int) -> tuple[list[str], list[int]]:
    with np.load(path, allow_pickle=False) as archive:
        tiles: UInt8Image = archive["tiles"]
        return [loaders.png_uri(tile) for tile in tiles], [int(label) for label in archive["labels"]]
