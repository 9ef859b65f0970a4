"""``train --recipe NAME``: train a recipe as the training page does, with a progress bar."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hdr_core.errors import DataError, RecipeError, RunError

if TYPE_CHECKING:
    from hdr_core.training.history import History
    from hdr_core.training.recipes import Recipe
    from hdr_core.training.run_state import RunInfo

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

_LOOK_EVERY_SECONDS = 0.2
_BAR_LETTERS = 24


def add_to(commands: Commands) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        "train",
        help="train a network of the five papers",
        description=(
            "Train a recipe in a process of its own, which the training page shows too. Ctrl-C stops it and keeps the "
            "best so far; Ctrl-C once more does not wait for that."
        ),
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--recipe", metavar="NAME", help="what to train")
    what.add_argument("--list", action="store_true", help="list the recipes and their settings")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="change a setting; may be given several times"
    )
    parser.add_argument(
        "--data",
        default="mnist",
        metavar="DATA",
        help="mnist, digits (built in), or a folder or zip of labelled pictures (default: %(default)s)",
    )
    parser.add_argument("--name", default="", metavar="TITLE", help="what to call the run")
    parser.add_argument("--share", action="store_true", help="start at once, also beside another run")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Train, or list what can be trained; 1 if the run failed.

    Raises:
        RecipeError, DataError, RunError: it cannot be started, and why.
    """
    if parsed.list:
        print("\n".join(_list_lines()))
        return 0
    from hdr_core.training.recipes import find_recipe
    from hdr_core.training.runs import start_run

    recipe = find_recipe(parsed.recipe).with_settings(parse_changes(parsed.set))
    data = _data_name(parsed.data)
    run_id = start_run(recipe, data, parsed.name, when_busy="share" if parsed.share else "queue")
    print(f"Run       {run_id}")
    return _follow(run_id)


def parse_changes(pairs: list[str]) -> dict[str, str]:
    """``KEY=VALUE`` texts as a dictionary.

    Raises:
        RecipeError: a text without an equals sign.
    """
    for pair in pairs:
        if "=" not in pair:
            raise RecipeError(f"--set takes KEY=VALUE, got {pair[:60]!r}.")
    return {key.strip(): value for key, _, value in (pair.partition("=") for pair in pairs)}


def _data_name(text: str) -> str:
    """A data set's name; pictures are imported first."""
    from hdr_core.training.datasets import check_data
    from hdr_core.training.own_data import import_pictures

    if not Path(text).exists():
        return check_data(text)
    try:
        return import_pictures(Path(text), on_progress=lambda done, total: _show(f"Pictures  {done:,} of {total:,}"))
    except OSError as error:
        raise DataError(f"{text!r} cannot be read ({error.strerror}).") from error
    finally:
        _show("")


def _list_lines() -> Iterator[str]:
    from hdr_core.training.recipes import list_recipes

    for recipe in list_recipes():
        figures = "; ".join(figure.text for figure in recipe.printed) or "no figure printed"
        yield f"{recipe.name} — {recipe.title} ({recipe.paper})"
        yield f"  {figures}"
        yield f"  {' '.join(f'{name}={text!r}' if ' ' in text else f'{name}={text}' for name, text in _set(recipe))}"


def _set(recipe: Recipe) -> list[tuple[str, str]]:
    return [(name, text) for name, text in recipe.to_settings().items() if text]


def _follow(run_id: str) -> int:
    """Show the bar until the run is over; 1 unless it left a result.  The second Ctrl-C goes away at once, with 0."""
    from hdr_core.training.history import History
    from hdr_core.training.runs import ALIVE, poll, read_run

    history, offset, state = History(), 0, "running"
    with _interrupts() as presses:
        stops = False
        while state in ALIVE:
            if presses and not stops:
                stops = True
                _ask_to_stop(run_id)
            if len(presses) > 1:
                print("\nIt ends on its own; the training page shows how.", file=sys.stderr)
                return 0
            news = poll(run_id, offset)
            history.add(news.events)
            offset, state = news.offset, news.state
            _show(bar_line(history, state))
            time.sleep(_LOOK_EVERY_SECONDS)
    _show("")
    info = read_run(run_id)
    print("\n".join(_end_lines(info)), file=sys.stderr if info.result is None else sys.stdout)
    return 0 if info.result is not None else 1


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """A list that grows by one with every Ctrl-C: an exception could fall between two lines that belong together."""
    presses: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: presses.append(number))
    try:
        yield presses
    finally:
        signal.signal(signal.SIGINT, before)


def _ask_to_stop(run_id: str) -> None:
    from hdr_core.training.runs import stop_run

    with suppress(RunError):  # it has just ended
        stop_run(run_id)
        print("\nStopping; the best so far is kept.", file=sys.stderr)


def bar_line(history: History, state: str) -> str:
    """One line that says how far a run is."""
    if state != "running" or history.started is None:
        message = history.message if state == "running" else state.capitalize()
        return f"{_bar(history.progress)}  {message}" if history.downloaded and state == "running" else message
    parts = [_bar(history.progress)]
    if history.last_batch and history.last_batch.get("loss") is not None:
        parts.append(f"epoch {history.last_batch['epoch'] + 1}/{history.started['epochs']}")
        parts.append(f"loss {history.last_batch['loss']:.4f}")
    if history.validation and history.validation[-1].accuracy is not None:
        parts.append(f"{history.started['watches']} {history.validation[-1].accuracy:.2%}")
    if history.last_batch:
        parts.append(f"{_clock(history.last_batch['seconds_left'])} left")
    return "  ".join(parts)


def _bar(share: float) -> str:
    filled = round(share * _BAR_LETTERS)
    return f"[{'█' * filled}{'·' * (_BAR_LETTERS - filled)}] {share:4.0%}"


def _end_lines(info: RunInfo) -> Iterator[str]:
    result: Any = info.result
    if result is None:
        yield f"{info.state.capitalize()}. {info.cause}".strip()
        return
    epochs = f", {info.epoch} of {info.epochs} epochs; kept epoch {result['kept_epoch'] + 1}"
    yield f"{info.state.capitalize()}{epochs if info.epochs else ''}"
    yield f"Accuracy  {result['accuracy']:.2%} (95 % interval {result['low']:.2%}–{result['high']:.2%})"
    yield f"Errors    {result['errors']:,} of {result['total']:,} test digits"
    yield f"Time      {result['train_seconds']:.1f} s training, {result['test_seconds']:.2f} s test"
    yield f"Size      {result['parameters']:,} parameters"
    used = "use it with --model" if result["serves"] else "for comparison only"
    yield f"Model     {result['model']} ({used})"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(max(seconds, 0)), 60)
    return f"{minutes}:{rest:02}"


def _show(line: str) -> None:
    """Write over the last line where somebody is looking; nothing into a file or a pipe."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
