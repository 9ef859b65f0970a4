"""Lines that are only appended: half-written ones are left for later, and a full disk is still told."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.config import PROJECT_DIR
from hdr_core.storage import locks
from hdr_core.training.events import EventWriter, read_events, read_tail
from hdr_core.training.history import History
from hdr_core.training.run import cause_of
from hdr_core.training.session import RunFailedError, epochs_without_progress


def lines(*kinds: str) -> bytes:
    return b"".join(json.dumps({"kind": kind, "number": number}).encode() + b"\n" for number, kind in enumerate(kinds))


@given(st.lists(st.integers(0, 200), max_size=6).map(sorted))
def test_a_file_read_while_it_grows_gives_every_event_once(cuts: list[int]) -> None:
    import tempfile

    content = lines("batch", "batch", "epoch", "batch", "done")
    with tempfile.TemporaryDirectory() as folder:
        path, offset, seen = Path(folder) / "events.jsonl", 0, []
        for cut in [*cuts, len(content)]:
            path.write_bytes(content[:cut])
            news, offset = read_events(Path(folder), offset)
            seen += news
    assert [event["number"] for event in seen] == list(range(5))


def test_damaged_lines_are_passed_over_and_no_file_is_no_events(tmp_path: Path) -> None:
    assert read_events(tmp_path) == ([], 0)
    content = lines("batch") + b'\xff\xfe{\n[1, 2]\n{"kind": 3}\n\n' + lines("epoch")
    (tmp_path / "events.jsonl").write_bytes(content)
    events, offset = read_events(tmp_path)
    assert ([event["kind"] for event in events], offset) == (["batch", "epoch"], len(content))


def test_a_file_that_was_begun_anew_is_read_from_its_start(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_bytes(lines("batch"))
    assert [event["kind"] for event in read_events(tmp_path, 5000)[0]] == ["batch"]


def test_a_writer_goes_on_after_a_half_line(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_bytes(lines("batch") + b'{"kind": "epo')
    writer = EventWriter(tmp_path)
    writer.write("epoch", epoch=1)
    writer.close()
    assert [event["kind"] for event in read_events(tmp_path)[0]] == ["batch", "epoch"]
    assert [path.name for path in tmp_path.iterdir()] == ["events.jsonl"]


def test_no_number_is_never_written_as_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        EventWriter(tmp_path).write("batch", loss=float("nan"))


def test_a_full_disk_is_told_from_the_reserve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = EventWriter(tmp_path)
    append = writer._append

    def full(line: str) -> None:
        if (tmp_path / "reserve").exists():
            with (tmp_path / "events.jsonl").open("a") as file:
                file.write(line[:7])
            raise OSError(errno.ENOSPC, "No space left on device")
        append(line)

    monkeypatch.setattr(writer, "_append", full)
    with pytest.raises(OSError, match="No space"):
        writer.write("batch", step=1)
    writer.write("failed", cause="full")
    assert [event["kind"] for event in read_events(tmp_path)[0]] == ["batch", "failed"]


class ResourceExhaustedError(Exception):
    """TensorFlow's error of this name."""


def wrapped(error: BaseException) -> BaseException:
    outer = RuntimeError("saving failed")
    outer.__cause__ = error
    return outer


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RunFailedError("The loss became nan."), "The loss became nan."),
        (MemoryError(), "memory was not enough"),
        (ResourceExhaustedError("OOM when allocating"), "memory was not enough"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (wrapped(OSError(errno.ENOSPC, "x")), "disk is full"),
        (ValueError("[Errno 28] No space left on device"), "disk is full"),
        (KeyboardInterrupt(), "interrupted from the keyboard"),
        (ZeroDivisionError("division by zero"), r"broke off \(ZeroDivisionError: division by zero\)"),
    ],
)
def test_every_end_has_its_cause_in_words(error: BaseException, said: str) -> None:
    import re

    assert re.search(said, cause_of(error))


def test_a_lock_is_let_go_by_any_death(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not locks.is_held(path)
    program = (
        "import sys; from pathlib import Path; from hdr_core.storage import locks\n"
        "lock = locks.acquire(Path(sys.argv[1])); print(lock is not None, flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], cwd=PROJECT_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"True\n"
        assert locks.is_held(path)
        assert locks.acquire(path, wait_seconds=0.1) is None
        holder.kill()
        holder.wait()
    assert not locks.is_held(path)
    mine = locks.acquire(path)
    assert mine is not None
    assert locks.is_held(path)
    mine.close()
    assert not locks.is_held(path)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no shared lock on Windows")
def test_two_that_look_at_once_do_not_take_each_other_for_the_owner(tmp_path: Path) -> None:
    import fcntl

    path = tmp_path / "lock"
    path.touch()
    with path.open("rb") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH | fcntl.LOCK_NB)
        assert not locks.is_held(path)


def test_the_tail_of_a_long_file_ends_as_the_file_does(tmp_path: Path) -> None:
    assert read_tail(tmp_path) == []
    content = lines(*["batch"] * 9000, "paused")
    assert len(content) > 200_000
    (tmp_path / "events.jsonl").write_bytes(content)
    tail = read_tail(tmp_path)
    assert tail == read_events(tmp_path)[0][-len(tail) :] and 100 < len(tail) < 9000


def started(first_epoch: int) -> dict[str, object]:
    return {"kind": "started", "first_epoch": first_epoch, "epochs": 4, "steps": 10, "watches": "test"}


def batch(epoch: int, step: int, loss: float | None = 1.0) -> dict[str, object]:
    return {"kind": "batch", "epoch": epoch, "step": step, "loss": loss, "accuracy": 0.5}


def test_curves_do_not_run_twice_over_an_epoch_that_was_cut() -> None:
    epoch = {"kind": "epoch", "epoch": 0, "loss": 0.9, "accuracy": 0.6, "val_loss": 0.8, "val_accuracy": 0.7}
    history = History().add([started(0), batch(0, 5), epoch, batch(1, 3), started(1), batch(1, 2)])
    assert [point.x for point in history.batches] == [0.5, 1.2]
    assert [(point.x, point.accuracy) for point in history.validation] == [(1, 0.7)]
    assert history.progress == pytest.approx(0.3)


def test_a_value_that_was_no_number_is_left_out_of_a_curve() -> None:
    history = History().add([started(0), batch(0, 5, None)])
    assert history.batches == []
    assert History().progress == 0.0


def test_a_download_is_shown_until_the_training_starts() -> None:
    history = History().add([{"kind": "loading", "message": "Downloading MNIST", "done": 3, "total": 12}])
    assert (history.progress, history.message) == (0.25, "Downloading MNIST")
    assert history.add([started(0)]).progress == 0.0


def test_a_kind_that_nobody_knows_calls_nothing() -> None:
    """A file's words never choose a method by its name."""
    assert History().add([{"kind": "_class__"}, {"kind": "progress"}, {"kind": "end", "result": 3}]) == History()


@pytest.mark.parametrize(
    ("history", "waited"),
    [([], 0), ([0.5], 0), ([0.9, 0.8], 1), ([0.9, 0.8, 0.95], 0), ([0.9, 0.9, 0.9], 2)],
)
def test_epochs_without_progress_are_counted_as_early_stopping_counts(history: list[float], waited: int) -> None:
    told = [{"kind": "epoch", "epoch": number, "val_accuracy": value} for number, value in enumerate(history)]
    assert epochs_without_progress(told, "val_accuracy", len(told)) == waited
    falls = [event | {"loss": -float(str(event["val_accuracy"]))} for event in told]
    assert epochs_without_progress(falls, "loss", len(falls)) == waited
