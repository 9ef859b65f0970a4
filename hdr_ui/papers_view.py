"""The networks of the five papers: what is printed, and what the same recipe reached here."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from hdr_core.errors import DataError
from hdr_core.evaluation.comparison_figures import MeasuredAccuracy, error_intervals
from hdr_core.storage.papers import PaperRow, read_papers
from hdr_core.training.recipes import Recipe, list_recipes
from hdr_ui import exports, theme
from hdr_ui.words import literal

NOT_MEASURED = "not measured here yet"
_OWN = "This project"
_NOISE = "Noise 50 %, %"

_COLUMNS = {
    "Measured, %": st.column_config.NumberColumn(format="%.2f"),
    _NOISE: st.column_config.NumberColumn(format="%.2f", help="Half of all pixels replaced by random grays"),
    "Parameters": st.column_config.NumberColumn(format="localized"),
    "File, MB": st.column_config.NumberColumn(format="%.2f", help="The LiteRT file that the app reads with"),
    "Test, ms a digit": st.column_config.NumberColumn(
        format="%.3f", help="Testing in batches, in the library that trained it"
    ),
    "Training, s": st.column_config.NumberColumn(format="localized"),
    "Recipe": st.column_config.TextColumn(pinned=True),
    "Network": st.column_config.TextColumn(width="medium"),
    "Printed": st.column_config.TextColumn(width="medium"),
}


def show() -> None:
    """The table and the figure; a file that cannot be read is told."""
    try:
        measured = read_papers()
    except DataError as error:
        st.error(literal(error))
        return
    recipes = [recipe for recipe in list_recipes() if recipe.paper != _OWN]
    st.caption(
        "Every network and baseline that the five papers describe, trained here by its own recipe. Where "
        "“Trained with” names settings, it learned for less time than its paper says; Train can do it in full."
    )
    exports.table(
        rows(recipes, measured), "papers", columns=_COLUMNS, alt="What each paper prints and what was measured"
    )
    shown = [_point(recipe, measured[recipe.name]) for recipe in recipes if recipe.name in measured]
    if shown:
        st.markdown("#### Printed and measured")
        st.caption(
            "Lines are 95 % intervals of what was measured here. A diamond is the first figure that the paper prints "
            "for this network, a cross one that it only claims."
        )
        exports.figure(error_intervals(shown, theme.palette()), "papers")


def rows(recipes: list[Recipe], measured: Mapping[str, PaperRow]) -> list[dict[str, object]]:
    """One row per recipe, in the order of the papers; a recipe without a measurement says so.

    The noise is left out as long as no network was measured with it.
    """
    found = [_row(recipe, measured.get(recipe.name)) for recipe in recipes]
    if all(row[_NOISE] is None for row in found):
        for row in found:
            del row[_NOISE]
    return found


def _row(recipe: Recipe, found: PaperRow | None) -> dict[str, object]:
    return {
        "Recipe": recipe.name,
        "Measured, %": 100 * found.accuracy if found else None,
        "Network": recipe.title,
        "Printed": "; ".join(figure.text for figure in recipe.printed) or None,
        "95 % interval": f"{found.low:.2%} – {found.high:.2%}" if found else None,
        "Errors": found.errors if found else None,
        "Trained with": _changes(found) if found else NOT_MEASURED,
        _NOISE: 100 * found.noise_accuracy if found and found.noise_accuracy is not None else None,
        "Parameters": found.parameters if found else None,
        "File, MB": found.bytes_served / 1e6 if found and found.bytes_served else None,
        "Test, ms a digit": found.milliseconds_a_digit if found else None,
        "Training, s": round(found.train_seconds) if found else None,
        "Paper": recipe.paper,
    }


def _changes(found: PaperRow) -> str:
    changed = [f"{name} {value}" for name, value in found.reduced.items()]
    data = [] if found.data == "mnist" else [f"data {found.data}"]
    return ", ".join([*data, *changed]) or "as printed"


def _point(recipe: Recipe, found: PaperRow) -> MeasuredAccuracy:
    first = recipe.printed[0] if recipe.printed else None
    return MeasuredAccuracy(
        recipe.name,
        found.accuracy,
        found.low,
        found.high,
        first.value if first else None,
        first.is_claim if first else False,
    )
