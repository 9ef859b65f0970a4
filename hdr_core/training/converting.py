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
from hdr_core.training.network_checks import CLOSE, check_activations, check_answers, check_ways
from hdr_core.training.weights_file import MAX_PARAMETERS, check_weights
from hdr_core.types import FloatArray

_MAX_MEMORY_BYTES = 8 * 2**30  # address space: TensorFlow alone maps 2.5 GB
_MAX_FILE_BYTES = 512 * 2**20
_SAMPLES = 128


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
    check_ways(network)
    parameters = _parameters(network, stored)
    check_activations(network)
    tiles, labels = _samples()
    divided = _is_better_divided(network, tiles, labels)
    served = _with_way_in(network, divided)
    check_answers(np.asarray(served.predict_on_batch(tiles)))
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


def _parameters(network: Any, stored: int) -> int:
    """How many there are; a plan cannot announce more than the ``stored`` numbers of its file."""
    parameters = int(network.count_params())
    if parameters > stored:
        raise ModelFileError(f"The model has {parameters:,} parameters, its file {stored:,} weights. Save it again.")
    if parameters > MAX_PARAMETERS:
        raise ModelFileError(f"The model has {parameters:,} parameters; at most {MAX_PARAMETERS:,} are imported.")
    return parameters


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


def _export(served: Any, folder: Path, tiles: FloatArray) -> None:
    try:
        write_model_files(served, folder)
        as_served = _answers_of_file(folder / "model.tflite", tiles)
    except Exception as error:  # the exporter and LiteRT raise many kinds for what they do not know
        raise ModelFileError("The model cannot be made ready for reading: LiteRT lacks one of its layers.") from error
    if not np.allclose(as_served, np.asarray(served.predict_on_batch(tiles)), atol=CLOSE):
        raise ModelFileError("The model answers otherwise once it is made ready for reading. It was not imported.")


def _answers_of_file(path: Path, tiles: FloatArray) -> FloatArray:
    from ai_edge_litert.interpreter import Interpreter

    reader = Interpreter(model_path=str(path))
    reader.resize_tensor_input(reader.get_input_details()[0]["index"], tiles.shape)
    reader.allocate_tensors()
    reader.set_tensor(reader.get_input_details()[0]["index"], tiles)
    reader.invoke()
    return np.asarray(reader.get_tensor(reader.get_output_details()[0]["index"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
