"""What watching costs: ``python -m benchmarks.training [--rounds N] [--digits N] [--to-99]``.

Images per second inside a run (own process, events, checkpoints) against a bare ``model.fit`` of the same
network, digits and validation, and against a fit in a thread of a process whose main thread polls, as most
dashboards train; in turns within one session.  The clock runs from the end of the first epoch to the end of the
last, so that all that an epoch brings is counted: validation, checkpoint, backup, log files.  Then the peak memory of
the run's process and, with ``--to-99``, the time to 99 % test accuracy: of the recipe that is named, else of the one
with the fewest seconds an epoch among those that reach 99 % in ``benchmarks/results/papers.json``; what is printed of
it is kept in ``benchmarks/results/to_99.md``.  ``--rounds 0`` leaves the speeds out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence

from benchmarks.papers import RESULTS_DIR, read_rows
from benchmarks.papers_tables import Row
from benchmarks.waiting import ended
from hdr_core.config import PROJECT_DIR
from hdr_core.storage.atomic import write_text
from hdr_core.training import runs
from hdr_core.training.events import Event, read_events
from hdr_core.training.recipes import Recipe, find_recipe

WITHOUT_A_TABLE = "p4-lenet-like"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="turns of each way (default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=3, help="of each turn; the first is not counted")
    parser.add_argument("--digits", type=float, default=0.2, help="share of the training digits (default: %(default)s)")
    parser.add_argument("--recipe", default="p3-cnn")
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--to-99", metavar="RECIPE", nargs="?", const="", help="time to 99 %% of the test digits")
    options = parser.parse_args()

    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    changes = {"epochs": str(max(options.epochs, 2)), "share": repr(options.digits)}
    recipe = find_recipe(options.recipe).with_settings(changes)
    with tempfile.TemporaryDirectory() as home:
        os.environ["HDR_HOME"] = home
        if options.rounds:
            _print_speeds(recipe, changes, options.data, options.rounds)
        if options.to_99 is not None:
            told = _time_to_99(_to_99(options.to_99))
            if not options.to_99:  # an asked-for recipe need not be the fastest
                write_text(RESULTS_DIR / "to_99.md", told)


def _print_speeds(recipe: Recipe, changes: dict[str, str], data: str, rounds: int) -> None:
    speeds: dict[str, list[float]] = {"run": [], "bare": [], "thread": []}
    memory = 0.0
    for turn in range(rounds):
        order = list(speeds)[turn % 3 :] + list(speeds)[: turn % 3]
        for how in order:
            if how == "run":
                found, memory = _in_a_run(recipe, data)
            else:
                found = _outside(recipe, changes, data, how)
            speeds[how].append(found)
        print("  ".join(f"{how} {values[-1]:,.0f}" for how, values in speeds.items()), flush=True)
    print(f"\n{recipe.title}, images per second, median of {rounds} turns")
    middle = {how: statistics.median(values) for how, values in speeds.items()}
    for how, title in (("run", "inside a run"), ("bare", "bare model.fit"), ("thread", "in the page's thread")):
        print(f"  {title:24}{middle[how]:10,.0f}")
    print(f"  run / bare              {_ratio(speeds, 'bare'):10.3f}  (median of the turns' ratios)")
    print(f"  run / thread            {_ratio(speeds, 'thread'):10.3f}")
    print(f"  peak memory of the run  {memory:10,.0f} MB")


def _ratio(speeds: dict[str, list[float]], other: str) -> float:
    return statistics.median(ours / theirs for ours, theirs in zip(speeds["run"], speeds[other], strict=True))


def _in_a_run(recipe: Recipe, data: str) -> tuple[float, float]:
    """Images per second after the first epoch, and the peak memory in MB."""
    run_id = runs.start_run(recipe, data, when_busy="share")
    info = ended(run_id)
    if info.result is None:
        raise SystemExit(f"The run ended as {info.state}: {info.cause}")
    events, _ = read_events(runs.run_dir(run_id))
    runs.delete_run(run_id)
    return speed_of(events), info.result["peak_megabytes"] or 0.0


def speed_of(events: Sequence[Event]) -> float:
    """Images per second of a run that went through in one go, after its first epoch."""
    train = next(event["train"] for event in events if event["kind"] == "started")
    return images_per_second([event["time"] for event in events if event["kind"] == "epoch"], train)


def images_per_second(epoch_ends: Sequence[float], images: int) -> float:
    """From the ends of two or more epochs, in seconds, and the ``images`` of each."""
    return (len(epoch_ends) - 1) * images / (epoch_ends[-1] - epoch_ends[0])


def _outside(recipe: Recipe, changes: dict[str, str], data: str, how: str) -> float:
    arguments = json.dumps([recipe.name, changes, data, how])
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bare_fit", arguments],
        cwd=PROJECT_DIR,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return float(done.stdout.split()[-1])


def _to_99(name: str) -> Recipe:
    """The recipe to time, with nothing held back, so that it is the test digits that are watched."""
    fastest = fastest_recipe(read_rows(RESULTS_DIR))
    why = "as asked" if name else "the fewest seconds an epoch of those in the table that reach 99 %"
    if not name and fastest is None:
        why = "a choice: the table has no recipe yet that reaches 99 %"
    recipe = find_recipe(name or fastest or WITHOUT_A_TABLE)
    print(f"Time to 99 %: {recipe.title} ({why})")
    changes = {"epochs": "20", "validation_split": "0", "patience": "0"}
    return recipe.with_settings({key: text for key, text in changes.items() if key in recipe.setting_names})


def fastest_recipe(rows: Mapping[str, Row]) -> str | None:
    """The name of the recipe with the fewest seconds an epoch among those that reach 99 % on all of MNIST."""
    seconds = {
        name: row["train_seconds"] / row["epochs"]
        for name, row in rows.items()
        if row["accuracy"] >= 0.99
        and row["data"] == "mnist"
        and "epochs" in row["settings"]
        and not {"share", "per_class"} & row["reduced"].keys()
    }
    return min(seconds, key=seconds.__getitem__, default=None)


def _time_to_99(recipe: Recipe) -> str:
    """Train with the test digits watched, stop when 99 % of them are right, and tell how long that took."""
    load = f", load average {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    began = time.perf_counter()
    run_id = runs.start_run(recipe, "mnist", when_busy="share")
    news = runs.poll(run_id)
    while time_to_reach(news.events, 0.99) is None and news.state in runs.ALIVE:
        time.sleep(0.2)
        news = runs.poll(run_id)
    whole = time.perf_counter() - began
    if news.state in runs.ALIVE:
        runs.stop_run(run_id)
        ended(run_id)
    told = in_words(recipe, news.events, whole) + f"On {os.cpu_count()} cores{load}.\n"
    print(told)
    return told


def time_to_reach(events: Sequence[Event], accuracy: float) -> float | None:
    """Seconds of training until the watched digits were first read that well; None where they never were."""
    seconds = 0.0
    for event in events:
        if event["kind"] == "epoch":
            seconds += float(event["seconds"])
            if event["val_accuracy"] >= accuracy:
                return seconds
    return None


def in_words(recipe: Recipe, events: Sequence[Event], whole_seconds: float) -> str:
    """The epochs as a table, and the time to 99 % in a sentence."""
    lines = ["| epoch | test digits right | seconds of training |", "|---:|---:|---:|"]
    seconds = 0.0
    for event in (one for one in events if one["kind"] == "epoch"):
        seconds += event["seconds"]
        lines.append(f"| {event['epoch'] + 1} | {event['val_accuracy']:.2%} | {seconds:.0f} |")
    reached = time_to_reach(events, 0.99)
    end = (
        f"{recipe.title}: 99 % of the test digits after {reached:.0f} s of training, {whole_seconds:.0f} s in all."
        if reached is not None
        else f"{recipe.title} did not reach 99 % in {recipe.settings.epochs} epochs."
    )
    return "\n".join([*lines, "", end]) + "\n"


if __name__ == "__main__":
    main()
