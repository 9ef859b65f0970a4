"""Where pictures come from on Upload: files, the camera, or an example."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import streamlit as st
from PIL import Image, ImageOps
from streamlit.runtime.uploaded_file_manager import UploadedFile

from hdr_core.config import MAX_FILE_MEGABYTES, PROJECT_DIR
from hdr_ui import loaders, state

EXAMPLES_DIR = PROJECT_DIR / "examples"

_FILES, _CAMERA = "Files", "Camera"
_THUMBNAIL_WH = (176, 124)


@dataclass(frozen=True)
class Source:
    """A picture to be read: its name as the user knows it, its bytes, and a digest that stands for them."""

    name: str
    data: bytes = field(repr=False)
    digest: str


def collect() -> list[Source]:
    """Show the ways to hand over pictures; returns what was handed over, in order."""
    way = st.segmented_control(
        "Where from",
        [_FILES, _CAMERA],
        default=_FILES,
        required=True,
        key=state.SOURCE_WIDGET,
        label_visibility="collapsed",
    )
    files = _from_camera() if way == _CAMERA else _from_uploader()
    if files:
        return [Source(file.name, file.getvalue(), _digest(file.file_id, file.getvalue())) for file in files]
    return _from_examples()


def example_paths() -> list[Path]:
    """The example pictures, by name."""
    return sorted(path for path in EXAMPLES_DIR.iterdir() if path.suffix in (".jpg", ".png"))


def title_of(path: Path) -> str:
    """``ruled-paper.jpg`` is "Ruled paper"."""
    return path.stem.replace("-", " ").capitalize()


def _from_uploader() -> list[UploadedFile]:
    # No list of types: what is not a picture gets a sentence that says so, beside the others' results.
    return st.file_uploader(
        "Drop, paste or choose pictures of handwritten numbers: PNG, JPEG, HEIC, WebP, BMP, TIFF or GIF.",
        accept_multiple_files=True,
        key=state.UPLOAD_WIDGET,
        max_upload_size=MAX_FILE_MEGABYTES,
        on_change=_close_example,
    )


def _from_camera() -> list[UploadedFile]:
    shot = st.camera_input(
        "Photograph a number",
        key=state.CAMERA_WIDGET,
        resolution="1080p",
        on_change=_close_example,
        label_visibility="collapsed",
    )
    return [shot] if shot else []


def _from_examples() -> list[Source]:
    chosen = st.session_state[state.EXAMPLE]
    paths = {path.name: path for path in example_paths()}
    if chosen not in paths:
        _show_examples(list(paths.values()))
        return []
    st.button("Close the example", icon=":material/close:", type="tertiary", on_click=_close_example, key="close")
    data = paths[chosen].read_bytes()
    return [Source(chosen, data, loaders.digest_of(data))]


def _show_examples(paths: list[Path]) -> None:
    st.markdown("Or try one of these:")
    with st.container(horizontal=True, gap="small", key="examples"):
        for path in paths:
            label = f"![]({_thumbnail(str(path), path.stat().st_mtime_ns)}) {title_of(path)}"
            st.button(label, key=f"example_{path.stem}", on_click=_open_example, args=(path.name,))


def _open_example(name: str) -> None:
    st.session_state[state.EXAMPLE] = name


def _close_example() -> None:
    st.session_state[state.EXAMPLE] = None


@st.cache_data(max_entries=2000, show_spinner=False)
def _digest(file_id: str, _data: bytes) -> str:
    """An upload never changes under its id, so its bytes are hashed once and not at every rerun."""
    return loaders.digest_of(_data)


@st.cache_data(max_entries=16, show_spinner=False)
def _thumbnail(path: str, version: int) -> str:
    with Image.open(path) as picture:
        small = picture.convert("RGB")
    width, height = _THUMBNAIL_WH
    small = ImageOps.fit(small, (2 * width, 2 * height), Image.Resampling.LANCZOS)  # twice, for dense screens
    return loaders.jpeg_uri(np.asarray(small), quality=70)
