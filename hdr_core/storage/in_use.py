"""Which model reads unless another one is asked for: the user's own choice, else the shipped one."""

from __future__ import annotations

from hdr_core import config
from hdr_core.storage.atomic import write_text
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
        OSError: the choice cannot be written down.
    """
    model_dir(name)
    write_text(config.home_dir() / _FILE, name)
