"""Whole handwritten numbers right, per set: ``python -m benchmarks.strings [--peers] [--show] [--set NAME]``.

Reads every picture listed in ``$HDR_DATA_DIR/strings/*/labels.csv``.  An answer counts as ``right`` only when the
whole number, all rows of it, is.  ``at 99 %`` is the share of pictures that can be accepted unseen, surest first,
with 99 % of them right; ``ECE`` the expected calibration error of the number's and of the digits' probability.
With ``--peers`` Tesseract and RapidOCR read the same pictures, where they are installed (see ``benchmarks.peers``).
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import cv2

import hdr_core
from benchmarks.failures import contact_sheet, stage_of
from benchmarks.labelled import LabelledFile, data_file, evenly, labelled_files
from benchmarks.peers import Peer, installed_peers
from benchmarks.string_answers import (
    HEADER,
    Answer,
    Summary,
    judged_digits,
    judged_numbers,
    reliability_table,
    summarise,
)
from hdr_core import config
from hdr_core.errors import ImageError

RENDERED = "unipen"
"""The set that is drawn from recorded pens; all others are photographs, scans and drawings."""

OURS = "hdr_core"


def read_all(files: Iterable[LabelledFile], model: str) -> list[Answer]:
    """Read each picture with this project's reader."""
    return [_read(file, model) for file in files]


def _read(file: LabelledFile, model: str) -> Answer:
    started = time.perf_counter()
    try:
        reading = hdr_core.read_number(file.path, model=model)
    except ImageError as error:
        return Answer(OURS, file.group, file.path, file.text, f"({error})", 0.0, _ms_since(started), stage="picture")
    elapsed_ms = _ms_since(started)
    text = reading.text.replace("\n", "|")
    return Answer(
        reader=OURS,
        group=file.group,
        path=file.path,
        truth=file.text,
        text=text,
        probability=reading.probability,
        milliseconds=elapsed_ms,
        digit_probabilities=tuple(digit.probability for digit in reading.digits),
        stage="" if text == file.text else stage_of(file.text, reading),
        boxes=tuple(digit.box_xyxy for digit in reading.digits),
    )


def read_all_by(peer: Peer, files: Iterable[LabelledFile]) -> list[Answer]:
    """Read each picture with a peer."""
    answers = []
    for file in files:
        started = time.perf_counter()
        try:
            text, sure = peer.read(hdr_core.open_image(file.path).pixels, one_row="|" not in file.text)
        except ImageError as error:
            text, sure = f"({error})", 0.0
        answers.append(Answer(peer.name, file.group, file.path, file.text, text, sure, _ms_since(started)))
    return answers


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def summaries(answers: Sequence[Answer]) -> list[Summary]:
    """Each set, all but the rendered one, and all."""
    groups = [(name, [a for a in answers if a.group == name]) for name in sorted({a.group for a in answers})]
    groups += [(f"all but {RENDERED}", [a for a in answers if a.group != RENDERED]), ("all", list(answers))]
    return [summarise(name, group) for name, group in groups if group]


def main() -> None:
    options = _parse()
    tables = sorted(data_file("strings").glob(f"{options.set or '*'}/labels.csv"))
    files = evenly([file for table in tables for file in labelled_files(table, table.parent.name)], options.limit)
    if not files:
        raise SystemExit(f"There is no picture in a set called {options.set!r} in {data_file('strings')}.")
    answers = read_all(files, options.model)
    failures = [answer for answer in answers if not answer.is_right]
    if options.show:
        print(*failures, sep="\n")
        print("stage:", *(f"{stage} {count}" for stage, count in Counter(a.stage for a in failures).most_common()))
    if options.contact:
        cv2.imwrite(str(options.contact), cv2.cvtColor(contact_sheet(failures), cv2.COLOR_RGB2BGR))
    if options.reliability:
        print(reliability_table("whole numbers", judged_numbers(answers)))
        print(reliability_table("digits", judged_digits(answers)))
    print(HEADER)
    rows = _print(answers)
    for peer in installed_peers() if options.peers else []:
        rows += _print(read_all_by(peer, files))
    if options.json:
        measured = {"model": options.model, "rows": [asdict(row) for row in rows]}
        options.json.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


def _print(answers: Sequence[Answer]) -> list[Summary]:
    rows = summaries(answers)
    print(*rows, sep="\n", flush=True)
    return rows


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", metavar="NAME", help="only this set")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N pictures, evenly spaced")
    parser.add_argument("--peers", action="store_true", help="Tesseract and RapidOCR too, where they are installed")
    parser.add_argument("--show", action="store_true", help="list each failure, and the stage that went wrong")
    parser.add_argument("--reliability", action="store_true", help="print how often each confidence was right")
    parser.add_argument("--contact", type=Path, metavar="FILE.png", help="write the failures with their pictures")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table to FILE as well")
    parser.add_argument("--model", default=config.DEFAULT_MODEL, metavar="NAME")
    options = parser.parse_args()
    if options.limit is not None and options.limit < 1:
        parser.error("--limit must be at least 1")
    return options


if __name__ == "__main__":
    main()
