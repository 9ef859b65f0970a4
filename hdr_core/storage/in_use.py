"""Which model reads unless another one is asked for: the user's own choice, else the shipped one."""

from __future__ import annotations

import os
import tempfile

from hdr_core import config
from hdr_core.storage.models import list_models, model_dir

_FILE = "model-in-use"


def model_in_use() -> str:
    """Name of the model that reads; the shipped one if the chosen one is no longer here."""
    try:
        name = (config.home_dir() / _FILE).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return config.DEFAULT_MODEL
    return name if name in list_models() else config.DEFAULT_MODEL


def use_model(name: str) -> None:
    """Let ``name`` read from now on.

    Raises:
        ModelError: there is no such model.
    """
    model_dir(name)
    home = config.home_dir()
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=home, suffix=".part", delete=False, encoding="utf-8") as file:
        file.write(name)
    os.replace(file.name, home / _FILE)
