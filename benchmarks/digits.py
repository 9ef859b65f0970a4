"""Single digits right, per source, and non-digits refused: ``python -m benchmarks.digits [--limit N]``.

Reads every picture listed in ``$HDR_DATA_DIR/digits/labels.csv`` through the whole reader, as a user's
upload would be; a row without text is no digit and is right when the reading is empty.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from pathlib import Path

import hdr_core
from hdr_core import config
from hdr_core.errors import ImageError
from hdr_core.evaluation.metrics import wilson_interval


def labelled_digits(folder: Path, limit: int) -> dict[str, list[tuple[Path, str]]]:
    """{source: [(path, label or "")]}, at most ``limit`` evenly spaced pictures of each source."""
    sources: dict[str, list[tuple[Path, str]]] = defaultdict(list)
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            sources[row["file"].split("/")[0]].append((folder / row["file"], row["text"]))
    return {name: files[:: max(1, len(files) // limit)][:limit] for name, files in sources.items()}


def read(path: Path, model: str) -> str:
    """What was read, or the sentence that says why not, which is never right."""
    try:
        return hdr_core.read_number(path, model=model).text
    except ImageError as error:
        return f"({error})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, default=10**6, help="pictures of each source at most")
    parser.add_argument("--show", action="store_true", help="list each failure")
    parser.add_argument("--model", default=config.DEFAULT_MODEL)
    options = parser.parse_args()
    if options.limit < 1:
        parser.error("--limit must be at least 1")
    folder = config.data_dir()
    if folder is None or not (folder / "digits" / "labels.csv").is_file():
        raise SystemExit("Set HDR_DATA_DIR to the folder that holds digits/ (see README, Measured).")
    print(f"{'source':<16}{'pictures':>9}{'right':>9}  95 % interval")
    for name, files in sorted(labelled_digits(folder / "digits", options.limit).items()):
        answers = [(path, label, read(path, options.model)) for path, label in files]
        interval = wilson_interval(sum(label == text for _, label, text in answers), len(answers))
        print(f"{name:<16}{interval.total:>9}{interval.accuracy:>9.1%}  {interval.low:.1%}–{interval.high:.1%}")
        for path, label, text in answers if options.show else []:
            if label != text:
                print(f"    {path.name}: {label or 'no digit'} read as {text!r}")


if __name__ == "__main__":
    main()
