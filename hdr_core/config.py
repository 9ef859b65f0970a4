"""Where things are and how large they may be: the only module that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent.parent
SHIPPED_MODELS_DIR = PROJECT_DIR / "models"
DEFAULT_MODEL = "reader"

TILE_SIZE_PX = 28
"""Side of a tile: the 28×28 of MNIST."""

DIGIT_SIZE_PX = 20
"""Longest side of the digit inside a tile, as MNIST was made (LeCun et al. 1998)."""

MAX_IMAGE_MEGAPIXELS = 50
"""Pictures with more pixels are refused from their header, before any pixel is decoded."""

MAX_FILE_MEGABYTES = 320
"""Files larger than this are refused before they are parsed: 50 megapixels of 16-bit RGB, uncompressed, fit."""


SIGN_IN_PREFIX = "HDR_SIGN_IN_"

_chosen_home: ContextVar[Path | None] = ContextVar("chosen_home", default=None)
_find_home: Callable[[], Path] | None = None


def base_dir() -> Path:
    """Folder for everything that is made here: ``$HDR_HOME``, else ``var/``."""
    return Path(os.environ.get("HDR_HOME") or PROJECT_DIR / "var")


def home_dir() -> Path:
    """Folder for what the present person makes (runs, models, data): the base folder, unless people sign in.

    Raises:
        SignedOutError: people sign in here, and nobody is signed in where this is asked.
    """
    chosen = _chosen_home.get()
    if chosen is not None:
        return chosen
    return base_dir() if _find_home is None else _find_home()


def people_dir() -> Path:
    """Folder that holds the homes of those who sign in."""
    return base_dir() / "people"


def person_dir(account_id: str) -> Path:
    """The home folder of somebody who signs in."""
    if not account_id.isalnum():
        raise ValueError(f"an account's id is letters and digits, got {account_id[:80]!r}")
    return people_dir() / account_id


def find_home_by(find: Callable[[], Path] | None) -> None:
    """Let ``find`` say whose home the present one is; None: there is only one."""
    global _find_home
    _find_home = find


@contextmanager
def at_home(folder: Path) -> Iterator[None]:
    """While the block lasts, ``folder`` is the home of this thread: for work that goes on when its page is gone."""
    token = _chosen_home.set(folder)
    try:
        yield
    finally:
        _chosen_home.reset(token)


def sign_in_mark(names: Sequence[str]) -> tuple[str | None, ...]:
    """The values of these settings of the sign-in in the environment: looked up, which is faster than searched for."""
    return tuple(os.environ.get(f"{SIGN_IN_PREFIX}{name.upper()}") for name in names)


def sign_in_environment() -> dict[str, str]:
    """The settings of the sign-in that stand in the environment: name in small letters, without prefix → text."""
    found = {name: value for name, value in os.environ.items() if name.startswith(SIGN_IN_PREFIX)}
    return {name.removeprefix(SIGN_IN_PREFIX).lower(): value for name, value in found.items()}


def data_dir() -> Path | None:
    """Folder that holds ``mnist.npz``: ``$HDR_DATA_DIR``, or None when it is not set."""
    value = os.environ.get("HDR_DATA_DIR")
    return Path(value) if value else None


def database_url() -> str:
    """Where records are kept: ``$HDR_DATABASE_URL``, else an SQLite file in the base folder."""
    return os.environ.get("HDR_DATABASE_URL") or f"sqlite:///{base_dir() / 'records.sqlite'}"


def model_dirs() -> tuple[Path, ...]:
    """Folders searched for models, first match wins: the user's own, then the shipped ones."""
    return (home_dir() / "models", SHIPPED_MODELS_DIR)
