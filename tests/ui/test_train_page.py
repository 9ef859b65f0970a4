"""The Train page, run without a browser: what it offers, what its link carries, what it says of every kind of run."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from plotly.io import from_json
from streamlit.testing.v1 import AppTest

from hdr_core import config
from hdr_core.config import PROJECT_DIR
from hdr_core.errors import RunError
from hdr_core.storage.in_use import model_in_use
from hdr_core.training import runs
from hdr_core.training.events import EventWriter
from hdr_core.training.recipes import find_recipe, list_recipes
from hdr_ui import run_choice, run_view, training_data, training_form
from hdr_ui.words import plain
from tests.live_runs import wait_until_over
from tests.ui.samples import SEVEN_PATH, canvas_state


def open_train(**link: str) -> AppTest:
    app = AppTest.from_file(str(PROJECT_DIR / "streamlit_app.py"), default_timeout=60)
    app.run()
    for name, value in link.items():
        app.query_params[name] = value
    return app.switch_page("pages/learn/train.py").run()


def html_of(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def lines_of(app: AppTest, key: str) -> list[tuple[str, list[float]]]:
    """Name and y of every line with points in one of the page's charts, sorted."""
    (chart,) = [element for element in app.get("bidi_component") if element.key == key]
    figure = from_json(json.loads(chart.proto.json)["figure"])
    return sorted((trace.name, list(trace.y)) for trace in figure.data if trace.y != (None,))


def buttons(app: AppTest) -> dict[str, Any]:
    return {str(button.key): button for button in app.button}


def fake_run(run_id: str, *events: tuple[str, dict[str, Any]], recipe: str = "p3-cnn") -> Path:
    """A run's folder as a process that is gone has left it."""
    folder = runs.runs_dir() / run_id
    folder.mkdir(parents=True)
    fields = {
        "recipe": recipe,
        "settings": find_recipe(recipe).to_settings(),
        "data": "digits",
        "title": f"Run {run_id}",
        "created": "2026-01-02T03:04:05.678+00:00",
        "when_busy": "share",
    }
    (folder / "recipe.json").write_text(json.dumps(fields))
    writer = EventWriter(folder)
    for kind, values in events:
        writer.write(kind, **values)
    writer.close()
    return folder


STARTED = (
    "started",
    {"first_epoch": 0, "epochs": 5, "steps": 10, "train": 320, "watched": 80, "watches": "validation"},
)
EPOCH = (
    "epoch",
    {
        "epoch": 0,
        "loss": 0.5,
        "accuracy": 0.8,
        "val_loss": 0.4,
        "val_accuracy": 0.875,
        "rate": 0.001,
        "confusion": [
            [8 if row == column else int(row == 4 and column == 9) for column in range(10)] for row in range(10)
        ],
    },
)


RESULT = {
    "accuracy": 0.9,
    "low": 0.85,
    "high": 0.95,
    "errors": 36,
    "total": 360,
    "is_mnist": False,
    "train_seconds": 3.0,
    "test_seconds": 0.1,
    "parameters": 217_475,
    "epochs": 1,
    "kept_epoch": 0,
    "model": "mine",
    "serves": True,
    "bytes": {},
}


def test_it_opens_on_a_new_training_with_the_recipes_card() -> None:
    app = open_train()
    assert not app.exception
    assert app.selectbox(key="recipe_choice").options[0].startswith("P1 · MLP")
    assert len(app.selectbox(key="recipe_choice").options) == len(list_recipes())
    assert "98.30 %" in html_of(app)
    assert any("81,066 parameters" in caption.value for caption in app.caption)
    assert not buttons(app)["train"].disabled


