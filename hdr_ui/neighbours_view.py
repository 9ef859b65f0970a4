"""The training digits that a network takes for most like one digit."""

from __future__ import annotations

import numpy as np
import streamlit as st

from hdr_core.errors import DataError
from hdr_core.evaluation.neighbours import Neighbours, nearest, pixel_features
from hdr_core.evaluation.results import version_of
from hdr_core.training.data import has_mnist
from hdr_core.types import UInt8Image
from hdr_ui import digit_sets, exports, hidden_features, loaders
from hdr_ui.words import literal, plain

_COUNT = 12


def show(model: str, tile: UInt8Image, truth: int | None, data: str | None) -> None:
    """Twelve cards, nearest first; ``data`` is None for a digit of no data set.

    Raises:
        HdrError: the model is missing or damaged.
    """
    name = digit_sets.base_name(data) if data else digit_sets.default()
    try:
        tiles, labels, version = _training_digits(name, digit_sets.whose(name))
    except DataError as error:
        st.info(f"The training digits are not here. {literal(error)}")
        return
    label = f"Looking at {len(labels):,} training digits, once"
    features = hidden_features.of_tiles(model, tiles, f"{name}-train", version, label)
    if features is None:
        found = nearest(pixel_features(tile[None])[0], pixel_features(tiles), _COUNT)
        how = "by their pixels, since this model has no hidden layer"
    else:
        query = hidden_features.of_tile(model, loaders.model_version(model), tile)
        found = nearest(query, features, _COUNT)
        how = "by what the last hidden layer makes of them"
    st.html(_cards(found, tiles, labels, truth))
    rows = [
        {"training_digit": int(one), "label": int(labels[one]), "distance": round(float(far), 6)}
        for one, far in zip(found.indices, found.distances, strict=True)
    ]
    exports.csv_button(rows, "nearest", f"CSV of the {len(rows)} nearest")
    st.caption(
        f"The nearest of {len(labels):,} training digits, {how}. Below each: its label and its distance (Euclidean, "
        "no unit)."
    )


def _cards(found: Neighbours, tiles: UInt8Image, labels: np.ndarray, truth: int | None) -> str:
    def card(index: int, distance: float) -> str:
        other = " hdr-other" if truth is not None and labels[index] != truth else ""
        return (
            f'<div class="hdr-cell{other}"><img src="{loaders.png_uri(tiles[index])}" alt="Training digit {index:,}">'
            f"<b>{labels[index]}</b><span>{plain(f'{distance:.3g}')}</span></div>"
        )

    cells = "".join(card(int(one), float(far)) for one, far in zip(found.indices, found.distances, strict=True))
    return f'<div class="hdr-panel">{cells}</div>'


@st.cache_data(max_entries=2, show_spinner="Loading the training digits")
def _training_digits(name: str, whose: str) -> tuple[UInt8Image, np.ndarray, str]:
    """Tiles, labels and their version.  Raises DataError when they are not here."""
    if name == "mnist" and not has_mnist():
        raise DataError("Put mnist.npz into the folder named by HDR_DATA_DIR.")
    whole = digit_sets.load_whole(name)
    return whole.x_train, whole.y_train, version_of(whole.x_train, whole.y_train)
