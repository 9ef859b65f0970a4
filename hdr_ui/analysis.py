"""What a model answered on a set of digits: computed once for each version of both, and never again on a click."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from hdr_core import load_model
from hdr_core.errors import DataError, HdrError
from hdr_core.evaluation.result_files import load_evaluation, save_evaluation, stored_with_model
from hdr_core.evaluation.results import Evaluation, evaluate
from hdr_core.storage.models import list_models
from hdr_core.types import UInt8Image
from hdr_ui import background, digit_sets, loaders, settings
from hdr_ui.digit_sets import DigitSet


@dataclass(frozen=True, eq=False)
class Analysis:
    """A model's answers, and the tiles they belong to; (N, 28, 28) uint8, or None where the digits are not here.

    ``notes`` are sentences for the page: what is missing, and what could not be kept.
    """

    evaluation: Evaluation
    tiles: UInt8Image | None
    notes: tuple[str, ...] = ()


class _NotYetError(Exception):
    """Nobody has evaluated this yet; an exception, since what is raised is not cached."""


def models() -> dict[str, str]:
    """Names of all models that can be analysed, and their titles."""
    return {name: settings.title_of(name) for name in list_models()}


def analyze(model: str, data: str) -> Analysis:
    """The answers of ``model`` on the test digits of ``data``, under a progress bar where they are not known yet.

    Without the digits, what is stored with the model takes their place.

    Raises:
        HdrError: the model is damaged, or neither the digits nor stored answers are here.
    """
    try:
        digits = digit_sets.load(data)
    except DataError as error:
        stored = stored_with_model(model, loaders.model_version(model), data)
        if stored is None:
            raise
        return Analysis(stored, None, (f"{error} Until then the figures kept with the model are shown.",))
    found, notes = evaluation_on(model, digits)
    return Analysis(found, digits.tiles, notes)


def evaluation_on(model: str, digits: DigitSet) -> tuple[Evaluation, tuple[str, ...]]:
    """The answers, and what the page should say about them.

    Raises:
        HdrError: the model is missing or damaged.
    """
    key = (model, loaders.model_version(model), digits.name, digits.version)
    try:
        return _kept(*key, None)
    except _NotYetError:
        label = f"Reading {len(digits.labels):,} digits with {settings.title_of(model)}"
        found = background.join(key, lambda tell: _evaluate(key, digits, tell), label)
        return _kept(*key, found)


def is_known(model: str, digits: DigitSet) -> bool:
    """Would ``evaluation_on`` answer at once?"""
    try:
        _kept(model, loaders.model_version(model), digits.name, digits.version, None)
    except (_NotYetError, HdrError):
        return False
    return True


def _evaluate(
    key: tuple[str, str, str, str], digits: DigitSet, tell: background.Tell
) -> tuple[Evaluation, tuple[str, ...]]:
    """From the disk, else from the network; runs outside the page."""
    model, model_version, data, data_version = key
    if (known := load_evaluation(*key)) is not None:
        return known, ()
    found = evaluate(
        load_model(model),
        digits.tiles,
        digits.labels,
        model=model,
        model_version=model_version,
        data=data,
        data_version=data_version,
        source=digits.source,
        on_progress=tell,
    )
    try:
        save_evaluation(found)
    except OSError as error:
        return found, (f"The answers could not be kept on the disk ({error}); they are read again after a restart.",)
    return found, ()


@st.cache_data(max_entries=24, show_spinner=False)
def _kept(
    model: str,
    model_version: str,
    data: str,
    data_version: str,
    _found: tuple[Evaluation, tuple[str, ...]] | None,
) -> tuple[Evaluation, tuple[str, ...]]:
    if _found is None:
        raise _NotYetError
    return _found
