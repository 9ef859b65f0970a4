"""One widget for each setting of a recipe; what it returns is the setting as text, as a link carries it."""

from __future__ import annotations

import streamlit as st

from hdr_core.training.recipes import Recipe, find_recipe
from hdr_core.training.settings import CHOICES, RANGES

LABELS = {
    "epochs": "Epochs",
    "batch_size": "Batch size, digits",
    "optimizer": "Optimiser",
    "learning_rate": "Learning rate",
    "schedule": "Rate over time",
    "dropout": "Dropout before the last layer",
    "augmentation": "Augmentation",
    "augmentation_strength": "Augmentation strength",
    "validation_split": "Share kept for validation",
    "patience": "Early stopping: epochs without progress (0 = never)",
    "seed": "Seed",
    "share": "Share of the training digits",
    "per_class": "Digits per class (0 = all)",
    "activation": "Activation",
    "size": "Size",
    "stack": "Own layers in place of the recipe's",
}
_STEPS = {"dropout": 0.05, "augmentation_strength": 0.1, "validation_split": 0.05}  # shown as sliders
_STACK_HELP = (
    "One layer after another, with semicolons between: conv FILTERS SIZE, sepconv FILTERS SIZE, pool SIZE, "
    "avgpool SIZE, globalpool, norm, dropout RATE, flatten, dense UNITS; an activation may follow conv, sepconv and "
    "dense."
)


def ask(recipe: Recipe, name: str) -> str:
    """Show the widget of one setting, at the value that ``recipe`` has; returns its value as text."""
    value = recipe.to_settings()[name]
    label = recipe.size_means.capitalize() if name == "size" else LABELS[name]
    key = f"set_{recipe.name}_{name}"
    if name in CHOICES:
        return _choice(label, key, value, CHOICES[name])
    if name == "stack":
        return " ".join(st.text_area(label, value, key=key, help=_STACK_HELP, height=88).split())
    if name == "share":
        return _share(label, key, value)
    if name == "learning_rate":
        return _rate(label, key, value, find_recipe(recipe.name).settings.learning_rate / 10)
    low, high = RANGES[name]
    low = max(low, 1) if name == "size" else low
    if name in _STEPS:
        return _as_text(st.slider(label, low, high, float(value), _STEPS[name], key=key))
    return str(st.number_input(label, int(low), int(high), int(value), 1, key=key))


def _choice(label: str, key: str, value: str, choices: tuple[str, ...]) -> str:
    return st.selectbox(label, choices, choices.index(value), format_func=str.capitalize, key=key)


def _rate(label: str, key: str, value: str, step: float) -> str:
    low, high = RANGES["learning_rate"]
    return _as_text(st.number_input(label, low, high, float(value), step, format="%.6g", key=key))


def _share(label: str, key: str, value: str) -> str:
    low, high = RANGES["share"]
    percent = st.number_input(f"{label}, %", 100 * low, 100 * high, 100 * float(value), 5.0, format="%.4g", key=key)
    return _as_text(percent / 100)


def _as_text(value: float) -> str:
    """Without the dust of binary fractions: a link says 0.15 and not 0.15000000000000002."""
    return repr(float(f"{value:.8g}"))
