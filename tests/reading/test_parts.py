"""Whole pieces and their slices keep their pixels and their place."""

from __future__ import annotations

import numpy as np

from hdr_core.reading.parts import cut_out, split_part, union_box, whole_part
from hdr_core.vision.pieces import find_pieces

MASK = np.zeros((60, 120), bool)
MASK[10:50, 20:30] = MASK[10:50, 60:70] = True
MASK[28:31, 30:60] = True  # an H lying wide: two strokes and a bridge
MASK[5:8, 100:103] = True  # a dot
INK = (MASK * 200).astype(np.uint8)
PIECES = find_pieces(MASK)
H = int(np.argmax(PIECES.areas_px))


def test_a_whole_part_is_its_piece() -> None:
    part = whole_part(H, PIECES)
    assert part.box_xyxy == (20, 10, 70, 50) and part.is_whole
    assert (part.width_px, part.height_px) == (50, 40)
    np.testing.assert_array_equal(part.mask, MASK[10:50, 20:70])


def test_slices_make_up_the_piece_in_place() -> None:
    slices = split_part(whole_part(H, PIECES), 40.0, is_sure=False)
    assert len(slices) > 1 and not any(part.is_whole for part in slices)
    together = np.zeros_like(MASK)
    for part in slices:
        left, top, right, bottom = part.box_xyxy
        assert part.mask.shape == (bottom - top, right - left)
        assert not (together[top:bottom, left:right] & part.mask).any()
        together[top:bottom, left:right] |= part.mask
    np.testing.assert_array_equal(together, PIECES.labels == H + 1)


def test_a_sure_digit_is_cut_only_when_it_is_very_wide() -> None:
    part = whole_part(H, PIECES)
    assert len(split_part(part, 60.0, is_sure=True)) == 1
    assert len(split_part(part, 40.0, is_sure=True)) > 1


def test_a_dot_is_never_cut() -> None:
    assert len(split_part(whole_part(1 - H, PIECES), 40.0, is_sure=False)) == 1


def test_cut_out_holds_only_the_parts_own_ink() -> None:
    both = [whole_part(H, PIECES), whole_part(1 - H, PIECES)]
    assert union_box(both) == (20, 5, 103, 50)
    np.testing.assert_array_equal(cut_out(both, INK), INK[5:50, 20:103])
    np.testing.assert_array_equal(cut_out(both[:1], INK + 9), np.where(MASK, INK + 9, 0)[10:50, 20:70])
