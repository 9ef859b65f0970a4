"""The layers of a recipe, told without building it: a page shows them before TensorFlow is loaded.

The networks of the papers stand in ``cards.json``, with and without dropout, as Keras builds them; own layers and
NumPy's are counted here.  After a change to a network make the file again:

    python -m hdr_core.training.cards
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path

from hdr_core.config import TILE_SIZE_PX
from hdr_core.errors import RecipeError
from hdr_core.training.numpy_network import CLASSES, layer_sizes
from hdr_core.training.recipes import Recipe, find_recipe, list_recipes
from hdr_core.training.settings import Settings
from hdr_core.training.stack import parse_stack, stack_steps

UnnamedRow = tuple[str, str, tuple[int, ...], int]
"""Kind, name ("" for none of its own), output without the batch axis, parameters."""

_CARDS = Path(__file__).with_name("cards.json")
_COMMITTEE = "p4-committee"


@dataclass(frozen=True)
class LayerRow:
    """One row of a recipe card: the layer's kind and name, its output without the batch axis, its parameters."""

    kind: str
    name: str
    output: str
    parameters: int


@dataclass(frozen=True)
class RecipeCard:
    """The layers of a recipe, in order; empty where it has none (scikit-learn)."""

    layers: tuple[LayerRow, ...]
    parameters: int


def card_of(recipe: Recipe) -> RecipeCard:
    """The layers and parameters of the recipe as it is set: what ``building.recipe_card`` finds in the network.

    Raises:
        RecipeError: its own layers are missing, or its network came after ``cards.json`` was made.
    """
    if recipe.family == "sklearn" or recipe.is_fine_tuning:  # the layers are those of the model it starts from
        return RecipeCard((), 0)
    if recipe.family == "numpy":
        return _summed(named(_numpy_rows(recipe.settings)))
    if recipe.settings.stack or recipe.builder == "own_layers":
        return _summed(named(_stack_rows(recipe.settings)))
    rows = _stored().get(_key(recipe))
    if rows is None:
        raise RecipeError(f"There is no card of {recipe.title}. Make one: python -m hdr_core.training.cards")
    return _summed(_with_columns(rows, recipe.settings.size) if recipe.builder == "committee" else rows)


def named(rows: Iterable[UnnamedRow]) -> tuple[LayerRow, ...]:
    """Rows for a card; a layer without a name of its own gets the one Keras would give it first of all.

    Keras numbers the layers of a whole session: the same network has other names whenever it is built.
    """
    seen: Counter[str] = Counter()
    named_rows = []
    for kind, name, output, parameters in rows:
        base = _snake_case(kind)
        if re.fullmatch(rf"({base}(_\d+)?)?", name):
            name = f"{base}_{seen[base]}" if seen[base] else base
            seen[base] += 1
        named_rows.append(LayerRow(kind, name, " × ".join(map(str, output)), parameters))
    return tuple(named_rows)


def _snake_case(kind: str) -> str:
    """MaxPooling2D → max_pooling2d, as Keras names its layers."""
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", kind)).lower()


def _summed(rows: tuple[LayerRow, ...]) -> RecipeCard:
    return RecipeCard(rows, sum(row.parameters for row in rows))


def _numpy_rows(settings: Settings) -> Iterator[UnnamedRow]:
    for before, after in pairwise(layer_sizes(settings)):
        yield "Dense", "", (after,), (before + 1) * after


def _stack_rows(settings: Settings) -> Iterator[UnnamedRow]:
    """What ``networks_stack.own_layers`` builds: the way in, the stack, and the ten answers."""
    steps = stack_steps(parse_stack(settings.stack))
    yield "InputLayer", "tile", (TILE_SIZE_PX, TILE_SIZE_PX), 0
    for kind in ("Reshape", "Rescaling"):
        yield kind, "", (TILE_SIZE_PX, TILE_SIZE_PX, 1), 0
    for step in steps:
        yield step.kind, "", step.output, step.parameters
    if settings.dropout:
        yield "Dropout", "", steps[-1].output, 0
    yield "Dense", "scores", (CLASSES,), (steps[-1].output[0] + 1) * CLASSES


def _with_columns(rows: tuple[LayerRow, ...], columns: int) -> tuple[LayerRow, ...]:
    """The committee's stored rows for another number of columns, which lie side by side, layer after layer."""
    columns, printed = max(columns, 1), find_recipe(_COMMITTEE).settings.size
    changed: list[UnnamedRow] = []
    for (kind, output, parameters), group in groupby(rows, lambda row: (row.kind, row.output, row.parameters)):
        same = list(group)
        sides = [int(side) for side in output.split(" × ")]
        if kind == "Concatenate":
            sides[0] = columns
        repeats = columns if len(same) == printed else len(same)
        changed += [(kind, same[0].name, tuple(sides), parameters)] * repeats
    return named(changed)


def _key(recipe: Recipe) -> str:
    """At a rate of 0 the networks have no dropout layer; any other rate has the same layers."""
    return f"{recipe.builder} {'with' if recipe.settings.dropout else 'without'} dropout"


@cache
def _stored() -> dict[str, tuple[LayerRow, ...]]:
    cards = json.loads(_CARDS.read_text(encoding="utf-8"))
    return {key: tuple(LayerRow(*row) for row in rows) for key, rows in cards.items()}


def stored_text() -> str:
    """What ``cards.json`` must hold: every Keras network, built with and without dropout; loads TensorFlow."""
    from hdr_core.training.building import recipe_card

    recipes = [one for one in list_recipes() if one.family == "keras" and one.builder != "own_layers"]
    both = [recipe.with_settings({"dropout": rate}) for recipe in recipes for rate in ("0", "0.5")]
    cards = {_key(recipe): recipe_card(recipe).layers for recipe in both}
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {_as_json(rows)}" for key, rows in cards.items()) + "\n}\n"


def _as_json(rows: tuple[LayerRow, ...]) -> str:
    """One row a line, so that a change can be read."""
    return "[\n" + ",\n".join(json.dumps(astuple(row), ensure_ascii=False) for row in rows) + "\n]"


def main() -> None:
    _CARDS.write_text(stored_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
