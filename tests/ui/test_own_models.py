"""Import and deletion of models on Compare, run without a browser."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hdr_core import config
from hdr_core.config import PROJECT_DIR
from hdr_core.storage.in_use import use_model
from hdr_core.storage.models import list_models, read_card
from hdr_core.training import model_import
from tests.model_files import layer, shipped, with_plan

HOSTILE = "![x](http://evil/x.png) $x^2$ <img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the process would make is the shipped model."""

    def ready(room: Path) -> dict[str, object]:
        for name in ("model.keras", "model.tflite"):
            shutil.copy(config.SHIPPED_MODELS_DIR / "p4-lightweight" / name, room)
        return {"parameters": 8370, "divided": False}

    monkeypatch.setattr(model_import, "_convert", ready)


def open_compare() -> AppTest:
    app = AppTest.from_file(str(PROJECT_DIR / "streamlit_app.py"), default_timeout=60)
    app.run()
    app.query_params["data"] = "digits"
    return app.switch_page("pages/learn/compare.py").run()


def bring(app: AppTest, content: bytes, title: str = "") -> AppTest:
    version = app.session_state["models_version"]
    app.file_uploader(key=f"model_file_{version}").upload("brought.keras", content, "application/octet-stream").run()
    app.text_input(key=f"model_title_{version}").set_value(title).run()
    return app.button(key="import_model").click().run()


def test_a_model_is_brought_listed_and_deleted() -> None:
    app = bring(open_compare(), shipped(), HOSTILE[:60])
    assert not app.exception and not app.error
    assert read_card("brought").title == HOSTILE[:60]
    assert "brought" in set(app.dataframe[0].value["Name"])
    note = app.success[0].value
    assert "(brought) is here" in note.replace("\\", "") and "![" not in note and "$x^" not in note.replace("\\$", "")
    app.run()
    assert not app.success  # told once
    app.checkbox(key="own_model_sure_1_brought").check().run()
    app.button(key="delete_model").click().run()
    assert not app.exception and list_models() == ["p3-cnn", "p4-lightweight", "reader"]
    assert "delete_model" not in {button.key for button in app.button}


def test_a_refused_file_leaves_nothing_but_a_sentence() -> None:
    evil = with_plan(lambda plan: plan["config"]["layers"].append(layer("Lambda", {"function": "<b>x</b>"})))
    app = bring(open_compare(), evil)
    assert not app.exception and "Lambda" in app.error[0].value
    assert len(list_models()) == 3


def test_the_model_that_reads_cannot_be_deleted() -> None:
    model_import.import_model(shipped(), "mine.keras")
    use_model("mine")
    app = open_compare()
    app.checkbox(key="own_model_sure_0_mine").check().run()
    assert app.button(key="delete_model").disabled
    assert any("reads on Draw and Upload now" in one.value for one in app.caption)
