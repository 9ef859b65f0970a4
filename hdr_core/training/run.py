"""The process of one run: ``python -m hdr_core.training.run RUN_FOLDER``.

It is the only one that writes in its folder.  It waits for its turn, loads the data, trains, tests, and
saves the model; whatever goes wrong becomes an event with its cause, and the last good checkpoint stays.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from hdr_core.errors import HdrError
from hdr_core.storage import locks
from hdr_core.training.checkpoints import has_kept
from hdr_core.training.data import Dataset
from hdr_core.training.datasets import load_data
from hdr_core.training.events import FINAL, EventWriter, read_tail
from hdr_core.training.recipes import Recipe
from hdr_core.training.run_state import read_run_file
from hdr_core.training.session import RUN_FILE, RunFailedError, Session, Throttle, Trained, control_dir
from hdr_core.types import UInt8Image

EXIT_FAILED = 1
EXIT_BUSY = 3
_QUEUE_STEP_SECONDS = 1.0

Trainer = Callable[[Session, Recipe, Dataset, UInt8Image | None], Trained | None]


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    sys.exit(execute(Path(sys.argv[1])))


def execute(run_dir: Path) -> int:
    """Do the run in this process and return its exit code."""
    lock = locks.acquire(run_dir / "lock")
    if lock is None:
        print("Another process is at this run already.", file=sys.stderr)
        return EXIT_BUSY
    with lock, _told_by_pid(run_dir):
        events = EventWriter(run_dir)
        try:
            _run(Session(run_dir, events))
        except BaseException as error:
            traceback.print_exc()
            return _fail(events, error)
        finally:
            events.close()
    return 0


@contextmanager
def _told_by_pid(run_dir: Path) -> Iterator[None]:
    """While the process lives, ``pid`` tells which one it is, for whoever must end it."""
    path = run_dir / "pid"
    path.write_text(str(os.getpid()), encoding="ascii")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _run(session: Session) -> None:
    recipe, fields = read_run_file(session.run_dir)
    if not _may_begin(session, waits=fields.get("when_busy") == "queue"):
        session.events.write("stopped")
        return
    dataset = _load(session, recipe, fields["data"])
    trained = _trainer(recipe)(session, recipe, dataset, _watch_tile(session.run_dir))
    if trained is None:
        session.events.write("stopped")
        return

    from hdr_core.training.finish import finish

    result = finish(session, recipe, dataset, trained, fields["title"], fields["data"])
    if recipe.is_fine_tuning:
        from hdr_core.training.held_out import held_out

        result["held_out"] = held_out(session, recipe, dataset)
    shutil.rmtree(session.run_dir / "backup", ignore_errors=True)
    session.events.write("stopped" if session.stopping else "done", result=result)


def _load(session: Session, recipe: Recipe, data: str) -> Dataset:
    if recipe.is_fine_tuning:
        from hdr_core.training.fine_tuning import with_rehearsal

        return with_rehearsal(data, recipe.settings)
    return load_data(data, recipe.settings, _download_teller(session))


def _trainer(recipe: Recipe) -> Trainer:
    if recipe.family == "keras":
        from hdr_core.training.fit_keras import train_keras

        return train_keras
    from hdr_core.training import fit_plain

    return fit_plain.train_numpy if recipe.family == "numpy" else fit_plain.train_classic


def _may_begin(session: Session, *, waits: bool) -> bool:
    """Wait for the turn, if it ``waits``, and tell that it begins; False when the user stopped it meanwhile.

    To stop and keep what is there needs no turn.
    """
    is_queued = False
    turns = _Turns(session.run_dir)
    while not session.wishes_stop() and waits:
        with _one_at_a_time(session.run_dir):
            if turns.is_free():
                _tell_loading(session)
                return True
        if not is_queued:
            session.events.write("queued")
            is_queued = True
        time.sleep(_QUEUE_STEP_SECONDS)
    if session.stopping and not has_kept(session.run_dir):
        return False
    _tell_loading(session)
    return True


def _tell_loading(session: Session) -> None:
    session.events.write("loading", message="Loading the data and TensorFlow")


class _Turns:
    """Whose turn it is: a run waits while another is training, and of those that wait the oldest is the next."""

    def __init__(self, run_dir: Path) -> None:
        self.run_dir = run_dir
        self._known: dict[Path, tuple[str, str]] = {}

    def is_free(self) -> bool:
        """A run that is paused holds nobody up."""
        return not any(self._holds_up(other) for other in self.run_dir.parent.iterdir() if other != self.run_dir)

    def _holds_up(self, other: Path) -> bool:
        if not (other / RUN_FILE).is_file() or not locks.is_held(other / "lock"):
            return False
        last = next((event["kind"] for event in reversed(read_tail(other))), "")
        if last == "queued":
            return self._turn(other) < self._turn(self.run_dir)
        return last not in ("paused", *FINAL)

    def _turn(self, run_dir: Path) -> tuple[str, str]:
        if run_dir not in self._known:
            try:
                created = str(read_run_file(run_dir)[1].get("created", ""))
            except HdrError:
                created = ""
            self._known[run_dir] = (created, run_dir.name)
        return self._known[run_dir]


@contextmanager
def _one_at_a_time(run_dir: Path) -> Iterator[None]:
    """Two runs that look at the same moment must not both find that nobody is training."""
    control = control_dir(run_dir.name).parent
    control.mkdir(parents=True, exist_ok=True)
    lock = locks.acquire(control / "turn.lock", wait_seconds=60.0)
    try:
        yield
    finally:
        if lock is not None:
            lock.close()


def _download_teller(session: Session) -> Callable[[int, int], None]:
    due = Throttle(0.3)

    def tell(done: int, total: int) -> None:
        if due.ready() or done == total:
            session.events.write("loading", message="Downloading MNIST", done=done, total=total)

    return tell


def _watch_tile(run_dir: Path) -> UInt8Image | None:
    path = run_dir / "watch.npy"
    return np.asarray(np.load(path, allow_pickle=False), np.uint8) if path.exists() else None


def _fail(events: EventWriter, error: BaseException) -> int:
    try:
        events.write("failed", cause=cause_of(error), detail="".join(traceback.format_exception_only(error)).strip())
    except OSError:
        print("The disk is full: what was in reserve held the last event.", file=sys.stderr)
    return EXIT_FAILED


def cause_of(error: BaseException) -> str:
    """Why a run failed, for the user."""
    if isinstance(error, (RunFailedError, HdrError)):
        return str(error)
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return "The memory was not enough. Take a smaller batch, fewer layers, or a share of the data."
    if _is_disk_full(error):
        return "The disk is full. Make room, then resume: the last good checkpoint was kept."
    if isinstance(error, KeyboardInterrupt):
        return "It was interrupted from the keyboard. Resume it to go on from the last whole epoch."
    return f"The training broke off ({type(error).__name__}: {str(error)[:300]}). The last good checkpoint was kept."


def _is_disk_full(error: Any) -> bool:
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if "No space left on device" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


if __name__ == "__main__":
    main()
