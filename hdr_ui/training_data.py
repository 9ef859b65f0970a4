"""Which digits a training learns from: MNIST, the built-in ones, the user's own pictures; all of them or a few."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from hdr_core.errors import DataError, HdrError
from hdr_core.training.corrections import NAME as CORRECTIONS
from hdr_core.training.corrections import corrections_version
from hdr_core.training.data import Dataset, has_mnist
from hdr_core.training.datasets import list_data, load_data
from hdr_core.training.own_data import delete_data, import_pictures, list_own, rename_data, title_of
from hdr_core.training.settings import Settings
from hdr_core.types import UInt8Image
from hdr_ui import digit_sets, loaders, quotas, state
from hdr_ui.pressing import pressed
from hdr_ui.words import literal, plain

_STRIP = 16
_MAX_UPLOAD_MEGABYTES = 500
_NOT_HERE = (
    "MNIST is not on this machine yet. It is downloaded (11 MB) when the training starts; without a network, choose "
    "the built-in digits."
)
_DATA_HELP = (
    "The digits that it learns from, and others by which it is tested. MNIST: digits of some 500 people, 28×28 pixels "
    "each, the usual yardstick. The built-in ones are few and coarse: for a quick try."
)
_NO_ROOM = "The pictures could not be unpacked ({}). Make room on the server's disk and try again."


@dataclass(frozen=True, eq=False)
class Preview:
    """What a page shows of a data set: how many digits to learn from and to test on, and some of them in a row."""

    source: str
    train: int
    test: int
    strip: UInt8Image
    """(28, 28 · n) uint8."""


def choose() -> str:
    """The chosen data set's name."""
    titles = list_data()
    memory = st.session_state
    if memory[state.TRAIN_DATA] not in titles:
        memory[state.TRAIN_DATA] = "mnist"
    names = list(titles)
    chosen: str = st.selectbox(
        "Data",
        names,
        index=names.index(memory[state.TRAIN_DATA]),
        format_func=lambda name: titles[name],
        key=f"{state.DATA_WIDGET}_{memory[state.DATA_VERSION]}",
        help=_DATA_HELP,
    )
    memory[state.TRAIN_DATA] = chosen
    with st.container(horizontal=True, gap="medium"):
        _show_import()
        if chosen in list_own():
            _show_more(chosen)
    return chosen


def show_preview(name: str) -> None:
    """How many digits, and what some of them look like; or why the data cannot be used."""
    if name == "mnist" and not has_mnist():
        st.info(_NOT_HERE)
        return
    try:
        preview = _preview(name, corrections_version() if name == CORRECTIONS else 0, digit_sets.whose(name))
    except DataError as error:
        st.error(literal(error))
        return
    st.html(
        f'<img class="hdr-strip" alt="Some of these digits" src="{loaders.png_uri(preview.strip)}">'
        f'<div class="hdr-note">{preview.train:,} digits to learn from, {preview.test:,} to test on. '
        f"{plain(preview.source)}</div>"
    )


def _show_import() -> None:
    """Take in the user's own pictures; a fault is told and leaves the choice as it was."""
    with st.popover("Add your own pictures", icon=":material/folder_open:", type="tertiary"):
        st.caption(
            "A zip file or a folder. Each picture shows one digit and lies in a folder named by it, 0–9; or a "
            "**labels.csv** with the columns *file* and *label* names them. Folders *train* and *test* around them are "
            "kept apart; otherwise every fifth picture is for testing."
        )
        archive = st.file_uploader("Zip file", type="zip", max_upload_size=_MAX_UPLOAD_MEGABYTES, key=state.ZIP_WIDGET)
        folder = st.file_uploader(
            "Folder",
            accept_multiple_files="directory",
            max_upload_size=_MAX_UPLOAD_MEGABYTES,
            key=state.FOLDER_WIDGET,
        )
        files = [archive] if archive else folder
        if files and pressed("Read these pictures", key="import_pictures", type="primary"):
            _import(files, is_zip=archive is not None)


def _show_more(name: str) -> None:
    """Rename and delete a set of the user's own, out of the way; a fault is told beside the button."""
    with st.popover("Rename or delete", icon=":material/more_horiz:", type="tertiary"):
        title = st.text_input("Name of these pictures", title_of(name), max_chars=100, key=f"title_{name}")
        if pressed("Rename", key="rename_data", of=name, disabled=title.strip() in ("", title_of(name))):
            _do(lambda: rename_data(name, title))
        st.caption("Deleting removes the pictures from this app for good. Runs and models that learned from them stay.")
        sure = st.checkbox("Yes, delete these pictures", key=f"sure_{name}")
        if pressed("Delete", key="delete_data", of=name, icon=":material/delete:", disabled=not sure):
            _do(lambda: delete_data(name))


def _do(act: Callable[[], None]) -> None:
    try:
        act()
    except DataError as error:
        st.error(literal(error))
    else:
        _preview.clear()
        st.session_state[state.DATA_VERSION] += 1  # the list of data sets starts anew
        st.rerun()


def _import(files: Sequence[UploadedFile], *, is_zip: bool) -> None:
    bar = st.progress(0.0, "Reading the pictures")

    def tell(done: int, total: int) -> None:
        bar.progress(done / total, f"{done:,} of {total:,} pictures")

    try:
        quotas.ask_room()
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "pictures.zip"
            path.write_bytes(files[0].getvalue()) if is_zip else _pack(path, files)
            name = import_pictures(path, _title(files, is_zip), tell)
    except (HdrError, OSError) as error:
        bar.empty()
        st.error(literal(error if isinstance(error, HdrError) else _NO_ROOM.format(error)))
        return
    st.session_state[state.TRAIN_DATA] = name
    st.session_state[state.DATA_VERSION] += 1  # the list of data sets starts from the new choice
    st.rerun()


def _pack(path: Path, files: Sequence[UploadedFile]) -> None:
    """A folder that was uploaded file by file, as the zip file that the reader of pictures knows."""
    with zipfile.ZipFile(path, "w") as archive:
        for file in files:
            archive.writestr(file.name, file.getvalue())


def _title(files: Sequence[UploadedFile], is_zip: bool) -> str:
    name = PurePosixPath(files[0].name.replace("\\", "/"))
    return name.name if is_zip else name.parts[0]


@st.cache_data(max_entries=8, show_spinner="Loading the digits")
def _preview(name: str, version: int, whose: str) -> Preview:
    whole: Dataset = load_data(name, Settings())
    rng = np.random.default_rng(0)
    chosen = rng.choice(len(whole.y_train), min(_STRIP, len(whole.y_train)), replace=False)
    strip = np.hstack(list(whole.x_train[chosen]))
    return Preview(whole.source, len(whole.y_train), len(whole.y_test), strip)
