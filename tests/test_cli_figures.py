"""The command line's figures: ``evaluate`` against answers that are known, and ``models``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import hdr_core
from hdr_core import config
from hdr_core.cli import evaluate, main
from hdr_core.errors import DataError
from hdr_core.evaluation.map_files import stored_map
from hdr_core.evaluation.result_files import stored_with_model
from hdr_core.evaluation.results import version_of
from hdr_core.storage.models import model_digest
from hdr_core.training import data
from hdr_core.training.data import Dataset, load_sklearn_digits
from hdr_core.types import TileScores, UInt8Image

Captured = pytest.CaptureFixture[str]


class Oracle:
    """A classifier that knows the answers, but takes every 4 for a 9 and doubts every 8."""

    def __init__(self, dataset: Dataset, classes: int = 11) -> None:
        self.answers = {tile.tobytes(): int(label) for tile, label in zip(dataset.x_test, dataset.y_test, strict=True)}
        self.classes = classes

    def scores(self, tiles: UInt8Image) -> TileScores:
        labels = np.array([self.answers[tile.tobytes()] for tile in tiles])
        probabilities = np.eye(10, dtype=np.float32)[np.where(labels == 4, 9, labels)]
        return TileScores(probabilities, np.where(labels == 8, 0.3, 1).astype(np.float32))


def dataset(is_mnist: bool = True) -> Dataset:
    digits = load_sklearn_digits()
    x, y = digits.x_test[:100], digits.y_test[:100]
    return Dataset(x, y, x, y, "MNIST, from HDR_DATA_DIR" if is_mnist else digits.source, is_mnist)


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Dataset]:
    """Put a data set and an oracle in place."""

    def place(*, is_mnist: bool = True, classes: int = 11) -> Dataset:
        used = dataset(is_mnist)
        monkeypatch.setattr(hdr_core, "load_model", lambda name: Oracle(used, classes))
        monkeypatch.setattr(data, "load_mnist", lambda allow_download: used)
        return used

    return place


@pytest.fixture
def own_model(own_home: Path) -> Path:
    """The folder of a model called mine."""
    shutil.copytree(config.SHIPPED_MODELS_DIR / "reader", own_home / "models" / "mine")
    for name in ("evaluation.npz", "map.npz"):
        (own_home / "models" / "mine" / name).unlink(missing_ok=True)
    return own_home / "models" / "mine"


def test_evaluate_prints_every_figure(evaluated: Callable[..., Dataset], capsys: Captured) -> None:
    used = evaluated()
    assert main(["evaluate", "--model", "reader"]) == 0
    printed = capsys.readouterr()
    fours, eights = (int((used.y_test == label).sum()) for label in (4, 8))
    assert printed.err == ""
    assert f"{100 - fours:.2f}% (95 % interval" in printed.out
    assert f"Errors    {fours} of 100" in printed.out
    assert f"Refused   {eights} of 100" in printed.out
    assert "MNIST, from HDR_DATA_DIR; 100 test digits" in printed.out
    rows = [line.split() for line in printed.out.splitlines() if line[:5].strip().isdigit()]
    assert [row[0] for row in rows] == list("0123456789")
    assert rows[4][1:5] == ["0", "of", str(fours), "0.00%"]
    assert rows[4][-2:] == ["9", f"({fours}×)"]
    assert rows[5][4] == "100.00%"


def test_a_model_of_ten_classes_refuses_nothing(evaluated: Callable[..., Dataset], capsys: Captured) -> None:
    evaluated(classes=10)
    assert main(["evaluate"]) == 0
    assert "Refused" not in capsys.readouterr().out


def test_a_limit_takes_the_first_digits_also_when_there_are_fewer(evaluated: Callable[..., Dataset]) -> None:
    used = evaluated()
    figures = evaluate.measure(Oracle(used), used, limit=30)
    assert figures.labels.tolist() == used.y_test[:30].tolist()
    assert len(evaluate.measure(Oracle(used), used, limit=1_000).labels) == 100
    assert figures.seconds > 0


def test_figures_of_other_digits_are_never_called_mnist(evaluated: Callable[..., Dataset], capsys: Captured) -> None:
    evaluated(is_mnist=False)
    assert main(["evaluate", "--no-download"]) == 0
    printed = capsys.readouterr()
    assert "MNIST was not found. Put mnist.npz into the folder named by HDR_DATA_DIR" in printed.err
    assert "scikit-learn's 1,797 built-in digits" in printed.out


def test_damaged_data_is_told_and_nothing_measured(
    evaluated: Callable[..., Dataset], monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    evaluated()

    def damaged(allow_download: bool) -> Dataset:
        raise DataError("mnist.npz is damaged. Delete it.")

    monkeypatch.setattr(data, "load_mnist", damaged)
    assert main(["evaluate"]) == 2
    assert capsys.readouterr() == ("", "mnist.npz is damaged. Delete it.\n")


def test_the_shell_evaluates_the_shipped_model_on_mnist(mnist_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hdr_core", "evaluate", "--limit", "500"],
        cwd=config.PROJECT_DIR,
        env=os.environ | {"HDR_DATA_DIR": str(mnist_path.parent)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 0)
    assert "MNIST, from HDR_DATA_DIR; 500 test digits" in done.stdout


def test_models_lists_the_shipped_model_with_its_card(capsys: Captured) -> None:
    assert main(["models"]) == 0
    printed = capsys.readouterr().out
    assert "reader — Reader CNN" in printed
    assert "came with the app" in printed
    assert "mnist test accuracy" in printed


def test_models_tells_a_damaged_card_and_lists_the_others(own_home: Path, capsys: Captured) -> None:
    (own_home / "models" / "odd").mkdir(parents=True)
    (own_home / "models" / "odd" / "card.json").write_text("{")
    (own_home / "models" / "odd" / "model.tflite").write_bytes(b"TFL3")
    assert main(["models"]) == 1
    printed = capsys.readouterr()
    assert "card of model 'odd' is damaged" in printed.err
    assert "reader — " in printed.out


def test_without_any_model_it_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(config, "SHIPPED_MODELS_DIR", tmp_path / "none")
    assert main(["models"]) == 2
    assert "python -m hdr_core.training.train_reader" in capsys.readouterr().err


def test_the_answers_can_be_stored_with_the_model(
    evaluated: Callable[..., Dataset], own_model: Path, capsys: Captured
) -> None:
    used = evaluated()
    assert main(["evaluate", "--model", "mine", "--store"]) == 0
    printed = capsys.readouterr().out
    assert str(own_model / "evaluation.npz") in printed and str(own_model / "map.npz") in printed
    found = stored_with_model("mine", model_digest("mine"), "mnist")
    assert found is not None
    assert found.labels.tolist() == used.y_test.tolist()
    assert found.data_version == version_of(used.x_test, used.y_test)
    assert found.source == used.source
    assert found.seconds > 0
    drawn = stored_map(own_model, model_version=found.model_version, data="mnist", data_version=found.data_version)
    assert drawn is not None
    assert drawn.shape == (len(found), 2)


def test_only_all_of_mnist_is_stored(evaluated: Callable[..., Dataset], own_model: Path, capsys: Captured) -> None:
    evaluated(is_mnist=False)
    assert main(["evaluate", "--model", "mine", "--store"]) == 2
    assert "only answers on MNIST can be stored" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["evaluate", "--model", "mine", "--store", "--limit", "5"])
    assert not (own_model / "evaluation.npz").exists()
    assert not (own_model / "map.npz").exists()


def test_a_report_can_be_written(evaluated: Callable[..., Dataset], tmp_path: Path, capsys: Captured) -> None:
    evaluated()
    path = tmp_path / "new" / "reader.html"
    assert main(["evaluate", "--html", str(path), "--limit", "60"]) == 0
    assert str(path) in capsys.readouterr().out
    page = path.read_text(encoding="utf-8")
    assert "<h1>Reader CNN</h1>" in page
    assert "4 read as 9" in page


@pytest.mark.parametrize("arguments", [["--store", "--model", "mine"], ["--html"]])
def test_what_cannot_be_written_is_told(
    arguments: list[str], evaluated: Callable[..., Dataset], own_model: Path, tmp_path: Path, capsys: Captured
) -> None:
    evaluated()
    in_the_way = tmp_path / "folder.html"
    in_the_way.mkdir()
    (own_model / "evaluation.npz").mkdir()
    assert main(["evaluate", *arguments, *([str(in_the_way)] if arguments == ["--html"] else [])]) == 2
    assert "could not be written" in capsys.readouterr().err
