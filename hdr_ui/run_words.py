"""How a training run is told in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from hdr_core.text import visible
from hdr_core.training.history import History
from hdr_core.training.run_state import ALIVE, RunInfo
from hdr_ui.words import count

STATES = {
    "queued": "waiting for its turn",
    "running": "training",
    "paused": "paused",
    "interrupted": "interrupted",
    "done": "done",
    "stopped": "stopped",
    "failed": "failed",
    "damaged": "damaged",
}

KEPT = (
    "A training that goes through to its end keeps its last epoch, as the papers did. With early stopping, or when you "
    "stop it, the best epoch is kept: the highest validation accuracy, or the lowest training loss where no digits are "
    "held back. Only whole epochs count, and the test digits never choose."
)

ENDINGS = {"interrupted": "was interrupted", "failed": "failed", "damaged": "cannot be read"}


def label(run: RunInfo) -> str:
    """One line for a list of runs: its title, when it began, and how far it is or what it reached."""
    return f"{name(run)} · {outcome(run)}"


def name(run: RunInfo) -> str:
    """Title, and when it began: what stays the same while a run goes on."""
    return f"{visible(run.title)} · {_local_time(run.created)}"


def _local_time(created: str) -> str:
    """``created`` is ISO 8601 in UTC; the answer is in the reader's own time zone, "" for what is no time."""
    try:
        return f"{datetime.fromisoformat(created).astimezone(ZoneInfo(st.context.timezone or 'UTC')):%d %b %H:%M}"
    except (ValueError, ZoneInfoNotFoundError):
        return ""


def outcome(run: RunInfo) -> str:
    """What a run reached, or how far it is."""
    if run.result is not None:
        return f"{run.result['accuracy']:.2%}"
    if run.state == "running" and run.epochs:
        return f"epoch {min(run.epoch + 1, run.epochs)} of {run.epochs}"
    return STATES[run.state]


def progress(history: History, state: str) -> str:
    """What stands in the progress bar."""
    if state == "queued":
        return "Waiting for the training before it to end"
    if history.started is None:
        return _loading(history) if state in ALIVE else f"{STATES[state].capitalize()} before it began"
    if state == "running" and history.checking is not None:
        fold, folds = history.checking
        return (
            f"Trained. Now it trains without a part of your digits and is asked about them: part {fold + 1} of {folds}"
        )
    if state == "running" and history.is_testing:
        return "Trained. The test digits are read"
    batch = history.last_batch
    epochs, unit = history.started["epochs"], history.started.get("unit", "epoch")
    parts = [] if state == "running" else [STATES[state].capitalize()]
    if batch:
        parts.append(f"{unit.capitalize()} {batch['epoch'] + 1} of {epochs}")
        if state == "running":
            parts.append(f"{clock(batch.get('seconds_left', 0))} left")
    return " · ".join(parts) or f"0 of {count(epochs, unit)}"


def epoch_shown(history: History) -> str:
    """Which epoch the figures beside it are of, once that is decided; "" while a run goes on, or has no epochs."""
    result = history.result or {}
    return f", epoch {result['kept_epoch'] + 1} (kept)" if result.get("epochs") else ""


def no_curve(history: History, state: str, value: str) -> str:
    """What stands in a chart that has no curves."""
    if state == "queued":
        return "The curves begin when its turn comes"
    if value == "loss" and history.epochs:
        return "A baseline has no loss"
    return "The curves begin with the first batch" if state in ALIVE else "It ended before there was a curve"


def _loading(history: History) -> str:
    message = history.message or "Starting"
    if history.downloaded is None:
        return message
    done, total = history.downloaded
    return f"{message} · {done / 1e6:.1f} of {total / 1e6:.1f} MB"


def training(result: Mapping[str, Any]) -> str:
    """How long a run trained and which epoch is kept; a baseline has no epochs."""
    seconds = duration(result["train_seconds"])
    if not result["epochs"]:
        return seconds
    return f"{seconds}, {count(result['epochs'], 'epoch')} (epoch {result['kept_epoch'] + 1} kept)"


def clock(seconds: float) -> str:
    """
    >>> clock(75), clock(3725)
    ('1:15', '1:02:05')
    """
    minutes, rest = divmod(round(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def duration(seconds: float) -> str:
    """
    >>> duration(6.54), duration(75)
    ('6.5 s', '1:15 min')
    """
    return f"{seconds:.1f} s" if seconds < 60 else f"{clock(seconds)} {'min' if seconds < 3600 else 'h'}"


def megabytes(size_bytes: int) -> str:
    """
    >>> megabytes(872_264), megabytes(12_000)
    ('0.87 MB', '12 kB')
    """
    return f"{size_bytes / 1e6:.2f} MB" if size_bytes >= 100_000 else f"{size_bytes / 1e3:.0f} kB"
