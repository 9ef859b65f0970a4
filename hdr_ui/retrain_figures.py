"""The digits that two models read otherwise, before and after learning from corrections; computed once for each two."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from hdr_core import load_model
from hdr_core.evaluation.before_after import BeforeAfter, answers, before_after
from hdr_core.evaluation.comparison import Comparison, compare
from hdr_core.training.corrections import load_corrections
from hdr_core.training.datasets import load_data
from hdr_core.training.settings import Settings
from hdr_core.types import UInt8Image
from hdr_ui.retrain_decision import Figures


@dataclass(frozen=True, eq=False)
class Cell:
    """A digit whose answer has changed: its tile, what it is, and what is read now."""

    tile: UInt8Image
    label: int
    answer: int


@dataclass(frozen=True, eq=False)
class OnOwn:
    """What became of the corrected digits, and those that broke."""

    found: BeforeAfter
    broken: tuple[Cell, ...]


@dataclass(frozen=True, eq=False)
class OnKnown:
    """What became of the test digits, in words, as a table, and those that broke."""

    compared: Comparison
    source: str
    broken: tuple[Cell, ...]


@st.cache_data(max_entries=8, show_spinner=False)
def on_own(new: str, base: str, versions: tuple[str, str], copy: int, whose: str) -> OnOwn:
    """The corrected digits; ``copy`` and ``whose`` tell one state of them from another.

    Raises:
        HdrError: a model or the corrections are no longer here.
    """
    corrected = load_corrections()
    before, after = (load_model(name).scores(corrected.tiles) for name in (base, new))
    found = before_after(corrected.labels, before, after)
    now = answers(after)
    broken = tuple(Cell(corrected.tiles[i], int(corrected.labels[i]), int(now[i])) for i in found.broken)
    return OnOwn(found, broken)


@st.cache_data(max_entries=8, show_spinner=False)
def on_known(new: str, base: str, versions: tuple[str, str], is_mnist: bool) -> OnKnown:
    """The test digits of MNIST, or of scikit-learn's where MNIST is missing.

    Raises:
        HdrError: a model or the digits are no longer here.
    """
    dataset = load_data("mnist" if is_mnist else "digits", Settings())
    one, other = (load_model(name).scores(dataset.x_test).probabilities for name in (new, base))
    compared = compare(one, other, dataset.y_test)
    now = one.argmax(axis=1)
    broken = tuple(Cell(dataset.x_test[i], int(dataset.y_test[i]), int(now[i])) for i in compared.only_second)
    return OnKnown(compared, dataset.source, broken)


def worth_keeping(own: OnOwn | None, known: OnKnown) -> Figures:
    """What the records keep of a comparison."""
    return {
        "failures": own.found.failures if own else 0,
        "mended": len(own.found.mended) if own else 0,
        "broken": len(own.found.broken) if own else 0,
        "test": known.source,
        "test_total": known.compared.total,
        "right_before": known.compared.second.correct,
        "right_after": known.compared.first.correct,
        "p_value": known.compared.p_value,
    }