def test_a_page_with_a_card_and_a_data_preview_needs_no_tensorflow(own_home: Path) -> None:
    code = (
        "import sys\nfrom tests.ui.test_train_page import open_train\napp = open_train(data='digits')\n"
        "assert not app.exception, app.exception\nassert 'keras' not in sys.modules and 'tensorflow' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_every_recipe_shows_its_card_and_explains_its_settings() -> None:
    app = open_train()
    for recipe in list_recipes():
        app.selectbox(key="recipe_choice").set_value(recipe.name).run()
        assert not app.exception
        assert not app.error
        assert [figure.text for figure in recipe.printed if plain(figure.text) not in html_of(app)] == []
        kinds = ("number_input", "slider", "selectbox", "text_area")
        helps = {str(one.key): one.help for kind in kinds for one in app.get(kind)}
        for name in recipe.setting_names:
            assert len(helps[f"set_{recipe.name}_{name}"]) > 30


def test_a_link_carries_the_experiment() -> None:
    app = open_train(recipe="p4-lenet5", epochs="3", optimizer="sgd", learning_rate="0.05", data="digits")
    assert app.selectbox(key="recipe_choice").value == "p4-lenet5"
    assert app.number_input(key="set_p4-lenet5_epochs").value == 3
    assert app.selectbox(key="set_p4-lenet5_optimizer").value == "sgd"
    assert app.number_input(key="set_p4-lenet5_learning_rate").value == pytest.approx(0.05)
    app.number_input(key="set_p4-lenet5_epochs").set_value(7).run()
    assert dict(app.query_params) == {
        "recipe": "p4-lenet5",
        "data": "digits",
        "epochs": "7",
        "optimizer": "sgd",
        "learning_rate": "0.05",
    }


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"recipe": "nothing"}, "There is no recipe called 'nothing'"),
        ({"recipe": "p3-cnn", "epochs": "many"}, "epochs must be a whole number"),
        ({"recipe": "p3-cnn", "colour": "red"}, "no setting called 'colour'"),
        ({"recipe": "p3-cnn", "data": "own-gone"}, "There is no data set called 'own-gone'"),
    ],
)
def test_a_broken_link_is_told_and_left_out(link: dict[str, str], said: str) -> None:
    app = open_train(**link)
    assert not app.exception
    assert said in app.warning[0].value
    assert app.number_input(key="set_p3-cnn_epochs").value == 5


def test_a_link_whose_data_is_not_here_still_carries_its_settings() -> None:
    app = open_train(recipe="p4-lenet5", epochs="3", data="own-gone")
    assert [warning.value.split(":")[0] for warning in app.warning] == ["The link was not understood"]
    assert app.number_input(key="set_p4-lenet5_epochs").value == 3
    assert app.query_params["data"] == "mnist"


def test_settings_are_kept_over_a_visit_to_another_page() -> None:
    app = open_train()
    app.number_input(key="set_p3-cnn_epochs").set_value(9).run()
    app.switch_page("pages/read/draw.py").run()
    app.switch_page("pages/learn/train.py").run()
    assert app.number_input(key="set_p3-cnn_epochs").value == 9


def test_settings_that_do_not_go_together_are_refused_before_the_training() -> None:
    app = open_train()
    app.slider(key="set_p3-cnn_validation_split").set_value(0.0)
    app.number_input(key="set_p3-cnn_patience").set_value(3).run()
    assert "patience needs a validation_split above 0" in app.error[0].value
    assert buttons(app)["train"].disabled


def test_own_layers_show_their_card_and_a_mistake_says_where() -> None:
    app = open_train(recipe="own-layers")
    app.text_area(key="set_own-layers_stack").set_value("conv 8 3; pool 2; dense 16").run()
    assert not app.error
    assert any("25,354 parameters" in caption.value for caption in app.caption), [c.value for c in app.caption]
    app.text_area(key="set_own-layers_stack").set_value("conv 8 3; pole 2").run()
    assert "Layer 2: 'pole' is no layer" in app.error[0].value
    assert buttons(app)["train"].disabled


def test_the_last_drawing_can_be_watched() -> None:
    app = AppTest.from_file(str(PROJECT_DIR / "streamlit_app.py"), default_timeout=60)
    app.session_state["canvas_0"] = canvas_state(SEVEN_PATH)
    app.run()
    app.switch_page("pages/learn/train.py").run()
    assert app.checkbox(key="watch_drawing").value
    assert "hdr-own-tile" in html_of(app)


