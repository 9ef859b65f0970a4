"""What watching costs: ``python -m benchmarks.training [--rounds N] [--digits N] [--to-99]``.

Images per second inside a run (own process, events, checkpoints) against a bare ``model.fit`` of the same
network and digits, and against a fit in a thread of a process whose main thread polls, as most dashboards
train; in turns within one session.  Then the peak memory of the run's process and, with ``--to-99``, the time to
99 % test accuracy of the fastest recipe.
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

from hdr_core.training import runs
from hdr_core.training.events import read_events
from hdr_core.training.recipes import Recipe, find_recipe

# Trains as the recipe says, without this project's run; with "thread" beside a thread that keeps asking how it is.
_BARE = """
import json, sys, threading, time
from hdr_core.training.building import build_network, compile_network
from hdr_core.training.datasets import load_data, split_validation
from hdr_core.training.recipes import find_recipe

name, changes, data, how = json.loads(sys.argv[1])
recipe = find_recipe(name).with_settings(changes)
digits, _ = split_validation(load_data(data, recipe.settings), recipe.settings.validation_split)
model = build_network(recipe)
compile_network(model, recipe.settings, 1)
import keras

class Clock(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()
    def on_epoch_end(self, epoch, logs=None):
        print(len(digits.y_train) / (time.perf_counter() - self.began), flush=True)

def fit():
    model.fit(digits.x_train, digits.y_train, batch_size=recipe.settings.batch_size, epochs=recipe.settings.epochs,
              callbacks=[Clock(), *more], verbose=0)

if how == "bare":
    more = []
    fit()
else:
    points = []
    class Log(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            points.append(dict(logs or {}))
    more = [Log()]
    thread = threading.Thread(target=fit)
    thread.start()
    while thread.is_alive():  # what the page's thread does: redraw the whole curve, again and again
        json.dumps(points)
        time.sleep(0.02)
    thread.join()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="turns of each way (default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=3, help="of each turn; the first is not counted")
    parser.add_argument("--digits", type=float, default=0.2, help="share of the training digits (default: %(default)s)")
    parser.add_argument("--recipe", default="p3-cnn")
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--to-99", metavar="RECIPE", nargs="?", const="p4-lenet-like", help="time to 99 %%")
    options = parser.parse_args()

    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    changes = {"epochs": str(max(options.epochs, 2)), "share": repr(options.digits)}
    recipe = find_recipe(options.recipe).with_settings(changes)
    with tempfile.TemporaryDirectory() as home:
        os.environ["HDR_HOME"] = home
        _print_speeds(recipe, changes, options.data, options.rounds)
        if options.to_99:
            _print_time_to_99(find_recipe(options.to_99).with_settings({"epochs": "20"}))


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
    info = _wait(run_id)
    if info.result is None:
        raise SystemExit(f"The run ended as {info.state}: {info.cause}")
    events, _ = read_events(runs.run_dir(run_id))
    found = [event["images_per_second"] for event in events if event["kind"] == "epoch"]
    runs.delete_run(run_id)
    return statistics.median(found[1:]), info.result["peak_megabytes"] or 0.0


def _outside(recipe: Recipe, changes: dict[str, str], data: str, how: str) -> float:
    arguments = json.dumps([recipe.name, changes, data, how])
    done = subprocess.run(
        [sys.executable, "-c", _BARE, arguments],
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    speeds = [float(line) for line in done.stdout.splitlines()]
    if done.returncode or len(speeds) < recipe.settings.epochs:
        raise SystemExit(done.stderr)
    return statistics.median(speeds[1:])


def _print_time_to_99(recipe: Recipe) -> None:
    """Train with the test digits watched, and stop when 99 % of them are right."""
    began = time.perf_counter()
    run_id = runs.start_run(recipe, "mnist", when_busy="share")
    offset, seconds = 0, 0.0
    while True:
        news = runs.poll(run_id, offset)
        offset = news.offset
        for event in news.events:
            if event["kind"] != "epoch":
                continue
            seconds += event["seconds"]
            print(f"  epoch {event['epoch'] + 1}: {event['val_accuracy']:.2%} after {seconds:.0f} s", flush=True)
            if event["val_accuracy"] >= 0.99:
                whole = time.perf_counter() - began
                print(
                    f"{recipe.title}: 99 % of the test digits after {seconds:.0f} s of training, {whole:.0f} s in all"
                )
                runs.stop_run(run_id)
                _wait(run_id)
                return
        if news.state not in runs.ALIVE:
            print(f"{recipe.title} did not reach 99 % in {recipe.settings.epochs} epochs.")
            return
        time.sleep(0.2)


def _wait(run_id: str) -> runs.RunInfo:
    while (info := runs.read_run(run_id)).state in runs.ALIVE:
        time.sleep(0.2)
    return info


if __name__ == "__main__":
    main()
