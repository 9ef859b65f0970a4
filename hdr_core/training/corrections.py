"""Corrected digits as a data set: a copy of what the records hold, for trainings and analyses, which have no records.

``<HDR_HOME>/data/corrections.npz`` holds ``tiles``, ``labels`` (0–10, where 10 is "not a digit") and ``labels_read``.
It is written anew from the records whenever they have changed, and goes with the last corrected digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hdr_core import config
from hdr_core.errors import DataError
from hdr_core.storage.atomic import writing
from hdr_core.training.data import Dataset, Labels
from hdr_core.types import NOT_A_DIGIT, UInt8Image

NAME = "corrections"
"""Its name among the data sets."""

_TEST_EVERY = 5


@dataclass(frozen=True, eq=False)
class Corrected:
    """N digits that a person has labelled.

    ``tiles`` is (N, 28, 28) uint8; ``labels`` (N,) int64 in 0–10; ``labels_read`` (N,) int64, what was read when they
    were corrected, -1 where nothing was.

    Raises DataError when they do not belong together.
    """

    tiles: UInt8Image
    labels: Labels
    labels_read: Labels

    def __post_init__(self) -> None:
        count = len(self.labels)
        if self.tiles.shape != (count, 28, 28) or self.labels_read.shape != (count,) or self.tiles.dtype != np.uint8:
            raise DataError(f"Expected {count} corrected tiles (N, 28, 28) uint8, got {self.tiles.shape}.")
        if count and not 0 <= int(self.labels.min()) <= int(self.labels.max()) <= NOT_A_DIGIT:
            raise DataError(f"Expected labels 0–10, got {self.labels.min()}–{self.labels.max()}.")

    def digits(self) -> Corrected:
        """Without what is not a digit."""
        return self.part(self.labels != NOT_A_DIGIT)

    def distinct(self) -> Corrected:
        """Each tile once, as it was labelled last.

        The same picture may be kept more than once, read by two models or at two stages of a drawing; its digits must
        not count twice, nor be learned and held back for testing at the same time.
        """
        last = {tile.tobytes(): place for place, tile in enumerate(self.tiles)}
        return self.part(np.array(sorted(last.values()), np.int64))

    def part(self, chosen: np.ndarray) -> Corrected:
        """Those of a mask or of some places."""
        return Corrected(self.tiles[chosen], self.labels[chosen], self.labels_read[chosen])

    def __len__(self) -> int:
        return len(self.labels)


def keep_corrections(corrected: Corrected) -> None:
    """Put the copy in place, or take it away where no digit is left.

    Raises:
        OSError: it cannot be written.
    """
    if not len(corrected):
        _path().unlink(missing_ok=True)
        return
    with writing(_path()) as file:
        np.savez_compressed(file, tiles=corrected.tiles, labels=corrected.labels, labels_read=corrected.labels_read)


def load_corrections() -> Corrected:
    """All corrected digits, oldest first.

    Raises:
        DataError: nothing was corrected yet, or the copy is damaged.
    """
    path = _path()
    if not path.is_file():
        raise DataError("Nothing was corrected yet. Correct a digit on Draw, Upload or Review first.")
    try:
        with np.load(path, allow_pickle=False) as arrays:
            found = [arrays[name] for name in ("tiles", "labels", "labels_read")]
    except Exception as error:  # a damaged zip makes NumPy raise nearly every built-in exception
        raise DataError(f"{path.name} is damaged ({error}). It is made anew when a digit is corrected.") from error
    return Corrected(*found)


def corrections_version() -> int:
    """Changes with every change of the copy; 0 where there is none."""
    try:
        return _path().stat().st_mtime_ns
    except OSError:
        return 0


def list_corrections() -> dict[str, str]:
    """{name: in words}; empty where nothing was corrected."""
    try:
        return {NAME: _in_words(load_corrections())}
    except DataError:
        return {}


def corrections_dataset() -> Dataset:
    """The corrected digits without what is none; every fifth is for testing.

    Raises:
        DataError: nothing was corrected yet, or the copy is damaged.
    """
    corrected = load_corrections()
    digits = corrected.digits()
    is_test = np.arange(len(digits)) % _TEST_EVERY == _TEST_EVERY - 1
    learned, held = digits.part(~is_test), digits.part(is_test)
    words = _in_words(corrected)
    return Dataset(learned.tiles, learned.labels, held.tiles, held.labels, words, is_mnist=False)


def _in_words(corrected: Corrected) -> str:
    return f"My corrections ({len(corrected.digits()):,} digits that I corrected or confirmed)"


def _path() -> Path:
    return config.home_dir() / "data" / f"{NAME}.npz"