def test_a_training_runs_to_its_result_and_can_be_renamed_and_deleted() -> None:
    app = open_train(recipe="k-nn", data="digits")
    app.text_input(key="run_title").set_value("Neighbours")
    buttons(app)["train"].click().run()
    assert not app.error
    (run,) = runs.list_runs()
    assert wait_until_over(run.id).state == "done"
    app.run()
    assert not app.exception
    assert "Test accuracy" in html_of(app)
    assert "of 360 test digits" in html_of(app)
    assert dict(app.query_params) == {"run": run.id}
    app.text_input(key=f"rename_{run.id}").set_value("Nearest three").run()
    buttons(app)["rename"].click().run()
    assert app.selectbox(key="run_choice").options[0].startswith("Nearest three ·")
    assert buttons(app)["delete_run"].disabled
    app.checkbox(key=f"sure_{run.id}").check().run()
    buttons(app)["delete_run"].click().run()
    assert not runs.list_runs()
    assert buttons(app)["train"]


def test_a_run_whose_process_was_killed_is_shown_as_interrupted() -> None:
    fake_run("killed", STARTED, EPOCH)
    app = open_train(run="killed")
    assert not app.exception
    assert "This training was interrupted." in html_of(app)
    assert {"run_resume", "run_stop"} <= set(buttons(app))
    assert app.metric[0].value == "87.50%"


def test_a_failed_run_says_why() -> None:
    fake_run("failed", STARTED, ("failed", {"cause": "The disk is full. <b>Make room</b>, then resume.", "detail": ""}))
    app = open_train(run="failed")
    assert "The disk is full. &lt;b&gt;Make room" in html_of(app)
    assert "run_resume" in buttons(app)
    assert "run_stop" not in buttons(app)


def test_a_damaged_run_can_be_deleted() -> None:
    (fake_run("damaged", STARTED) / "recipe.json").write_text("{")
    app = open_train(run="damaged")
    assert not app.exception
    app.checkbox(key="sure_damaged").check().run()
    buttons(app)["delete_run"].click().run()
    assert not (runs.runs_dir() / "damaged").exists()


def test_a_line_that_is_no_event_harms_neither_its_run_nor_the_others() -> None:
    folder = fake_run("odd", STARTED, EPOCH)
    with (folder / "events.jsonl").open("a") as file:
        file.write('{"kind": "started"}\n{"kind": "epoch"}\n{"kind": "batch", "step": "x"}\n')
    fake_run("other", STARTED, EPOCH)
    app = open_train(run="odd")
    assert not app.exception
    assert len(app.selectbox(key="run_choice").options) == 2


def test_runs_are_laid_over_each_other() -> None:
    other = {"loss": 0.6, "accuracy": 0.75, "val_loss": 0.3, "val_accuracy": 0.9}
    fake_run("first", STARTED, EPOCH, ("stopped", {"result": None}))
    fake_run("second", STARTED, ("epoch", EPOCH[1] | other), ("stopped", {"result": None}))
    app = open_train(run="first")
    assert lines_of(app, "loss_chart") == [("Validation", [0.4])]
    app.multiselect(key="run_overlay_first").set_value(["second"]).run()
    assert not app.exception
    assert lines_of(app, "loss_chart") == [("Run first", [0.4]), ("Run second", [0.3]), ("Run second", [0.6])]
    percent = [("Run first", [87.5]), ("Run second", [75.0]), ("Run second", [90.0])]
    assert lines_of(app, "accuracy_chart") == percent


