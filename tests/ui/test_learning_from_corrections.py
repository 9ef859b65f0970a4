"""What was corrected, on Train and Analyze, and the card before a model takes over: without browser and training."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from hdr_core import config
from hdr_core.config import PROJECT_DIR
from hdr_core.errors import RunError
from hdr_core.records import correct, delete_all, keep_reading, list_retrainings
from hdr_core.storage.in_use import model_in_use, use_model
from hdr_core.storage.models import list_models
from hdr_core.training.data import load_sklearn_digits
from hdr_core.training.events import EventWriter
from hdr_core.training.recipes import Recipe, find_recipe
from hdr_core.training.runs import runs_dir
from tests.ui.samples import reading

RUN = "fine-tune-made-up"


@pytest.fixture
def few(engine: Engine) -> None:
    """Ten corrected digits, one of each class, and one that is none."""
    digits = load_sklearn_digits()
    for label in range(11):
        tile = digits.x_test[np.flatnonzero(digits.y_test == label % 10)[label // 10]]
        kept = keep_reading(
            engine,
            "local",
            reading=reading("3"),
            content=tile.tobytes(),
            media_type="image/png",
            source="draw",
            file_name="Drawing",
            model_name="reader",
            model_digest="d",
        )
        correct(engine, "local", kept.id, digits=[replace(kept.digits[0], label=label, tile=tile)], revision=1)


@pytest.fixture
def done(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run that has fine-tuned the reader to p3-cnn, as it were: its model is there, and its result."""
    monkeypatch.setattr("hdr_ui.retrain_view.has_mnist", lambda: False)
    shutil.copytree(config.SHIPPED_MODELS_DIR / "p3-cnn", own_home / "models" / RUN)
    folder = runs_dir() / RUN
    folder.mkdir(parents=True)
    recipe = find_recipe("fine-tune").with_settings({"start_from": "reader"})
    fields = {
        "recipe": recipe.name,
        "settings": recipe.to_settings(),
        "data": "corrections",
        "title": recipe.title,
        "created": "2026-11-21T10:00:00.000+00:00",
        "when_busy": "queue",
    }
    (folder / "recipe.json").write_text(json.dumps(fields))
    sizes = {"accuracy": 0.99, "low": 0.98, "high": 0.995, "errors": 4, "total": 360, "is_mnist": False}
    numbers = {"train_seconds": 1.0, "test_seconds": 0.1, "parameters": 1000, "epochs": 3, "kept_epoch": 3}
    more = {
        "test_loss": 0.1,
        "confusion": np.eye(10).tolist(),
        "peak_megabytes": 100,
        "bytes": {},
        "held_out": {"total": 12, "before": 3, "after": 9},
    }
    events = EventWriter(folder)
    events.write("done", result=sizes | numbers | more | {"model": RUN, "serves": True})
    events.close()
    return RUN


def opened(page: str, **link: str) -> AppTest:
    app = AppTest.from_file(str(PROJECT_DIR / "streamlit_app.py"), default_timeout=120)
    app.run()
    for name, value in link.items():
        app.query_params[name] = value
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception, app.exception
    return app


def keys(app: AppTest) -> set[str]:
    return {button.key for button in app.button if button.key}


def said(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.warning, *app.error, *app.success]
    return "\n".join([str(one.value) for one in parts] + [one.proto.body for one in app.get("html")])


def test_nothing_is_offered_before_anything_was_corrected() -> None:
    app = opened("learn/train")
    assert not [option for option in app.selectbox(key="recipe_choice").options if "corrections" in option]
    assert "learn_from_corrections" not in keys(opened("read/history"))


def test_history_leads_to_a_training_on_what_was_corrected(few: None) -> None:
    app = opened("read/history")
    app.button(key="learn_from_corrections").click().run()
    assert not app.exception
    assert app.selectbox(key="recipe_choice").value == "fine-tune"
    assert "11 digits that you corrected or confirmed; 10 were misread" in said(app)
    assert app.selectbox(key="set_fine-tune_start_from").value == model_in_use()


