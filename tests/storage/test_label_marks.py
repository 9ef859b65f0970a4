"""Marks are kept, taken back, and never lost between two who mark at once."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from hdr_core import config
from hdr_core.errors import DataError
from hdr_core.storage import locks
from hdr_core.storage.label_marks import mark, marked


def test_marks_are_kept_and_taken_back() -> None:
    assert marked("d1").tolist() == []
    assert mark("d1", [7, 3]).tolist() == [3, 7]
    assert mark("d1", [5, 3]).tolist() == [3, 5, 7]
    assert mark("d1", [3, 9], wrong=False).tolist() == [5, 7]
    assert marked("d1").tolist() == [5, 7]
    assert marked("d1").dtype == "int64"


def test_every_version_of_the_data_has_its_own() -> None:
    mark("d1", [1])
    mark("d2", [2])
    assert (marked("d1").tolist(), marked("d2").tolist()) == ([1], [2])


def test_marking_nothing_writes_nothing(own_home: Path) -> None:
    mark("d1", [])
    mark("d1", [4], wrong=False)
    assert list(own_home.rglob("*.json")) == []


_PROGRAM = """
import sys
from functools import partial
from hdr_core.storage.label_marks import mark
print("ready", flush=True)
sys.stdin.readline()
for place in range(int(sys.argv[1]), 60, 2):
    mark("d1", [place])
"""


def test_two_processes_lose_no_mark(own_home: Path) -> None:
    others = [
        subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(first)],
            cwd=config.PROJECT_DIR,
            env=os.environ | {"HDR_HOME": str(own_home)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for first in (0, 1)
    ]
    for one in others:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in others:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    for one in others:
        one.communicate(timeout=120)
    assert [one.returncode for one in others] == [0, 0]
    assert marked("d1").tolist() == list(range(60))


@pytest.mark.parametrize("content", ["{", "[]", '{"wrong": [-1]}', '{"wrong": ["1"]}', '{"wrong": 3}', "null"])
def test_damaged_marks_are_told_and_not_overwritten(own_home: Path, content: str) -> None:
    path = own_home / "label-marks" / "d1.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    for attempt in (partial(marked, "d1"), partial(mark, "d1", [1])):
        with pytest.raises(DataError, match=r"d1\.json cannot be read .* Mend or delete"):
            attempt()
    assert path.read_text() == content


def test_a_lock_that_is_held_is_told(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark("d1", [1])
    acquire = locks.acquire
    held = acquire(own_home / "label-marks" / "d1.lock")
    assert held is not None
    monkeypatch.setattr(locks, "acquire", lambda path: acquire(path, wait_seconds=0))
    with held, pytest.raises(DataError, match="Try again in a moment"):
        mark("d1", [2])
    assert marked("d1").tolist() == [1]


def test_a_disk_that_cannot_be_written_to_is_told(own_home: Path) -> None:
    own_home.parent.mkdir(exist_ok=True)
    own_home.write_text("a file where the folder should be")
    with pytest.raises(DataError, match="could not be kept"):
        mark("d1", [1])


@pytest.mark.parametrize("version", ["", "../d", "D1", "a/b"])
def test_a_version_is_never_a_path(version: str) -> None:
    with pytest.raises(DataError, match="version is"):
        marked(version)


def test_a_place_below_zero_is_refused() -> None:
    with pytest.raises(DataError, match="from 0 on"):
        mark("d1", [-1])
