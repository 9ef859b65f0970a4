"""What can be changed in a recipe: each setting with its kind and range, read from and written as text."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

from hdr_core.errors import RecipeError
from hdr_core.training.stack import parse_stack

OPTIMIZERS = ("adam", "adamw", "sgd", "momentum", "rmsprop", "adagrad", "adadelta")
SCHEDULES = ("constant", "cosine", "exponential", "step")
AUGMENTATIONS = ("none", "shift", "affine", "elastic", "hand", "noise")
ACTIVATIONS = ("sigmoid", "relu", "tanh")

CHOICES: dict[str, tuple[str, ...]] = {
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "augmentation": AUGMENTATIONS,
    "activation": ACTIVATIONS,
}
"""Settings that are one of a few words."""

RANGES: dict[str, tuple[float, float]] = {
    "epochs": (1, 1000),
    "batch_size": (1, 4096),
    "learning_rate": (1e-7, 10.0),
    "dropout": (0.0, 0.9),
    "augmentation_strength": (0.0, 3.0),
    "validation_split": (0.0, 0.9),
    "patience": (0, 100),
    "seed": (0, 2**31 - 1),
    "share": (0.0001, 1.0),
    "per_class": (0, 100_000),
    "size": (0, 1000),
}
"""Smallest and largest value of every setting that is a number."""


@dataclass(frozen=True)
class Settings:
    """Everything that a user can change in a recipe.

    ``dropout`` is the rate of the last dropout layer (0 = none); ``validation_split`` the last share of the
    training digits, watched and not learned; ``patience`` the epochs without progress after which to stop
    (0 = never); ``share`` and ``per_class`` how much of the data to learn from (0 per class = all of it);
    ``stack`` own layers in place of the recipe's; ``size`` and ``activation`` mean what the recipe says;
    ``start_from`` names the model to go on from ("" = the one in use).

    Raises RecipeError when a value is out of range.
    """

    epochs: int = 5
    batch_size: int = 32
    optimizer: str = "adam"
    learning_rate: float = 0.001
    schedule: str = "constant"
    dropout: float = 0.0
    augmentation: str = "none"
    augmentation_strength: float = 1.0
    validation_split: float = 0.0
    patience: int = 0
    seed: int = 1
    share: float = 1.0
    per_class: int = 0
    stack: str = ""
    activation: str = "relu"
    size: int = 0
    start_from: str = ""

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
                raise RecipeError(f"{name} must lie between {low:g} and {high:g}, got {value!r}.")
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise RecipeError(f"{name} must be one of {', '.join(choices)}; got {getattr(self, name)!r}.")
        if self.stack:
            parse_stack(self.stack)
        if self.patience and not self.validation_split:
            raise RecipeError("patience needs a validation_split above 0: early stopping watches digits not learned.")


def parse_settings(base: Settings, changes: Mapping[str, str]) -> Settings:
    """``base`` with some values changed, given as text (from a URL or a command line).

    Raises:
        RecipeError: no such setting, or a value that is no number, not offered or out of range.
    """
    kinds = {field.name: type(getattr(base, field.name)) for field in fields(base)}
    parsed: dict[str, object] = {}
    for name, text in changes.items():
        if name not in kinds:
            raise RecipeError(f"There is no setting called {name[:40]!r}. Settings: {', '.join(kinds)}.")
        parsed[name] = _parse(name, str(text).strip(), kinds[name])
    return replace(base, **parsed)  # type: ignore[arg-type]  # every value was parsed as its field's type


def settings_as_text(settings: Settings) -> dict[str, str]:
    """Every setting as text, such that ``parse_settings`` gives the same settings again."""
    return {name: repr(value) if isinstance(value, float) else str(value) for name, value in asdict(settings).items()}


def _parse(name: str, text: str, kind: type) -> object:
    if kind is str:
        return text
    try:
        value = kind(text)
    except ValueError:
        wanted = "a whole number" if kind is int else "a number"
        raise RecipeError(f"{name} must be {wanted}, got {text[:40]!r}.") from None
    if not math.isfinite(value):
        raise RecipeError(f"{name} must be a finite number, got {text[:40]!r}.")
    return value
