"""Models on disk: one folder each, which appears whole or not at all.

``<models>/<name>/`` holds ``model.keras`` (to retrain), ``model.tflite`` (to serve) and ``card.json``
(recipe, data, seed, versions, scores).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hdr_core import config
from hdr_core.errors import ModelError

if TYPE_CHECKING:
    import keras

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_VERSIONED = ("tensorflow", "keras", "numpy", "opencv-python-headless")


@dataclass(frozen=True)
class ModelCard:
    """What one must know to trust or repeat a model; every score is a share in [0, 1] or a count."""

    name: str
    title: str
    recipe: dict[str, str]
    command: str
    data: str
    parameters: int
    seconds_to_train: float
    scores: dict[str, float]
    versions: dict[str, str] = field(default_factory=lambda: _installed_versions())
    created: str = field(default_factory=lambda: datetime.now(UTC).strftime("%Y-%m-%d"))


def check_name(name: str) -> str:
    """Return ``name`` if it can be a model's name; a name is never a path.

    Raises:
        ModelError: anything but 1–64 of a–z, 0–9, ``-`` and ``_``.
    """
    if not _NAME.fullmatch(name):
        raise ModelError(f"A model's name is 1–64 of a–z, 0–9, - and _; got {name[:80]!r}.")
    return name


def list_models(dirs: Sequence[Path] | None = None) -> list[str]:
    """Names of all models with a card and with what serves, sorted."""
    folders = dirs if dirs is not None else config.model_dirs()
    found = {path.parent.name for folder in folders for path in folder.glob("*/card.json") if _serves(path.parent)}
    return sorted(name for name in found if _NAME.fullmatch(name))


def _serves(folder: Path) -> bool:
    return (folder / "model.tflite").is_file()


def model_dir(name: str, dirs: Sequence[Path] | None = None) -> Path:
    """Folder of the model called ``name``; one that lacks what serves is found where there is no other.

    Raises:
        ModelError: the name is bad, or no folder has it.
    """
    check_name(name)
    folders = [folder / name for folder in (dirs if dirs is not None else config.model_dirs())]
    found = [folder for folder in folders if (folder / "card.json").is_file()]
    if found:
        return next(filter(_serves, found), found[0])
    known = ", ".join(list_models(dirs)) or "none"
    raise ModelError(f"There is no model called {name!r}. Models here: {known}.")


def read_card(name: str, dirs: Sequence[Path] | None = None) -> ModelCard:
    """Read a model's card.

    Raises:
        ModelError: no such model, or its card is damaged.
    """
    path = model_dir(name, dirs) / "card.json"
    try:
        fields: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return ModelCard(**fields)
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"The card of model {name!r} is damaged ({error}). Train or copy the model again.") from error


def model_digest(name: str, dirs: Sequence[Path] | None = None) -> str:
    """Sixteen hex digits of what serves: the same on every machine, another after every training.

    Raises:
        ModelError: there is no such model, or its file cannot be read.
    """
    path = model_dir(name, dirs) / "model.tflite"
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise ModelError(f"The file of model {name!r} cannot be read ({error}). Train or copy it again.") from error


def save_model(model: keras.Model, card: ModelCard, parent: Path) -> Path:
    """Write a model's folder beside the others, then rename it into place in one step.

    An older model of the same name is replaced; should the machine stop between the two renames, it is
    still there as ``.old-<name>``.  Needs TensorFlow (the LiteRT export).
    """
    target = parent / check_name(card.name)
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=parent) as scratch:
        fresh = Path(scratch) / "model"
        fresh.mkdir()
        write_model_files(model, fresh)
        write_card(card, fresh)
        _swap(fresh, target)
    return target


def write_model_files(model: keras.Model, folder: Path) -> None:
    """``model.keras`` and ``model.tflite`` into a folder that is not in its place yet.  Needs TensorFlow."""
    model.save(folder / "model.keras", include_optimizer=False)
    model.export(folder / "model.tflite", format="litert", verbose=False)


def write_card(card: ModelCard, folder: Path) -> None:
    """``card.json`` into a folder that is not in its place yet."""
    (folder / "card.json").write_text(json.dumps(asdict(card), indent=2) + "\n", encoding="utf-8")


def _swap(fresh: Path, target: Path) -> None:
    """Put ``fresh`` in the place of ``target``; the old folder is kept aside until that is done."""
    old = target.with_name(f".old-{target.name}")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        os.replace(target, old)
    os.replace(fresh, target)
    shutil.rmtree(old, ignore_errors=True)


def delete_model(name: str) -> None:
    """Remove one of the user's own models.

    Raises:
        ModelError: no such model, or it is a shipped one.
    """
    folder = model_dir(name)
    if folder.parent == config.SHIPPED_MODELS_DIR:
        raise ModelError(f"{name!r} came with the app and cannot be deleted.")
    shutil.rmtree(folder)


def _installed_versions() -> dict[str, str]:
    versions = {}
    for package in _VERSIONED:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions
