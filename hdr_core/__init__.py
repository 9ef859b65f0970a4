"""Read handwritten numbers: ``read_number(picture)`` and ``classify(tiles)``.

>>> import hdr_core
>>> reading = hdr_core.read_number("invoice.jpg")        # doctest: +SKIP
>>> reading.text, reading.digits[0].probability          # doctest: +SKIP
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hdr_core.config import DEFAULT_MODEL
from hdr_core.errors import HdrError
from hdr_core.reading.classifier import Classifier, LiteRTClassifier
from hdr_core.reading.inking import WORKING_SIDE_PX
from hdr_core.reading.reader import read_one_digit, read_picture
from hdr_core.storage.models import model_dir
from hdr_core.types import Alternative, FloatArray, ReadDigit, Reading, ReadLine, Stages, TileScores, UInt8Image
from hdr_core.vision.drawing import Stroke, render
from hdr_core.vision.image import Picture, open_image
from hdr_core.vision.tiles import make_tile, make_tiles

__all__ = [
    "Alternative",
    "Classifier",
    "HdrError",
    "Picture",
    "ReadDigit",
    "ReadLine",
    "Reading",
    "Stages",
    "Stroke",
    "TileScores",
    "classify",
    "load_model",
    "make_tile",
    "make_tiles",
    "open_image",
    "read_drawing",
    "read_number",
]


def read_number(
    source: str | os.PathLike[str] | bytes | UInt8Image | Picture,
    *,
    model: str = DEFAULT_MODEL,
    name: str | None = None,
    one_digit: bool = False,
) -> Reading:
    """Read the handwritten number, or rows of numbers, in a picture.

    Args:
        source: a path, the bytes of a picture file, a uint8 array (H, W), (H, W, 3) RGB or (H, W, 4) RGBA,
            or a picture that was opened before.
        model: name of the model that reads.
        name: the file's name, for messages.
        one_digit: the picture is about one digit, the one in its middle; pieces of its neighbours are not read, and
            only what clearly is no digit is refused.

    Returns:
        A Reading with boxes in pixels of the upright picture.  Where no digits are found it is empty and
        its warnings say why.

    Raises:
        ImageError: the picture cannot be opened.
        ModelError: there is no such model.
    """
    picture = source if isinstance(source, Picture) else open_image(source, name=name, min_side_px=WORKING_SIDE_PX)
    return (read_one_digit if one_digit else read_picture)(picture, load_model(model))


def read_drawing(strokes: Sequence[Stroke], size_wh: tuple[int, int], *, model: str = DEFAULT_MODEL) -> Reading:
    """Read what was drawn on a canvas, stroke by stroke.

    Args:
        strokes: the pen's strokes in canvas pixels, oldest first; N ≥ 0.
        size_wh: width and height of the canvas in pixels.
        model: name of the model that reads.

    Returns:
        A Reading with boxes in canvas pixels.

    Raises:
        ModelError: there is no such model.
    """
    return read_number(render(strokes, size_wh), model=model)


def classify(tiles: NDArray[Any], *, model: str = DEFAULT_MODEL) -> FloatArray:
    """Probabilities of the ten digits for each tile.

    Args:
        tiles: (N, 28, 28), white ink on black, uint8 0–255 or float 0–1.
        model: name of the model that answers.

    Returns:
        (N, 10) float32; each row sums to 1.

    Raises:
        TileError: another shape, dtype or range.
        ModelError: there is no such model.
    """
    return load_model(model).scores(np.asarray(tiles)).probabilities


def load_model(name: str = DEFAULT_MODEL) -> Classifier:
    """The classifier of that name; kept in memory until its file changes.

    Raises:
        ModelError: there is no such model, or its file is damaged.
    """
    path = model_dir(name) / "model.tflite"
    return _load(str(path), path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _load(path: str, version: int) -> Classifier:
    from pathlib import Path

    return LiteRTClassifier(Path(path))
