"""How long reading takes, and how much memory: ``python -m benchmarks.latency [--rounds N]``.

Prints median and 95th percentile for a drawn number and two photographs, the time from process start to
the first reading, the memory of a process that reads, and the share of ``keras model.predict``'s time
that serving takes.  What is compared is measured in turns within one run.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import hdr_core
from benchmarks.handwriting import drawing, photo
from hdr_core import config
from hdr_core.storage.models import model_dir
from hdr_core.types import UInt8Image

NUMBER = "52936"
ROWS = ["52936", "40718"]
BATCH_SIZES = (1, 8, 128)

# Reads every file it is given and, after the first and after the last, prints its resident and peak memory in MB.
_READING_PROCESS = """
import sys
import hdr_core

def memory():
    try:
        fields = dict(line.split(":") for line in open("/proc/self/status") if line.startswith(("VmRSS", "VmHWM")))
        return [int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM")]
    except OSError:
        import resource
        unit = 2**20 if sys.platform == "darwin" else 2**10
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
        return [peak, peak]

model, *paths = sys.argv[1:]
for path in paths:
    hdr_core.read_number(path, model=model)
    print(*memory(), flush=True)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40, help="readings of each picture (default: %(default)s)")
    parser.add_argument("--starts", type=int, default=7, help="fresh processes (default: %(default)s)")
    parser.add_argument("--model", default=config.DEFAULT_MODEL, metavar="NAME")
    parser.add_argument("--no-keras", action="store_true", help="leave out the comparison with Keras")
    options = parser.parse_args()

    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, model {options.model}")
    pictures = _pictures()
    _print_readings(pictures, options.rounds, options.model)
    with tempfile.TemporaryDirectory() as folder:
        paths = _save(pictures, Path(folder))
        _print_starts(options.model, paths[0], options.starts)
        _print_memory(options.model, paths)
    if not options.no_keras:
        _print_against_keras(options.model, options.rounds)


def _pictures() -> dict[str, tuple[UInt8Image | bytes, str]]:
    """{what it is: (the picture, the number on it)}."""
    return {
        "drawn number, 5 digits": (drawing(NUMBER), NUMBER),
        "photo, 2 megapixels": (photo(ROWS, (1632, 1224)), "\n".join(ROWS)),
        "photo, 12 megapixels": (photo(ROWS, (4032, 3024)), "\n".join(ROWS)),
    }


def _print_readings(pictures: dict[str, tuple[UInt8Image | bytes, str]], rounds: int, model: str) -> None:
    # In turns: whatever else the machine does meanwhile falls on all of them alike.
    actions = {name: partial(hdr_core.read_number, picture, model=model) for name, (picture, _) in pictures.items()}
    taken_ms = time_in_turns(actions, rounds)
    print(f"\n{'':<28}{'median ms':>11}{'p95 ms':>9}   read as")
    for name, (picture, written) in pictures.items():
        text = hdr_core.read_number(picture, model=model).text
        remark = "" if text == written else f"  (written: {' / '.join(written.splitlines())})"
        print(f"{name:<28}{_median_p95(taken_ms[name])}   {' / '.join(text.splitlines())}{remark}")


def time_in_turns(actions: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, NDArray[np.float64]]:
    """Milliseconds of each action in each round, (rounds,) each; one more round before them is not counted."""
    taken_ms: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds + 1):
        for name, action in actions.items():
            started = time.perf_counter()
            action()
            taken_ms[name].append((time.perf_counter() - started) * 1e3)
    return {name: np.array(times[1:]) for name, times in taken_ms.items()}


def _median_p95(times_ms: NDArray[np.float64]) -> str:
    return f"{np.median(times_ms):>11.1f}{np.percentile(times_ms, 95):>9.1f}"


def _save(pictures: dict[str, tuple[UInt8Image | bytes, str]], folder: Path) -> list[Path]:
    from PIL import Image

    paths = []
    for index, (picture, _) in enumerate(pictures.values()):
        path = folder / f"{index}{'.jpg' if isinstance(picture, bytes) else '.png'}"
        if isinstance(picture, bytes):
            path.write_bytes(picture)
        else:
            Image.fromarray(picture).save(path)
        paths.append(path)
    return paths


def _run_reader(model: str, *paths: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _READING_PROCESS, model, *map(str, paths)]
    return subprocess.Popen(
        command, cwd=config.PROJECT_DIR, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def _first_reading_ms(model: str, path: Path) -> float:
    started = time.perf_counter()
    with _run_reader(model, path) as process:
        assert process.stdout is not None
        answer = process.stdout.readline()
        taken_ms = (time.perf_counter() - started) * 1e3
    if not answer or process.returncode:
        raise SystemExit(f"The reading process failed with exit code {process.returncode}.")
    return taken_ms


def _print_starts(model: str, path: Path, starts: int) -> None:
    times_ms = np.array(
        [_first_reading_ms(model, path) for _ in range(starts + 1)][1:]
    )  # the first fills the disk cache
    print(f"{'process start to 1st reading':<28}{_median_p95(times_ms)}")


def _print_memory(model: str, paths: list[Path]) -> None:
    with _run_reader(model, *paths) as process:
        assert process.stdout is not None
        lines = process.stdout.read().splitlines()
    if process.returncode:
        raise SystemExit(f"The reading process failed with exit code {process.returncode}.")
    drawn, last = ([float(field) for field in line.split()] for line in (lines[0], lines[-1]))
    print(f"\n{'memory of a process that reads':<44}{'resident MB':>12}{'peak MB':>9}")
    print(f"{'after a drawn number':<44}{drawn[0]:>12.0f}{drawn[1]:>9.0f}")
    print(f"{'after that and both photos':<44}{last[0]:>12.0f}{last[1]:>9.0f}")


def _print_against_keras(model_name: str, rounds: int) -> None:
    if importlib.util.find_spec("keras") is None:
        print("\nKeras is not installed: no comparison.")
        return
    network = _load_keras(model_dir(model_name) / "model.keras")
    classifier = hdr_core.load_model(model_name)
    print(f"\n{'one call':<28}{'serving ms':>11}{'keras model.predict ms':>24}{'share':>9}{'farthest apart':>16}")
    for size in BATCH_SIZES:
        tiles = _tiles(size)
        actions: dict[str, Callable[[], Any]] = {
            "serving": partial(classifier.scores, tiles),
            "keras": partial(network.predict, tiles, batch_size=size, verbose=0),
        }
        median_ms = {name: float(np.median(times)) for name, times in time_in_turns(actions, rounds).items()}
        share = median_ms["serving"] / median_ms["keras"]
        digits = np.asarray(actions["keras"]())[:, :10]
        apart = np.abs(actions["serving"]().probabilities - digits / digits.sum(axis=1, keepdims=True)).max()
        label = f"{size} tile{'s' if size > 1 else ''}"
        print(f"{label:<28}{median_ms['serving']:>11.2f}{median_ms['keras']:>24.1f}{share:>9.1%}{apart:>16.0e}")


def _load_keras(path: Path) -> Any:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    return keras.models.load_model(path, compile=False)


def _tiles(count: int) -> UInt8Image:
    """(count, 28, 28) tiles of digits as the reader makes them."""
    digits = [digit for text in ("01234", NUMBER) for digit in hdr_core.read_number(drawing(text)).digits]
    return np.stack([digits[index % len(digits)].tile for index in range(count)])


if __name__ == "__main__":
    main()
