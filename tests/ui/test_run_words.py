"""What stands in the progress bar of a run."""

from __future__ import annotations

from typing import Any

from hdr_core.training.history import History
from hdr_ui import run_words

STARTED = {"kind": "started", "first_epoch": 0, "epochs": 3, "steps": 10}
LAST = {"kind": "batch", "epoch": 2, "step": 10, "loss": 0.1, "seconds_left": 0.0}


def after(*events: dict[str, Any]) -> tuple[str, float]:
    history = History().add(events)
    return run_words.progress(history, "running"), history.progress


def test_what_comes_after_the_last_epoch_is_told() -> None:
    assert after(STARTED, LAST) == ("Epoch 3 of 3 · 0:00 left", 1.0)
    assert after(STARTED, LAST, {"kind": "testing"}) == ("Trained. The test digits are read", 1.0)
    told, share = after(STARTED, LAST, {"kind": "testing"}, {"kind": "checking", "fold": 1, "folds": 3})
    assert "asked about them: part 2 of 3" in told and share == 1 / 3


def test_a_run_that_goes_on_anew_forgets_that_it_was_over() -> None:
    told, share = after(STARTED, LAST, {"kind": "testing"}, {"kind": "checking", "fold": 0, "folds": 3}, STARTED, LAST)
    assert (told, share) == ("Epoch 3 of 3 · 0:00 left", 1.0)
    assert after(STARTED, LAST, {"kind": "checking", "fold": "x"})[1] == 1.0  # nothing that a run has written
