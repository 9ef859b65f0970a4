"""Baselines on disk that cannot read pictures: a card to compare with, and nothing that the reader would load.

``<models>/<name>/comparison.json`` stands where a model that serves has its ``card.json``, so that no list of
models to read with ever names one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from hdr_core import config
from hdr_core.errors import ModelError
from hdr_core.storage.atomic import write_text
from hdr_core.storage.models import ModelCard, check_name

_FILE = "comparison.json"


def save_comparison(card: ModelCard, parent: Path) -> Path:
    """Write the card's folder beside the models, whole or not at all; one of the same name is replaced."""
    target = parent / check_name(card.name)
    write_text(target / _FILE, json.dumps(asdict(card), indent=2) + "\n")
    return target


def list_comparisons(dirs: Sequence[Path] | None = None) -> list[str]:
    """Names of all baselines that were measured, sorted."""
    folders = dirs if dirs is not None else config.model_dirs()
    return sorted({path.parent.name for folder in folders for path in folder.glob(f"*/{_FILE}")})


def read_comparison(name: str, dirs: Sequence[Path] | None = None) -> ModelCard:
    """The card of a baseline.

    Raises:
        ModelError: there is none of that name, or its card is damaged.
    """
    check_name(name)
    for folder in dirs if dirs is not None else config.model_dirs():
        path = folder / name / _FILE
        if path.is_file():
            try:
                return ModelCard(**json.loads(path.read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError) as error:
                raise ModelError(f"The card of {name!r} is damaged ({error}). Train it again.") from error
    raise ModelError(f"There is no baseline called {name!r}. Here: {', '.join(list_comparisons(dirs)) or 'none'}.")
