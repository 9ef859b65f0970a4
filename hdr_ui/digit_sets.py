"""The digits on which models are analysed and compared: which there are, which are at hand, and their tiles."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from hdr_core.errors import DataError
from hdr_core.evaluation.results import version_of
from hdr_core.training.data import Labels, has_mnist
from hdr_core.training.datasets import list_data, load_data
from hdr_core.training.settings import Settings
from hdr_core.types import UInt8Image
from hdr_ui import choices, state

MNIST = "mnist"
HOW_TO_GET_MNIST = (
    "MNIST is not on this machine. Put mnist.npz into the folder named by HDR_DATA_DIR, or train any recipe on MNIST "
    "once with a network: it is downloaded then (11 MB)."
)


@dataclass(frozen=True, eq=False)
class DigitSet:
    """(N, 28, 28) uint8 tiles and (N,) int64 labels 0–9, never used in a training; where they came from, in words.

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
    return words


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
    return _load(name)


@st.cache_data(max_entries=3, show_spinner="Loading the digits")
def _load(name: str) -> DigitSet:
    whole = load_data(name, Settings())  # the test digits do not depend on any setting
    return DigitSet(name, whole.x_test, whole.y_test, whole.source, version_of(whole.x_test, whole.y_test))
