"""A file is there whole, or as it was before."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from hdr_core.storage import atomic


def test_text_and_bytes_land_in_new_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"
    atomic.write_text(path, "ä\n")
    assert path.read_bytes() == b"\xc3\xa4\n"
    atomic.write_bytes(path, b"\0\1")
    assert path.read_bytes() == b"\0\1"
    assert list(path.parent.iterdir()) == [path]


def test_what_breaks_off_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    atomic.write_text(path, "old")
    with pytest.raises(TypeError, match="bytes-like"), atomic.writing(path) as file:
        _ = file.write(b"new"), file.write(3)  # type: ignore[call-overload]
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_until_the_block_ends_readers_see_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    atomic.write_text(path, "old")
    with atomic.writing(path) as first, atomic.writing(path) as second:  # two at once do not mix
        first.write(b"first")
        second.write(b"second")
        assert path.read_text() == "old"
        assert list(tmp_path.glob("file*")) == [path]
    assert path.read_text() == "first"


def test_others_may_read_it_as_they_may_any_new_file(tmp_path: Path) -> None:
    plain, ours = tmp_path / "plain", tmp_path / "ours"
    plain.write_text("")
    atomic.write_text(ours, "")
    assert stat.S_IMODE(os.stat(ours).st_mode) == stat.S_IMODE(os.stat(plain).st_mode)
