"""Which numbers a person must see, in which order, and how many of the others are expected to be wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hdr_core.errors import ModelError
from hdr_core.review.rules import Rule, faults

CURVE_FILE = "acceptance.json"
"""Beside a model: what its thresholds did on real pictures (``python -m benchmarks.strings --acceptance FILE``)."""


@dataclass(frozen=True)
class Risk:
    """Of one number: the rules it breaks, in words, and the probability in [0, 1] that it is wrong."""

    faults: tuple[str, ...]
    wrong: float

    @property
    def order(self) -> tuple[bool, float]:
        """Sorts the riskiest first: broken rules, then the least certain."""
        return not self.faults, -self.wrong


def risk_of(text: str, probability: float, rules: Sequence[Rule]) -> Risk:
    """``probability`` in [0, 1] is the reader's, that all of ``text`` is right."""
    return Risk(faults(text, rules), 1.0 - probability)


def passes(text: str, probability: float, rules: Sequence[Rule], threshold: float) -> bool:
    """May the number be accepted without asking: sure enough, and obeying every rule?"""
    return probability >= threshold and not faults(text, rules)


@dataclass(frozen=True)
class Measured:
    """What a threshold did: of ``pictures``, ``accepted`` were, and ``right`` of those were right."""

    threshold: float
    pictures: int
    accepted: int
    right: int

    @property
    def share(self) -> float:
        """Accepted of all, in [0, 1]."""
        return self.accepted / self.pictures

    @property
    def precision(self) -> float:
        """Right of the accepted, in [0, 1]; 1 where none was."""
        return self.right / self.accepted if self.accepted else 1.0


def expected_wrong(probabilities: Sequence[float], measured: Measured | None = None) -> float:
    """How many of these accepted numbers are expected to be wrong, on the careful side.

    The larger of two figures: what the confidences lack to 1, added up; and as many in a hundred as were wrong when
    the threshold was measured on real pictures, where confidences near 1 had promised a little too much.  Rules make
    it fewer, since what breaks one is not accepted.
    """
    told = sum(1.0 - probability for probability in probabilities)
    return max(told, len(probabilities) * (1.0 - measured.precision)) if measured is not None else told


@dataclass(frozen=True)
class Curve:
    """What thresholds did on pictures that ``told`` describes, read by the model of that digest; thresholds rise."""

    told: str
    model_digest: str
    points: tuple[Measured, ...]

    def at(self, threshold: float) -> Measured | None:
        """The highest measured threshold that is not above this one: on the careful side.  None below all."""
        return next((point for point in reversed(self.points) if point.threshold <= threshold + 1e-9), None)


def curve_to_json(curve: Curve) -> str:
    """The file's text."""
    points = [
        {"threshold": point.threshold, "accepted": point.accepted, "right": point.right} for point in curve.points
    ]
    head = {"told": curve.told, "model_digest": curve.model_digest, "pictures": curve.points[0].pictures}
    return json.dumps({**head, "points": points}, indent=1) + "\n"


def read_curve(model_dir: Path) -> Curve | None:
    """The curve measured for a model; None where it was not.

    Raises:
        ModelError: the file is damaged.
    """
    path = model_dir / CURVE_FILE
    if not path.is_file():
        return None
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        points = [
            Measured(float(one["threshold"]), int(kept["pictures"]), int(one["accepted"]), int(one["right"]))
            for one in kept["points"]
        ]
        return Curve(
            str(kept["told"]), str(kept["model_digest"]), tuple(sorted(points, key=lambda point: point.threshold))
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path.name} of {model_dir.name} is damaged ({error}). Measure it again.") from error
