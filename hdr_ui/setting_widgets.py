"""One widget for each setting of a recipe; what it returns is the setting as text, as a link carries it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from hdr_core.storage.models import list_models
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
    "start_from": "Model to start from",
}
_HELP = {
    "epochs": "How often the network sees all training digits. More epochs learn more, until it begins to learn them "
    "by heart: then the validation accuracy stops rising.",
    "batch_size": "How many digits it looks at before it changes its weights once. Small batches change them often and "
    "unsteadily, large ones rarely and smoothly.",
    "optimizer": "The rule by which a mistake changes the weights. SGD goes straight downhill, momentum keeps some of "
    "its speed; Adam and its kin choose a step of its own for every weight and need less care.",
    "learning_rate": "How far the weights move at each step. Too small learns slowly; too large jumps about, and the "
    "loss grows.",
    "schedule": "Whether the learning rate shrinks while it trains: large steps find the valley, small ones its floor.",
    "dropout": "The share of features switched off at random at each step while it trains, so that it does not rely "
    "on a few. 0 leaves it out.",
    "augmentation": "Every digit is bent a little and differently in each epoch, as another hand would write it. "
    "It learns more slowly and reads new handwriting better.",
    "augmentation_strength": "How far the digits are bent: 1 is the usual, 0 not at all, 2 twice as far.",
    "validation_split": "Training digits that are held back: it never learns from them, so they show after each epoch "
    "how well it reads digits it has not seen. The test digits stay untouched for the end.",
    "patience": "The training ends when that many epochs in a row have not improved the validation accuracy, and the "
    "best epoch is kept. It needs a share kept for validation.",
    "seed": "The number that all chance starts from: first weights, order, bending. The same seed gives the same "
    "training again; other seeds show how much is luck.",
    "share": "Learn from a part of the digits only: quicker, and it shows how much the amount matters.",
    "per_class": "So many digits of each of the ten classes, drawn by the seed: how well does it learn from few?",
    "activation": "What each neuron makes of its sum: ReLU cuts negative values off, sigmoid and tanh squash large "
    "ones.",
    "size": "The larger, the more it can tell apart, and the longer it takes.",
    "stack": "One layer after another, with semicolons between: conv FILTERS SIZE, sepconv FILTERS SIZE, pool SIZE, "
    "avgpool SIZE, globalpool, norm, dropout RATE, flatten, dense UNITS; an activation may follow conv, sepconv and "
    "dense.",
    "start_from": "The model that goes on learning. It stays as it is: what is learned becomes a model of its own.",
}
_STEPS = {"dropout": 0.05, "augmentation_strength": 0.1, "validation_split": 0.05}  # shown as sliders


def ask(recipe: Recipe, name: str) -> str:
    """Show the widget of one setting, at the value that ``recipe`` has; returns its value as text."""
    value = recipe.to_settings()[name]
    label = recipe.size_means.capitalize() if name == "size" else LABELS[name]
    common: dict[str, Any] = {"key": f"set_{recipe.name}_{name}", "help": _HELP[name]}
    if name in CHOICES:
        return _choice(label, value, CHOICES[name], common)
    if name == "stack":
        return " ".join(st.text_area(label, value, height=88, **common).split())
    if name == "start_from":
        models = list_models()
        return str(st.selectbox(label, models, models.index(value) if value in models else 0, **common))
    if name == "share":
        return _share(label, value, common)
    if name == "learning_rate":
        return _rate(label, value, find_recipe(recipe.name).settings.learning_rate / 10, common)
    low, high = RANGES[name]
    low = max(low, 1) if name == "size" else low
    if name in _STEPS:
        return _as_text(st.slider(label, low, high, float(value), _STEPS[name], **common))
    return str(st.number_input(label, int(low), int(high), int(value), 1, **common))


def _choice(label: str, value: str, choices: tuple[str, ...], common: dict[str, Any]) -> str:
    return str(st.selectbox(label, choices, choices.index(value), format_func=str.capitalize, **common))


def _rate(label: str, value: str, step: float, common: dict[str, Any]) -> str:
    low, high = RANGES["learning_rate"]
    return _as_text(st.number_input(label, low, high, float(value), step, format="%.6g", **common))


def _share(label: str, value: str, common: dict[str, Any]) -> str:
    low, high = RANGES["share"]
    percent = st.number_input(f"{label}, %", 100 * low, 100 * high, 100 * float(value), 5.0, format="%.4g", **common)
    return _as_text(percent / 100)


def _as_text(value: float) -> str:
    """Without the dust of binary fractions: a link says 0.15 and not 0.15000000000000002."""
    return repr(float(f"{value:.8g}"))
