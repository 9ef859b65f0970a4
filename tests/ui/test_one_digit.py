"""One digit, the map and robustness, run without a browser: what they say, and what they leave alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from hdr_core import config, load_model
from hdr_core.config import PROJECT_DIR
from hdr_core.evaluation import embedding_job
from hdr_core.evaluation.result_files import stored_with_model
from hdr_core.evaluation.results import Evaluation, evaluate
from hdr_core.storage.features import features_path
from hdr_core.training.data import load_sklearn_digits
from hdr_core.types import UInt8Image
from hdr_ui import live_chart, loaders, map_view
from tests.ui.samples import ONE_PATH, SEVEN_PATH, canvas_state

COUNT = 40


@pytest.fixture(scope="module")
def digits() -> tuple[UInt8Image, Evaluation]:
    """Some of the built-in digits, and what the shipped reader answers."""
    whole = load_sklearn_digits()
    tiles, labels = whole.x_test[:COUNT], whole.y_test[:COUNT]
    return tiles, evaluate(
        load_model(),
        tiles,
        labels,
        model="reader",
        model_version=loaders.model_version("reader"),
        data="digits",
        data_version="a",
        source="40 digits",
    )


def page(call: str, **values: Any) -> AppTest:
    """A page that does nothing but ``call``; ``values`` are names it may use."""
    script = (
        "import streamlit as st\n"
        "from hdr_ui import digit_view, map_view, robustness_view, state, theme, viewport\n"
        "state.prepare()\ntheme.apply()\nviewport.measure()\n"
        "given = st.session_state['given']\n"
        f"{call}\n"
    )
    app = AppTest.from_string(script, default_timeout=120)
    app.session_state["given"] = values
    return app


def one_digit(digits: tuple[UInt8Image, Evaluation], place: int = 0, model: str = "reader") -> AppTest:
    tiles, evaluation = digits
    call = "digit_view.show(given['model'], given['tile'], given['truth'], given['evaluation'], given['place'])"
    values = {"tile": tiles[place], "truth": int(evaluation.labels[place]), "evaluation": evaluation, "place": place}
    return page(call, model=model, **values).run()


def words_of(app: AppTest) -> str:
    html = "".join(element.proto.body for element in app.get("html"))
    return html + " ".join(str(one.value) for one in [*app.caption, *app.markdown, *app.info, *app.error])


def look_at(app: AppTest, side: str) -> AppTest:
    app.segmented_control(key="look_at").set_value(side).run()
    assert not app.exception
    return app


def test_the_answer_stands_beside_the_truth(digits: tuple[UInt8Image, Evaluation]) -> None:
    app = one_digit(digits)
    assert not app.exception
    words = words_of(app)
    assert f">{digits[1].predicted[0]}</div>" in words
    assert "given that it is a digit" in words
    assert "Digit 0 of the data set" in words
    assert app.segmented_control(key="look_at").value == "why"


def test_a_digit_of_no_data_set_has_no_truth(digits: tuple[UInt8Image, Evaluation]) -> None:
    app = page("digit_view.show('reader', given['tile'], None, None, None)", tile=digits[0][3]).run()
    assert not app.exception
    assert "It is a" not in words_of(app)
    assert "That is right" not in words_of(app)
    assert "data set" not in words_of(app)


def test_tensorflow_is_loaded_only_for_whom_asks(digits: tuple[UInt8Image, Evaluation]) -> None:
    app = one_digit(digits, place=3)
    assert not app.toggle(key="grad_cam").value
    assert "Marks the places where the network found" in words_of(app)
    app.toggle(key="grad_cam").set_value(True).run()
    assert not app.exception
    assert "Its map is coarser than the tile" in words_of(app)


def test_a_model_without_its_keras_file_still_has_the_patches(
    digits: tuple[UInt8Image, Evaluation], own_home: Path
) -> None:
    shipped, mine = config.SHIPPED_MODELS_DIR / "reader", own_home / "models" / "mine"
    mine.mkdir(parents=True)
    for name in ("card.json", "model.tflite"):
        (mine / name).write_bytes((shipped / name).read_bytes())
    app = one_digit(digits, model="mine")
    app.toggle(key="grad_cam").set_value(True).run()
    assert not app.exception
    assert "Orange: without this ink" in words_of(app)
    assert "needs the Keras file" in words_of(app)
    look_at(app, "layers")
    assert "needs the Keras file" in words_of(app)


def test_the_layers_are_shown_one_at_a_time(digits: tuple[UInt8Image, Evaluation]) -> None:
    app = look_at(one_digit(digits), "layers")
    assert "All 36 maps, 28×28 pixels each" in words_of(app)
    app.selectbox[0].set_value(4).run()
    assert not app.exception
    assert "The 64 strongest of 144 maps, 7×7 pixels each" in words_of(app)


def test_sliders_change_the_digit_and_lead_back(digits: tuple[UInt8Image, Evaluation]) -> None:
    app = look_at(one_digit(digits), "vary")
    assert len(app.slider) == 6
    assert app.button(key="vary_reset").disabled
    before = words_of(app)
    app.slider[0].set_value(40.0).run()
    assert not app.exception
    assert not app.button(key="vary_reset").disabled
    assert words_of(app) != before
    app.button(key="vary_reset").click().run()
    assert not app.exception
    assert words_of(app) == before


def test_every_chart_can_be_saved_as_a_picture(
    digits: tuple[UInt8Image, Evaluation], monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: dict[str, Any] = {}
    monkeypatch.setattr(
        live_chart, "show", lambda figure, key, label, revision, config=None: saved.update({key: config or {}})
    )
    app = one_digit(digits)
    app.toggle(key="grad_cam").set_value(True).run()
    look_at(app, "vary")
    assert saved.keys() == {"one_digit_bars", "occlusion", "grad_cam_chart", "vary_bars", "sweep"}
    assert all(config["modeBarButtons"] == [["toImage"]] for config in saved.values())
    assert len({config["toImageButtonOptions"]["filename"] for config in saved.values()}) == len(saved)
    assert [one.proto.label for one in look_at(app, "layers").get("download_button")] == ["PNG"]
    assert [one.proto.label for one in look_at(app, "neighbours").get("download_button")] == ["CSV of the 12 nearest"]


def test_the_nearest_training_digits_are_like_it(digits: tuple[UInt8Image, Evaluation]) -> None:
    app = look_at(one_digit(digits), "neighbours")
    words = words_of(app)
    assert words.count('class="hdr-cell') == 12
    assert "The nearest of 1,437 training digits, by what the last hidden layer makes of them" in words
    truth = int(digits[1].labels[0])
    assert words.count(f"<b>{truth}</b>") > 6


def test_a_missing_model_is_a_sentence(digits: tuple[UInt8Image, Evaluation]) -> None:
    app = one_digit(digits, model="gone")
    assert not app.exception
    assert "There is no model called 'gone'" in app.error[0].value


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Notes the maps that were begun, and begins none."""
    begun: list[Path] = []
    monkeypatch.setattr(embedding_job, "start", lambda path, features: begun.append(path))
    monkeypatch.setattr(embedding_job, "progress", lambda path: 0.4)
    return begun


