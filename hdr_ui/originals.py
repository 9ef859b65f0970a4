"""What is kept of a picture that was read: its bytes, their kind, where they came from, and a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from hdr_core.records.values import Source as Way
from hdr_core.vision.drawing import Stroke, render
from hdr_ui import loaders, state
from hdr_ui.sources import Source


@dataclass(frozen=True)
class Original:
    """What was read, as it is kept; ``sha256`` is that of its bytes."""

    content: bytes = field(repr=False)
    sha256: str
    media_type: str
    way: Way
    name: str


def of_file(source: Source) -> Original:
    """A picture from Upload or from its camera, byte by byte as it came."""
    way: Way = "camera" if st.session_state.get(state.SOURCE_WIDGET) == "Camera" else "upload"
    return Original(source.data, source.digest, loaders.media_type_of(source.name), way, source.name)


def of_drawing(strokes: Sequence[Stroke], size_wh: tuple[int, int]) -> Original:
    """A drawing as the PNG that was read, dark ink on white."""
    content = loaders.png_bytes(render(strokes, size_wh))
    return Original(content, loaders.digest_of(content), "image/png", "draw", "Drawing")
