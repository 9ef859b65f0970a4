"""Gathered handwriting: whole on disk, and split by writer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hdr_core.errors import DataError
from hdr_core.training.handwriting import (
    Handwriting,
    is_held_out,
    joined,
    load_handwriting,
    save_handwriting,
)

HELD_OUT = ["7", "10", "16", "21", "22"]


def some(count: int = 60, source: str = "school") -> Handwriting:
    rng = np.random.default_rng(count)
    return Handwriting(
        rng.integers(0, 256, (count, 28, 28), np.uint8),
        rng.integers(0, 11, count),
        np.full(count, source),
        np.array([str(index // 3) for index in range(count)]),
    )


def test_no_writer_is_on_both_sides() -> None:
    to_train, held = some(300).split()
    assert len(to_train) + len(held) == 300
    assert not set(to_train.writers) & set(held.writers)
    assert 0.1 < len(held) / 300 < 0.3


def test_whether_a_writer_is_held_out_never_changes() -> None:
    assert [name for name in map(str, range(30)) if is_held_out(f"unipen/{name}")] == HELD_OUT


def test_it_is_the_same_after_a_visit_to_the_disk(tmp_path: Path) -> None:
    both = joined([some(), some(9, "office")])
    save_handwriting(both, tmp_path / "new" / "h.npz")
    again = load_handwriting(tmp_path / "new" / "h.npz")
    for name, column in vars(both).items():
        np.testing.assert_array_equal(getattr(again, name), column)
    assert again.counts() == {"school": 60, "office": 9}


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "h.npz").write_bytes(b"PK\x03\x04 cut short")
    np.savez(tmp_path / "other.npz", x=np.zeros(3))
    for name in ("h.npz", "other.npz", "none.npz"):
        with pytest.raises(DataError, match=name):
            load_handwriting(tmp_path / name)


def test_columns_must_belong_together() -> None:
    good = some(4)
    with pytest.raises(DataError, match="N labels"):
        Handwriting(good.tiles, good.labels[:3], good.sources, good.writers)
    with pytest.raises(DataError, match="0–10"):
        Handwriting(good.tiles, np.array([0, 1, 2, 11]), good.sources, good.writers)
