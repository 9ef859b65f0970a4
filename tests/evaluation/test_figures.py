"""Figures say what the reading says."""

from __future__ import annotations

import pytest

from hdr_core.evaluation.figures import DARK, LIGHT, Palette, annotated_photo, one_digit_share, probability_bars
from tests.ui.samples import digit, reading

URI = "data:image/jpeg;base64,AAAA"


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_bars_show_ten_answers_and_none_and_mark_the_answer(palette: Palette) -> None:
    bars = probability_bars(digit(7, 0.9, given=0.95), palette).data[0]
    assert list(bars.x) == [*"0123456789", "none"]
    assert sum(bars.y) == pytest.approx(100)
    assert bars.y[7] == pytest.approx(90)
    assert bars.y[10] == pytest.approx(100 * (1 - 0.9 / 0.95))
    assert [color == palette.accent for color in bars.marker.color] == [label == 7 for label in range(11)]


def test_the_axes_are_named_with_units() -> None:
    figure = probability_bars(digit(3), LIGHT)
    assert figure.layout.xaxis.title.text == "Digit"
    assert figure.layout.yaxis.title.text == "Probability, %"


@pytest.mark.parametrize(
    ("probability", "given", "share"), [(0.9, 0.9, 1.0), (0.45, 0.9, 0.5), (1.0, 0.9, 1.0), (0.0, 0.0, 0.0)]
)
def test_the_share_of_one_digit(probability: float, given: float, share: float) -> None:
    assert one_digit_share(digit(1, probability, given=given)) == pytest.approx(share)


def test_the_photo_has_a_box_a_label_and_a_confidence_for_each_digit() -> None:
    boxes, labels, sure, hover = annotated_photo(URI, reading("12", "3"), 640).data
    assert list(labels.text) == ["<b>1</b>", "<b>2</b>", "<b>3</b>"]
    assert list(sure.text) == ["90", "90", "90"]
    assert list(boxes.x[:6]) == [10, 40, 40, 10, 10, None]
    assert list(boxes.y[:6]) == [20, 20, 80, 80, 20, None]
    assert boxes.x.count(None) == 3
    assert [(x, y) for x, y in zip(labels.x, labels.y, strict=True)] == [(25, 20), (75, 20), (25, 110)]
    assert list(sure.y) == [80, 80, 170]
    assert [row[0] for row in hover.customdata] == [1, 2, 3]


def test_the_photo_keeps_its_proportions_in_pixels_of_the_input() -> None:
    figure = annotated_photo(URI, reading("1", size_wh=(4000, 3000)), 640)
    image = figure.layout.images[0]
    assert (image.sizex, image.sizey, image.source) == (4000, 3000, URI)
    assert figure.layout.height == 480
    assert list(figure.layout.yaxis.range) == [3000, 0]  # y grows downwards
    assert figure.layout.yaxis.scaleanchor == "x"


@pytest.mark.parametrize(("size_wh", "height_px"), [((4000, 100), 160), ((100, 4000), 640), ((400, 300), 268)])
def test_odd_proportions_stay_on_the_screen(size_wh: tuple[int, int], height_px: int) -> None:
    assert (
        annotated_photo(URI, reading("1", size_wh=size_wh), 358 if size_wh[0] == 400 else 640).layout.height
        == height_px
    )


def test_an_empty_reading_is_only_the_photo() -> None:
    figure = annotated_photo(URI, reading(warnings=("Nothing was found.",)), 640)
    assert len(figure.data) == 0
    assert len(figure.layout.images) == 1


def test_labels_shrink_with_the_digits_down_to_a_readable_size() -> None:
    large = annotated_photo(URI, reading("1"), 640).data[1].textfont.size
    small = annotated_photo(URI, reading("1", size_wh=(8000, 6000)), 640).data[1].textfont.size
    assert large == 20
    assert small == 10
