"""The matrix that can be clicked on says what each of its points stands for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hdr_core.evaluation.confusion import confusion_counts
from hdr_core.evaluation.figures import DARK, LIGHT, Palette
from hdr_core.evaluation.matrix_figures import View, clicked, confusion_matrix
from tests.evaluation.answers import evaluation

COUNTS = confusion_counts(evaluation([4, 4, 4, 9, 1, 7], [9, 9, 4, 9, 1, 2]))
VIEWS: tuple[View, ...] = ("counts", "row share", "column share", "errors only")


def written(figure: Any) -> dict[tuple[int, int], str]:
    """(row, column) → what stands there, titles apart."""
    texts = [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "text"]
    return {(y, x): text for trace in texts for x, y, text in zip(trace.x, trace.y, trace.text, strict=True)}


def points(figure: Any) -> dict[tuple[int, int], Any]:
    """(row, column) → customdata of every point that can be clicked on."""
    traces = [trace for trace in figure.data if trace.type == "scatter" and "markers" in trace.mode]
    return {(y, x): data for trace in traces for x, y, data in zip(trace.x, trace.y, trace.customdata, strict=True)}


@pytest.mark.parametrize(
    ("view", "four_as_nine", "four_as_four", "nine_as_nine"),
    [
        ("counts", "2", "1", "1"),
        ("row share", "66.7", "33.3", "100"),
        ("column share", "66.7", "100", "33.3"),
        ("errors only", "2", "1", "1"),
    ],
)
def test_what_is_written(view: View, four_as_nine: str, four_as_four: str, nine_as_nine: str) -> None:
    texts = written(confusion_matrix(COUNTS, LIGHT, view=view))
    assert (texts[4, 9], texts[4, 4], texts[9, 9]) == (four_as_nine, four_as_four, nine_as_nine)
    assert (9, 4) not in texts


@pytest.mark.parametrize("view", VIEWS)
def test_every_cell_and_every_title_can_be_clicked_on(view: View) -> None:
    found = points(confusion_matrix(COUNTS, LIGHT, view=view))
    assert len(found) == 120
    for row in range(10):
        assert clicked(found[row, -1]) == (row, None)
        assert clicked(found[10, row]) == (None, row)
        for column in range(10):
            assert clicked(found[row, column]) == (row, column)


def test_a_click_arrives_as_a_list_or_as_streamlit_hands_it_over() -> None:
    assert clicked([4, 9]) == clicked({"0": 4, "1": 9}) == (4, 9)
    assert clicked({"0": -1, "1": 3}) == (None, 3)
    for odd in ([-1, -1], [10, 0], [0, -2]):
        with pytest.raises(ValueError, match="expected digits"):
            clicked(odd)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_a_selection_fades_nothing(view: View, palette: Palette) -> None:
    for trace in confusion_matrix(COUNTS, palette, view=view).data:
        if trace.type != "scatter":
            continue
        assert (
            trace.selected == trace.unselected or trace.selected.to_plotly_json() == trace.unselected.to_plotly_json()
        )
        if "text" in trace.mode:
            assert trace.unselected.textfont.color == trace.textfont.color
            assert isinstance(trace.textfont.color, str)
        if "markers" in trace.mode:
            assert trace.marker.color == trace.unselected.marker.color == "rgba(0,0,0,0)"


def test_hover_tells_the_share_that_is_shown() -> None:
    rows, columns = (confusion_matrix(COUNTS, LIGHT, view=view).data[-1] for view in VIEWS[1:3])
    assert rows.text[49] == "4 read as 9: 2 digits, 66.67 % of all 4s"
    assert columns.text[49] == "4 read as 9: 2 digits, 66.67 % of all answers 9"
    assert columns.text[99] == "9 read right: 1 digit, 33.33 % of all answers 9"


def test_what_is_chosen_is_framed() -> None:
    def frames(*chosen: int | None) -> list[tuple[float, ...]]:
        shapes = confusion_matrix(COUNTS, LIGHT, chosen=(chosen[0], chosen[1])).layout.shapes
        return [(shape.x0, shape.y0, shape.x1, shape.y1) for shape in shapes]

    assert frames(None, None) == []
    assert frames(4, 9) == [(8.5, 3.5, 9.5, 4.5)]
    assert frames(0, None) == frames(None, 0) == [(-0.5, -0.5, 9.5, 0.5), (-0.5, -0.5, 0.5, 9.5)]


def test_axes_are_named_and_fixed() -> None:
    layout = confusion_matrix(COUNTS, LIGHT).layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("Answer", "True digit")
    assert layout.xaxis.fixedrange and layout.yaxis.fixedrange
    assert (list(layout.xaxis.range), list(layout.yaxis.range)) == ([-1.5, 9.5], [10.5, -0.5])
    assert layout.dragmode is False


def test_what_cannot_be_shown_is_refused() -> None:
    with pytest.raises(ValueError, match="view is one of"):
        confusion_matrix(COUNTS, LIGHT, view="shares")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="10, 10"):
        confusion_matrix(np.zeros((9, 9)), LIGHT)
