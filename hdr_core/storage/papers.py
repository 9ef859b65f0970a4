"""What the recipes of the five papers reached on this project's own machine, beside what their papers print.

``benchmarks/results/papers.json`` is written by ``python -m benchmarks.papers`` and read here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hdr_core import config
from hdr_core.errors import DataError

PAPERS_FILE = config.PROJECT_DIR / "benchmarks" / "results" / "papers.json"
_SERVED = "model.tflite"


@dataclass(frozen=True)
class PaperRow:
    """One recipe, trained and tested here.

    ``accuracy``, ``low`` and ``high`` (95 %) are shares in [0, 1]; ``noise_accuracy`` is that with half of all
    pixels replaced, where it was measured.  ``reduced`` holds the settings that differ from the paper's, as text;
    ``bytes_served`` is the size of the file that reads, None for a baseline that cannot.
    """

    recipe: str
    accuracy: float
    low: float
    high: float
    errors: int
    total: int
    parameters: int
    train_seconds: float
    test_seconds: float
    data: str
    measured: str
    reduced: Mapping[str, str]
    bytes_served: int | None
    noise_accuracy: float | None

    @property
    def milliseconds_a_digit(self) -> float:
        """Time to test one digit in a batch, in the library that trained it."""
        return 1000 * self.test_seconds / self.total


def read_papers(path: Path = PAPERS_FILE) -> dict[str, PaperRow]:
    """Recipe → its row; empty while nothing was measured.

    Raises:
        DataError: the file is damaged.
    """
    try:
        rows: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return {name: _row(name, fields) for name, fields in rows.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{path.name} is damaged ({type(error).__name__}: {error}). Make it again: python -m benchmarks.papers."
        ) from error


def _row(name: str, fields: Mapping[str, Any]) -> PaperRow:
    noise, size = fields.get("noise_accuracy"), fields["bytes"].get(_SERVED)
    return PaperRow(
        recipe=name,
        accuracy=float(fields["accuracy"]),
        low=float(fields["low"]),
        high=float(fields["high"]),
        errors=int(fields["errors"]),
        total=int(fields["total"]),
        parameters=int(fields["parameters"]),
        train_seconds=float(fields["train_seconds"]),
        test_seconds=float(fields["test_seconds"]),
        data=str(fields["data"]),
        measured=str(fields["measured"]),
        reduced={str(key): str(value) for key, value in fields["reduced"].items()},
        bytes_served=None if size is None else int(size),
        noise_accuracy=None if noise is None else float(noise),
    )
