"""``read FILE…``: read pictures one after another; one that cannot be read does not stop the others."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hdr_core import config
from hdr_core.errors import HdrError, ModelError
from hdr_core.types import ReadDigit, Reading

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

ROW_SEPARATOR = " / "
"""Between two written rows of one picture, so that a picture is one line of output."""

_DOUBTFUL = 0.8  # below this a digit's runner-up is worth naming
_MAX_DOUBTS = 3

_DESCRIPTION = """\
Read the numbers in pictures, one picture after another.

Prints one line per picture: its name, the number (written rows joined by " / "), and how sure the
reader is that all of it is right.  What could not be read, and why, goes to standard error, and the
reading goes on with the next picture.
"""
_EPILOG = """\
exit code: 0 every picture was read (also when it shows no number), 1 some could not be read,
2 nothing could be done

examples:
  python -m hdr_core read scan1.png scan2.png
  python -m hdr_core read photos/*.jpg --json > numbers.jsonl
"""


def add_to(commands: Commands) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        "read",
        help="read the numbers in pictures",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a picture: PNG, JPEG, HEIC, WebP, BMP or TIFF")
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON object per line and picture: the whole reading, or its name and an error",
    )
    parser.add_argument(
        "--one-digit",
        action="store_true",
        help="each picture is about one digit, in its middle, beside pieces of others",
    )
    parser.add_argument("--model", default=config.DEFAULT_MODEL, metavar="NAME", help="default: %(default)s")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Read every file; 1 if any could not be read.

    Raises:
        ModelError: the model is missing or damaged, so nothing can be read.
    """
    failures = 0
    for name, outcome in read_files(parsed.files, parsed.model, one_digit=parsed.one_digit):
        if isinstance(outcome, Reading):
            _print_reading(name, outcome, as_json=parsed.json)
        else:
            failures += 1
            _print_failure(name, outcome, as_json=parsed.json)
    return 1 if failures else 0


def read_files(names: list[str], model: str, *, one_digit: bool = False) -> Iterator[tuple[str, Reading | str]]:
    """Each file's name with its reading, or with a sentence that says why there is none."""
    import hdr_core
    from hdr_core.cli.loading import load_quietly

    load_quietly(model)  # before the first picture: a missing model is told once, not once per picture
    for name in names:
        try:
            yield name, hdr_core.read_number(name, model=model, one_digit=one_digit)
        except ModelError:
            raise
        except HdrError as error:
            yield name, str(error)
        except OSError as error:
            yield name, f"{error.strerror or error}."


def describe(reading: Reading) -> str:
    """A reading in one line: text and confidence, or the sentence that says why there is no text."""
    if not reading.digits:
        return " ".join(reading.warnings)
    remarks = [f"{_percent(reading.probability)} sure", *_doubts(reading.digits)]
    return f"{ROW_SEPARATOR.join(reading.text.splitlines())} ({'; '.join(remarks)})"


def _doubts(digits: tuple[ReadDigit, ...]) -> list[str]:
    doubtful = [(place, digit) for place, digit in enumerate(digits, 1) if digit.probability < _DOUBTFUL]
    worst = sorted(doubtful, key=lambda pair: pair[1].probability)[:_MAX_DOUBTS]
    return [
        f"digit {place}, read as {digit.label}, might be {digit.runner_up.label}"
        for place, digit in sorted(worst, key=lambda pair: pair[0])
    ]


def _percent(probability: float) -> str:
    # Rounding must not turn "almost" into "certainly".
    return f"{min(int(probability * 1000) / 10, 99.9):.1f}%"


def _print_reading(name: str, reading: Reading, *, as_json: bool) -> None:
    if as_json:
        from hdr_core.export import reading_to_dict

        _print_json(reading_to_dict(reading, name))
        return
    print(f"{_shown(name)}: {describe(reading)}", flush=True)
    for warning in reading.warnings if reading.digits else ():
        print(f"{_shown(name)}: {warning}", file=sys.stderr)


def _print_failure(name: str, reason: str, *, as_json: bool) -> None:
    print(f"{_shown(name)}: {reason}", file=sys.stderr)
    if as_json:
        _print_json({"file": name, "error": reason})


def _print_json(fields: dict[str, Any]) -> None:
    print(json.dumps(fields), flush=True)


def _shown(name: str) -> str:
    """A file's name on one line, whatever characters it holds."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in name)
