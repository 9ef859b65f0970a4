"""The inside of an import, in a process of its own: ``python -m hdr_core.training.converting FOLDER``.

The folder holds ``given.keras``, whose outside was checked; from it come ``model.keras``, ``model.tflite`` and
``facts.json``, or a sentence in ``refusal.txt``.  The process has no secrets, little memory and little time, so what
a hostile file could still do to HDF5 or TensorFlow ends here.
"""

from __future__ import annotations

import json
import sys
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from hdr_core.config import TILE_SIZE_PX
from hdr_core.errors import ModelFileError
from hdr_core.storage.models import write_model_files
from hdr_core.training.data import load_sklearn_digits
from hdr_core.training.model_import import FACTS, GIVEN, REFUSAL
from hdr_core.training.weights_file import MAX_PARAMETERS, check_weights
from hdr_core.types import FloatArray

_MAX_MEMORY_BYTES = 8 * 2**30  # address space: TensorFlow alone maps 2.5 GB
_MAX_FILE_BYTES = 512 * 2**20
_MAX_ACTIVATIONS = 4_000_000  # numbers between the layers for one digit: 16 MB
_SAMPLES = 128
_SHAPES = ((TILE_SIZE_PX, TILE_SIZE_PX), (TILE_SIZE_PX, TILE_SIZE_PX, 1), (TILE_SIZE_PX * TILE_SIZE_PX,))
_CLASSES = (10, 11)
_CLOSE = 2e-3


def main(arguments: list[str]) -> int:
    """0 where the model was taken in, 1 where it was refused."""
    folder = Path(arguments[0])
    _limit()
    try:
        facts = convert(folder)
    except ModelFileError as error:
        (folder / REFUSAL).write_text(str(error), encoding="utf-8")
        return 1
    (folder / FACTS).write_text(json.dumps(facts), encoding="utf-8")
    return 0


def convert(folder: Path) -> dict[str, Any]:
    """Load, try out and export ``given.keras``.

    Returns:
        ``parameters``, and ``divided``: was it trained on pixels 0–1, so that a division was put before it?

    Raises:
        ModelFileError: Keras cannot load it, or it is no reader of 28×28 digits.
    """
    with zipfile.ZipFile(folder / GIVEN) as archive:
        stored = check_weights(archive.read("model.weights.h5"))
    network = _load(folder / GIVEN)
    parameters = _check_size(network, stored)
    tiles, labels = _samples()
    divided = _is_better_divided(network, tiles, labels)
    served = _with_way_in(network, divided)
    _check_answers(np.asarray(served.predict_on_batch(tiles)))
    _export(served, folder, tiles)
    return {"parameters": parameters, "divided": divided}


