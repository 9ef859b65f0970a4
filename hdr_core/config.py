"""Where things are and how large they may be: the only module that reads the environment."""

from __future__ import annotations

import os
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


def home_dir() -> Path:
    """Folder for what people make (runs, models, records): ``$HDR_HOME``, else ``var/``."""
    return Path(os.environ.get("HDR_HOME") or PROJECT_DIR / "var")


def data_dir() -> Path | None:
    """Folder that holds ``mnist.npz``: ``$HDR_DATA_DIR``, or None when it is not set."""
    value = os.environ.get("HDR_DATA_DIR")
    return Path(value) if value else None


def database_url() -> str:
    """Where records are kept: ``$HDR_DATABASE_URL``, else an SQLite file in the home folder."""
    return os.environ.get("HDR_DATABASE_URL") or f"sqlite:///{home_dir() / 'records.sqlite'}"


def model_dirs() -> tuple[Path, ...]:
    """Folders searched for models, first match wins: the user's own, then the shipped ones."""
    return (home_dir() / "models", SHIPPED_MODELS_DIR)
