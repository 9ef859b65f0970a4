"""The matrix of confusions says how often, in words that can be read on any of its colours."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from hdr_core.evaluation.confusion_heatmap import confusion_heatmap
from hdr_core.evaluation.figures import DARK, LIGHT, Palette

TRUE = [0] * 10 + [1] * 8 + [4] * 4 + [7] * 2
ANSWERS = [0] * 10 + [1] * 7 + [7] + [9, 9, 9, 4] + [7, 2]
COUNTS = confusion_matrix(TRUE, ANSWERS, labels=range(10))


def written(figure: go.Figure) -> dict[tuple[int, int], str]:
    """(true digit, answer) → what is written in that cell."""
    labels = figure.data[-1]
    return dict(zip(zip(labels.y, labels.x, strict=True), labels.text, strict=True))


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_rows_are_true_and_columns_are_answers(palette: Palette) -> None:
    figure = confusion_heatmap(COUNTS, palette)
    texts = written(figure)
    assert {cell: text for cell, text in texts.items() if cell[0] != cell[1]} == {(4, 9): "3", (1, 7): "1", (7, 2): "1"}
    assert [texts[digit, digit] for digit in range(10)] == ["10", "7", "0", "0", "1", "0", "0", "1", "0", "0"]
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("Answer", "True digit")
    assert list(figure.layout.yaxis.range) == [9.5, -0.5]  # 0 is the upper row
    assert (figure.layout.yaxis.scaleanchor, figure.layout.yaxis.scaleratio) == ("x", 1)
    assert list(figure.layout.xaxis.ticktext) == list("0123456789")


def test_errors_are_graded_among_themselves() -> None:
    errors, right, _ = confusion_heatmap(COUNTS, LIGHT).data
    assert errors.z[4][9] == 1
    assert errors.z[1][7] == errors.z[7][2] == pytest.approx(0.12 + 0.88 / 3)
    assert errors.z[2][5] == 0
    assert [errors.z[digit][digit] for digit in range(10)] == [None] * 10
    assert [right.z[digit][digit] for digit in range(10)] == [1] * 10
    assert sum(cell is not None for row in right.z for cell in row) == 10
    assert [color for _, color in errors.colorscale] == [LIGHT.sheet, LIGHT.accent]
    assert {color for _, color in right.colorscale} == {LIGHT.line}


def test_everything_can_be_graded_together() -> None:
    figure = confusion_heatmap(COUNTS, LIGHT, errors_only=False)
    assert len(figure.data) == 2
    assert figure.data[0].z[0][0] == 1
    assert figure.data[0].z[4][9] == pytest.approx(0.12 + 0.88 * 3 / 10)


def test_shares_are_of_the_true_digit() -> None:
    figure = confusion_heatmap(COUNTS, LIGHT, share=True)
    texts = written(figure)
    assert (texts[4, 9], texts[1, 7], texts[0, 0], texts[1, 1]) == ("75.0", "12.5", "100", "87.5")
    errors = figure.data[0]
    assert errors.z[4][9] == 1
    assert errors.z[1][7] == pytest.approx(0.12 + 0.88 * 12.5 / 75)


def test_hover_tells_counts_and_shares() -> None:
    text = confusion_heatmap(COUNTS, LIGHT).data[0].text
    assert text[4][9] == "4 read as 9: 3 digits, 75.00 % of all 4s"
    assert text[1][7] == "1 read as 7: 1 digit, 12.50 % of all 1s"
    assert text[0][0] == "0 read right: 10 digits, 100.00 % of all 0s"
    assert text[5][5] == "5 read right: 0 digits, 0.00 % of all 5s"


def luminance(color: Any) -> float:
    channels = np.asarray(color, float) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def rgb(color: str) -> np.ndarray:
    return np.array(list(bytes.fromhex(color[1:])), float)


@given(
    st.lists(st.integers(0, 10_000), min_size=100, max_size=100),
    st.sampled_from([LIGHT, DARK]),
    st.booleans(),
    st.booleans(),
)
def test_every_cell_can_be_read(counts: list[int], palette: Palette, share: bool, errors_only: bool) -> None:
    figure = confusion_heatmap(np.reshape(counts, (10, 10)), palette, share=share, errors_only=errors_only)
    labels = figure.data[-1]
    for row, column, color in zip(labels.y, labels.x, labels.textfont.color, strict=True):
        tint = figure.data[0].z[row][column]
        ground = (
            rgb(palette.line)
            if tint is None
            else rgb(palette.sheet) + tint * (rgb(palette.accent) - rgb(palette.sheet))
        )
        low, high = sorted([luminance(ground), luminance(rgb(color))])
        assert (high + 0.05) / (low + 0.05) >= 4.5
    assert max(map(len, labels.text)) <= 5
    assert "NaN" not in figure.to_json()
    json.loads(figure.to_json())


def test_nothing_read_yet_is_an_empty_matrix() -> None:
    figure = confusion_heatmap(np.zeros((10, 10)), DARK)
    assert {cell for row in figure.data[0].z for cell in row} == {0, None}
    assert set(written(figure).values()) == {"0"}


@pytest.mark.parametrize("wrong", [np.zeros((10, 11)), np.zeros(100), -np.eye(10), np.full((10, 10), np.nan)])
def test_another_shape_or_negative_counts_are_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"\(10, 10\) counts"):
        confusion_heatmap(wrong, LIGHT)
