"""A model file from outside: other kinds, damaged ones, bombs, odd members; and the app's own."""

from __future__ import annotations

import pickle
import stat
import struct
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hdr_core.errors import ModelFileError
from hdr_core.storage import keras_files
from hdr_core.storage.keras_files import open_keras_file, write_keras_file
from tests.model_files import CONFIG, METADATA, WEIGHTS, packed, parts, shipped


class Payload:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, ("1 / 0",)


def symlink() -> bytes:
    info = zipfile.ZipInfo(WEIGHTS)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return packed([(CONFIG, parts()[CONFIG]), (METADATA, parts()[METADATA]), (info, b"/etc/passwd")])


def twice() -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of what is meant here
        return packed([*parts().items(), (CONFIG, b"{}")])


def with_password() -> bytes:
    content = bytearray(shipped())
    first = content.index(b"PK\x01\x02")
    content[6] |= 1
    content[first + 8] |= 1
    return bytes(content)


def announcing(size: int) -> bytes:
    """The weights say that they are as long as this, in both places of the zip file."""
    content = bytearray(packed(parts()))
    central, local = content.rindex(b"PK\x01\x02"), content.rindex(b"PK\x03\x04")
    content[central + 24 : central + 28] = content[local + 22 : local + 26] = struct.pack("<I", size)
    return bytes(content)


def test_the_shipped_files_pass_and_are_written_anew(tmp_path: Path) -> None:
    found = open_keras_file(shipped())
    assert found.weights == parts()[WEIGHTS]
    write_keras_file(found, tmp_path / "clean.keras")
    again = open_keras_file((tmp_path / "clean.keras").read_bytes())
    assert (again.config, again.weights) == (found.config, found.weights)
    assert zipfile.ZipFile(tmp_path / "clean.keras").namelist() == [METADATA, CONFIG, WEIGHTS]


def test_a_packed_one_passes_too() -> None:
    assert open_keras_file(packed(parts(), zipfile.ZIP_DEFLATED)).weights == parts()[WEIGHTS]


REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "text": (b"hello", "no .keras file"),
    "HDF5 (CVE-2025-9905)": (parts()[WEIGHTS], "HDF5"),
    "pickle": (pickle.dumps(Payload()), "pickle"),
    "gzip": (b"\x1f\x8b\x08\x00", "gzip"),
    "truncated": (shipped()[:-60], "damaged or ends early"),
    "cut in half": (shipped()[: len(shipped()) // 2], "damaged or ends early"),
    "a damaged member": (shipped().replace(b"Functional", b"functional"), "damaged or ends early"),
    "a path": (packed(parts() | {"../../evil.py": b"x"}), "'../../evil.py'"),
    "a whole path": (packed(parts() | {"/etc/cron.d/evil": b"x"}), "nothing else"),
    "assets": (packed(parts() | {"assets/vocabulary.txt": b"x"}), "assets"),
    "a pickled payload": (packed(parts() | {"model.pkl": pickle.dumps(Payload())}), "model.pkl"),
    "a page for a name": (packed(parts() | {"<script>\u202e.js": b"x"}), "nothing else"),
    "nothing inside": (packed({}), "no .keras file"),
    "one member": (packed({CONFIG: parts()[CONFIG]}), "it holds 1 entries"),
    "a member twice": (twice(), "it holds 4 entries"),
    "a link": (symlink(), "a link, not a file"),
    "a password": (with_password(), "password"),
    "a rare packing": (packed(parts(), zipfile.ZIP_LZMA), "unusual way"),
    "pickled weights": (packed(parts() | {WEIGHTS: pickle.dumps(Payload())}), "no HDF5 file"),
    "weights by NumPy": (packed(parts() | {WEIGHTS: b"\x93NUMPY"}), "no HDF5 file"),
    "a bomb": (packed(parts() | {WEIGHTS: bytes(20 * 2**20)}, zipfile.ZIP_DEFLATED), "far more than it holds"),
    "a large plan": (packed(parts() | {CONFIG: b" " * 3 * 2**20}), "at most 2.0 MB"),
    "more than announced": (announcing(1000), "damaged or ends early"),
    "less than announced": (announcing(200_000), "damaged or ends early"),
    "four gigabytes": (announcing(2**32 - 2), "not unpacked"),
    "Keras 2": (packed(parts() | {METADATA: b'{"keras_version": "2.15.0"}'}), "'2.15.0'; version 3"),
    "no version": (packed(parts() | {METADATA: b"[]"}), "which Keras"),
    "a number for a version": (packed(parts() | {METADATA: b'{"keras_version": 3.1}'}), "version 3 is needed"),
    "nested metadata": (packed(parts() | {METADATA: b"[" * 60_000}), "which Keras"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_model_file_is_refused_with_a_sentence(kind: str) -> None:
    content, said = REFUSED[kind]
    with pytest.raises(ModelFileError) as caught:
        open_keras_file(content)
    assert said in str(caught.value)
    assert str(caught.value).isprintable() and str(caught.value).endswith(".")


def test_a_large_file_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras_files, "MAX_MODEL_MEGABYTES", 0)
    monkeypatch.delattr(zipfile, "ZipFile")
    with pytest.raises(ModelFileError, match="at most 0 MB"):
        open_keras_file(shipped())


@settings(max_examples=80)
@given(data=st.data())
def test_changed_bytes_are_refused_or_read(data: st.DataObject) -> None:
    """The ends are where a zip file says what it holds, so most changes go there."""
    content = bytearray(shipped())
    near_an_end = st.integers(0, 400) | st.integers(len(content) - 400, len(content) - 1)
    for place in data.draw(st.lists(near_an_end | st.integers(0, len(content) - 1), min_size=1, max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.sampled_from([0, 0, 0, 1, 30, 5000]))
    try:
        found = open_keras_file(bytes(content[: len(content) - cut]))
    except ModelFileError:
        return
    assert found.weights.startswith(b"\x89HDF")
