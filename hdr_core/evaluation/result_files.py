"""Evaluations on disk: all that were measured here, and the one that comes with a model.

``<home>/evaluations/<model>/`` holds the latest evaluation of a model on each data set.  ``evaluation.npz`` in a
model's own folder is what a page shows where the data set is not at hand.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hdr_core import config
from hdr_core.errors import DataError
from hdr_core.evaluation.results import Evaluation, Indices
from hdr_core.storage.atomic import write_bytes
from hdr_core.types import FloatArray

MODEL_FILE = "evaluation.npz"

_FACTS = ("model", "model_version", "data", "data_version", "source", "seconds")
_SMALLEST = 1e-30  # of a probability: the classifier's own limit
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
_Half = NDArray[np.float16]


def save_evaluation(evaluation: Evaluation) -> Path:
    """Keep it for the next time; what other versions of the model answered on this data set is removed.

    Raises:
        OSError: the disk is full or cannot be written to.
    """
    path = _kept_path(evaluation.model, evaluation.model_version, evaluation.data, evaluation.data_version)
    write_bytes(path, to_bytes(evaluation))
    for old in path.parent.glob(f"{_safe(evaluation.data)}--*.npz"):
        if old != path:
            old.unlink(missing_ok=True)
    return path


def load_evaluation(model: str, model_version: str, data: str, data_version: str) -> Evaluation | None:
    """What this very model answered on these very digits, here or where it came from; None where it is not kept."""
    for path in (_kept_path(model, model_version, data, data_version), *_places(model)):
        found = _read(path)
        if found is not None and _key(found) == (model, model_version, data, data_version):
            return found
    return None


def stored_with_model(model: str, model_version: str | None = None, data: str | None = None) -> Evaluation | None:
    """What to show of a model where its data set is not at hand; None where nothing fits.

    First the evaluation in the model's own folder, then those that were measured here.  ``model_version`` and
    ``data``, where given, must be the evaluation's.
    """
    kept_here = sorted(_folder(model).glob("*.npz"), key=lambda path: path.name, reverse=True)
    for path in (*_places(model), *kept_here):
        found = _read(path)
        if found is None or found.model != model:
            continue
        if model_version in (None, found.model_version) and data in (None, found.data):
            return found
    return None


def store_with_model(evaluation: Evaluation, folder: Path) -> Path:
    """Write ``evaluation.npz`` into a model's folder.

    Raises:
        OSError: the folder cannot be written to.
    """
    path = folder / MODEL_FILE
    write_bytes(path, to_bytes(evaluation, compact=True))
    return path


def to_bytes(evaluation: Evaluation, *, compact: bool = False) -> bytes:
    """An .npz file.  ``compact`` takes half the room: log-probabilities in float16, good to about 0.1 % of p at a half
    and 1 % at 10⁻⁹, under which every answer stays the same."""
    facts = {name: getattr(evaluation, name) for name in _FACTS}
    arrays: dict[str, NDArray[Any]] = {
        "facts": np.frombuffer(json.dumps(facts).encode(), np.uint8),
        "labels": evaluation.labels.astype(np.uint8),
    }
    if compact:
        arrays["log_probabilities"] = _packed(evaluation)
    else:
        arrays["probabilities"] = evaluation.probabilities
    if evaluation.is_digit is not None:
        arrays["is_digit"] = evaluation.is_digit.astype(np.float16 if compact else np.float32)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def from_bytes(content: bytes) -> Evaluation:
    """The evaluation in an .npz file.

    Raises:
        DataError: the file is damaged, or no evaluation.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        facts = json.loads(arrays.pop("facts").tobytes())
        if "log_probabilities" in arrays:
            arrays["probabilities"] = _unpacked(arrays.pop("log_probabilities"))
        labels: Indices = arrays.pop("labels").astype(np.int64)
        is_digit = arrays.pop("is_digit").astype(np.float32) if "is_digit" in arrays else None
        return Evaluation(**{name: facts[name] for name in _FACTS}, **arrays, labels=labels, is_digit=is_digit)
    except DataError:
        raise
    except Exception as error:  # a damaged zip makes NumPy raise nearly every built-in exception
        raise DataError(f"The evaluation is damaged ({error}). Evaluate the model again.") from error


def _packed(evaluation: Evaluation) -> _Half:
    """(N, 10) float16 log-probabilities whose largest is where the answer is."""
    packed = np.log(np.maximum(evaluation.probabilities, _SMALLEST)).astype(np.float16)
    tied = np.flatnonzero(packed.argmax(axis=1) != evaluation.predicted)
    packed[tied, evaluation.predicted[tied]] = np.nextafter(packed[tied].max(axis=1), np.float16(np.inf))
    return packed


def _unpacked(packed: _Half) -> FloatArray:
    """(N, 10) float32 whose rows sum to 1."""
    powers = np.exp(packed.astype(np.float64))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def _kept_path(model: str, model_version: str, data: str, data_version: str) -> Path:
    return _folder(model) / f"{_safe(data)}--{_safe(data_version)}--{_safe(model_version)}.npz"


def _folder(model: str) -> Path:
    return config.home_dir() / "evaluations" / _safe(model)


def _safe(name: str) -> str:
    """A name is never a path; whether the file is the right one is told by what is in it."""
    return _UNSAFE.sub("-", name)[:80] or "-"


def _places(model: str) -> Iterator[Path]:
    """The file that came with a model, if any may."""
    for folder in config.model_dirs() if model == _safe(model) else ():
        if (folder / model / "card.json").is_file():  # the folder that the model is read from
            yield folder / model / MODEL_FILE
            return


def _key(found: Evaluation) -> tuple[str, str, str, str]:
    return found.model, found.model_version, found.data, found.data_version


def _read(path: Path) -> Evaluation | None:
    try:
        return from_bytes(path.read_bytes())
    except (OSError, DataError):
        return None
