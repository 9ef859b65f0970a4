"""One line of a learning chart, and the few of its points that a screen can show."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Kind = Literal["batches", "training", "validation"]
Floats = NDArray[np.float64]

RUN_COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
"""Okabe and Ito 2008, in the order of ``chartCategoricalColors`` in .streamlit/config.toml."""

MAX_POINTS = 600
_LARGEST = 1e100  # float32 ends at 3e38: what is beyond is no loss, and no chart could scale it


@dataclass(frozen=True)
class Curve:
    """``y`` (a loss, or an accuracy in [0, 1]; None where it was no number) over epochs ``x``, in order.

    ``name`` is the run's; ``run`` is its number, which decides its colour wherever it is shown; ``watched`` says
    what a curve of the kind "validation" was measured on.

    Raises ValueError when ``x`` and ``y`` differ in length, or ``kind`` or ``run`` is impossible.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float | None]
    kind: Kind
    run: int = 0
    watched: str = "Validation"

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            raise ValueError(f"a curve needs as many x as y, got {len(self.x)} and {len(self.y)}")
        if self.kind not in get_args(Kind) or self.run < 0:
            raise ValueError(f"a curve is one of {get_args(Kind)} of run ≥ 0, got {self.kind!r} of run {self.run}")

    @property
    def title(self) -> str:
        """What the kind is called."""
        return {"batches": "Training as it goes", "training": "Training", "validation": self.watched}[self.kind]

    @property
    def color(self) -> str:
        """As #rrggbb; the ninth run has the first one's again."""
        return RUN_COLORS[self.run % len(RUN_COLORS)]


def thinned(x: Sequence[float], y: Sequence[float | None], limit: int = MAX_POINTS) -> tuple[Floats, Floats]:
    """At most ``limit`` of the points, in order: first, last, and the extremes of every stretch between.

    Returns (M,) and (M,) float64.  What is no finite number, or far beyond any loss, comes as NaN, and one of them
    is kept in every stretch that has any, so that a gap stays a gap.

    Raises ValueError for a limit below 5.
    """
    if limit < 5:
        raise ValueError(f"a curve needs 5 points or more to keep its shape, got a limit of {limit}")
    xs, ys = np.asarray(x, np.float64), np.array([math.nan if value is None else value for value in y], np.float64)
    ys[~(np.abs(ys) < _LARGEST)] = np.nan
    if len(xs) <= limit:
        return xs, ys
    kept = {0, len(xs) - 1}
    for stretch in np.array_split(np.arange(1, len(xs) - 1), (limit - 2) // 3):
        kept.update(_extremes(stretch, ys[stretch]))
    places = sorted(kept)
    return xs[places], ys[places]


def _extremes(places: NDArray[np.int64], values: Floats) -> list[int]:
    """Where the smallest, the largest and the first missing of ``values`` are, as far as there are any."""
    missing = np.isnan(values)
    found = [int(places[missing.argmax()])] if missing.any() else []
    return found if missing.all() else [*found, int(places[np.nanargmin(values)]), int(places[np.nanargmax(values)])]
