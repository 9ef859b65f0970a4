"""What an answer rests on: patches that are covered, Grad-CAM, and what each convolution saw."""

from __future__ import annotations

from typing import Any

import streamlit as st
from numpy.typing import NDArray

from hdr_core import load_model
from hdr_core.errors import ModelError
from hdr_core.evaluation.explain_figures import (
    grad_cam_figure,
    labels_to_explain,
    mosaic,
    occlusion_figure,
    strongest,
)
from hdr_core.evaluation.explanation import Explainer
from hdr_core.evaluation.occlusion import PATCH_PX, OcclusionMap, occlude
from hdr_core.storage.models import model_dir
from hdr_core.types import FloatArray, UInt8Image
from hdr_ui import exports, loaders, state, theme
from hdr_ui.words import literal, percent

_LOADING = "Loading TensorFlow and the network, once: about ten seconds"
_MOST_MAPS = 64
_MAP_PX = 64
_SHEET_PX = 720


def show(model: str, tile: UInt8Image, probabilities: NDArray[Any], truth: int | None) -> None:
    """The two maps side by side for one of the labels.

    Raises:
        HdrError: the model is missing or damaged.
    """
    labels = labels_to_explain(probabilities, truth)
    label: int = st.segmented_control(
        "What speaks for",
        labels,
        format_func=lambda one: f"{one}: {percent(float(probabilities[one]))}",
        default=labels[0],
        required=True,
        key=f"{state.EXPLAIN_WIDGET}_{loaders.digest_of(tile.tobytes())[:8]}",
    )
    covered, looked = st.columns(2, gap="large")
    with covered:
        st.markdown(f"**Cover a patch of {PATCH_PX}×{PATCH_PX} pixels**")
        found = _occlude(model, loaders.model_version(model), tile, label)
        figure = occlusion_figure(tile, found, theme.palette())
        words = f"Where covering the ink changes the probability of {label}"
        exports.live_figure(figure, "occlusion", words, "same", f"covered-{model}")
        st.caption(
            f"Orange: without this ink {label} is less likely, given that it is a digit. Blue: more likely. "
            "Point at a place to see what is read then."
        )
    with looked:
        st.markdown("**Grad-CAM: where the last convolution finds it**")
        _show_grad_cam(model, tile, label)


def show_layers(model: str, tile: UInt8Image) -> None:
    """The maps of one convolution, all on one sheet.

    Raises:
        ModelError: the network cannot be opened with Keras.
    """
    with st.spinner(_LOADING):
        explainer = _explainer(model, loaders.model_version(model))
    if not explainer.layers:
        st.info("This network has no convolutions: it weighs all pixels at once, so there are no pictures inside it.")
        return
    places = list(range(len(explainer.layers)))
    layer = st.selectbox(
        "Layer",
        places,
        format_func=lambda place: explainer.layers[place].title,
        key=f"{state.LAYER_WIDGET}_{model}",
        persist_state="session",
    )
    maps = explainer.activations(tile, layer)
    shown = strongest(maps, _MOST_MAPS)
    columns = 8 if st.session_state[state.ROOM_PX] is None or st.session_state[state.ROOM_PX] > 500 else 6
    sheet = mosaic(shown, _MAP_PX, columns)
    st.image(sheet, width=_SHEET_PX, alt="What each filter of this layer answers")
    rest = f"The {len(shown)} strongest of {len(maps)} maps" if len(shown) < len(maps) else f"All {len(maps)} maps"
    side = explainer.layers[layer].side_px
    st.caption(f"{rest}, {side}×{side} pixels each, after the activation. White is the strongest answer.")
    exports.picture_button(sheet, f"layer-{layer + 1}-{model}")


def _show_grad_cam(model: str, tile: UInt8Image, label: int) -> None:
    if not st.toggle("Show it (loads TensorFlow)", key=state.GRAD_CAM_WIDGET, persist_state="session"):
        st.caption(
            f"Marks the places where the network found what speaks for {label}, inside itself and not by trial. "
            "About ten seconds the first time."
        )
        return
    try:
        with st.spinner(_LOADING):
            heat = _grad_cam(model, loaders.model_version(model), tile, label)
    except ModelError as error:
        st.info(literal(error))
        return
    if not heat.any():
        st.caption(f"Nothing in the last convolution speaks for {label}.")
        return
    figure = grad_cam_figure(tile, heat, label, theme.palette())
    words = f"Where the last convolution finds what speaks for {label}"
    exports.live_figure(figure, "grad_cam_chart", words, "same", f"grad-cam-{model}")
    st.caption(f"Orange: what the last convolution finds there speaks for {label}. Its map is coarser than the tile.")


@st.cache_data(max_entries=256, show_spinner=False)
def _occlude(model: str, version: str, tile: UInt8Image, label: int) -> OcclusionMap:
    return occlude(load_model(model), tile, label)


@st.cache_data(max_entries=256, show_spinner=False)
def _grad_cam(model: str, version: str, tile: UInt8Image, label: int) -> FloatArray:
    explainer = _explainer(model, version)
    return explainer.grad_cam(tile, label)


@st.cache_resource(max_entries=2, show_spinner=False)
def _explainer(model: str, version: str) -> Explainer:
    return Explainer(model_dir(model) / "model.keras")
