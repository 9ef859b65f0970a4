"""Pieces against scipy's labelling; cuts on hand-made touching shapes."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from hdr_core.types import BoolMask
from hdr_core.vision.pieces import as_one_piece, find_pieces, split_piece

masks = arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12)))


@given(masks)
def test_pieces_are_the_connected_components(mask: BoolMask) -> None:
    pieces = find_pieces(mask)
    labels, count = ndimage.label(mask, structure=np.ones((3, 3)))
    assert len(pieces.boxes_xyxy) == len(pieces.areas_px) == count
    assert sorted(pieces.areas_px) == sorted(np.bincount(labels.ravel())[1:])
    for index, (left, top, right, bottom) in enumerate(pieces.boxes_xyxy):
        rows, columns = np.nonzero(pieces.labels == index + 1)
        assert (left, top, right, bottom) == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


@given(masks)
def test_one_piece_holds_all_ink_and_its_box(mask: BoolMask) -> None:
    whole = as_one_piece(mask)
    assert len(whole.areas_px) == int(mask.any())
    if mask.any():
        rows, columns = np.nonzero(mask)
        assert whole.boxes_xyxy.tolist() == [[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]]
        assert np.array_equal(whole.labels == 1, mask)
        assert whole.areas_px.tolist() == [mask.sum()]
        assert whole.border_px.tolist() == [find_pieces(mask).border_px.sum()]


@settings(deadline=None)
@given(arrays(np.bool_, st.tuples(st.integers(3, 30), st.integers(3, 50))), st.integers(1, 8))
def test_slices_are_disjoint_and_lose_nothing(piece: BoolMask, max_cuts: int) -> None:
    slices = split_piece(piece, max_cuts)
    assert len(slices) <= max_cuts + 1
    if slices:
        np.testing.assert_array_equal(np.sum(slices, axis=0), piece)


def two_rings() -> BoolMask:
    canvas = np.zeros((80, 130), np.uint8)
    cv2.ellipse(canvas, (34, 40), (28, 36), 0, 0, 360, 255, 7)
    cv2.ellipse(canvas, (94, 40), (28, 36), 0, 0, 360, 255, 7)
    canvas[36:44, 60:68] = 255
    return canvas[:, 2:127] > 0


def test_touching_zeros_are_cut_where_they_touch() -> None:
    piece = two_rings()
    slices = split_piece(piece, 8)
    middle = piece.shape[1] / 2
    edges = [np.flatnonzero(part.any(axis=0)) for part in slices]
    assert any(abs(columns[0] - middle) <= 6 for columns in edges), "no slice begins at the contact"


def test_slices_run_from_left_to_right() -> None:
    centres = [np.nonzero(part)[1].mean() for part in split_piece(two_rings(), 8)]
    assert centres == sorted(centres)


def test_a_bar_is_left_whole() -> None:
    bar = np.ones((40, 6), bool)
    assert len(split_piece(bar, 4)) == 1
