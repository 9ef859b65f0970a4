"""Handwriting beyond MNIST, gathered from many sources into one file of tiles: who wrote what, and what is held out."""

from __future__ import annotations

import hashlib
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hdr_core.errors import DataError
from hdr_core.training.junk import JUNK_LABEL
from hdr_core.types import UInt8Image

_HELD_OUT_OF = 5  # one writer of so many is never trained on


@dataclass(frozen=True, eq=False)
class Handwriting:
    """N tiles with labels 0–10 (10: not one whole digit), the source of each and its writer.

    ``tiles`` (N, 28, 28) uint8, ``labels`` (N,) int64, ``sources`` and ``writers`` (N,) text.
    """

    tiles: UInt8Image
    labels: NDArray[np.int64]
    sources: NDArray[np.str_]
    writers: NDArray[np.str_]

    def __post_init__(self) -> None:
        count = len(self.tiles)
        if self.tiles.shape != (count, 28, 28) or any(
            len(column) != count for column in (self.labels, self.sources, self.writers)
        ):
            raise DataError(f"Expected (N, 28, 28) tiles with N labels, sources and writers, got {self.tiles.shape}.")
        if count and not 0 <= self.labels.min() <= self.labels.max() <= JUNK_LABEL:
            raise DataError(f"Expected labels 0–10, got {self.labels.min()}–{self.labels.max()}.")

    def __len__(self) -> int:
        return len(self.tiles)

    def taken(self, chosen: NDArray[np.bool_]) -> Handwriting:
        """Only the tiles for which ``chosen`` (N,) is true."""
        return Handwriting(self.tiles[chosen], self.labels[chosen], self.sources[chosen], self.writers[chosen])

    def split(self) -> tuple[Handwriting, Handwriting]:
        """(to train on, held out): no writer is in both."""
        names = np.char.add(np.char.add(self.sources, "/"), self.writers)
        held = np.isin(names, [name for name in np.unique(names) if is_held_out(str(name))])
        return self.taken(~held), self.taken(held)

    def counts(self) -> Counter[str]:
        """Tiles per source."""
        return Counter(self.sources.tolist())


def is_held_out(writer: str) -> bool:
    """Is this writer ("source/name") kept for measuring?  Decided by the name alone, so it never changes."""
    return int(hashlib.sha256(writer.encode()).hexdigest(), 16) % _HELD_OUT_OF == 0


def joined(parts: Sequence[Handwriting]) -> Handwriting:
    """All parts, one after another."""
    columns = [[getattr(part, name) for part in parts] for name in ("tiles", "labels", "sources", "writers")]
    return Handwriting(*(np.concatenate(column) for column in columns))


def save_handwriting(handwriting: Handwriting, path: Path) -> None:
    """Write one ``.npz``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **vars(handwriting))


def load_handwriting(path: Path) -> Handwriting:
    """Read what ``save_handwriting`` wrote.

    Raises:
        DataError: the file is missing, or something else.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return Handwriting(*(arrays[name] for name in ("tiles", "labels", "sources", "writers")))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(
            f"Expected gathered handwriting in {path.name} ({error}). Make it with scripts/gather_handwriting.py."
        ) from error
