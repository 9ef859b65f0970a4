"""The command line: what it prints where, and with which exit code it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

import hdr_core
from hdr_core import config
from hdr_core.cli import main
from hdr_core.cli.read import describe
from hdr_core.errors import DamagedImageError, ModelError
from hdr_core.types import Alternative, ReadDigit, Reading, ReadLine, Stages

Captured = pytest.CaptureFixture[str]
BLANK = "Nothing written was found."


def digit(label: int, probability: float = 0.99, runner_up: int = 0) -> ReadDigit:
    others = [runner_up, *(other for other in range(10) if other not in (label, runner_up))]
    alternatives = (Alternative(label, probability), *(Alternative(other, (1 - probability) / 9) for other in others))
    return ReadDigit(label, probability, (0, 0, 5, 9), np.zeros((28, 28), np.uint8), alternatives)


def reading(*rows: list[ReadDigit], warnings: tuple[str, ...] = ()) -> Reading:
    empty = np.zeros((4, 4), np.uint8)
    lines = tuple(ReadLine(tuple(row)) for row in rows)
    return Reading(lines, Stages(1.0, empty, empty, empty > 0), (100, 50), warnings)


OUTCOMES: dict[str, Reading | Exception] = {
    "one.png": reading([digit(1), digit(7)]),
    "rows.png": reading([digit(1), digit(2)], [digit(3)], warnings=("Only the first of 3 pages was read.",)),
    "blank.png": reading(warnings=(BLANK,)),
    "broken.png": DamagedImageError("“broken.png” is a PNG that is incomplete."),
    "locked.png": PermissionError(13, "Permission denied"),
}


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put a reader of known answers in place; the list fills with what it was asked to read."""
    asked: list[str] = []

    def read_number(source: str, *, model: str, one_digit: bool) -> Reading:
        asked.append(f"{source} one digit" if one_digit else source)
        outcome = OUTCOMES[source]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(hdr_core, "read_number", read_number)
    monkeypatch.setattr(hdr_core, "load_model", lambda name: None)
    return asked


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A page with a plain 1 on it."""
    page = np.full((200, 160), 255, np.uint8)
    cv2.line(page, (82, 40), (78, 160), 20, 9, cv2.LINE_AA)
    path = tmp_path / "page.png"
    path.write_bytes(cv2.imencode(".png", page)[1].tobytes())
    return path


def shell(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, in a process of its own, with these environment variables."""
    return subprocess.run(
        [sys.executable, "-m", "hdr_core", *arguments],
        cwd=config.PROJECT_DIR,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_each_picture_is_one_line(reader: list[str], capsys: Captured) -> None:
    assert main(["read", "one.png", "rows.png"]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines() == ["one.png: 17 (98.0% sure)", "rows.png: 12 / 3 (97.0% sure)"]
    assert printed.err == "rows.png: Only the first of 3 pages was read.\n"


def test_one_digit_may_be_asked_for(reader: list[str], capsys: Captured) -> None:
    assert main(["read", "--one-digit", "one.png"]) == 0
    assert reader == ["one.png one digit"]


def test_what_cannot_be_read_is_told_and_the_rest_is_read(reader: list[str], capsys: Captured) -> None:
    assert main(["read", "broken.png", "locked.png", "one.png"]) == 1
    printed = capsys.readouterr()
    assert printed.err.splitlines() == [
        "broken.png: “broken.png” is a PNG that is incomplete.",
        "locked.png: Permission denied.",
    ]
    assert printed.out == "one.png: 17 (98.0% sure)\n"


def test_a_picture_without_a_number_was_read_all_the_same(reader: list[str], capsys: Captured) -> None:
    assert main(["read", "blank.png"]) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == (f"blank.png: {BLANK}\n", "")


def test_json_has_one_object_per_picture_also_for_failures(reader: list[str], capsys: Captured) -> None:
    assert main(["read", "--json", "rows.png", "broken.png", "blank.png"]) == 1
    printed = capsys.readouterr()
    rows, broken, blank = (json.loads(line) for line in printed.out.splitlines())
    assert (rows["file"], rows["text"], len(rows["lines"])) == ("rows.png", "12\n3", 2)
    assert broken == {"file": "broken.png", "error": "“broken.png” is a PNG that is incomplete."}
    assert (blank["text"], blank["warnings"]) == ("", [BLANK])
    assert "broken.png" in printed.err


def test_a_doubtful_digit_is_told_with_what_else_it_might_be() -> None:
    doubtful = reading([digit(3, 0.99), digit(7, 0.6, runner_up=1)])
    assert describe(doubtful) == "37 (59.4% sure; digit 2, read as 7, might be 1)"


def test_of_many_doubts_the_worst_are_told_from_left_to_right() -> None:
    doubts = reading([digit(1, 0.5), digit(2, 0.7), digit(3, 0.4), digit(4, 0.6)])
    told = describe(doubts).split("; ")[1:]
    assert [remark.split(",")[0] for remark in told] == ["digit 1", "digit 3", "digit 4"]


def test_almost_certain_is_never_rounded_to_certain() -> None:
    assert describe(reading([digit(1, 0.99999)])) == "1 (99.9% sure)"


def test_a_missing_model_is_told_once_and_nothing_is_read(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(hdr_core, "read_number", lambda *_, **__: pytest.fail("nothing may be read"))
    assert main(["read", "--model", "absent", "a.png", "b.png"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("There is no model called 'absent'") == 1


def test_a_model_that_vanishes_on_the_way_ends_the_reading(
    reader: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def read_number(source: str, *, model: str, one_digit: bool) -> Reading:
        raise ModelError("There is no model called 'reader'.")

    monkeypatch.setattr(hdr_core, "read_number", read_number)
    assert main(["read", "one.png", "two.png"]) == 2
    assert capsys.readouterr().err.count("There is no model") == 1


@pytest.mark.parametrize(
    "arguments", [[], ["read"], ["write"], ["read", "--colour", "a.png"], ["evaluate", "--limit", "0"], ["models", "x"]]
)
def test_wrong_usage_ends_with_2_and_the_usage(arguments: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: python -m hdr_core" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["read", "--help"], ["evaluate", "--help"], ["models", "--help"]])
def test_help_is_complete(arguments: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert "usage: python -m hdr_core" in printed
    assert "None" not in printed


def test_an_interrupt_ends_quietly(reader: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def interrupted(source: str, *, model: str, one_digit: bool) -> Reading:
        raise KeyboardInterrupt

    monkeypatch.setattr(hdr_core, "read_number", interrupted)
    assert main(["read", "one.png"]) == 130
    assert capsys.readouterr() == ("", "")


def test_the_shell_reads_a_picture_and_says_nothing_else(picture: Path) -> None:
    done = shell("read", picture)
    assert done.stdout.startswith(f"{picture}: 1 (")
    assert (done.stderr, done.returncode) == ("", 0)


def test_the_shell_goes_on_after_every_kind_of_bad_file(picture: Path, tmp_path: Path) -> None:
    bad = {
        "empty.png": b"",
        "text.png": b"no picture",
        "cut.png": picture.read_bytes()[:60],
        "new\nline.png": b"",
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    paths = [*(tmp_path / name for name in bad), tmp_path / "absent.png", tmp_path, picture]
    done = shell("read", *paths)
    told = done.stderr.splitlines()
    assert len(told) == 6, done.stderr
    assert "Traceback" not in done.stderr
    assert all(line.startswith(f"{tmp_path}") and line.endswith(".") for line in told)
    assert done.stdout.startswith(f"{picture}: 1")
    assert done.returncode == 1


@pytest.mark.skipif(os.name == "nt", reason="file names are bytes on Unix only")
def test_a_name_that_is_no_text_does_not_stop_the_reading(picture: Path) -> None:
    odd = os.fsencode(picture.parent) + b"/caf\xe9.png"
    os.rename(picture, odd)
    for extra in ([], ["--json"]):
        command: list[str | bytes] = [sys.executable, "-m", "hdr_core", "read", odd, *extra]
        done = subprocess.run(
            command,
            cwd=config.PROJECT_DIR,
            env=os.environ | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert b"caf" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="needs Unix pipes and signals")
def test_a_reader_of_our_output_may_leave_early(picture: Path) -> None:
    command = [sys.executable, "-m", "hdr_core", "read", *[str(picture)] * 3]
    with subprocess.Popen(command, cwd=config.PROJECT_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(120) == 1


@pytest.mark.skipif(os.name == "nt", reason="needs Unix pipes and signals")
def test_ctrl_c_leaves_no_traceback(picture: Path) -> None:
    command = [sys.executable, "-m", "hdr_core", "read", *[str(picture)] * 5000]
    with subprocess.Popen(
        command,
        cwd=config.PROJECT_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it has begun
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (130, b"")
