"""Readings and previews, computed once: caches keyed by content, and by the model's name and version."""

from __future__ import annotations

import base64
import hashlib
import io
from dataclasses import replace
from functools import lru_cache

import numpy as np
import streamlit as st
from PIL import Image

import hdr_core
from hdr_core.errors import HdrError, ModelError
from hdr_core.export import Outcome
from hdr_core.storage.models import model_digest, model_dir
from hdr_core.types import Reading, Stages, UInt8Image
from hdr_core.vision.drawing import Stroke
from hdr_core.vision.image import open_image

PREVIEW_SIDE_PX = 1600
"""Longer side of a photograph as it is sent to the browser."""

NO_STAGES = Stages(1.0, *(np.zeros((0, 0), np.uint8),) * 2, np.zeros((0, 0), np.bool_))
"""The stages of a reading whose way is not kept."""


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
    return _read_drawing(strokes, size_wh, model, model_version(model))


def read_file(data: bytes, digest: str, name: str, model: str) -> Outcome:
    """A file's reading without its stages (they are large), or the sentence that says why there is none.

    Raises:
        ModelError: the model is missing or damaged: no file can be read.
    """
    return _read_file(data, digest, name, model, model_version(model))


def read_stages(data: bytes, digest: str, name: str, model: str) -> Reading:
    """A readable file's reading with every stage; for the one picture that is looked into.

    Raises:
        HdrError: the file cannot be read.
    """
    return _read_stages(data, digest, name, model, model_version(model))


@lru_cache(maxsize=32)
def _digest_of_model(model: str, path: str, changed_ns: int) -> str:
    return model_digest(model)


def digest_of(data: bytes) -> str:
    """A name for the content."""
    return hashlib.sha256(data).hexdigest()


@st.cache_data(max_entries=32, show_spinner=False)
def preview_uri(_data: bytes, digest: str) -> str:
    """The upright photograph as a JPEG data URI, at most ``PREVIEW_SIDE_PX`` long.

    Raises:
        HdrError: the file cannot be opened.
    """
    picture = Image.fromarray(open_image(_data, min_side_px=PREVIEW_SIDE_PX).pixels)
    picture.thumbnail((PREVIEW_SIDE_PX, PREVIEW_SIDE_PX))
    return jpeg_uri(np.asarray(picture))


def jpeg_uri(pixels: UInt8Image) -> str:
    """A photograph as a JPEG data URI."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=82)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def png_uri(pixels: UInt8Image) -> str:
    """A small picture as a PNG data URI."""
    return "data:image/png;base64," + base64.b64encode(png_bytes(pixels)).decode()


def png_bytes(pixels: UInt8Image) -> bytes:
    """A picture of (H, W) or (H, W, 3) pixels as a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def forget_preview(digest: str) -> None:
    """Leave no preview of this picture in memory."""
    preview_uri.clear(b"", digest)


@st.cache_data(max_entries=64, show_spinner=False)
def _read_drawing(strokes: tuple[Stroke, ...], size_wh: tuple[int, int], model: str, version: str) -> Reading:
    return hdr_core.read_drawing(strokes, size_wh, model=model)


@st.cache_data(max_entries=2000, show_spinner=False)
def _read_file(_data: bytes, digest: str, name: str, model: str, version: str) -> Outcome:
    try:
        return replace(hdr_core.read_number(_data, model=model, name=name), stages=NO_STAGES)
    except ModelError:
        raise
    except HdrError as error:
        return str(error)


@st.cache_data(max_entries=4, show_spinner=False)
def _read_stages(_data: bytes, digest: str, name: str, model: str, version: str) -> Reading:
    return hdr_core.read_number(_data, model=model, name=name)