def test_a_models_two_files_and_its_recipe_can_be_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    offered: dict[str, bytes] = {}
    button = st.download_button

    def noted(title: str, content: bytes, name: str, **options: Any) -> bool:
        offered[name] = content
        return button(title, content, name, **options)

    monkeypatch.setattr(st, "download_button", noted)
    shipped = config.SHIPPED_MODELS_DIR / config.DEFAULT_MODEL
    folder = fake_run("mine", STARTED, EPOCH, ("done", {"result": RESULT}))
    (folder / "recipe.py").write_text("print()\n")
    shutil.copytree(shipped, config.home_dir() / "models" / "mine")
    app = open_train(run="mine")
    assert not app.exception
    files = {f"mine{Path(name).suffix}": (shipped / name).read_bytes() for name in ("model.keras", "model.tflite")}
    assert offered == files | {"mine.py": b"print()\n"}
    assert [button.label for button in app.download_button] == [
        "Keras model",
        "LiteRT model",
        "Recipe as a Python file",
    ]


def test_a_disk_that_is_full_during_an_import_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(training_data, "import_pictures", full)
    app = open_train()
    app.file_uploader(key="own_zip").upload("mine.zip", b"PK", "application/zip").run()
    buttons(app)["import_pictures"].click().run()
    assert not app.exception
    assert "No space left on device" in app.error[0].value
    assert "Make room" in app.error[0].value


def charts_say(app: AppTest) -> list[str]:
    """What stands in the two charts in place of curves."""
    charts = [element for element in app.get("bidi_component") if element.key in ("loss_chart", "accuracy_chart")]
    figures = [from_json(json.loads(chart.proto.json)["figure"]) for chart in charts]
    return [note.text for figure in figures for note in figure.layout.annotations]


def test_after_the_end_the_figures_are_those_of_the_epoch_that_was_kept() -> None:
    second = EPOCH[1] | {"epoch": 1, "val_accuracy": 0.5, "loss": 0.25, "confusion": [[0] * 10] * 10}
    fake_run("ended", STARTED, EPOCH, ("epoch", second), ("stopped", {"result": RESULT}))
    app = open_train(run="ended")
    assert not app.exception
    assert [(one.label, one.value) for one in app.metric][:2] == [
        ("Accuracy, validation, epoch 1 (kept)", "87.50%"),
        ("Loss, training, epoch 1 (kept)", "0.5"),
    ]
    assert "#### Confusion matrix, epoch 1 (kept)" in [one.value for one in app.markdown]
    assert charts_say(app) == []


def test_a_run_that_never_began_says_so() -> None:
    fake_run("never", ("queued", {}), ("stopped", {"result": None}))
    app = open_train(run="never")
    assert not app.exception
    assert [bar.proto.text for bar in app.get("progress")] == ["Stopped before it began"]
    assert charts_say(app) == ["It ended before there was a curve"] * 2
    assert "It was stopped before there was a model to keep: nothing is saved." in [one.value for one in app.caption]


def test_a_baseline_has_no_loss_to_draw() -> None:
    fake_run("forest", STARTED, ("epoch", EPOCH[1] | {"loss": None, "val_loss": None}), recipe="random-forest")
    assert charts_say(open_train(run="forest"))[0] == "A baseline has no loss"


def test_a_click_counts_also_when_the_page_is_cut_short_before_its_button(monkeypatch: pytest.MonkeyPatch) -> None:
    wished: list[str] = []
    monkeypatch.setattr(run_view, "stop_run", wished.append)
    fake_run("killed", STARTED, EPOCH)
    app = open_train(run="killed")
    monkeypatch.setattr(training_form, "read_link", st.stop)
    buttons(app)["run_stop"].click().run()
    assert wished == ["killed"]


def test_stop_keeps_its_place_while_a_run_is_paused_and_resumed() -> None:
    """A button that moves, or is made anew, under the finger that presses it loses the click."""

    def row(run_state: str) -> None:
        from hdr_ui import run_view, state

        state.prepare()
        run_view._show_buttons("some-run", run_state)

    places = set()
    for run_state in ("queued", "running", "paused", "running"):
        app = AppTest.from_function(row, args=(run_state,)).run()
        assert not app.exception
        first = app.button[0]
        places.add((first.key, first.proto.id, first.label, first.proto.disabled))
    assert len(places) == 1 and first.key == "run_stop"


