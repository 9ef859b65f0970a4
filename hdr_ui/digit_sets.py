"""The digits on which models are analysed and compared: which there are, which are at hand, and their tiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from hdr_core import config
from hdr_core.errors import DataError
from hdr_core.evaluation.results import version_of
from hdr_core.training.corrections import NAME as CORRECTIONS
from hdr_core.training.corrections import corrections_version, load_corrections
from hdr_core.training.data import Dataset, Labels, has_mnist
from hdr_core.training.datasets import list_data, load_data
from hdr_core.training.own_data import list_own, load_own
from hdr_core.training.settings import Settings
from hdr_core.types import UInt8Image
from hdr_ui import choices, state

MNIST = "mnist"
_ALL = "-all"  # after the name of a set of one's own
HOW_TO_GET_MNIST = (
    "MNIST is not on this machine. Put mnist.npz into the folder named by HDR_DATA_DIR, or train any recipe on MNIST "
    "once with a network: it is downloaded then (11 MB)."
)


@dataclass(frozen=True, eq=False)
class DigitSet:
    """(N, 28, 28) uint8 tiles and (N,) int64 labels 0–9; where they came from, in words.

    They were never used in a training, but for "all" of a set of one's own, whose ``source`` says so.

    ``version`` changes with any pixel or label.
    """

    name: str
    tiles: UInt8Image
    labels: Labels
    source: str
    version: str


def titles() -> dict[str, str]:
    """Names of all sets and what each is; MNIST is among them also where it is missing."""
    words = dict(list_data())
    words[MNIST] = "MNIST, 10,000 test digits"
    if "digits" in words:
        words["digits"] = "scikit-learn's built-in digits, 360 for testing"
    for name, title in list_own().items():
        words[name] = f"Test part of {title}"
        words[name + _ALL] = f"All {title}"
    return words


def whose(name: str) -> str:
    """Whose set of that name: a part of every cache's key, since two people may call two sets alike."""
    return "" if base_name(name) in (MNIST, "digits") else str(config.home_dir())


def base_name(name: str) -> str:
    """The data set that the digits are of, as trainings call it."""
    return name.removesuffix(_ALL)


def choose(widget: str) -> str:
    """The chosen set's name: MNIST where it is at hand, else the built-in digits, until another is chosen."""
    memory = st.session_state
    if memory[state.ANALYZE_DATA] not in titles():
        memory[state.ANALYZE_DATA] = default()
    return str(choices.select("Digits", titles(), state.ANALYZE_DATA, widget))


def default() -> str:
    """MNIST where it is at hand, else the built-in digits."""
    return MNIST if has_mnist() else "digits"


def load(name: str) -> DigitSet:
    """The test digits; nothing is downloaded for them.

    Raises:
        DataError: they are not here, or damaged; the message says how to get them.
    """
    if name == MNIST and not has_mnist():
        raise DataError(HOW_TO_GET_MNIST)
    if name == CORRECTIONS:
        return _load_corrections(corrections_version(), whose(name))
    return _load(name, whose(name))


@st.cache_data(max_entries=3, show_spinner=False)
def _load_corrections(version: int, whose: str) -> DigitSet:
    """All of them, also those that a model may have learned: no other test of them is possible."""
    whole = load_corrections()
    digits = whole.digits()
    if not len(digits):
        raise DataError("No digit was corrected yet, only what is none.")
    source = "the digits that you corrected or confirmed; a model that learned from them has seen them"
    return DigitSet(CORRECTIONS, digits.tiles, digits.labels, source, version_of(digits.tiles, digits.labels))


@st.cache_data(max_entries=3, show_spinner="Loading the digits")
def _load(name: str, whose: str) -> DigitSet:
    whole = load_whole(base_name(name))
    tiles, labels, source = whole.x_test, whole.y_test, whole.source
    if name.endswith(_ALL):
        tiles, labels = np.concatenate([tiles, whole.x_train]), np.concatenate([labels, whole.y_train])
        source = f"all of {source}; a model that was trained on them knows most of them"
    return DigitSet(name, tiles, labels, source, version_of(tiles, labels))


def load_whole(name: str) -> Dataset:
    """Training and test digits of a set, as ``base_name`` calls it; of one's own also where they are of one kind.

    Raises:
        DataError: they are not here, or damaged.
    """
    return load_own(name) if name in list_own() else load_data(name, Settings())