def the_map(digits: tuple[UInt8Image, Evaluation], picked: list[int] | None = None) -> AppTest:
    app = page("map_view.show(given['evaluation'], given['tiles'])", evaluation=digits[1], tiles=digits[0])
    if picked is not None:
        app.session_state[map_view.chart_key(digits[1])] = {"picked": picked}
    return app.run()


def map_path(evaluation: Evaluation) -> Path:
    return features_path("map", "reader", evaluation.model_version, evaluation.data, evaluation.data_version)


def test_a_map_is_there_at_once_while_a_clearer_one_is_drawn(
    digits: tuple[UInt8Image, Evaluation], no_process: list[Path]
) -> None:
    app = the_map(digits)
    assert not app.exception
    assert "PCA puts those" in words_of(app)
    assert no_process == [map_path(digits[1])]
    assert "40%" in str(app.get("progress")[0].proto)


def test_the_clearer_map_is_kept(digits: tuple[UInt8Image, Evaluation], no_process: list[Path]) -> None:
    path = map_path(digits[1])
    path.parent.mkdir(parents=True)
    np.save(path, np.random.default_rng(0).random((COUNT, 2), np.float32))
    app = the_map(digits)
    assert not app.exception
    assert "t-SNE puts those" in words_of(app)
    assert no_process == []


def test_the_map_that_came_with_the_model_needs_no_digits(
    no_process: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = stored_with_model("reader", data="mnist")
    assert answers is not None
    points = np.random.default_rng(0).random((len(answers), 2), np.float32)
    monkeypatch.setattr(map_view, "_stored", lambda *key: points)
    app = page("map_view.show(given['evaluation'], None)", evaluation=answers)
    app.session_state[map_view.chart_key(answers)] = {"picked": [5]}
    app.run()
    assert not app.exception and not app.info
    assert "t-SNE puts those" in words_of(app) and "1 digit chosen" in words_of(app)
    assert no_process == []


def test_chosen_digits_are_shown_and_sent_on(digits: tuple[UInt8Image, Evaluation], no_process: list[Path]) -> None:
    app = the_map(digits, [4, 7, 9])
    assert "**3 digits chosen, " in words_of(app)
    app.button(key="map_open").click().run()
    assert not app.exception
    assert sorted(app.session_state["analyze_lasso"]) == [4, 7, 9]
    assert app.session_state["analyze_part"] == "mistakes"


def test_one_chosen_digit_is_looked_at_closely(digits: tuple[UInt8Image, Evaluation], no_process: list[Path]) -> None:
    app = the_map(digits, [7])
    assert app.button(key="map_open").label == "Look closer"
    app.button(key="map_open").click().run()
    assert app.session_state["analyze_digit"] == 7
    assert app.session_state["analyze_part"] == "digit"


def test_without_the_digits_there_is_a_sentence(digits: tuple[UInt8Image, Evaluation]) -> None:
    app = page("map_view.show(given['e'], None)\nrobustness_view.show('reader', None, given['e'].labels)", e=digits[1])
    app.run()
    assert not app.exception
    assert [one.value.endswith("they are not on this machine.") for one in app.info] == [True, True]


def test_robustness_is_measured_when_asked_for_and_then_kept(digits: tuple[UInt8Image, Evaluation]) -> None:
    call = "robustness_view.show('reader', given['tiles'], given['labels'])"
    app = page(call, tiles=digits[0], labels=digits[1].labels).run()
    assert not app.get("plotly_chart")
    app.button(key="measure_strain").click().run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 2
    again = page(call, tiles=digits[0], labels=digits[1].labels).run()
    assert len(again.get("plotly_chart")) == 2
    assert not again.button


def test_a_drawn_digit_is_sent_to_analyze() -> None:
    app = AppTest.from_file(str(PROJECT_DIR / "streamlit_app.py"), default_timeout=120)
    app.session_state["canvas_0"] = canvas_state(ONE_PATH, SEVEN_PATH)
    app.run()
    app.pills(key="digit_choice").set_value(1).run()
    app.button(key="look_closer").click().run()
    assert not app.exception
    sent = app.session_state["sent_digit"]
    assert (sent.origin, sent.model, sent.truth) == ("Digit 2 of your drawing", "reader", None)
    assert load_model().scores(sent.tile[None]).probabilities.argmax() == 7
