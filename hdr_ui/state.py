"""Session state: every key that is kept, with its default.  Choices are stored, never what follows from them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from hdr_core.config import DEFAULT_MODEL

DRAWING = "drawing"
"""Strokes on the pad, oldest first, as ``hdr_ui.drawing.Stroke``."""

PAD_VERSION = "pad_version"
"""Counts the pads of this session: Undo and Clear lay down a new one."""

PAD_START = "pad_start"
"""The strokes that the present pad began with; must not change while the pad lies there."""

PAD_LOOK = "pad_look"
"""``hdr_ui.canvas.Look`` of the present pad: size and theme that its strokes are in."""

ROOM_PX = "room_px"
"""Width of the page's main column as last measured in the browser; None before that."""

EXAMPLE = "example"
"""Name of the example picture that is open on Upload, or None."""

MODEL = "model"
"""Name of the model that reads."""

PEN_WIDGET = "pen_width"
DIGIT_WIDGET = "digit_choice"
MODEL_WIDGET = "model_choice"
UPLOAD_WIDGET = "uploads"
SOURCE_WIDGET = "upload_source"
CAMERA_WIDGET = "camera"
PICTURE_WIDGET = "picture_choice"
WHY_WIDGET = "why"
ROOM_WIDGET = "room"

_DEFAULTS: dict[str, Any] = {
    DRAWING: (),
    PAD_VERSION: 0,
    PAD_START: (),
    PAD_LOOK: None,
    ROOM_PX: None,
    EXAMPLE: None,
    MODEL: DEFAULT_MODEL,
}


def prepare() -> None:
    """Give every key its default once per session; call it before anything reads the state."""
    for key, default in _DEFAULTS.items():
        st.session_state.setdefault(key, default)
