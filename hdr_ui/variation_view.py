"""What if the digit were turned, moved, thicker, blurred or noisy: sliders, and the answer to what they make of it."""

from __future__ import annotations

from typing import Any

import streamlit as st
from numpy.typing import NDArray

from hdr_core import load_model
from hdr_core.evaluation.explain_figures import answer_bars
from hdr_core.evaluation.sweep_figure import sweep_figure
from hdr_core.evaluation.variations import BOUNDS, KINDS, Kind, Variation, sweep, sweep_values, vary
from hdr_core.types import FloatArray, UInt8Image
from hdr_ui import exports, loaders, state, theme
from hdr_ui.words import percent

_SLIDERS: dict[Kind, tuple[str, float, str]] = {
    "rotation_deg": ("Turn, degrees", 1.0, "%+.0f"),
    "shift_x_px": ("Shift to the right, pixels", 0.5, "%+.1f"),
    "shift_y_px": ("Shift down, pixels", 0.5, "%+.1f"),
    "thickness_px": ("Thicken, pixels", 0.125, "%+.2f"),
    "blur_px": ("Blur, pixels", 0.1, "%.1f"),
    "noise_share": ("Noise, share of pixels", 0.01, "%.2f"),
}
_TILE_PX = 168


@st.fragment
def show(model: str, tile: UInt8Image, before: NDArray[Any]) -> None:
    """Sliders for each kind of change; ``before`` is (10,), the answer to the tile as it is."""
    digest = loaders.digest_of(tile.tobytes())[:8]  # another digit begins unchanged
    answer, sliders = st.columns([4, 3], gap="large")  # on a phone the answer stands above what changes it
    with sliders:
        how = _ask(digest)
    changed = vary(tile, how)
    probabilities = load_model(model).scores(changed[None]).probabilities[0]
    with answer:
        _show_answer(changed, probabilities, before)
    _show_sweep(model, tile, how, digest)


def _ask(digest: str) -> Variation:
    how = Variation()
    columns = st.columns(2, gap="medium")
    for place, (kind, (title, step, form)) in enumerate(_SLIDERS.items()):
        low, high = BOUNDS[kind]
        value = columns[place // 3].slider(title, low, high, 0.0, step, form, key=_key(kind, digest))
        how = how.at(kind, value)
    st.button(
        "Back to the digit as it is",
        icon=":material/undo:",
        disabled=not how.changes,
        key=state.RESET_WIDGET,
        on_click=_reset,
        args=(digest,),
    )
    return how


def _show_answer(changed: UInt8Image, probabilities: NDArray[Any], before: NDArray[Any]) -> None:
    answer, was = int(probabilities.argmax()), int(before.argmax())
    turned = "" if answer == was else f" As it is, it is read as {was}."
    st.html(
        f'<div class="hdr-changed" role="status"><img src="{loaders.png_uri(changed)}" width="{_TILE_PX}" '
        f'alt="The changed digit"><div><div class="hdr-note">Read as</div><div class="hdr-number" '
        f'style="font-size:3.2rem">{answer}</div><div class="hdr-note">{percent(float(probabilities[answer]))}, '
        f"given that it is a digit.{turned}</div></div></div>"
    )
    figure = answer_bars(probabilities, theme.palette(), before=before, height_px=220)
    words = f"Probabilities after the change; {answer} is the likeliest"
    exports.live_figure(figure, "vary_bars", words, "same", "probabilities-after")
    st.caption("Lines: the digit as it is.")


def _show_sweep(model: str, tile: UInt8Image, how: Variation, digest: str) -> None:
    titles = {kind: _SLIDERS[kind][0].partition(",")[0] for kind in KINDS}
    kind: Kind = (
        st.segmented_control(
            "From one end of a slider to the other",
            KINDS,
            format_func=lambda one: titles[one],
            default=KINDS[0],
            required=True,
            key=state.SWEEP_WIDGET,
            persist_state="session",
        )
        or KINDS[0]
    )
    found = _sweep(model, loaders.model_version(model), tile, kind, how)
    now = float(getattr(how, kind))
    figure = sweep_figure(sweep_values(kind), found, theme.palette(), kind=kind, now=now)
    words = f"Probabilities as the digit is changed: {titles[kind].lower()}"
    exports.live_figure(figure, "sweep", words, kind, f"sweep-{kind}-{model}")
    st.caption("Given that it is a digit, with the other sliders as they stand. The dotted line is this slider.")


def _key(kind: Kind, digest: str) -> str:
    return f"{state.VARY_WIDGET}_{kind}_{digest}"


def _reset(digest: str) -> None:
    for kind in KINDS:
        st.session_state[_key(kind, digest)] = 0.0


@st.cache_data(max_entries=256, show_spinner=False)
def _sweep(model: str, version: str, tile: UInt8Image, kind: Kind, how: Variation) -> FloatArray:
    return sweep(load_model(model), tile, kind, sweep_values(kind), how)
