"""Readings and previews, computed once: kept by the picture's content, and by the model's name and version."""

from __future__ import annotations

import base64
import hashlib
import io
import mimetypes
from dataclasses import replace
from functools import lru_cache

import numpy as np
from PIL import Image

import hdr_core
from hdr_core.errors import HdrError, ModelError
from hdr_core.export import Outcome
from hdr_core.storage.models import model_digest, model_dir
from hdr_core.types import Reading, Stages, UInt8Image
from hdr_core.vision.drawing import Stroke
from hdr_core.vision.image import open_image
from hdr_ui.shelf import NO_DIGEST, Shelf

PREVIEW_SIDE_PX = 1600
"""Longer side of a photograph as it is sent to the browser."""

NO_STAGES = Stages(1.0, *(np.zeros((0, 0), np.uint8),) * 2, np.zeros((0, 0), np.bool_))
"""The stages of a reading whose way is not kept."""

_drawings: Shelf[Reading] = Shelf(64)
_outcomes: Shelf[Outcome] = Shelf(2000)
_wholes: Shelf[Reading] = Shelf(4)
_previews: Shelf[str] = Shelf(32)


def model_version(model: str) -> str:
    """The digest of what serves: it changes with every training, and is the same wherever the model is copied.

    Raises:
        ModelError: there is no such model.
    """
    path = model_dir(model) / "model.tflite"
    return _digest_of_model(model, str(path), path.stat().st_mtime_ns) if path.is_file() else "missing"


def read_drawing(strokes: tuple[Stroke, ...], size_wh: tuple[int, int], model: str) -> Reading:
    """Read what was drawn on a pad of ``size_wh`` pixels.

    Raises:
        ModelError: the model is missing or damaged.
    """
    about = strokes, size_wh, model, model_version(model)
    return _drawings.get(NO_DIGEST, about, lambda: hdr_core.read_drawing(strokes, size_wh, model=model))


def read_file(data: bytes, digest: str, name: str, model: str) -> Outcome:
    """A file's reading without its stages (they are large), or the sentence that says why there is none.

    Raises:
        ModelError: the model is missing or damaged: no file can be read.
    """

    def read() -> Outcome:
        try:
            return replace(hdr_core.read_number(data, model=model, name=name), stages=NO_STAGES)
        except ModelError:
            raise
        except HdrError as error:
            return str(error)

    return _outcomes.get(digest, (name, model, model_version(model)), read)


def read_stages(data: bytes, digest: str, name: str, model: str) -> Reading:
    """A readable file's reading with every stage; for the one picture that is looked into.

    Raises:
        HdrError: the file cannot be read.
    """
    about = name, model, model_version(model)
    return _wholes.get(digest, about, lambda: hdr_core.read_number(data, model=model, name=name))


@lru_cache(maxsize=32)
def _digest_of_model(model: str, path: str, changed_ns: int) -> str:
    return model_digest(model)


def digest_of(data: bytes) -> str:
    """A name for the content."""
    return hashlib.sha256(data).hexdigest()


def preview_uri(data: bytes, digest: str) -> str:
    """The upright photograph as a JPEG data URI, at most ``PREVIEW_SIDE_PX`` long.

    Raises:
        HdrError: the file cannot be opened.
    """

    def draw() -> str:
        picture = Image.fromarray(open_image(data, min_side_px=PREVIEW_SIDE_PX).pixels)
        picture.thumbnail((PREVIEW_SIDE_PX, PREVIEW_SIDE_PX))
        return jpeg_uri(np.asarray(picture))

    return _previews.get(digest, None, draw)


def media_type_of(name: str) -> str:
    """What a file is by its name; no more than bytes where the name does not tell."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def jpeg_uri(pixels: UInt8Image, quality: int = 82) -> str:
    """A photograph as a JPEG data URI."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg_bytes(pixels, quality)).decode()


def jpeg_bytes(pixels: UInt8Image, quality: int) -> bytes:
    """A picture of (H, W, 3) pixels as a JPEG file; ``quality`` is Pillow's, 1–95."""
    return _file_of(pixels, "JPEG", quality=quality)


def png_uri(pixels: UInt8Image) -> str:
    """A small picture as a PNG data URI."""
    return "data:image/png;base64," + base64.b64encode(png_bytes(pixels)).decode()


def png_bytes(pixels: UInt8Image) -> bytes:
    """A picture of (H, W) or (H, W, 3) pixels as a PNG file."""
    return _file_of(pixels, "PNG")


def _file_of(pixels: UInt8Image, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()
