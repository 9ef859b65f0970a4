"""Import of a model from outside: the app's own come back and answer alike; hostile and odd ones are refused."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

import hdr_core
from hdr_core import config
from hdr_core.cli import main
from hdr_core.errors import ModelFileError
from hdr_core.storage.keras_files import open_keras_file, write_keras_file
from hdr_core.storage.models import list_models, read_card
from hdr_core.training import converting, model_import, weights_file
from hdr_core.training.model_import import GIVEN, import_model
from tests.model_files import CONFIG, WEIGHTS, layer, packed, parts, plan, shipped

Captured = pytest.CaptureFixture[str]


def saved(model: keras.Model, folder: Path) -> bytes:
    model.save(folder / "saved.keras")
    return (folder / "saved.keras").read_bytes()


def here(room: Path) -> dict[str, object]:
    """``_convert`` without a process of its own; the limits stay out of this one."""
    return converting.convert(room)


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_import, "_convert", here)


def dense(*before: keras.layers.Layer, shape: tuple[int, ...] = (28, 28), end: str = "softmax") -> keras.Model:
    stack = [keras.Input(shape), *before, keras.layers.Flatten(), keras.layers.Dense(10, activation=end)]
    return keras.Sequential(stack)


def test_a_model_that_the_app_offers_comes_back_and_answers_alike(tmp_path: Path, capsys: Captured) -> None:
    """The whole way, with the process of its own, through the command line."""
    path = tmp_path / "Größe 8 $x$ <b>x.keras"
    path.write_bytes(shipped())
    assert main(["models", "import", str(path), "--title", "Back\u202e again"]) == 0
    name = "groe-8-x-b-x"
    assert f"{name} — Back again, 8,370 parameters, your own" in capsys.readouterr().out
    tiles = np.random.default_rng(0).integers(0, 256, (30, 28, 28)).astype(np.uint8)
    assert np.array_equal(hdr_core.classify(tiles, model=name), hdr_core.classify(tiles, model="p4-lightweight"))
    folder = config.home_dir() / "models"
    assert [one.name for one in folder.iterdir()] == [name]
    assert sorted(one.name for one in (folder / name).iterdir()) == ["card.json", "model.keras", "model.tflite"]
    assert read_card(name).scores == {}


def test_pixels_in_0_to_1_are_found_out(in_process: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that was trained on 0–1 answers alike once it is here: the division is put before it."""
    model = dense(shape=(28, 28, 1))
    monkeypatch.setattr(converting, "_is_better_divided", lambda *_: True)
    assert (
        import_model(saved(model, tmp_path), "../reader.keras") == "reader-2"
    )  # it cannot stand before the shipped one
    card, tiles = read_card("reader-2"), np.random.default_rng(0).integers(0, 256, (5, 28, 28)).astype(np.uint8)
    assert (card.title, card.parameters) == ("reader", 7850) and "divided by 255" in card.data
    expected = model.predict_on_batch(tiles[..., None] / np.float32(255))
    assert np.allclose(hdr_core.classify(tiles, model="reader-2"), expected, atol=1e-5)


def test_names_never_clash_nor_lead_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def ready(room: Path) -> dict[str, object]:
        for name in ("model.keras", "model.tflite"):
            shutil.copy(config.SHIPPED_MODELS_DIR / "reader" / name, room)
        return {"parameters": 1, "divided": False}

    monkeypatch.setattr(model_import, "_convert", ready)
    brought = ["x.keras", "../x.keras", "C:\\x.keras", "../../etc/passwd", "\u202e\u0000", "reader.keras", "a" * 300]
    names = [import_model(shipped(), name) for name in brought]
    assert names == ["x", "x-2", "x-3", "passwd", "imported", "reader-2", "a" * 40]
    assert sorted(one.name for one in (config.home_dir() / "models").iterdir()) == sorted(names)
    assert [read_card(name).title for name in names[3:5]] == ["passwd", "Imported model"]


def test_the_digits_tell_what_a_network_was_trained_on() -> None:
    class Stand:
        input_shape, good = (None, 784), 0.0

        def predict_on_batch(self, pixels: np.ndarray) -> np.ndarray:
            assert pixels.shape[1:] == (784,)
            found: np.ndarray = np.eye(10)[labels if pixels.max() <= self.good else (labels + 1) % 10]
            return found

    tiles, labels = converting._samples()
    stand = Stand()
    for good, divided in ((1, True), (255, False)):
        stand.good = good
        assert converting._is_better_divided(stand, tiles, labels) is divided