def test_a_wish_that_came_too_late_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(run_id: str) -> None:
        raise RunError("The run cannot be stopped: it is done.")

    monkeypatch.setattr(run_view, "stop_run", refuse)
    fake_run("killed", STARTED, EPOCH)
    app = open_train(run="killed")
    buttons(app)["run_stop"].click().run()
    assert [error.value for error in app.error] == ["The run cannot be stopped: it is done."]


def test_a_run_that_another_tab_deletes_makes_way_with_a_word() -> None:
    for run_id in ("first", "second"):
        fake_run(run_id, STARTED, EPOCH, ("stopped", {"result": None}))
    app = open_train(run="first")
    runs.delete_run("first")
    app.run()
    assert not app.exception
    assert [info.value for info in app.info] == ["The run that was open here was deleted."]
    assert app.selectbox(key="run_choice").value == "second"
    app.run()
    assert not app.info


def test_a_line_of_the_list_that_has_changed_since_is_no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser sends the chosen line, which tells how far a run is, and by then may be another."""
    for run_id in ("first", "second"):
        fake_run(run_id, STARTED, EPOCH)
    app = open_train(run="first")
    laid, note_change = list[int](), run_choice._note_change
    monkeypatch.setattr(run_choice, "_note_change", lambda: laid.append(1))
    runs.rename_run("first", "Better")
    app.run()
    assert not app.exception
    assert (app.selectbox(key="run_choice").value, list(app.info)) == ("first", [])
    assert laid == []  # nor a reason to lay the page anew
    monkeypatch.setattr(run_choice, "_note_change", note_change)
    app.selectbox(key="run_choice").set_value("second").run()
    assert dict(app.query_params) == {"run": "second"}


def test_no_page_stops_its_script() -> None:
    """``st.stop`` throws away what is waiting: a click that came while the page was laid."""
    sources = [*(PROJECT_DIR / "pages").rglob("train.py"), *(PROJECT_DIR / "hdr_ui").glob("*.py")]
    assert [
        path.name for path in sources if "st.stop(" in path.read_text(encoding="utf-8").replace("No st.stop()", "")
    ] == []


def test_own_pictures_are_renamed_and_deleted() -> None:
    rng = np.random.default_rng(0)
    folder = config.home_dir() / "data"
    folder.mkdir(parents=True)
    tiles, labels = rng.integers(0, 256, (20, 28, 28), np.uint8), np.arange(20) % 4
    name = "own-0123456789abcdef"
    np.savez_compressed(folder / f"{name}.npz", tiles=tiles, labels=labels, source=np.array("20 own pictures (a.zip)"))
    app = open_train(data=name)
    app.text_input(key=f"title_{name}").set_value("Grandma").run()
    buttons(app)["rename_data"].click().run()
    assert not app.exception
    assert app.selectbox(key="data_choice_1").format_func(name) == "20 own pictures (Grandma)"
    assert "20 own pictures (Grandma)" in html_of(app)
    assert buttons(app)["delete_data"].disabled
    app.checkbox(key=f"sure_{name}").check().run()
    buttons(app)["delete_data"].click().run()
    assert not app.exception
    assert app.query_params["data"] == "mnist"
    assert list(folder.iterdir()) == []


def test_an_unknown_run_in_the_link_opens_the_newest() -> None:
    fake_run("only", STARTED, EPOCH, ("stopped", {"result": None}))
    app = open_train(run="../../etc")
    assert not app.exception
    assert app.selectbox(key="run_choice").value == "only"


def test_the_model_in_use_is_the_shipped_one_until_another_is_taken() -> None:
    assert model_in_use() == config.DEFAULT_MODEL
    (config.home_dir()).mkdir(parents=True, exist_ok=True)
    (config.home_dir() / "model-in-use").write_text("gone")
    assert model_in_use() == config.DEFAULT_MODEL
