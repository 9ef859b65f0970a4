"""``models``: the models that are here, with the figures of their cards; ``models import FILE``: take one in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hdr_core import config
from hdr_core.errors import ModelError
from hdr_core.storage.models import ModelCard, list_models, model_dir, read_card
from hdr_core.text import visible

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_to(commands: Commands) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        "models",
        help="list the models that are here",
        description="List the models that are here: those that came with the app and your own; or take one in.",
    )
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(metavar="ACTION")
    importing = actions.add_parser(
        "import",
        help="take in a .keras file",
        description=(
            "Check a .keras file that Keras 3 saved, and place it among your models. It must go from 28×28 tiles to 10 "
            "or 11 probabilities and be made of Keras' own plain layers; whatever could run code is refused before "
            "anything of the file is loaded."
        ),
    )
    importing.add_argument("file", type=Path, metavar="FILE")
    importing.add_argument("--title", default="", metavar="TEXT", help="what to call it; default: the file's name")
    importing.set_defaults(run=run_import)


def run(parsed: argparse.Namespace) -> int:
    """Print every model; 1 if any card cannot be read.

    Raises:
        ModelError: there is no model at all.
    """
    names = list_models()
    if not names:
        folders = " or ".join(str(folder) for folder in config.model_dirs())
        raise ModelError(f"There is no model in {folders}. Train one: python -m hdr_core.training.train_reader.")
    damaged = 0
    for name in names:
        try:
            print("\n".join(_describe(name, read_card(name))))
        except ModelError as error:
            damaged += 1
            print(error, file=sys.stderr)
    return 1 if damaged else 0


def run_import(parsed: argparse.Namespace) -> int:
    """Take in a model and print what it is called here.

    Raises:
        ModelError: the file is refused, or there is no room for it.
    """
    from hdr_core.training.model_import import import_model, read_model_file

    try:
        name = import_model(read_model_file(parsed.file), parsed.file.name, parsed.title)
    except OSError as error:
        raise ModelError(f"The model could not be written ({error.strerror}). Make room and try again.") from error
    print("\n".join(_describe(name, read_card(name))))
    return 0


def _describe(name: str, card: ModelCard) -> list[str]:
    shipped = model_dir(name).parent == config.SHIPPED_MODELS_DIR
    whose = "came with the app" if shipped else "your own"
    return [
        f"{name} — {visible(card.title)}, {card.parameters:,} parameters, {whose}",
        _origin(card),
        f"  by        {visible(card.command)}",
        *(f"  {label:28}{value}" for label, value in _scores(card.scores)),
    ]


def _origin(card: ModelCard) -> str:
    if not card.seconds_to_train:  # nobody knows how long a model learned that was brought from elsewhere
        return f"  imported  {card.created}, trained on {visible(card.data)}"
    return f"  trained   {card.created} in {_duration(card.seconds_to_train)} on {visible(card.data)}"


def _scores(scores: dict[str, float]) -> list[tuple[str, str]]:
    # Every score in a card is a share in [0, 1] or, when its name says errors, a count.
    return [
        (key.replace("_", " "), f"{value:,.0f}" if key.endswith("errors") else f"{value:.2%}")
        for key, value in scores.items()
    ]


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