def test_train_starts_it_from_the_model_that_reads(few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[Recipe, str]] = []

    def start(recipe: Recipe, data: str, **_: object) -> str:
        started.append((recipe, data))
        raise RunError("not in this test")

    monkeypatch.setattr("hdr_ui.training_page.start_run", start)
    use_model("p3-cnn")
    app = opened("learn/train", recipe="fine-tune", data="corrections")
    app.button(key="train").click().run()
    assert [(recipe.name, recipe.settings.start_from, data) for recipe, data in started] == [
        ("fine-tune", "p3-cnn", "corrections")
    ]


def test_what_was_corrected_can_be_analysed(few: None) -> None:
    app = opened("learn/analyze", data="corrections", model="reader")
    assert app.selectbox(key="analyze_data_choice").value == "corrections"
    assert not app.error
    for part in ("mistakes", "curves"):
        assert not opened("learn/analyze", data="corrections", model="reader", part=part).error


def test_the_card_says_what_is_mended_and_nothing_is_replaced(few: None, done: str, engine: Engine) -> None:
    app = opened("learn/train", run=done)
    told = said(app)
    assert ("Before and after" in told and "They were learned" in told) or "read all of your digits right" in told
    assert "9 of 12 are right, 3 were before" in told
    assert "360 test digits" in told and "Nothing is replaced until you accept it" in told
    assert {"accept", "discard"} <= keys(app) and model_in_use() == "reader"
    (kept,) = list_retrainings(engine, "local")
    assert (kept.run_id, kept.base_model, kept.new_model, kept.state) == (done, "reader", done, "proposed")
    assert kept.figures["test_total"] == 360


def test_accept_and_roll_back(few: None, done: str, engine: Engine) -> None:
    app = opened("learn/train", run=done)
    app.button(key="accept").click().run()
    assert not app.exception
    assert model_in_use() == done and list_retrainings(engine, "local")[0].state == "accepted"
    assert "reads on Draw and Upload now" in said(app) and "accept" not in keys(app)
    app.button(key="roll_back").click().run()
    assert model_in_use() == "reader" and list_retrainings(engine, "local")[0].state == "rolled_back"
    assert "Rolled back" in said(app) and "accept" in keys(app)


def test_discard_takes_the_files_away(few: None, done: str, engine: Engine) -> None:
    app = opened("learn/train", run=done)
    app.button(key="discard").click().run()
    assert not app.exception
    assert model_in_use() == "reader" and list_retrainings(engine, "local")[0].state == "discarded"
    assert done not in list_models()
    assert "Discarded: reader reads on" in said(app) and not {"accept", "discard"} & keys(app)


def test_a_window_that_is_behind_discards_nothing_that_reads(few: None, done: str, engine: Engine) -> None:
    behind, ahead = opened("learn/train", run=done), opened("learn/train", run=done)
    ahead.button(key="accept").click().run()
    behind.button(key="discard").click().run()
    assert not behind.exception and "reads now" in behind.toast[0].value
    ahead.button(key="roll_back").click().run()
    assert list_retrainings(engine, "local")[0].state == "rolled_back"
    behind.button(key="roll_back").click().run()  # once more
    assert not behind.exception and not behind.toast
    behind.button(key="accept").click().run()
    behind.button(key="roll_back").click().run()
    assert (model_in_use(), list_retrainings(engine, "local")[0].state) == ("reader", "rolled_back")
    assert done in list_models() and not behind.exception


def test_without_the_model_before_it_can_still_be_decided(few: None, done: str, only_the_reader: None) -> None:
    recipe = runs_dir() / done / "recipe.json"
    recipe.write_text(recipe.read_text().replace('"start_from": "reader"', '"start_from": "gone"'))
    app = opened("learn/train", run=done)
    assert "could not be compared" in said(app)
    app.button(key="accept").click().run()
    assert model_in_use() == done
    app.button(key="roll_back").click().run()
    assert not app.exception and model_in_use() == "reader"


def test_the_card_stands_without_the_digits_and_without_the_records(
    few: None, done: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    delete_all(engine, "local")
    app = opened("learn/train", run=done)
    assert "were deleted since" in said(app) and "accept" in keys(app)
    monkeypatch.setenv("HDR_DATABASE_URL", "postgresql://me@127.0.0.1:1/records")
    app = opened("learn/train", run=done)
    assert "The decision is not kept" in said(app)
    app.button(key="accept").click().run()
    assert not app.exception and model_in_use() == done
