"""The map's points: which trace, which colour, and what each tells the page."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.evaluation import map_figure as map_figure_module
from hdr_core.evaluation.digit_colors import digit_colors
from hdr_core.evaluation.figures import LIGHT
from hdr_core.evaluation.map_figure import SPRITE_COLUMNS, map_figure, sprite
from hdr_core.evaluation.results import Evaluation

POINTS = np.array([[0, 0], [1, 0], [4, 2], [5, 2]], np.float32)


def four_digits() -> Evaluation:
    """Truths 3, 3, 7, 7, of which the last is read as 3."""
    probabilities = np.full((4, 10), 0.01, np.float32)
    for row, answer in enumerate([3, 3, 7, 3]):
        probabilities[row, answer] = 0.91
    labels = np.array([3, 3, 7, 7])
    return Evaluation("reader", "1", "mnist", "a", "four digits", labels, probabilities, None, 0.0)


def test_coloured_by_class_there_is_a_trace_and_a_name_for_each_digit() -> None:
    figure = map_figure(POINTS, four_digits(), LIGHT, method="PCA")
    assert [trace.name for trace in figure.data] == ["3", "7"]
    assert [trace.marker.color for trace in figure.data] == [digit_colors(LIGHT)[3], digit_colors(LIGHT)[7]]
    names = [(one.text, one.x, one.y) for one in figure.layout.annotations]
    assert names == [("<b>3</b>", 0.5, 0), ("<b>7</b>", 4.5, 2)]
    assert figure.layout.xaxis.title.text == "PCA 1 (no unit)"


@pytest.mark.parametrize(("few", "kind"), [(4, "scatter"), (3, "scattergl")])
def test_many_points_are_drawn_with_webgl(few: int, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_figure_module, "FEW", few)
    assert {trace.type for trace in map_figure(POINTS, four_digits(), LIGHT, method="PCA").data} == {kind}


def test_coloured_by_error_the_wrong_ones_lie_on_top() -> None:
    right, wrong = map_figure(POINTS, four_digits(), LIGHT, method="t-SNE", coloring="error").data
    assert (right.name, wrong.name) == ("Read right", "Read wrong")
    assert list(wrong.x) == [5.0]
    assert list(wrong.customdata[0]) == [3, 7, 3, 91.0]
    assert wrong.marker.symbol == "x"
    assert len(right.x) == 3


def test_every_point_tells_its_place_in_the_data() -> None:
    figure = map_figure(POINTS, four_digits(), LIGHT, method="PCA")
    told = {
        int(about[0]): (float(x), float(y))
        for one in figure.data
        for about, x, y in zip(one.customdata, one.x, one.y, strict=True)
    }
    assert told == {place: tuple(point) for place, point in enumerate(POINTS.tolist())}


def test_points_that_all_lie_together_can_be_drawn() -> None:
    figure = map_figure(np.zeros((4, 2), np.float32), four_digits(), LIGHT, method="PCA")
    low, high = figure.layout.xaxis.range
    assert low < 0 < high


def test_points_must_belong_to_the_digits() -> None:
    with pytest.raises(ValueError, match=r"expected \(4, 2\) points, got \(3, 2\)"):
        map_figure(POINTS[:3], four_digits(), LIGHT, method="PCA")


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_every_tile_is_found_again_in_the_sprite(count: int) -> None:
    tiles = np.random.default_rng(0).integers(0, 256, (count, 28, 28), np.uint8)
    sheet = sprite(tiles)
    assert sheet.shape[1] == 28 * min(max(count, 1), SPRITE_COLUMNS)
    for place, tile in enumerate(tiles):
        top, left = 28 * (place // SPRITE_COLUMNS), 28 * (place % SPRITE_COLUMNS)
        assert np.array_equal(sheet[top : top + 28, left : left + 28], tile)
