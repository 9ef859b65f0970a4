"""Readings go into the records: pictures as they are read, once each; drawings when the user says so."""

from __future__ import annotations

import io
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st
from PIL import Image

from hdr_core.errors import RecordError
from hdr_core.export import Outcome
from hdr_core.records import KeptReading, keep_reading, latest_of_picture
from hdr_core.records.values import Source as Way
from hdr_core.storage.keep_choice import keeps_readings
from hdr_core.types import Reading
from hdr_core.vision.drawing import Stroke, render
from hdr_ui import loaders, records, state
from hdr_ui.sources import Source


@dataclass(frozen=True)
class Original:
    """What was read, as it is kept: its bytes, their kind, where they came from, and a name."""

    content: bytes = field(repr=False)
    media_type: str
    way: Way
    name: str


def of_file(source: Source) -> Original:
    """A picture from Upload or from its camera, byte by byte as it came."""
    way: Way = "camera" if st.session_state.get(state.SOURCE_WIDGET) == "Camera" else "upload"
    kind = mimetypes.guess_type(source.name)[0] or "application/octet-stream"
    return Original(source.data, kind, way, source.name)


def of_drawing(strokes: Sequence[Stroke], size_wh: tuple[int, int]) -> Original:
    """A drawing as the PNG that was read, dark ink on white."""
    buffer = io.BytesIO()
    Image.fromarray(render(strokes, size_wh)).save(buffer, "PNG")
    return Original(buffer.getvalue(), "image/png", "draw", "Drawing")


def keep_once(reading: Reading, original: Original, model: str) -> KeptReading:
    """The record of this picture as this model reads it: the one that is there already, else a new one.

    Raises:
        RecordError: the records cannot be reached.
        ModelError: there is no such model.
    """
    digest, owner = loaders.model_version(model), records.owner_id()
    sha256 = loaders.digest_of(original.content)
    there = latest_of_picture(records.engine(), owner, sha256, model_digest=digest)
    st.session_state[state.KEPT].add((sha256, digest))
    return there or keep_reading(
        records.engine(),
        owner,
        reading=reading,
        content=original.content,
        media_type=original.media_type,
        source=original.way,
        file_name=original.name,
        model_name=model,
        model_digest=digest,
    )


def keep_all(batch: Sequence[tuple[Source, Outcome]], model: str) -> None:
    """Keep every picture in which digits were read, unless that is switched off; one sentence where it fails.

    Each is kept once in a session, also when its record was deleted meanwhile: it does not come back by itself.
    """
    if not keeps_readings():
        return
    digest, kept = loaders.model_version(model), st.session_state[state.KEPT]
    for source, outcome in batch:
        if isinstance(outcome, str) or not outcome.digits or (source.digest, digest) in kept:
            continue
        try:
            keep_once(outcome, of_file(source), model)
        except RecordError as error:
            st.warning(f"What is read here is not kept. {error}", icon=":material/cloud_off:")
            return
