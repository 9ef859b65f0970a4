"""What is in the repository besides code: models with whole cards, explained requirements, nothing of one machine."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement

from hdr_core import config
from hdr_core.config import PROJECT_DIR, SHIPPED_MODELS_DIR
from hdr_core.evaluation.result_files import stored_with_model
from hdr_core.evaluation.results import version_of
from hdr_core.reading.classifier import LiteRTClassifier
from hdr_core.storage.models import list_models, model_digest, read_card
from hdr_core.training.data import load_mnist, load_sklearn_digits

SHIPPED = list_models([SHIPPED_MODELS_DIR])
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
NOT_OURS = {".git", ".venv", "var", "__pycache__", ".pytest_cache", ".hypothesis", ".mypy_cache", ".ruff_cache"}

# Where a library is imported by another name than it is installed by.
INSTALLED_AS = {
    "PIL": "pillow",
    "_pytest": "pytest",
    "ai_edge_litert": "ai-edge-litert",
    "argon2": "argon2-cffi",
    "cv2": "opencv-python-headless",
    "jwt": "pyjwt",
    "packaging": "pytest",  # pytest brings it
    "pillow_heif": "pillow-heif",
    "sklearn": "scikit-learn",
    "starlette": "streamlit",  # Streamlit serves with it
    "stdnum": "python-stdnum",
    "streamlit_drawable_canvas": "streamlit-drawable-canvas",
}
RUN_NOT_IMPORTED = {
    "authlib",  # st.login speaks with it
    "httpx",  # Authlib asks the provider with it
    "psycopg",  # SQLAlchemy loads it by the name in the address
    "tensorboard",  # Keras' callback writes with it
    "tensorflow",  # Keras computes with it
    "httpx2",  # Starlette's test client
    "oidc-provider-mock",  # runs as a process of its own
    "mypy",
    "pytest-timeout",
    "pytest-xdist",
    "ruff",
}


def files() -> Iterator[Path]:
    """Every file of the project, without what tools and people leave behind."""
    for folder, folders, names in os.walk(PROJECT_DIR):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        yield from (Path(folder) / name for name in names)


def text_of(path: Path) -> str:
    """A file's text; empty for pictures and models."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_the_default_model_ships() -> None:
    assert config.DEFAULT_MODEL in SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_models_card_is_whole(name: str) -> None:
    card = read_card(name, [SHIPPED_MODELS_DIR])
    assert card.name == name
    assert all([card.title, card.data, card.recipe, re.match(r"python -m hdr_core[. ]", card.command)])
    assert "seed" in card.recipe
    assert card.parameters > 0
    assert card.seconds_to_train > 0
    assert {"tensorflow", "keras", "numpy"} <= card.versions.keys()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", card.created)
    scores = card.scores
    assert 0 < scores["mnist_test_low_95"] < scores["mnist_test_accuracy"] < scores["mnist_test_high_95"] <= 1


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_is_small_and_whole(name: str) -> None:
    sizes_bytes = {path.name: path.stat().st_size for path in (SHIPPED_MODELS_DIR / name).iterdir()}
    measured = {"acceptance.json"} if name == config.DEFAULT_MODEL else set()
    whole = {"card.json", "model.keras", "model.tflite", "evaluation.npz", "map.npz"}
    assert sizes_bytes.keys() == whole | measured
    assert sizes_bytes["evaluation.npz"] < 300_000
    assert sizes_bytes["map.npz"] < 60_000
    assert 0 < sum(sizes_bytes.values()) < 8 * 2**20


@pytest.mark.parametrize("name", SHIPPED)
def test_what_serves_is_what_was_trained(name: str) -> None:
    import keras

    tiles = load_sklearn_digits().x_test[:50]
    model = keras.models.load_model(SHIPPED_MODELS_DIR / name / "model.keras", compile=False)
    served = LiteRTClassifier(SHIPPED_MODELS_DIR / name / "model.tflite").scores(tiles).probabilities
    trained = np.asarray(model.predict(tiles, verbose=0))[:, :10]
    np.testing.assert_allclose(served, trained / trained.sum(axis=1, keepdims=True), atol=1e-3)
    assert model.count_params() == read_card(name, [SHIPPED_MODELS_DIR]).parameters


