"""How a model bears noise and turned digits: measured level by level when asked for, and kept."""

from __future__ import annotations

from typing import Any

import streamlit as st
from numpy.typing import NDArray

from hdr_core import load_model
from hdr_core.errors import HdrError
from hdr_core.evaluation.metrics import AccuracyInterval
from hdr_core.evaluation.results import version_of
from hdr_core.evaluation.robustness import LEVELS, Strain, accuracy_at, choose_sample
from hdr_core.evaluation.robustness_figures import robustness_figure
from hdr_core.types import UInt8Image
from hdr_ui import exports, loaders, state, theme
from hdr_ui.pressing import pressed
from hdr_ui.words import literal

_TITLES: dict[Strain, str] = {
    "noise_share": "Noise: so many pixels become black or white",
    "rotation_deg": "Turned digits",
}


def show(model: str, tiles: UInt8Image | None, labels: NDArray[Any]) -> None:
    """Two charts of accuracy; (N, 28, 28) ``tiles`` are None where the digits are not here."""
    if tiles is None:
        st.info("Noise and turns are tried on the digits themselves, and they are not on this machine.")
        return
    chosen = choose_sample(labels)
    sample, truths = tiles[chosen], labels[chosen]
    key = (model, loaders.model_version(model), version_of(sample, truths))
    offer = st.empty()
    if not _is_measured(key):
        with offer.container():
            asked = pressed(
                f"Measure on {len(chosen):,} digits", key=state.STRAIN_WIDGET, of=key, icon=":material/speed:"
            )
            st.caption("It takes about ten seconds, once.")
        if not asked:
            return
        offer.empty()
    try:
        measured = _measure(key, sample, truths)
    except HdrError as error:
        st.error(literal(error))
        return
    for column, (strain, found) in zip(st.columns(2, gap="large"), measured.items(), strict=True):
        with column:
            st.markdown(f"**{_TITLES[strain]}**")
            exports.figure(robustness_figure(strain, found, theme.palette()), f"{strain}-{model}")
            exports.csv_button(_rows(strain, found), f"{strain}-{model}")
    st.caption(
        f"On {len(chosen):,} digits of the set, always the same; the band is the 95 % interval. The digits are turned "
        "and strewn as they are, without being centred anew."
    )


def _rows(strain: Strain, measured: dict[float, AccuracyInterval]) -> list[dict[str, float]]:
    return [
        {strain: level, "accuracy": one.accuracy, "low_95": one.low, "high_95": one.high, "digits": one.total}
        for level, one in sorted(measured.items())
    ]


def _measure(
    key: tuple[str, str, str], tiles: UInt8Image, labels: NDArray[Any]
) -> dict[Strain, dict[float, AccuracyInterval]]:
    """Level by level under a progress bar; a click in between loses one level at most."""
    steps = [(strain, level) for strain, levels in LEVELS.items() for level in levels]
    bar = st.empty()
    measured: dict[Strain, dict[float, AccuracyInterval]] = {strain: {} for strain in LEVELS}
    for done, (strain, level) in enumerate(steps):
        if not _is_measured(key):
            bar.progress(done / len(steps), "Trying noise and turns")
        measured[strain][level] = _accuracy_at(*key, strain, level, tiles, labels)
    bar.empty()
    _measured().add(key)
    return measured


def _is_measured(key: tuple[str, str, str]) -> bool:
    return key in _measured()


@st.cache_resource
def _measured() -> set[tuple[str, str, str]]:
    """What was measured since the server started."""
    return set()


@st.cache_data(max_entries=512, show_spinner=False)
def _accuracy_at(
    model: str,
    version: str,
    data_version: str,
    strain: Strain,
    level: float,
    _tiles: UInt8Image,
    _labels: NDArray[Any],
) -> AccuracyInterval:
    return accuracy_at(load_model(model), _tiles, _labels, strain, level)
