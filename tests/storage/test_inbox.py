"""Files that wait for a batch: whole or not at all, in order, read by one at a time, and nothing is lost by damage."""

from __future__ import annotations

from pathlib import Path

import pytest

from hdr_core.errors import DataError
from hdr_core.storage import inbox
from hdr_core.storage.inbox import Uploaded

BATCH = "0" * 31 + "b"
FILES = [Uploaded("a.png", b"one"), Uploaded("scans/ü\0.png", b""), Uploaded("a.png", b"three")]


def test_files_come_back_in_order_with_any_name_also_twice(own_home: Path) -> None:
    inbox.put(BATCH, FILES)
    inbox.put(BATCH, FILES[:1])
    first, second = inbox.parcels(BATCH)
    assert list(inbox.files_of(first)) == FILES and list(inbox.files_of(second)) == FILES[:1]
    assert (inbox.count_files(first), inbox.count_files(second)) == (3, 1)
    inbox.leave_out(BATCH)
    assert inbox.parcels(BATCH) == []


@pytest.mark.parametrize("content", [b"", b"no zip", None])
def test_a_parcel_that_is_damaged_or_gone_holds_nothing(own_home: Path, content: bytes | None) -> None:
    inbox.put(BATCH, FILES)
    (parcel,) = inbox.parcels(BATCH)
    parcel.unlink() if content is None else parcel.write_bytes(content)
    assert list(inbox.files_of(parcel)) == [] and inbox.count_files(parcel) == 0


def test_one_reads_at_a_time(own_home: Path) -> None:
    with inbox.reading(BATCH) as nothing_waits:
        assert not nothing_waits
    inbox.put(BATCH, FILES)
    with inbox.reading(BATCH) as first, inbox.reading(BATCH) as second:
        assert first and not second and inbox.is_being_read(BATCH)
    assert not inbox.is_being_read(BATCH)
    with inbox.reading(BATCH) as again:
        assert again


def test_what_cannot_be_read_is_told_once_until_it_is_forgotten(own_home: Path) -> None:
    assert inbox.unread(BATCH) == []
    inbox.tell_unread(BATCH, [("a.txt", "No picture.")])
    inbox.tell_unread(BATCH, [("a.txt", "No picture."), ("b.txt", "Nor this.")])
    assert inbox.unread(BATCH) == [("a.txt", "No picture."), ("b.txt", "Nor this.")]
    inbox.forget_unread(BATCH)
    inbox.forget_unread(BATCH)
    assert inbox.unread(BATCH) == []
    inbox.tell_unread(BATCH, [("a.txt", "No picture.")])
    inbox.drop(BATCH)
    assert inbox.unread(BATCH) == []


def test_a_full_disk_is_told_in_a_sentence(own_home: Path) -> None:
    own_home.mkdir(exist_ok=True)
    (own_home / "review").write_text("a file in the way")
    with pytest.raises(DataError, match="cannot be kept"):
        inbox.put(BATCH, FILES)


@pytest.mark.parametrize("name", ["", "../records", BATCH[1:], BATCH.upper(), BATCH + "\n"])
def test_a_batch_is_named_by_its_id_alone(own_home: Path, name: str) -> None:
    with pytest.raises(DataError, match="id of a batch"):
        inbox.put(name, FILES)
