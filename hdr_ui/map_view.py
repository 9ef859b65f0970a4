"""The part "Map": all digits as points, those alike close together, and the chosen ones below."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from hdr_core.errors import HdrError
from hdr_core.evaluation import embedding_job
from hdr_core.evaluation.embedding import pca
from hdr_core.evaluation.map_figure import SPRITE_COLUMNS, Coloring, map_figure, sprite
from hdr_core.evaluation.map_files import stored_map
from hdr_core.evaluation.neighbours import pixel_features
from hdr_core.evaluation.results import Evaluation
from hdr_core.storage.features import drop_oldest, features_path
from hdr_core.storage.models import model_dir
from hdr_core.types import FloatArray, UInt8Image
from hdr_ui import hidden_features, live_chart, loaders, map_chart, state, theme, tile_cards
from hdr_ui.pressing import pressed
from hdr_ui.words import count, literal, percent

_COLORINGS: dict[Coloring, str] = {"class": "Colour by digit", "error": "Colour by error"}
_SHOWN = 24
_POLL_S = 2.0
_PHONE_PX, _HEIGHT_PX, _PHONE_HEIGHT_PX = 640, 600, 460


def show(evaluation: Evaluation, tiles: UInt8Image | None) -> None:
    """The map of an evaluation's digits; ``tiles`` (N, 28, 28) are None where the digits are not here."""
    live_chart.prepare()
    try:
        found = _points(evaluation, tiles)
    except HdrError as error:
        st.error(literal(error))
        return
    if found is None:
        st.info("The map is drawn from the digits themselves, and they are not on this machine.")
        return
    points, method, path = found
    coloring: Coloring = st.segmented_control(
        "Colour",
        list(_COLORINGS),
        format_func=lambda one: _COLORINGS[one],
        default="class",
        required=True,
        key=state.MAP_COLOR_WIDGET,
        persist_state="session",
        label_visibility="collapsed",
    )
    room_px = st.session_state[state.ROOM_PX] or _PHONE_PX + 1
    height_px = _HEIGHT_PX if room_px > _PHONE_PX else _PHONE_HEIGHT_PX
    figure = map_figure(points, evaluation, theme.palette(), method=method, coloring=coloring, height_px=height_px)
    uri = "" if tiles is None else _sprite_uri(evaluation.data_version, tiles)
    words = f"Map of {len(evaluation):,} digits"
    picked = map_chart.show(figure, uri, SPRITE_COLUMNS, chart_key(evaluation), words, f"map-{evaluation.model}")
    if path is not None:
        _watch(path)
    st.caption(
        f"Each point is a digit; {method} puts those that the network takes for alike close together. Distances "
        "between groups mean little. Point at one to see it, click it or draw a lasso to choose."
    )
    _show_picked(evaluation, tiles, np.array(picked, np.int64))


def chart_key(evaluation: Evaluation) -> str:
    """Key of the chart: another model or other digits begin with nothing chosen."""
    digest = loaders.digest_of(f"{evaluation.model} {evaluation.data_version}".encode())
    return f"{state.MAP_WIDGET}_{digest[:8]}"


def _points(evaluation: Evaluation, tiles: UInt8Image | None) -> tuple[FloatArray, str, Path | None] | None:
    """(N, 2) points, how they were found, and the file that a better map is on its way to, if one is.

    None where there is no map and no digits to draw one from.
    """
    model, version = evaluation.model, loaders.model_version(evaluation.model)
    path = features_path("map", model, version, evaluation.data, evaluation.data_version)
    known = _stored(model, version, evaluation.data, evaluation.data_version)
    known = embedding_job.load_map(path) if known is None else known
    if known is not None and len(known) == len(evaluation):
        return known, "t-SNE", None
    if tiles is None:
        return None
    label = f"Looking at {len(tiles):,} digits, once"
    hidden = hidden_features.of_tiles(model, tiles, evaluation.data, evaluation.data_version, label)
    if hidden is None:
        st.caption("This model has no hidden layer, so the map compares pixels.")
    features = np.asarray(pixel_features(tiles) / 255 if hidden is None else hidden, np.float32)
    embedding_job.start(path, features)
    drop_oldest(path)
    return _pca(model, version, evaluation.data_version, features), "PCA", path


@st.fragment(run_every=_POLL_S)
def _watch(path: Path) -> None:
    """Progress of the better map, which takes the place of this one when it is done."""
    try:
        share = embedding_job.progress(path)
    except HdrError as error:
        st.caption(literal(error))
        return
    if share >= 1:
        st.rerun()
    st.progress(share, f"A clearer map (t-SNE) is being drawn: {share:.0%}. It takes a minute or more, once.")


def _show_picked(evaluation: Evaluation, tiles: UInt8Image | None, picked: np.ndarray) -> None:
    picked = picked[picked < len(evaluation)]
    if not len(picked):
        return
    wrong = int((~evaluation.right[picked]).sum())
    picked = picked[np.argsort(-evaluation.loss[picked], kind="stable")]
    st.markdown(f"**{count(len(picked), 'digit')} chosen, {wrong:,} read wrong**")
    st.html(f'<div class="hdr-panel">{"".join(_card(evaluation, tiles, int(one)) for one in picked[:_SHOWN])}</div>')
    if len(picked) > _SHOWN:
        st.caption(f"The {_SHOWN} with the largest loss. The gallery shows all.")
    one = len(picked) == 1
    if pressed(
        "Look closer" if one else "Open them in the gallery",
        icon=":material/zoom_in:" if one else ":material/grid_view:",
        key=state.MAP_OPEN_WIDGET,
        of=tuple(picked.tolist()),
    ):
        _open(picked)


def _open(picked: np.ndarray) -> None:
    memory = st.session_state
    if len(picked) == 1:
        memory[state.ANALYZE_DIGIT], memory[state.SENT_DIGIT] = int(picked[0]), None
        memory[state.ANALYZE_PART] = "digit"
    else:
        memory[state.ANALYZE_LASSO] = tuple(int(place) for place in picked)
        memory[state.ANALYZE_PART] = "mistakes"
    st.rerun()


def _card(evaluation: Evaluation, tiles: UInt8Image | None, place: int) -> str:
    truth, answer = int(evaluation.labels[place]), int(evaluation.predicted[place])
    look = "hdr-cell" if truth == answer else "hdr-cell hdr-other"
    sure = percent(float(evaluation.confidence[place]))
    read = f"{truth}" if truth == answer else f"{truth} → {answer}"
    return (
        f'<div class="{look}"><img src="{tile_cards.picture(tiles, place)}" alt="Digit {place:,}">'
        f"<b>{read}</b><span>{sure}</span></div>"
    )


@st.cache_data(max_entries=8, show_spinner=False)
def _stored(model: str, version: str, data: str, data_version: str) -> FloatArray | None:
    """The map that came with the model."""
    return stored_map(model_dir(model), model_version=version, data=data, data_version=data_version)


@st.cache_data(max_entries=4, show_spinner=False)
def _pca(model: str, version: str, data_version: str, _features: FloatArray) -> FloatArray:
    return pca(_features)


@st.cache_data(max_entries=2, show_spinner=False)
def _sprite_uri(data_version: str, _tiles: UInt8Image) -> str:
    return loaders.png_uri(sprite(_tiles))
