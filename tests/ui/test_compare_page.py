"""The Compare page, run without a browser: models, papers, two models, and what is missing."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hdr_core import config
from hdr_core.config import PROJECT_DIR
from hdr_core.evaluation.metrics import wilson_interval
from hdr_core.storage import papers
from hdr_core.storage.comparisons import save_comparison
from hdr_core.storage.models import ModelCard, list_models, read_card
from hdr_core.training.recipes import find_recipe
from hdr_ui import models_view, papers_view


def open_compare(**link: str) -> AppTest:
    app = AppTest.from_file(str(PROJECT_DIR / "streamlit_app.py"), default_timeout=60)
    app.run()
    for name, value in link.items():
        app.query_params[name] = value
    return app.switch_page("pages/learn/compare.py").run()


def add_model(name: str, title: str = "Second CNN") -> None:
    """A copy of the shipped reader under another name, with a card that tells of no test."""
    folder = config.home_dir() / "models" / name
    shutil.copytree(config.SHIPPED_MODELS_DIR / config.DEFAULT_MODEL, folder)
    card = replace(read_card(config.DEFAULT_MODEL), name=name, title=title, scores={})
    (folder / "card.json").write_text(json.dumps(asdict(card)))


def card(accuracy: float, errors: int) -> ModelCard:
    scores = {"test_accuracy": accuracy, "test_errors": errors}
    return ModelCard("forest", "Forest", {}, "train", "digits", 10, 1.5, scores)


def test_a_card_stands_in_until_a_model_is_tested_here() -> None:
    add_model("second")
    save_comparison(card(0.9, 36), config.home_dir() / "models")
    app = open_compare(part="models", data="digits")
    assert not app.exception
    table = app.dataframe[0].value.set_index("Name")
    errors = round(read_card("reader").scores["mnist_test_errors"])
    assert table.loc["reader", "Errors"] == errors and "card" in table.loc["reader", "Tested on"]
    assert table.loc["second", "Tested on"] == "not tested yet"
    assert table.loc["forest", "Errors"] == 36
    app.button(key="test_all").click().run()
    assert not app.exception
    table = app.dataframe[0].value.set_index("Name")
    assert table.loc["reader", "Errors"] == table.loc["second", "Errors"]
    assert "built-in" in table.loc["second", "Tested on"]
    assert table.loc["forest", "Errors"] == 36  # a baseline cannot read: its card is all there is
    assert "test_all" not in {button.key for button in app.button}


def test_a_damaged_model_is_told_and_the_others_stay() -> None:
    folder = config.home_dir() / "models" / "broken"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text("{")
    (folder / "model.tflite").write_bytes(b"no network")
    app = open_compare(part="models", data="digits")
    assert not app.exception
    assert "'broken' is damaged" in app.warning[0].value
    assert sorted(app.dataframe[0].value["Name"]) == list_models([config.SHIPPED_MODELS_DIR])


@pytest.mark.parametrize(("accuracy", "errors", "total"), [(0.9, 36, 360), (0.5, 1, 2)])
def test_the_interval_of_a_card_that_tells_none_is_found(accuracy: float, errors: int, total: int) -> None:
    found, words = models_view.of_card(card(accuracy, errors))
    assert found == wilson_interval(total - errors, total)
    assert words == "its own test digits, from its card"


def test_short_names_tell_models_apart() -> None:
    one, other = card(0.9, 36), replace(card(0.9, 36), name="run-7f3a")
    third = replace(card(0.9, 36), name="c", title="A title that is much longer than a chart has room for")
    names = models_view.short_names([one, other, third])
    assert names == {"forest": "Forest …rest", "run-7f3a": "Forest …7f3a", "c": "A title that is…"}


def test_a_recipe_without_a_row_is_listed_as_not_measured() -> None:
    shipped = papers.read_papers()
    rows = papers_view.rows([find_recipe("p3-cnn"), find_recipe("own-layers")], shipped)
    assert rows[0]["Errors"] == shipped["p3-cnn"].errors
    assert rows[0]["Trained with"] == "as printed"
    assert (rows[1]["Errors"], rows[1]["Trained with"]) == (None, papers_view.NOT_MEASURED)


def test_the_papers_part_shows_every_recipe_of_a_paper() -> None:
    app = open_compare(part="papers")
    assert not app.exception
    recipes = list(app.dataframe[0].value["Recipe"])
    assert {"p1-mlp", "p2-conclusion", "p3-cnn", "p4-committee", "p5-cnn", "k-means"} <= set(recipes)
    assert "reader" not in recipes


def test_a_damaged_table_of_the_papers_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "papers.json"
    path.write_text("{")
    monkeypatch.setattr(papers_view, "read_papers", lambda: papers.read_papers(path))
    app = open_compare(part="papers")
    assert not app.exception
    assert "papers.json is damaged" in app.error[0].value


def test_one_model_alone_cannot_be_compared(only_the_reader: None) -> None:
    app = open_compare(part="two")
    assert not app.exception
    assert "only one model" in app.info[0].value


def test_two_alike_models_read_every_digit_alike() -> None:
    add_model("second")
    app = open_compare(part="two", data="digits", first="reader", second="second")
    assert not app.exception
    assert any("Both read every digit alike." in text.value for text in app.markdown)
    assert app.selectbox(key="second_choice").value == "second"
    app.selectbox(key="second_choice").select("reader").run()
    assert "two different models" in app.info[0].value


@pytest.mark.parametrize("link", [{"part": "nonsense"}, {"part": "two", "first": "../x", "second": "", "data": "?"}])
def test_a_link_that_asks_for_nothing_real_still_opens(link: dict[str, str]) -> None:
    add_model("second")
    app = open_compare(**link)
    assert not app.exception
