"""What happens in a run, as lines of JSON that are only ever appended.

Every event has ``kind`` and ``time`` (seconds since 1970).  Kinds, in the order of a run:

    queued      waits for the runs before it
    loading     ``message``; while MNIST is downloaded also ``done`` and ``total`` bytes
    started     ``first_epoch`` (0, or where it resumes), ``epochs``, ``unit`` (what those are called: "epoch", or
                "step" for a baseline), ``steps`` an epoch, ``train`` and ``watched`` digits, ``watches``
                ("validation" or "test"), ``parameters``, ``source``
    batch       ``epoch``, ``step``, ``loss``, ``accuracy``, ``rate``, ``images_per_second``, ``seconds_left``
    panel       ``epoch``, ``step``, ``probabilities``: a row of ten for each tile of ``panel.npz``
    epoch       ``epoch``, ``loss``, ``accuracy``, ``val_loss``, ``val_accuracy``, ``rate``, ``seconds``,
                ``images_per_second``, ``confusion`` (row = true, column = answer); of whole epochs only, and only
                when what is kept of the epoch is on disk
    paused, unpaused
    testing     the training is over; the test digits are read
    checking    a fine-tuning trains again without a part of its digits, to be asked about them: ``fold`` of ``folds``
    done        ``result``; the model is saved
    stopped     the user stopped it; ``result`` is there when an epoch was whole
    failed      ``cause``, in words, and ``detail``

Epochs count from 0.  A line may be cut where a process was killed: readers leave it out.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

Event = dict[str, Any]

FINAL = ("done", "stopped", "failed")
_RESERVE_BYTES = 64 * 1024
_TAIL_BYTES = 100_000


class EventWriter:
    """Appends events; the run's process is the only one that does.

    A small file is kept in reserve and given up when the disk is full, so that there is room to say so.
    """

    def __init__(self, run_dir: Path) -> None:
        self._path = run_dir / "events.jsonl"
        self._reserve = run_dir / "reserve"
        self._reserve.write_bytes(b"\0" * _RESERVE_BYTES)
        _cut_half_line(self._path)

    def write(self, kind: str, **values: Any) -> None:
        """Append one event.  Raises OSError when the disk is full, after the reserve was used for this event."""
        line = json.dumps({"kind": kind, "time": round(time.time(), 3), **values}, allow_nan=False) + "\n"
        try:
            self._append(line)
        except OSError:
            if not self._reserve.exists():
                raise
            self._reserve.unlink()
            _cut_half_line(self._path)
            self._append(line)
            raise

    def close(self) -> None:
        """Give the reserve back."""
        self._reserve.unlink(missing_ok=True)

    def _append(self, line: str) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line)
            file.flush()


def read_events(run_dir: Path, offset: int = 0) -> tuple[list[Event], int]:
    """The whole events from byte ``offset`` on, and the offset to go on from.

    A last line without its newline is still being written, or was cut: it is left for the next call.
    """
    try:
        with (run_dir / "events.jsonl").open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(offset if offset <= size else 0)
            start = file.tell()
            content = file.read()
    except FileNotFoundError:
        return [], 0
    whole = content[: content.rfind(b"\n") + 1]
    return [event for line in whole.splitlines() if (event := _parse(line))], start + len(whole)


def read_tail(run_dir: Path) -> list[Event]:
    """The last events, read from the end of the file however long it is: enough to tell a run's state."""
    try:
        size = (run_dir / "events.jsonl").stat().st_size
    except OSError:
        return []
    return read_events(run_dir, max(size - _TAIL_BYTES, 0))[0]


def _parse(line: bytes) -> Event | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and isinstance(event.get("kind"), str) else None


def _cut_half_line(path: Path) -> None:
    """Remove what a killed process left without a newline, so that the next event starts a line."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        content = file.read()
        file.truncate(content.rfind(b"\n") + 1)
