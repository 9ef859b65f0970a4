"""Figures of one digit: what they draw, in which colour, and what they say."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.evaluation.digit_colors import digit_colors
from hdr_core.evaluation.explain_figures import (
    answer_bars,
    grad_cam_figure,
    labels_to_explain,
    mosaic,
    occlusion_figure,
    strongest,
)
from hdr_core.evaluation.figures import DARK, LIGHT
from hdr_core.evaluation.metrics import wilson_interval
from hdr_core.evaluation.occlusion import OcclusionMap
from hdr_core.evaluation.robustness_figures import robustness_figure
from hdr_core.evaluation.sweep_figure import sweep_figure
from tests.evaluation.stand_in import tile_of

TILE = tile_of((slice(10, 13), slice(4, 7)))
PROBABILITIES = np.array([0.05, 0, 0, 0.25, 0, 0, 0.7, 0, 0, 0])


def occlusion(largest: float) -> OcclusionMap:
    drops = np.zeros((28, 28), np.float32)
    drops[11, 5], drops[20, 20] = largest, -largest / 2
    answers = np.full((28, 28), 6, np.int64)
    answers[11, 5] = 3
    return OcclusionMap(6, 0.7, 5, drops, answers)


def test_the_answer_has_the_accent_and_the_truth_is_named() -> None:
    figure = answer_bars(PROBABILITIES, LIGHT, truth=3)
    bars = figure.data[0]
    assert list(bars.y) == pytest.approx(100 * PROBABILITIES)
    assert [color == LIGHT.accent for color in bars.marker.color] == [digit == 6 for digit in range(10)]
    assert figure.layout.xaxis.ticktext[3] == "<b>3</b><br>true"
    assert figure.layout.xaxis.ticktext[6] == "6"
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("Digit", "Probability, %")


def test_what_was_before_is_marked() -> None:
    before = np.roll(PROBABILITIES, 1)
    figure = answer_bars(PROBABILITIES, DARK, before=before)
    assert list(figure.data[1].y) == pytest.approx(100 * before)
    assert len(answer_bars(PROBABILITIES, DARK).data) == 1


def test_occlusion_is_drawn_in_points_of_percent_and_symmetric_about_nothing() -> None:
    figure = occlusion_figure(TILE, occlusion(0.4), LIGHT)
    ink, over = figure.data
    assert np.array_equal(np.array(ink.z), TILE)
    assert over.z[11][5] == pytest.approx(40)
    assert (over.zmin, over.zmax) == (pytest.approx(-40), pytest.approx(40))
    assert over.customdata[11][5][0] == pytest.approx(30)  # of 70 %
    assert over.customdata[11][5][1] == 3
    assert over.colorscale[1][1].endswith(",0)") and over.colorscale[2][1].endswith(",0)")
    assert "6" in over.colorbar.title.text


def test_a_map_in_which_nothing_matters_stays_faint() -> None:
    over = occlusion_figure(TILE, occlusion(0.001), LIGHT).data[1]
    assert over.zmax == pytest.approx(5)


def test_grad_cam_is_drawn_over_the_tile() -> None:
    heat = np.zeros((28, 28), np.float32)
    heat[3, 4] = 1
    figure = grad_cam_figure(TILE, heat, 6, DARK)
    assert figure.data[1].z[3][4] == 100
    assert (figure.data[1].zmin, figure.data[1].zmax) == (0, 100)
    assert figure.layout.yaxis.range == (27.5, -0.5)  # row 0 is at the top


def test_maps_lie_side_by_side_with_gaps_one_sees_through() -> None:
    maps = np.stack([np.zeros((2, 3)), np.ones((2, 3)), np.full((2, 3), 0.5)]).astype(np.float32)
    sheet = mosaic(maps, side_px=6, columns=2)
    assert sheet.shape == (2 * 4 + 4, 2 * 6 + 4, 4)
    assert sheet[0, 0].tolist() == [0, 0, 0, 255]
    assert sheet[0, 10].tolist() == [255, 255, 255, 255]
    assert sheet[8, 0].tolist() == [127, 127, 127, 255]
    assert not sheet[:, 6:10, 3].any()  # the gap
    assert not sheet[8:, 10:, 3].any()  # no fourth map


def test_the_strongest_maps_are_kept_in_their_order() -> None:
    maps = np.array([1.0, 5.0, 0.5, -3.0], np.float32)[:, None, None] * np.ones((4, 2, 2), np.float32)
    assert strongest(maps, 2)[:, 0, 0].tolist() == [5.0, -3.0]
    assert strongest(maps, 9) is maps


def test_the_truth_is_explained_too() -> None:
    assert labels_to_explain(PROBABILITIES, None) == [6, 3, 0]
    assert labels_to_explain(PROBABILITIES, 3) == [6, 3, 0]
    assert labels_to_explain(PROBABILITIES, 9) == [6, 3, 0, 9]


def test_a_sweep_draws_the_digits_that_matter() -> None:
    values = [0.0, 0.25, 0.5]
    probabilities = np.zeros((3, 10))
    probabilities[:, 4] = 1.0, 0.6, 0.05
    probabilities[:, 9] = 0.0, 0.4, 0.9
    probabilities[:, 7] = 0.0, 0.0, 0.05  # never 10 %
    figure = sweep_figure(values, probabilities, LIGHT, kind="noise_share", now=0.25)
    assert [line.name for line in figure.data] == ["4", "9"]
    assert list(figure.data[0].x) == [0, 25, 50]  # percent
    assert list(figure.data[1].y) == pytest.approx([0, 40, 90])
    assert figure.layout.shapes[0].x0 == 25
    assert figure.layout.xaxis.title.text == "Noise, % of pixels"
    assert figure.data[1].line.color == digit_colors(LIGHT)[9]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_ten_digits_have_ten_colours_that_stand_out_from_the_sheet(palette: object) -> None:
    colors = digit_colors(palette)  # type: ignore[arg-type]
    assert len(set(colors)) == 10
    assert LIGHT.sheet not in colors and DARK.sheet not in colors


def test_robustness_has_its_interval_as_a_band() -> None:
    measured = {0.5: wilson_interval(10, 100), 0.0: wilson_interval(99, 100)}
    high, low, middle = robustness_figure("noise_share", measured, LIGHT).data
    assert list(middle.x) == [0, 50]
    assert list(middle.y) == [99, 10]
    assert list(high.y) == pytest.approx([100 * measured[0.0].high, 100 * measured[0.5].high])
    assert list(low.y) == pytest.approx([100 * measured[0.0].low, 100 * measured[0.5].low])
    assert low.fill == "tonexty"
