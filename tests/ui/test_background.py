"""Work in the background: begun once for all who wait, told as it goes, and begun anew once it is over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import streamlit as st

from hdr_ui import background
from hdr_ui.background import Tell

SOON_S = 30  # no test waits that long; it only ends a test that would hang


class Bar:
    """Stands in for the element on the page."""

    def __init__(self) -> None:
        self.told: list[tuple[float, str]] = []
        self.is_gone = False
        self.seen = threading.Event()

    def progress(self, share: float, text: str) -> None:
        self.told.append((share, text))
        self.seen.set()

    def empty(self) -> None:
        self.is_gone = True


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> list[Bar]:
    """The bars that were put on the page, in order."""
    made: list[Bar] = []

    def make() -> Bar:
        made.append(Bar())
        return made[-1]

    monkeypatch.setattr(st, "empty", make)
    monkeypatch.setattr(background, "_LOOK_EVERY_S", 0.001)
    return made


@pytest.fixture
def two() -> Iterator[ThreadPoolExecutor]:
    """Two who wait at once."""
    with ThreadPoolExecutor(2) as pool:
        yield pool


def gated(gate: threading.Event, calls: list[str], found: str = "done") -> Callable[[Tell], str]:
    """Work that tells of a half, and ends when the gate opens."""

    def work(tell: Tell) -> str:
        calls.append(found)
        tell(0.5)
        assert gate.wait(SOON_S)
        return found

    return work


def test_a_name_in_the_label_is_no_more_than_text(bars: list[Bar], two: ThreadPoolExecutor) -> None:
    gate = threading.Event()
    work = gated(gate, [])
    waiting = two.submit(background.join, "evil", work, "Reading with ![p](http://evil.invalid/p.png)")
    while not bars:
        assert not waiting.done()
    assert bars[0].seen.wait(SOON_S)
    gate.set()
    assert waiting.result(SOON_S) == "done"
    assert bars[0].told[0][1].startswith(r"Reading with \!\[p\](http\://evil.invalid/p.png)")


def test_what_the_work_finds_is_returned_and_the_bar_goes(bars: list[Bar]) -> None:
    assert background.join("a", lambda tell: 41 + 1, "Counting") == 42
    assert [bar.is_gone for bar in bars] == [True]


def test_whoever_comes_later_waits_for_the_same_work(bars: list[Bar], two: ThreadPoolExecutor) -> None:
    gate, calls = threading.Event(), list[str]()
    first = two.submit(background.join, "b", gated(gate, calls), "Working")
    while not bars or not bars[0].seen.wait(0.01):
        assert not first.done()
    second = two.submit(background.join, "b", gated(gate, calls, "again"), "Working")
    while len(bars) < 2 or not bars[1].seen.wait(0.01):
        assert not second.done()
    gate.set()
    assert (first.result(SOON_S), second.result(SOON_S)) == ("done", "done")
    assert calls == ["done"]


def test_progress_is_told_in_percent_and_kept_within_its_bounds(bars: list[Bar], two: ThreadPoolExecutor) -> None:
    gate = threading.Event()
    tells: list[Tell] = []

    def work(tell: Tell) -> None:
        tells.append(tell)
        tell(7.0)  # more than all
        assert gate.wait(SOON_S)

    waiting = two.submit(background.join, "c", work, "Reading")
    while not bars or (1.0, "Reading: 100%") not in bars[0].told:
        assert not waiting.done()
    tells[0](-1.0)
    while bars[0].told[-1] != (0.0, "Reading: 0%"):
        assert not waiting.done()
    gate.set()
    waiting.result(SOON_S)


@pytest.mark.parametrize("error", [ValueError("no digits"), TimeoutError("its own"), KeyboardInterrupt()])
def test_what_the_work_raises_is_raised_to_who_waits_and_can_be_tried_again(
    bars: list[Bar], error: BaseException
) -> None:
    def fail(tell: Tell) -> None:
        raise error

    with pytest.raises(type(error)):
        background.join("d", fail, "Failing")
    assert background.join("d", lambda tell: "now", "Again") == "now"


def test_work_that_is_over_is_begun_anew(bars: list[Bar]) -> None:
    calls: list[int] = []
    for _ in range(2):
        background.join("e", lambda tell: calls.append(1), "Working")
    assert calls == [1, 1]