@pytest.mark.parametrize("name", SHIPPED)
def test_the_cards_accuracy_is_the_one_measured_here(name: str, mnist_path: Path) -> None:
    mnist = load_mnist(allow_download=False, fallback=False)
    scores = LiteRTClassifier(SHIPPED_MODELS_DIR / name / "model.tflite").scores(mnist.x_test)
    accuracy = float((scores.probabilities.argmax(axis=1) == mnist.y_test).mean())
    # LiteRT and TensorFlow round differently: a digit on the fence may fall to the other side.
    assert accuracy == pytest.approx(read_card(name, [SHIPPED_MODELS_DIR]).scores["mnist_test_accuracy"], abs=2e-4)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_stored_evaluation_is_of_this_model_and_as_good_as_its_card_says(name: str) -> None:
    # After a training: python -m hdr_core evaluate --model NAME --store
    found = stored_with_model(name, model_digest(name, [SHIPPED_MODELS_DIR]), "mnist")
    assert found is not None, "the answers of another training are stored: evaluate the model with --store"
    scores = read_card(name, [SHIPPED_MODELS_DIR]).scores
    assert len(found) == 10_000
    assert found.accuracy.accuracy == pytest.approx(scores["mnist_test_accuracy"], abs=2e-4)
    refused = scores.get("mnist_test_refused")  # only the reader knows what is no digit
    assert (found.refused is None) == (refused is None)
    assert refused is None or (found.refused or 0) / 10_000 == pytest.approx(refused, abs=2e-4)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_stored_evaluation_is_of_mnists_test_digits(name: str, mnist_path: Path) -> None:
    mnist = load_mnist(allow_download=False, fallback=False)
    found = stored_with_model(name)
    assert found is not None
    assert found.data_version == version_of(mnist.x_test, mnist.y_test)
    np.testing.assert_array_equal(found.labels, mnist.y_test)
    again = LiteRTClassifier(SHIPPED_MODELS_DIR / name / "model.tflite").scores(mnist.x_test[:300]).probabilities
    np.testing.assert_allclose(found.probabilities[:300], again, atol=2e-3)


def test_the_default_model_is_good_enough_to_ship(mnist_path: Path) -> None:
    assert read_card(config.DEFAULT_MODEL, [SHIPPED_MODELS_DIR]).scores["mnist_test_accuracy"] >= 0.996


def requirement_lines(name: str) -> list[str]:
    lines = (PROJECT_DIR / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


def requirement(line: str) -> Requirement:
    return Requirement(line.split("#")[0])


@pytest.mark.parametrize("line", [line for name in REQUIREMENTS for line in requirement_lines(name)])
def test_a_requirement_has_a_tested_range_and_a_reason(line: str) -> None:
    wanted, reason = requirement(line), line.partition("  # ")[2]
    assert len(reason.split()) >= 3, "say why it is needed"
    assert {one.operator for one in wanted.specifier} == {">=", "<"}
    assert wanted.specifier.contains(version(wanted.name)), "the range must hold what these tests run with"


def third_party_imports(*tops: str) -> set[str]:
    """Top names of all imported libraries in these folders and files that are neither ours nor Python's."""
    paths = [path for path in files() if path.suffix == ".py" and path.relative_to(PROJECT_DIR).parts[0] in tops]
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    ours = {path.stem for path in PROJECT_DIR.iterdir()}
    return {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - ours


def installed_names(imported: set[str]) -> set[str]:
    return {INSTALLED_AS.get(name, name) for name in imported}


def required(name: str) -> set[str]:
    return {requirement(line).name for line in requirement_lines(name)}


def test_what_the_app_imports_is_required_and_what_is_required_is_used() -> None:
    imported = installed_names(third_party_imports("hdr_core", "hdr_ui", "pages", "streamlit_app.py", "examples"))
    assert imported - required("requirements.txt") == set()
    assert required("requirements.txt") - imported - RUN_NOT_IMPORTED == set()


def test_what_tests_and_benchmarks_import_is_required_and_used() -> None:
    imported = installed_names(third_party_imports("tests", "benchmarks"))
    assert imported - required("requirements.txt") - required("requirements-dev.txt") == set()
    assert required("requirements-dev.txt") - imported - RUN_NOT_IMPORTED == set()


# Written in parts, so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.$}~-])/(" + "|".join(["work", "root"]) + r")/[\w.]")
REGISTRIES = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".com")
THIS_MACHINE = [str(path) for path in (PROJECT_DIR, Path.home()) if len(path.parts) > 2]


def test_a_machines_path_would_be_found() -> None:
    for path in ("/" + "work/main", "/" + "root/.cache"):
        assert MACHINE_PATH.search(f'open("{path}/mnist.npz")')


def test_nothing_is_tied_to_one_machine_or_one_registry() -> None:
    texts = {path.relative_to(PROJECT_DIR).as_posix(): text_of(path) for path in files()}
    assert [name for name, text in texts.items() if MACHINE_PATH.search(text)] == []
    named = (*REGISTRIES, *THIS_MACHINE)
    assert [name for name, text in texts.items() if any(one in text for one in named)] == []


def test_the_licence_is_mit() -> None:
    text = (PROJECT_DIR / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License")
    assert "The Handwritten Digit Reader authors" in text


def test_the_check_script_can_be_run() -> None:
    script = PROJECT_DIR / ".ci" / "run"
    assert script.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")
    assert os.access(script, os.X_OK)