UNFIT: dict[str, tuple[Callable[[], keras.Model], str]] = {
    "colour": (lambda: dense(shape=(32, 32, 3)), r"from \(32, 32, 3\) to \(10,\)"),
    "five answers": (lambda: keras.Sequential([dense(), keras.layers.Dense(5)]), r"to \(5,\)"),
    "logits": (lambda: dense(end="linear"), "no probabilities"),
    "a flood": (
        lambda: dense(keras.layers.ZeroPadding2D(1200), keras.layers.GlobalAveragePooling2D(), shape=(28, 28, 1)),
        "at most 4,000,000",
    ),
    "large": (lambda: dense(keras.layers.Dense(40)), "at most 1,000 are imported"),
}


@pytest.mark.parametrize("kind", UNFIT)
def test_what_is_no_reader_of_digits_is_refused(
    kind: str, in_process: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, said = UNFIT[kind]
    if kind == "large":
        monkeypatch.setattr(converting, "MAX_PARAMETERS", 1000)
    with pytest.raises(ModelFileError, match=said):
        import_model(saved(make(), tmp_path), "x.keras")
    assert list((config.home_dir() / "models").iterdir()) == []  # nothing half done


def test_a_lambda_that_keras_itself_saved_never_runs(tmp_path: Path) -> None:
    """The file does harm where it is loaded with trust; here it is refused before Keras sees it."""
    canary = tmp_path / "canary"
    code = f"lambda x: (open({str(canary)!r}, 'w').close(), x)[1]"
    content = saved(dense(keras.layers.Lambda(eval(code), output_shape=(28, 28))), tmp_path)
    keras.saving.load_model(tmp_path / "saved.keras", safe_mode=False)(np.zeros((1, 28, 28)))
    assert canary.exists()
    canary.unlink()
    with pytest.raises(ModelFileError, match="'Lambda' of 'keras"):
        import_model(content, "lambda.keras")
    assert not canary.exists() and not (config.home_dir() / "models").exists()


def test_weights_and_plan_that_do_not_fit_are_told(in_process: None) -> None:
    def wider() -> bytes:
        changed = plan()
        next(one for one in changed["config"]["layers"] if one["class_name"] == "Conv2D")["config"]["filters"] = 17
        return packed(parts() | {CONFIG: json.dumps(changed).encode()})

    def unknown_keyword() -> bytes:
        changed = plan()
        changed["config"]["layers"].append(layer("ReLU", {"units": 3}))
        return packed(parts() | {CONFIG: json.dumps(changed).encode()})

    others = packed(parts() | {WEIGHTS: parts("p3-cnn")[WEIGHTS]})
    for content in (wider(), unknown_keyword(), others):
        with pytest.raises(ModelFileError, match="cannot put this model together"):
            import_model(content, "x.keras")


def test_the_process_gets_no_secret_and_its_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HDR_DATABASE_URL", "postgresql://someone:secret@host/db")
    seen: list[dict[str, str]] = []

    def end_with(code: int) -> Callable[..., object]:
        def start(arguments: list[str], **more: object) -> object:
            seen.append(more["env"])  # type: ignore[arg-type]
            return subprocess.CompletedProcess(arguments, code)

        return start

    monkeypatch.setattr(subprocess, "run", end_with(-11))
    with pytest.raises(ModelFileError, match="weights are damaged, or it needs more memory"):
        import_model(shipped(), "x.keras")
    assert "secret" not in json.dumps(seen)

    def late(arguments: list[str], **more: object) -> object:
        raise subprocess.TimeoutExpired(arguments, 240)

    monkeypatch.setattr(subprocess, "run", late)
    with pytest.raises(ModelFileError, match="not ready after 240 s"):
        import_model(shipped(), "x.keras")
    assert list((config.home_dir() / "models").iterdir()) == []


def test_the_process_keeps_its_bounds_and_says_why(tmp_path: Path) -> None:
    """Weights that lie in another file pass the outside; the process refuses them, and no process has more memory."""
    program = (
        "import resource, sys; from hdr_core.training import converting as c; c._limit();"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CORE)[0]);"
        "sys.exit(c.main([sys.argv[1]]))"
    )
    write_keras_file(open_keras_file(packed(parts() | {WEIGHTS: parts()[WEIGHTS][:5000]})), tmp_path / GIVEN)
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=config.PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout.split()) == (1, [str(8 * 2**30), "0"])
    assert "damaged" in (tmp_path / model_import.REFUSAL).read_text()
    assert weights_file.MAX_PARAMETERS < 8 * 2**30 / 4


def test_the_command_line_tells_what_is_wrong(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "a.keras").write_bytes(b"\x80\x04evil")
    assert main(["models", "import", str(tmp_path / "a.keras")]) == 2
    assert "pickle" in capsys.readouterr().err
    assert main(["models", "import", str(tmp_path / "none.keras")]) == 2
    assert "No such file" in capsys.readouterr().err
    assert set(list_models()) == {"reader", "p3-cnn", "p4-lightweight"}
