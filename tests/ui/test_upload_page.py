"""The Upload page, run without a browser: every kind of file, good and bad, one and many."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import hdr_core
from examples.make_examples import FOLDER, NUMBERS
from hdr_core.config import PROJECT_DIR
from hdr_core.types import Reading, UInt8Image
from hdr_ui import loaders

PNG = "image/png"


def open_upload() -> AppTest:
    app = AppTest.from_file(str(PROJECT_DIR / "streamlit_app.py"), default_timeout=60)
    return app.run().switch_page("pages/read/upload.py").run()


def uploaded(*files: tuple[str, bytes]) -> AppTest:
    app = open_upload()
    for name, data in files:
        app.file_uploader(key="uploads").upload(name, data, PNG)
    return app.run()


def html_of(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def codes(app: AppTest) -> list[str]:
    return [code.value for code in app.code]


def png(*strokes: tuple[tuple[int, int], ...], size_wh: tuple[int, int] = (400, 300)) -> bytes:
    sheet: UInt8Image = np.full((size_wh[1], size_wh[0], 3), 250, np.uint8)
    for stroke in strokes:
        cv2.polylines(sheet, [np.array(stroke)], False, (30, 30, 30), 12, cv2.LINE_AA)
    return bytes(cv2.imencode(".png", sheet)[1].tobytes())


ONE = png(((120, 60), (118, 240)))
SEVEN = png(((100, 70), (190, 70), (140, 240)))
BLANK = png()


def test_the_empty_page_offers_examples_and_no_camera_yet() -> None:
    app = open_upload()
    assert not app.exception
    labels = [button.label for button in app.button if (button.key or "").startswith("example_")]
    assert len(labels) == len(NUMBERS) == len(list(FOLDER.glob("*.jpg"))) + len(list(FOLDER.glob("*.png")))
    assert not app.get("camera_input")
    assert not app.get("download_button")


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_every_example_is_read_right_with_one_click(name: str) -> None:
    app = open_upload()
    app.button(key=f"example_{name.partition('.')[0]}").click().run()
    assert not app.exception
    assert codes(app) == [NUMBERS[name]]
    app.button(key="close").click().run()
    assert codes(app) == []


def test_one_picture_shows_photo_number_and_table() -> None:
    app = uploaded(("one.png", ONE))
    assert not app.exception
    assert codes(app) == ["1"]
    assert len(app.get("plotly_chart")) == 1
    table = app.dataframe[0].value
    assert table["Digit"].tolist() == [1]
    assert {"Place", "Tile", "Digit", "Probability", "Runner-up", "Its probability", "Box"} <= set(table.columns)
    assert [button.proto.label for button in app.get("download_button")] == ["CSV", "JSON"]


def test_the_stages_are_computed_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = loaders.read_stages

    def noted(data: bytes, digest: str, name: str, model: str) -> Reading:
        asked.append(name)
        return real(data, digest, name, model)

    monkeypatch.setattr(loaders, "read_stages", noted)
    app = uploaded(("seven.png", SEVEN))
    assert asked == []
    app.toggle(key="why").set_value(True).run()
    assert not app.exception
    assert asked == ["seven.png"]
    titles = [markdown.value for markdown in app.markdown if markdown.value.startswith("**")]
    assert [title.split(".")[1].strip(" *") for title in titles] == [
        "Gray", "Ink", "Writing", "Rows", "Pieces", "Candidates", "Tiles",
    ]  # fmt: skip


BAD_FILES: dict[str, bytes] = {
    "empty.png": b"",
    "text.png": b"this is a text file\n" * 20,
    "cut.jpg": (FOLDER / "ruled-paper.jpg").read_bytes()[:2000],
    "noise.webp": bytes(range(256)) * 8,
    "bomb.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    + (60_000).to_bytes(4, "big") * 2
    + b"\x08\x02\x00\x00\x00"
    + b"\0" * 40,
    "page.html": b"<html><body>hello</body></html>",
}


@pytest.mark.parametrize("name", sorted(BAD_FILES))
def test_a_bad_file_gets_a_sentence_and_the_others_are_read(name: str) -> None:
    app = uploaded(("one.png", ONE), (name, BAD_FILES[name]), ("seven.png", SEVEN))
    assert not app.exception
    faults = [
        element.proto.body
        for element in app.get("html")
        if "hdr-fault" in element.proto.body and "alert" in element.proto.body
    ]
    assert len(faults) == 1
    assert f"<b>{name}</b>" in faults[0]
    assert "Traceback" not in faults[0]
    summary = app.dataframe[0].value
    assert summary["Result"].tolist() == ["Read", "Read", "Not read"]
    assert summary["Number"].tolist() == ["1", "7", ""]
    assert codes(app) == ["1"]


def test_a_bad_file_alone_says_so_and_can_be_downloaded() -> None:
    app = uploaded(("text.png", BAD_FILES["text.png"]))
    assert not app.exception
    assert "text.png" in html_of(app)
    assert codes(app) == []
    assert len(app.get("download_button")) == 2


def test_a_blank_page_says_why_there_is_no_number() -> None:
    app = uploaded(("blank.png", BLANK))
    assert not app.exception
    assert codes(app) == []
    assert "Nothing" in html_of(app) or "nothing" in html_of(app)
    assert 'hdr-fault" role' not in html_of(app)


def test_a_hostile_name_is_shown_as_text() -> None:
    app = uploaded(("<b>x</b>&\n.png", ONE))
    assert not app.exception
    assert "&lt;b&gt;x&lt;/b&gt;&amp;" in html_of(app)
    assert "<b>x</b>" not in html_of(app)


def test_the_camera_is_asked_for_only_when_chosen() -> None:
    jpeg = (FOLDER / "chalk-board.jpg").read_bytes()
    app = open_upload()
    app.segmented_control(key="upload_source").set_value("Camera").run()
    assert not app.exception
    app.camera_input(key="camera").upload("photo.jpg", jpeg, "image/jpeg")
    app.run()
    assert not app.exception
    assert codes(app) == ["3852"]


def test_many_files_make_one_table_and_one_photograph() -> None:
    app = uploaded(*((f"{index}.png", (ONE, SEVEN)[index % 2]) for index in range(40)))
    assert not app.exception
    assert app.dataframe[0].value["Number"].tolist() == ["1", "7"] * 20
    assert len(app.get("plotly_chart")) == 1


def test_pictures_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[Any] = []
    real = hdr_core.read_number

    def noted(data: bytes, **named: Any) -> Reading:
        names.append(named["name"])
        return real(data, **named)

    monkeypatch.setattr(hdr_core, "read_number", noted)
    unique = png(((200, 50), (199, 250)), ((10, 10), (12, 13)))
    app = uploaded(("never-seen.png", unique))
    app.run()
    app.run()
    assert names == ["never-seen.png"]
