"""Work that a click must not begin again: it goes on in a thread of the server, and whoever waits for it joins in."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from pathlib import Path
from typing import Generic, TypeVar

import streamlit as st

from hdr_core import config
from hdr_ui.words import literal

Found = TypeVar("Found")
Tell = Callable[[float], None]

_LOOK_EVERY_S = 0.2
_TIME_LEFT_AFTER_S = 3.0  # before that it would jump about


class _Job(Generic[Found]):
    def __init__(self, work: Callable[[Tell], Found]) -> None:
        self.share = 0.0
        self.began_at = time.monotonic()
        self.result: Future[Found] = Future()
        self._home = config.home_dir()  # the thread belongs to no page, and goes on when its page is gone
        self.thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self.thread.start()

    def _run(self, work: Callable[[Tell], Found]) -> None:
        try:
            with config.at_home(self._home):
                self.result.set_result(work(self._tell))
        except BaseException as error:  # it is raised again where the result is asked for
            self.result.set_exception(error)
        finally:
            if self._home in _gone:
                shutil.rmtree(self._home, ignore_errors=True)

    def _tell(self, share: float) -> None:
        self.share = min(max(share, 0.0), 1.0)

    def in_words(self, label: str) -> str:
        """How far it is, and after a while how long it will take."""
        elapsed_s = time.monotonic() - self.began_at
        left = ""
        if elapsed_s > _TIME_LEFT_AFTER_S and 0.0 < self.share < 1.0:
            left_s = elapsed_s / self.share * (1.0 - self.share)
            left = f", about {left_s:.0f} s left" if left_s < 90 else f", about {left_s / 60:.0f} min left"
        return f"{label}: {self.share:.0%}{left}"


_jobs: dict[Hashable, _Job[object]] = {}
"""(Home folder, key) → its work: two people who ask for the same have two."""
_lock = threading.Lock()
_gone: set[Path] = set()
"""Homes whose accounts were removed; their names are never given again."""


def join(key: Hashable, work: Callable[[Tell], Found], label: str) -> Found:
    """Wait for the work called ``key`` under a progress bar; begin it if nobody has.

    Leaving the page or clicking elsewhere ends the waiting, not the work.  ``work`` is given a function to tell its
    progress, a share in [0, 1].  Whatever it raises is raised here.  Keep what this returns: it is not kept here.
    """
    key = _mine(key)
    with _lock:
        job = _jobs.get(key)
        if job is None:
            job = _jobs[key] = _Job[object](work)
    bar = st.empty()
    while True:
        try:
            found = job.result.result(timeout=_LOOK_EVERY_S)
            break
        except TimeoutError:
            if job.result.done():  # the work itself raised it
                _forget(key, job)
                raise
            bar.progress(job.share, literal(job.in_words(label)))  # what is read may be named by anybody
        except BaseException:
            _forget(key, job)
            raise
    bar.empty()
    _forget(key, job)
    return found  # type: ignore[return-value]


def start(key: Hashable, work: Callable[[Tell], object]) -> None:
    """Begin the work called ``key`` without waiting for it, unless it is going on; ``join`` it later."""
    key = _mine(key)
    with _lock:
        if key not in _jobs:
            _jobs[key] = _Job[object](work)


def drop(key: Hashable) -> None:
    """Care no longer for the work called ``key``: it ends by itself, and what it finds is thrown away."""
    with _lock:
        _jobs.pop(_mine(key), None)


def forget_home(home: Path) -> None:
    """The account of this home was removed: what work that still goes on there leaves behind goes as well."""
    _gone.add(home)
    shutil.rmtree(home, ignore_errors=True)


def is_known(key: Hashable) -> bool:
    """Is there work called ``key`` that goes on, or whose result nobody has fetched yet?"""
    with _lock:
        return _mine(key) in _jobs


def _mine(key: Hashable) -> Hashable:
    return (str(config.home_dir()), key)


def _forget(key: Hashable, job: _Job[object]) -> None:
    with _lock:
        if _jobs.get(key) is job:
            del _jobs[key]
