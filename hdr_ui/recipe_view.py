"""A recipe's card: where it is printed, what it reached there and here, its layers and its parameters."""

from __future__ import annotations

import streamlit as st

from hdr_core.errors import HdrError
from hdr_core.training.cards import RecipeCard, card_of
from hdr_core.training.catalogue import OWN
from hdr_core.training.recipes import Recipe
from hdr_ui.words import literal, plain

_FAMILIES = {
    "keras": "Trained by Keras, read by LiteRT",
    "numpy": "Trained in pure NumPy, read by LiteRT",
    "sklearn": "From scikit-learn, for comparison: it cannot read pictures here",
}
_LAYERS_HELP = (
    "Layers work one after the other. Conv2D looks for small shapes all over the picture, pooling keeps the strongest "
    "of each neighbourhood, Dense weighs everything together. Output: height × width × features. Parameters are the "
    "numbers that training sets."
)


def show(recipe: Recipe) -> None:
    """The card of the recipe as it is set."""
    st.html(
        f'<div class="hdr-card"><h3>{plain(recipe.title)}</h3><div class="hdr-note">{plain(recipe.paper)}</div>'
        f"<p>{plain(recipe.source)}</p>{_printed(recipe)}"
        f'<div class="hdr-note">{_FAMILIES[recipe.family]}.</div></div>'
    )
    try:
        _show_layers(_card(recipe))
    except HdrError as error:
        st.error(literal(error))


def _printed(recipe: Recipe) -> str:
    if recipe.paper == OWN:
        return ""
    if not recipe.printed:
        return '<div class="hdr-note">Its paper prints no figure for it.</div>'
    rows = "".join(f"<li>{plain(figure.text)}</li>" for figure in recipe.printed)
    return f"<div><b>Its paper says</b><ul>{rows}</ul></div>"


def _show_layers(card: RecipeCard) -> None:
    if not card.layers:
        return
    st.caption(f"{card.parameters:,} parameters")
    rows = [
        {"Layer": row.kind, "Output": row.output, "Parameters": f"{row.parameters:,}" if row.parameters else ""}
        for row in card.layers
    ]
    st.table(rows, border="horizontal", hide_index=True)
    st.caption(_LAYERS_HELP)


@st.cache_data(max_entries=64, show_spinner="Building the network")
def _card(recipe: Recipe) -> RecipeCard:
    return card_of(recipe)
