"""What ``import hdr_core`` offers: every name, and that each does what it says with the shipped model."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import hdr_core
from hdr_core import errors
from hdr_core.errors import HdrError, ImageError, ModelError, TileError
from hdr_core.types import UInt8Image

PROMISED = {
    "Alternative",
    "HdrError",
    "Picture",
    "ReadDigit",
    "ReadLine",
    "Reading",
    "Stages",
    "TileScores",
    "classify",
    "load_model",
    "open_image",
    "read_drawing",
    "read_number",
}


@pytest.fixture(scope="module")
def page() -> UInt8Image:
    """(240, 400, 3): two plain ones side by side and one below, dark blue on white."""
    page = np.full((240, 400, 3), 255, np.uint8)
    for (x0, y0), (x1, y1) in (((124, 30), (120, 100)), ((204, 32), (200, 102)), ((164, 142), (160, 212))):
        cv2.line(page, (x0, y0), (x1, y1), (20, 30, 110), 8, cv2.LINE_AA)
    return page


def test_every_promised_name_is_there_and_every_name_exists() -> None:
    assert set(hdr_core.__all__) >= PROMISED
    assert all(hasattr(hdr_core, name) for name in hdr_core.__all__)
    assert len(set(hdr_core.__all__)) == len(hdr_core.__all__)


@pytest.mark.parametrize("name", sorted(hdr_core.__all__))
def test_every_name_is_explained_and_typed(name: str) -> None:
    member = getattr(hdr_core, name)
    assert inspect.getdoc(member)
    if inspect.isfunction(member):
        signature = inspect.signature(member)
        assert signature.return_annotation is not inspect.Signature.empty
        assert all(one.annotation is not inspect.Parameter.empty for one in signature.parameters.values())


def test_every_error_is_in_the_tree_and_in_its_drawing() -> None:
    classes = [one for _, one in inspect.getmembers(errors, inspect.isclass) if one.__module__ == errors.__name__]
    assert all(issubclass(one, HdrError) for one in classes)
    drawn = errors.__doc__ or ""
    assert [one.__name__ for one in classes if one.__name__ not in drawn] == []


def as_png(page: UInt8Image) -> bytes:
    return cv2.imencode(".png", cv2.cvtColor(page, cv2.COLOR_RGB2BGR))[1].tobytes()


def test_every_kind_of_source_gives_the_same_number(page: UInt8Image, tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    path.write_bytes(as_png(page))
    alpha = np.full((*page.shape[:2], 1), 255, np.uint8)
    sources: list[Any] = [
        page,
        np.concatenate([page, alpha], axis=2),
        cv2.cvtColor(page, cv2.COLOR_RGB2GRAY),
        as_png(page),
        path,
        str(path),
        hdr_core.open_image(page),
    ]
    assert [hdr_core.read_number(source).text for source in sources] == ["11\n1"] * len(sources)


def test_a_reading_is_in_the_frame_of_the_picture(page: UInt8Image) -> None:
    reading = hdr_core.read_number(page)
    assert reading.size_wh == (400, 240)
    assert [len(line.digits) for line in reading.lines] == [2, 1]
    for digit, middle in zip(reading.digits, ((122, 65), (202, 67), (162, 177)), strict=True):
        left, top, right, bottom = digit.box_xyxy
        assert left < middle[0] < right
        assert top < middle[1] < bottom
        assert 60 < bottom - top < 95
        assert len(digit.alternatives) == 10
        assert digit.alternatives[0].label == digit.label
        assert sorted(one.label for one in digit.alternatives) == list(range(10))
        shares = [one.probability for one in digit.alternatives]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1, abs=1e-3)


def test_nothing_written_gives_an_empty_reading_that_says_why() -> None:
    reading = hdr_core.read_number(np.full((120, 200), 240, np.uint8))
    assert (reading.text, reading.digits) == ("", ())
    assert reading.warnings
    assert reading.warnings[-1].endswith(".")


def test_reading_changes_nothing_in_the_array_it_was_given(page: UInt8Image) -> None:
    before = page.copy()
    hdr_core.read_number(page)
    assert np.array_equal(page, before)


def test_the_same_picture_is_always_read_the_same(page: UInt8Image) -> None:
    one, other = hdr_core.read_number(page), hdr_core.read_number(page)
    assert [digit.box_xyxy for digit in one.digits] == [digit.box_xyxy for digit in other.digits]
    assert one.probability == other.probability


def test_errors_are_of_the_tree_and_name_the_file() -> None:
    with pytest.raises(ImageError, match=r"scan\.png"):
        hdr_core.read_number(b"no picture", name="scan.png")
    with pytest.raises(ImageError, match=r"absent\.png"):
        hdr_core.read_number("absent.png")


@pytest.mark.parametrize("call", [hdr_core.load_model, lambda name: hdr_core.read_number(b"", model=name)])
def test_an_unknown_model_is_an_error(call: Any, page: UInt8Image) -> None:
    with pytest.raises(HdrError):
        call("absent")
    with pytest.raises(ModelError, match="no model called 'absent'"):
        hdr_core.read_number(page, model="absent")


def test_classify_gives_probabilities() -> None:
    tiles = np.random.default_rng(0).integers(0, 256, (5, 28, 28), np.uint8)
    answers = hdr_core.classify(tiles)
    assert (answers.shape, answers.dtype) == ((5, 10), np.float32)
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)
    assert answers.min() >= 0


def test_tiles_are_scored_alike_alone_and_together() -> None:
    tiles = np.random.default_rng(1).integers(0, 256, (300, 28, 28), np.uint8)
    together = hdr_core.classify(tiles)
    alone = np.concatenate([hdr_core.classify(tiles[index : index + 1]) for index in range(0, 300, 29)])
    np.testing.assert_allclose(together[::29], alone, atol=1e-5)


def test_whole_and_float_tiles_are_the_same_tiles() -> None:
    tiles = np.random.default_rng(2).integers(0, 256, (3, 28, 28), np.uint8)
    scaled = (tiles / 255).astype(np.float32)
    np.testing.assert_allclose(hdr_core.classify(tiles), hdr_core.classify(scaled), atol=1e-4)


def test_no_tiles_give_no_answers() -> None:
    assert hdr_core.classify(np.zeros((0, 28, 28), np.uint8)).shape == (0, 10)


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((28, 28), np.uint8),
        np.zeros((2, 28, 28, 1), np.uint8),
        np.zeros((2, 27, 28), np.uint8),
        np.zeros((2, 28, 28), np.int64),
        np.full((1, 28, 28), 255.0),
        np.full((1, 28, 28), -0.1, np.float32),
        np.full((1, 28, 28), np.nan),
        np.zeros((1, 28, 28), bool),
    ],
)
def test_other_tiles_are_refused_with_what_was_expected(wrong: np.ndarray) -> None:
    with pytest.raises(TileError, match="Expected"):
        hdr_core.classify(wrong)


def test_a_model_is_loaded_once_and_again_when_its_file_changes(own_home: Path) -> None:
    shipped = Path(hdr_core.config.SHIPPED_MODELS_DIR) / "reader"
    own = own_home / "models" / "mine"
    own.mkdir(parents=True)
    for name in ("card.json", "model.tflite"):
        (own / name).write_bytes((shipped / name).read_bytes())
    first = hdr_core.load_model("mine")
    assert hdr_core.load_model("mine") is first
    status = (own / "model.tflite").stat()
    os.utime(own / "model.tflite", ns=(status.st_atime_ns, status.st_mtime_ns + 10**9))
    assert hdr_core.load_model("mine") is not first


@pytest.mark.parametrize("content", [b"", b"not a model", None])
def test_a_damaged_model_file_says_so(content: bytes | None, own_home: Path) -> None:
    folder = own_home / "models" / "mine"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text("{}")
    if content is not None:
        (folder / "model.tflite").write_bytes(content)
    with pytest.raises(ModelError, match=r"model file .* (missing|damaged)"):
        hdr_core.load_model("mine")


def test_a_drawing_is_read_from_its_strokes() -> None:
    strokes = [hdr_core.Stroke((("M", x, 60.0), ("L", x - 4, 240.0)), 12.0) for x in (140.0, 240.0)]
    reading = hdr_core.read_drawing(strokes, (400, 300))
    assert reading.text == "11"
    assert reading.size_wh == (400, 300)
    assert not hdr_core.read_drawing([], (400, 300)).lines
