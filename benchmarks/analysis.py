"""What an analysis costs: ``python -m benchmarks.analysis [--rounds N] [--clicks N] [--no-keras] [--no-browser]``.

Seconds to evaluate MNIST's 10,000 test digits as the page does, beside a bare ``model.predict`` of the same network, in
turns within one run; how long the figures of the summary take after that; and milliseconds in Chromium from the click
on a cell of the matrix to the gallery that shows those digits, with every picture drawn.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import hdr_core
from hdr_core import config
from hdr_core.evaluation.class_table import class_table
from hdr_core.evaluation.curves import precision_recall_curves, roc_curves
from hdr_core.evaluation.label_errors import likely_label_errors
from hdr_core.evaluation.mistakes import frequent_pairs
from hdr_core.evaluation.report import summarize
from hdr_core.evaluation.results import Evaluation, evaluate, version_of
from hdr_core.storage.models import model_digest, model_dir
from hdr_core.training.data import Dataset, load_mnist

# Milliseconds from pressing the mouse until the heading tells of the cell and every picture below is drawn.
_WATCH = """(heading) => new Promise((done) => {
    addEventListener("pointerdown", () => {
        const start = performance.now();
        const look = () => {
            const told = [...document.querySelectorAll("h4")].some((one) => one.innerText.startsWith(heading));
            const pictures = [...document.querySelectorAll("main img, [data-testid=stMain] img")];
            const stale = document.querySelector("[data-stale=true]");
            if (told && !stale && pictures.length && pictures.every((one) => one.complete && one.naturalWidth)) {
                done(performance.now() - start);
            } else {
                requestAnimationFrame(look);
            }
        };
        look();
    }, {once: true, capture: true});
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="turns of each way (default: %(default)s)")
    parser.add_argument("--clicks", type=int, default=20, help="clicks on cells (default: %(default)s)")
    parser.add_argument("--model", default=config.DEFAULT_MODEL, metavar="NAME")
    parser.add_argument("--no-keras", action="store_true", help="leave out the comparison with Keras")
    parser.add_argument("--no-browser", action="store_true", help="leave out the clicks")
    options = parser.parse_args()

    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, model {options.model}")
    dataset = load_mnist()
    print(f"{dataset.source}, {len(dataset.y_test):,} test digits\n")
    found = _print_evaluations(dataset, options.model, options.rounds, with_keras=not options.no_keras)
    _print_figures(found)
    if not options.no_browser:
        _print_clicks(found, options.clicks)


def _print_evaluations(dataset: Dataset, model: str, rounds: int, *, with_keras: bool) -> Evaluation:
    """Print the seconds of each way, in turns; returns the last evaluation."""
    kept: list[Evaluation] = []
    ways: dict[str, Callable[[], object]] = {"evaluate": lambda: kept.append(_evaluate(dataset, model))}
    if with_keras:
        ways["model.predict"] = _keras_predict(dataset, model)
    seconds = in_turns(ways, rounds)
    print(f"Seconds for {len(dataset.y_test):,} digits, median of {rounds} turns")
    for name, values in seconds.items():
        print(f"  {name:28}{statistics.median(values):8.2f}   {min(values):.2f}–{max(values):.2f}")
    if with_keras:
        print(f"  evaluate / model.predict    {ratio(seconds['evaluate'], seconds['model.predict']):8.2f}")
    return kept[-1]


def in_turns(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of every way in every round, after a first one that is not counted; each round begins with another."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for turn in range(rounds):
        names = list(ways)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            started = time.perf_counter()
            ways[name]()
            seconds[name].append(time.perf_counter() - started)
    return seconds


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Median of the turns' ratios, which bears a machine that is busy at times."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


def _evaluate(dataset: Dataset, model: str) -> Evaluation:
    return evaluate(
        hdr_core.load_model(model),
        dataset.x_test,
        dataset.y_test,
        model=model,
        model_version=model_digest(model),
        data="mnist" if dataset.is_mnist else "digits",
        data_version=version_of(dataset.x_test, dataset.y_test),
        source=dataset.source,
        on_progress=lambda share: None,
    )


def _keras_predict(dataset: Dataset, model: str) -> Callable[[], object]:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    network: Any = keras.models.load_model(model_dir(model) / "model.keras", compile=False)
    return lambda: network.predict(dataset.x_test, batch_size=256, verbose=0)


def _print_figures(found: Evaluation) -> None:
    parts: dict[str, Callable[[], object]] = {
        "summary with intervals": lambda: summarize(found),
        "class table": lambda: class_table(found),
        "ROC and precision–recall": lambda: (roc_curves(found), precision_recall_curves(found)),
        "likely label errors": lambda: likely_label_errors(found.labels, found.probabilities),
    }
    print("\nSeconds for the figures, median of 3 turns")
    for name, values in in_turns(parts, 3).items():
        print(f"  {name:28}{statistics.median(values):8.2f}")


def _print_clicks(found: Evaluation, clicks: int) -> None:
    cells = [(truth, answer) for truth, answer, _ in frequent_pairs(found)][:6]
    if len(cells) < 2:
        print("\nThe model makes too few mistakes to click on.")
        return
    milliseconds = [*_clicks(found, [cells[place % len(cells)] for place in range(clicks + 1)])][1:]
    print(f"\nMilliseconds from the click on a cell to its digits, {clicks} clicks")
    print(f"  median                      {statistics.median(milliseconds):8.0f}")
    print(f"  95th percentile             {statistics.quantiles(milliseconds, n=20)[-1]:8.0f}")


def _clicks(found: Evaluation, cells: Sequence[tuple[int, int]]) -> Iterator[float]:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("The clicks need Chromium on the PATH; leave them out with --no-browser.")
    with _app() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 1600})
        page.goto(f"{url}/analyze?model={found.model}&data={found.data}&part=mistakes")
        plot = page.locator(".js-plotly-plot .nsewdrag").first
        plot.wait_for(timeout=120_000)
        page.locator("h4").first.wait_for(timeout=120_000)
        for truth, answer in cells:
            box = plot.bounding_box()
            assert box is not None
            watch = page.evaluate_handle(f"(heading) => ({{told: ({_WATCH})(heading)}})", f"{truth} read as {answer}")
            # One row and one column of the plot are the titles: see matrix_figures.
            page.mouse.click(
                box["x"] + box["width"] * (answer + 1.5) / 11, box["y"] + box["height"] * (truth + 0.5) / 11
            )
            yield float(watch.evaluate("(watch) => watch.told"))
        browser.close()


@contextmanager
def _app() -> Iterator[str]:
    """The app with an empty home, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", "--server.fileWatcherType=none"]
    with tempfile.TemporaryDirectory() as home:
        server = subprocess.Popen(
            command,
            cwd=config.PROJECT_DIR,
            env=os.environ | {"HDR_HOME": home},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The app did not start.")


if __name__ == "__main__":
    main()
