"""Recorded strokes become tiles; the pen decides how they look, and nothing else."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.errors import DataError
from hdr_core.training.strokes import StrokePen, draw_strokes, random_pen, read_strokes, stroke_tile

SEVEN = [np.array([[0, 0], [40, 0], [15, 60]], np.float32)]
PEN = StrokePen(width=0.08)


def write(path: Path, lines: list[str]) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("\n".join(lines))
    return path


def test_records_are_read_with_their_strokes(tmp_path: Path) -> None:
    record = {"label": "7", "writer": 3, "strokes": [[[0, 0], [4, 0]], [], [[1, 2]]]}
    ((found, strokes),) = read_strokes(write(tmp_path / "s.jsonl.gz", [json.dumps(record)]))
    assert found["writer"] == 3
    assert [stroke.tolist() for stroke in strokes] == [[[0, 0], [4, 0]], [[1, 2]]]


@pytest.mark.parametrize("line", ["{", "[]", '{"label": 1}', '{"strokes": [["x"]]}'])
def test_anything_else_is_refused_with_the_file_s_name(tmp_path: Path, line: str) -> None:
    with pytest.raises(DataError, match=r"bad\.jsonl\.gz"):
        list(read_strokes(write(tmp_path / "bad.jsonl.gz", [line])))


def test_a_wider_pen_leaves_more_ink() -> None:
    thin, wide = (int((draw_strokes(SEVEN, replace(PEN, width=width)) > 127).sum()) for width in (0.04, 0.16))
    assert 3 < wide / thin < 5


@given(scale=st.floats(0.01, 100), x=st.floats(-1e3, 1e3), y=st.floats(-1e3, 1e3))
def test_place_and_size_of_the_writing_do_not_matter(scale: float, x: float, y: float) -> None:
    moved = [(stroke * scale + np.array([x, y])).astype(np.float32) for stroke in SEVEN]
    difference = stroke_tile(moved, PEN).astype(int) - stroke_tile(SEVEN, PEN)
    assert np.abs(difference).mean() < 12


def test_slant_moves_the_top_to_the_right() -> None:
    bar = [np.array([[0, 0], [0, 50]], np.float32)]
    ink = draw_strokes(bar, replace(PEN, slant=0.4))
    top, bottom = np.flatnonzero(ink.max(axis=1))[[2, -3]]
    assert np.flatnonzero(ink[top]).mean() > np.flatnonzero(ink[bottom]).mean() + 20


def test_a_dot_and_nothing_are_drawn() -> None:
    assert stroke_tile([np.zeros((1, 2), np.float32)], PEN).any()
    assert not stroke_tile([], PEN).any()


def test_smoothing_keeps_the_ends() -> None:
    corner = [np.array([[0, 0], [50, 0], [50, 50]], np.float32)]
    smooth, sharp = (draw_strokes(corner, replace(PEN, is_smooth=smooth)) > 127 for smooth in (True, False))
    assert smooth.shape == sharp.shape
    assert (smooth & sharp).sum() / (smooth | sharp).sum() < 0.95  # the corner is rounded
    for edge in (0, -1):
        assert np.flatnonzero(smooth.any(axis=0))[edge] == pytest.approx(np.flatnonzero(sharp.any(axis=0))[edge], abs=4)


def test_random_pens_cover_hairlines_and_felt_pens() -> None:
    rng = np.random.default_rng(0)
    widths = [random_pen(rng).width for _ in range(300)]
    assert min(widths) < 0.025
    assert max(widths) > 0.16
