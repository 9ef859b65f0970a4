"""Work that a click must not begin again: it goes on in a thread of the server, and whoever waits for it joins in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

import streamlit as st

Found = TypeVar("Found")
Tell = Callable[[float], None]

_LOOK_EVERY_S = 0.2


class _Job(Generic[Found]):
    def __init__(self, work: Callable[[Tell], Found]) -> None:
        self.share = 0.0
        self.result: Future[Found] = Future()
        threading.Thread(target=self._run, args=(work,), daemon=True).start()

    def _run(self, work: Callable[[Tell], Found]) -> None:
        try:
            self.result.set_result(work(self._tell))
        except BaseException as error:  # it is raised again where the result is asked for
            self.result.set_exception(error)

    def _tell(self, share: float) -> None:
        self.share = min(max(share, 0.0), 1.0)


_jobs: dict[Hashable, _Job[object]] = {}
_lock = threading.Lock()


def join(key: Hashable, work: Callable[[Tell], Found], label: str) -> Found:
    """Wait for the work called ``key`` under a progress bar; begin it if nobody has.

    Leaving the page or clicking elsewhere ends the waiting, not the work.  ``work`` is given a function to tell its
    progress, a share in [0, 1].  Whatever it raises is raised here.  Keep what this returns: it is not kept here.
    """
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
            bar.progress(job.share, f"{label}: {job.share:.0%}")
        except BaseException:
            _forget(key, job)
            raise
    bar.empty()
    _forget(key, job)
    return found  # type: ignore[return-value]


def start(key: Hashable, work: Callable[[Tell], object]) -> None:
    """Begin the work called ``key`` without waiting for it, unless it is going on; ``join`` it later."""
    with _lock:
        if key not in _jobs:
            _jobs[key] = _Job[object](work)


def is_known(key: Hashable) -> bool:
    """Is there work called ``key`` that goes on, or whose result nobody has fetched yet?"""
    with _lock:
        return key in _jobs


def _forget(key: Hashable, job: _Job[object]) -> None:
    with _lock:
        if _jobs.get(key) is job:
            del _jobs[key]
