"""Set up a training: the recipe and its settings, kept for the session and carried by the page's address."""

from __future__ import annotations

import streamlit as st

from hdr_core.errors import HdrError
from hdr_core.training.datasets import check_data
from hdr_core.training.recipes import Recipe, find_recipe, list_recipes
from hdr_ui import corrections, setting_widgets, settings, state
from hdr_ui.words import literal

_MAIN = ("epochs", "learning_rate", "batch_size", "share")
_ONE_COLUMN = ("stack",)
_RECIPE_HELP = (
    "A network, or another method that learns, with the settings that it is trained with. P1 to P5 name the paper that "
    "it comes from. To begin with, P3’s CNN is good, and done in a few minutes."
)


def read_link() -> None:
    """Take over what the page's address says, once per session; what it says wrongly is told and left out."""
    memory, link = st.session_state, st.query_params.to_dict()
    if memory[state.LINK_READ]:
        return
    memory[state.LINK_READ] = True
    for take in (_take_data, _take_recipe):
        try:
            take(link)
        except HdrError as error:
            st.warning(f"The link was not understood: {literal(error)}")


def _take_data(link: dict[str, str]) -> None:
    """Raises DataError where there is no such data set."""
    if name := link.pop("data", ""):
        st.session_state[state.TRAIN_DATA] = check_data(name)


def _take_recipe(link: dict[str, str]) -> None:
    """Raises RecipeError where there is no such recipe, or it cannot be set so."""
    link.pop("run", None)
    if name := link.pop("recipe", ""):
        recipe = find_recipe(name)
        st.session_state[state.TRAIN_RECIPE] = name
        st.session_state[state.TRAIN_CHANGES][name] = recipe.with_settings(link).changed_settings()


def write_link(recipe: Recipe, data: str) -> None:
    """Let the page's address carry the experiment."""
    st.query_params.from_dict({"recipe": recipe.name, "data": data, **recipe.changed_settings()})


def choose_recipe() -> Recipe:
    """The chosen recipe, with the settings that the user changed in it before."""
    memory = st.session_state
    names = [recipe.name for recipe in list_recipes()]
    if corrections.are_there() or memory[state.TRAIN_RECIPE] == corrections.RECIPE:
        names.append(corrections.RECIPE)
    chosen = st.selectbox(
        "Recipe",
        names,
        index=names.index(memory[state.TRAIN_RECIPE]),
        format_func=_title,
        key=state.RECIPE_WIDGET,
        help=_RECIPE_HELP,
    )
    memory[state.TRAIN_RECIPE] = chosen
    return _remembered(chosen)


def ask_settings(recipe: Recipe) -> Recipe:
    """Show every setting and return the recipe as it is set.

    Raises:
        RecipeError: the settings do not go together, or the own layers cannot be built.
    """
    names = recipe.setting_names
    values = _ask(recipe, [name for name in _MAIN if name in names])
    rest = [name for name in names if name not in _MAIN]
    with st.expander("More settings"):
        values |= _ask(recipe, [name for name in rest if name not in _ONE_COLUMN])
        for name in _ONE_COLUMN:
            if name in rest:
                values[name] = setting_widgets.ask(recipe, name)
    st.session_state[state.TRAIN_CHANGES][recipe.name] = values
    return recipe.with_settings(values)


def _ask(recipe: Recipe, names: list[str]) -> dict[str, str]:
    """Two widgets beside each other; on a phone one below the other."""
    values = {}
    for start in range(0, len(names), 2):
        for column, name in zip(st.columns(2), names[start : start + 2], strict=False):
            with column:
                values[name] = setting_widgets.ask(recipe, name)
    return values


def _remembered(name: str) -> Recipe:
    recipe = find_recipe(name)
    if recipe.is_fine_tuning:  # whatever else is set, the run is to say from which model it started
        recipe = recipe.with_settings({"start_from": settings.present_model()})
    try:
        return recipe.with_settings(st.session_state[state.TRAIN_CHANGES].get(name, {}))
    except HdrError:  # what is being typed does not go together yet: the widgets hold it, the recipe need not
        return recipe


def _title(name: str) -> str:
    recipe = find_recipe(name)
    number = recipe.name[:2].upper()
    return f"{number} · {recipe.title}" if number[1:].isdigit() else recipe.title
