"""Weights from outside: numbers of their own, and none of the ways in which HDF5 leads elsewhere."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hdr_core.errors import ModelFileError
from hdr_core.storage.models import read_card
from hdr_core.training import weights_file
from hdr_core.training.weights_file import check_weights
from tests.model_files import WEIGHTS, parts


def weights(make: Callable[[h5py.File], object]) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file.create_dataset("layers/dense/vars/0", data=np.ones((3, 2), np.float32))
        make(file)
    return buffer.getvalue()


def virtual(file: h5py.File) -> None:
    layout = h5py.VirtualLayout(shape=(4,), dtype="u1")
    layout[:] = h5py.VirtualSource("/etc/passwd.h5", "secret", shape=(4,))
    file.create_virtual_dataset("view", layout)


def refer(file: h5py.File) -> None:
    file["refer"] = np.array([file["layers"].ref], dtype=h5py.ref_dtype)


def announce(file: h5py.File) -> None:
    """CVE-2026-0897, 2026-12570: a terabyte of which nothing is stored."""
    file.create_dataset("huge", shape=(2**38,), dtype="f4", chunks=(2**20,), fillvalue=1.0)


def deep(file: h5py.File) -> None:
    file.create_group("/".join(["a"] * 60))


HOSTILE: dict[str, tuple[Callable[[h5py.File], object], str]] = {
    "another file": (lambda file: file.__setitem__("x", h5py.ExternalLink("/etc/passwd", "/")), "another place"),
    "a soft link": (lambda file: file.__setitem__("x", h5py.SoftLink("/layers")), "another place"),
    "a link to nothing": (lambda file: file.__setitem__("x", h5py.SoftLink("/nowhere")), "another place"),
    "bytes elsewhere (CVE-2026-1669)": (
        lambda file: file.create_dataset("x", (64,), "u1", external=[("/etc/passwd", 0, 64)]),
        "in another file",
    ),
    "a view": (virtual, "in another file"),
    "a reference": (refer, "no plain numbers"),
    "a reference beside": (lambda file: file.attrs.__setitem__("x", file["layers"].ref), "more than arrays"),
    "many notes": (lambda file: [file.attrs.__setitem__(str(n), n) for n in range(9)], "more than arrays"),
    "words": (lambda file: file.create_dataset("x", data=["a", "b"]), "no plain numbers"),
    "a record": (lambda file: file.create_dataset("x", data=np.zeros(2, [("a", "f4")])), "no plain numbers"),
    "nothing": (lambda file: file.create_dataset("x", data=h5py.Empty("f4")), "no plain numbers"),
    "a kind": (lambda file: file.__setitem__("x", np.dtype("f4")), "more than arrays"),
    "a terabyte": (announce, "not as long as they say"),
    "a bomb": (
        lambda file: file.create_dataset("x", data=np.zeros(10**6, "f4"), compression="gzip"),
        "not as long as they say",
    ),
    "a circle": (lambda file: file.__setitem__("layers/again", file["/"]), "too deep"),
    "a tower": (deep, "too deep"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_leads_elsewhere_is_refused(kind: str) -> None:
    make, said = HOSTILE[kind]
    with pytest.raises(ModelFileError) as caught:
        check_weights(weights(make))
    assert said in str(caught.value)


def test_the_numbers_are_counted() -> None:
    assert check_weights(weights(lambda file: None)) == 6
    assert check_weights(parts()[WEIGHTS]) >= read_card("p4-lightweight").parameters


def test_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights_file, "MAX_PARAMETERS", 5)
    with pytest.raises(ModelFileError, match="more than 5 parameters"):
        check_weights(weights(lambda file: None))


def test_no_other_file_was_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The link is refused before it is followed: a file that it names stays unread."""
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["secret"] = np.arange(4)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelFileError, match="another place"):
        check_weights(weights(lambda file: file.__setitem__("x", h5py.ExternalLink("other.h5", "/secret"))))
    with h5py.File(other, "r+"):  # HDF5 locks what is open
        pass


@settings(max_examples=60)
@given(data=st.data())
def test_changed_bytes_are_refused_or_counted(data: st.DataObject) -> None:
    content = bytearray(weights(lambda file: None))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=5)):
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.sampled_from([0, 0, 0, 7, 1000]))
    try:
        numbers = check_weights(bytes(content[: len(content) - cut]))
    except ModelFileError:
        return
    assert 0 <= numbers <= weights_file.MAX_PARAMETERS
