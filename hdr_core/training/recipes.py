"""A recipe: one network or baseline of a paper, where it is printed, what it reached there, and its settings.

Nothing here needs TensorFlow: a page can show every recipe before anything heavy is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from hdr_core.errors import RecipeError
from hdr_core.training.settings import Settings, parse_settings, settings_as_text

FAMILIES = ("keras", "numpy", "sklearn")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EVERYWHERE = ("seed", "share", "per_class")
_ITERATED = ("epochs", "batch_size", "learning_rate", "validation_split")
_KERAS_ONLY = (
    "optimizer",
    "schedule",
    "dropout",
    "augmentation",
    "augmentation_strength",
    "patience",
    "stack",
)
_USED_BY = {
    "keras": (*_ITERATED, *_KERAS_ONLY, *_EVERYWHERE),
    "numpy": (*_ITERATED, "activation", *_EVERYWHERE),
    "sklearn": _EVERYWHERE,
}

_OF_A_WHOLE = {"stack", "dropout", "per_class", "validation_split", "patience"}  # of a training from the beginning


@dataclass(frozen=True)
class PrintedFigure:
    """A figure as its paper prints it: in words, and as a share in [0, 1].

    ``is_claim`` marks what no peer-reviewed work supports; it is shown as claimed, never as reached.
    """

    text: str
    value: float
    is_claim: bool = False

    def __post_init__(self) -> None:
        if not self.text or not 0.0 <= self.value <= 1.0:
            raise ValueError(f"a printed figure needs words and a share in [0, 1], got {self.text!r}, {self.value}")


@dataclass(frozen=True)
class Recipe:
    """One network or baseline, with everything needed to train it again.

    ``source`` is a sentence that says what the paper prints and what it leaves open; ``family`` is the
    library that trains it; ``builder`` names the function that makes it; ``size_means`` says what the
    setting ``size`` counts, "" where the recipe has no such setting.

    Raises RecipeError when a field is impossible.
    """

    name: str
    title: str
    paper: str
    source: str
    family: str
    builder: str
    printed: tuple[PrintedFigure, ...] = ()
    settings: Settings = field(default_factory=Settings)
    size_means: str = ""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise RecipeError(f"A recipe's name is words of a–z and 0–9 joined by -; got {self.name[:60]!r}.")
        if self.family not in FAMILIES:
            raise RecipeError(f"A recipe's family is one of {', '.join(FAMILIES)}; got {self.family!r}.")
        if not all([self.title, self.paper, self.source, self.builder]):
            raise RecipeError(f"Recipe {self.name} needs a title, a paper, a source and a builder.")

    @property
    def setting_names(self) -> tuple[str, ...]:
        """The settings that this recipe uses, in the order of ``Settings``."""
        used = {*_USED_BY[self.family], *(["size"] if self.size_means else [])}
        if self.is_fine_tuning:
            used = used - _OF_A_WHOLE | {"start_from"}
        return tuple(one.name for one in fields(Settings) if one.name in used)

    @property
    def is_fine_tuning(self) -> bool:
        """Does it go on from a trained model?  Then the digits to learn are mixed with those that it knew."""
        return self.builder == "fine_tune"

    def with_settings(self, changes: Mapping[str, str]) -> Recipe:
        """This recipe with some settings changed, given as text.

        Raises:
            RecipeError: the recipe has no such setting, or the value is impossible.
        """
        for name in changes:
            if name not in self.setting_names:
                raise RecipeError(
                    f"{self.title} has no setting called {name[:40]!r}. Its settings: {', '.join(self.setting_names)}."
                )
        changed = replace(self, settings=parse_settings(self.settings, changes))
        if self.settings.stack and not changed.settings.stack:
            raise RecipeError("The stack has no layers. Write for instance: conv 32 3; pool 2; dense 128.")
        if self.size_means and changed.settings.size < 1:
            raise RecipeError(f"There must be at least one of the {self.size_means}, got {changed.settings.size}.")
        return changed

    def to_settings(self) -> dict[str, str]:
        """Every setting that the recipe uses, as text: ``with_settings`` of it gives the same recipe."""
        return {name: text for name, text in settings_as_text(self.settings).items() if name in self.setting_names}

    def changed_settings(self) -> dict[str, str]:
        """Only what differs from the recipe as printed: short enough for a link."""
        printed = find_recipe(self.name).to_settings()
        return {name: text for name, text in self.to_settings().items() if text != printed[name]}


def list_recipes() -> tuple[Recipe, ...]:
    """All recipes, in the order of the papers."""
    from hdr_core.training.catalogue import RECIPES

    return RECIPES


def find_recipe(name: str) -> Recipe:
    """The recipe of that name, as its paper prints it.

    Raises:
        RecipeError: there is none.
    """
    from hdr_core.training.catalogue import FINE_TUNE

    for recipe in (*list_recipes(), FINE_TUNE):
        if recipe.name == name:
            return recipe
    known = ", ".join(recipe.name for recipe in list_recipes())
    raise RecipeError(f"There is no recipe called {name[:60]!r}. Recipes: {known}.")