def _limit() -> None:
    """Bounds that the system keeps; where it knows none (Windows), the time that the parent allows is left."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, _MAX_MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, _MAX_FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # a lower bound was set from outside
            resource.setrlimit(kind, (most, most))


def _load(path: Path) -> Any:
    import keras

    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises many kinds for a plan that does not fit together
        raise ModelFileError(
            "Keras cannot put this model together: its plan and its weights do not fit, or it is too large. "
            "Save it again with Keras 3: model.save('model.keras')."
        ) from error


def _check_size(network: Any, stored: int) -> int:
    way_in, way_out = getattr(network, "input_shape", None), getattr(network, "output_shape", None)
    fits = isinstance(way_in, tuple) and way_in[1:] in _SHAPES
    answers = isinstance(way_out, tuple) and len(way_out) == 2 and way_out[1] in _CLASSES
    if not (fits and answers):
        raise ModelFileError(
            f"Expected a model from 28×28 tiles, (28, 28), (28, 28, 1) or (784,), to 10 or 11 probabilities; this one "
            f"goes from {_sides(way_in)} to {_sides(way_out)}. Build it for single digits."
        )
    parameters = int(network.count_params())
    if parameters > stored:
        raise ModelFileError(f"The model has {parameters:,} parameters, its file {stored:,} weights. Save it again.")
    if parameters > MAX_PARAMETERS:
        raise ModelFileError(f"The model has {parameters:,} parameters; at most {MAX_PARAMETERS:,} are imported.")
    activations = sum(_numbers(layer) for layer in network._flatten_layers() if layer is not network)
    if activations > _MAX_ACTIVATIONS:
        raise ModelFileError(
            f"The model makes {activations:,} numbers of every digit; at most {_MAX_ACTIVATIONS:,} can be held. "
            "Use fewer filters or smaller pictures."
        )
    return parameters


def _sides(shape: object) -> str:
    """A shape without the batch axis; a model with several ways in or out has several."""
    return str(shape[1:]) if isinstance(shape, tuple) else str(shape)[:100]


def _numbers(layer: Any) -> int:
    """How many numbers a layer hands on for one digit."""
    try:
        outputs = layer.output if isinstance(layer.output, list) else [layer.output]
    except (AttributeError, ValueError):  # used more than once, or a network around the others
        return 0
    return sum(int(np.prod([side or 1 for side in one.shape[1:]], dtype=object)) for one in outputs)


def _samples() -> tuple[FloatArray, Any]:
    """(N, 28, 28) float32 0–255 and their labels, from scikit-learn: always at hand."""
    digits = load_sklearn_digits()
    return digits.x_test[:_SAMPLES].astype(np.float32), digits.y_test[:_SAMPLES]


def _is_better_divided(network: Any, tiles: FloatArray, labels: Any) -> bool:
    """Models here take pixels 0–255; many elsewhere were trained on 0–1.  The digits tell which it was."""
    shape = (len(tiles), *network.input_shape[1:])
    as_they_are, divided = (
        float((np.asarray(network.predict_on_batch(one.reshape(shape)))[:, :10].argmax(axis=1) == labels).mean())
        for one in (tiles, tiles / 255)
    )
    return divided > as_they_are


def _with_way_in(network: Any, divided: bool) -> Any:
    """The network, with a way in from a plain tile where its own is another."""
    import keras

    if not divided and network.input_shape[1:] == (TILE_SIZE_PX, TILE_SIZE_PX):
        return network
    tile = keras.Input((TILE_SIZE_PX, TILE_SIZE_PX), name="plain_tile")
    pixels = keras.layers.Reshape(network.input_shape[1:], name="plain_shape")(tile)
    if divided:
        pixels = keras.layers.Rescaling(1 / 255, name="plain_scale")(pixels)
    return keras.Model(tile, network(pixels), name="imported")


def _check_answers(answers: FloatArray) -> None:
    good = np.isfinite(answers).all() and answers.min() >= -_CLOSE and np.abs(answers.sum(axis=1) - 1).max() <= _CLOSE
    if not good:
        raise ModelFileError(
            "The model's answers are no probabilities: they do not lie in 0–1 and sum to 1. End it with a softmax."
        )


def _export(served: Any, folder: Path, tiles: FloatArray) -> None:
    from ai_edge_litert.interpreter import Interpreter

    try:
        write_model_files(served, folder)
        reader = Interpreter(model_path=str(folder / "model.tflite"))
        reader.resize_tensor_input(reader.get_input_details()[0]["index"], tiles.shape)
        reader.allocate_tensors()
        reader.set_tensor(reader.get_input_details()[0]["index"], tiles)
        reader.invoke()
        served_answers = reader.get_tensor(reader.get_output_details()[0]["index"])
    except Exception as error:  # the exporter and LiteRT raise many kinds for what they do not know
        raise ModelFileError("The model cannot be made ready for reading: LiteRT lacks one of its layers.") from error
    if not np.allclose(served_answers, np.asarray(served.predict_on_batch(tiles)), atol=_CLOSE):
        raise ModelFileError("The model answers otherwise once it is made ready for reading. It was not imported.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
