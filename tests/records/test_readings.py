"""Readings: kept as they came, opened by their owner alone, and deleted for good."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text

from hdr_core.errors import NotFoundError, RecordError
from hdr_core.records import (
    changed_pictures,
    correct,
    delete_all,
    delete_reading,
    find_readings,
    latest_of_picture,
    new_batch,
    open_database,
    open_reading,
    picture_content,
    text_of,
)
from hdr_core.records.database import looking
from hdr_core.records.plain_text import MAX_CHARACTERS, cleaned
from hdr_core.records.tables import Base, DigitRow, PictureRow, ReadingRow
from tests.records import cluster
from tests.records.samples import ME, keep, reading


def count(engine: Engine, table: type[Base]) -> int:
    """How many rows a table has."""
    with looking(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_reading_comes_back_as_it_was_kept(engine: Engine) -> None:
    before = datetime.now(UTC)
    kept = keep(engine, "12\n3", 0.8, content=b"the picture", file_name="a.png", source="camera")
    again = open_reading(engine, ME, kept.id)
    assert (again.text_read, again.text, again.source, again.file_name) == ("12\n3", "12\n3", "camera", "a.png")
    assert again.probability == pytest.approx(0.8**3) and again.size_wh == (200, 100)
    assert (again.state, again.revision, again.batch_id, again.place) == ("read", 1, None, 0)
    assert before <= again.created_at <= datetime.now(UTC)
    assert again.created_at.utcoffset() == timedelta(0)
    assert [number.text for number in again.alternatives] == ["12\n3"]
    assert [(digit.line, digit.place, digit.label_read, digit.label) for digit in again.digits] == [
        (0, 0, 1, None),
        (0, 1, 2, None),
        (1, 0, 3, None),
    ]
    for digit, read in zip(again.digits, reading("12\n3", 0.8).digits, strict=True):
        np.testing.assert_array_equal(digit.tile, read.tile)
        assert digit.box_xyxy == read.box_xyxy
        assert digit.probabilities[read.label] == pytest.approx(0.8) and sum(digit.probabilities) == pytest.approx(1)
    assert text_of(again.digits) == again.text
    assert picture_content(engine, ME, again.picture_sha256) == b"the picture"
    assert again.picture_sha256 == hashlib.sha256(b"the picture").hexdigest()


def test_a_copy_of_a_picture_is_kept_once_and_goes_with_its_last_reading(engine: Engine) -> None:
    first = keep(engine, "1", content=b"same")
    second = keep(engine, "2", content=b"same")
    assert first.picture_sha256 == second.picture_sha256 and count(engine, PictureRow) == 1
    delete_reading(engine, ME, first.id)
    assert picture_content(engine, ME, second.picture_sha256) == b"same"
    delete_reading(engine, ME, second.id)
    assert count(engine, PictureRow) == count(engine, ReadingRow) == count(engine, DigitRow) == 0


def test_a_picture_that_was_read_before_is_found_again(engine: Engine) -> None:
    def found(owner: str = ME, sha256: str | None = None, model_digest: str | None = "d1") -> str | None:
        kept = latest_of_picture(engine, owner, sha256 or first.picture_sha256, model_digest=model_digest)
        return None if kept is None else kept.id

    batch = new_batch(engine, ME, name="b", threshold=0.5, rules={}, model_name="reader")
    first, second = keep(engine, "1", content=b"same"), keep(engine, "2", content=b"same")
    keep(engine, "3", content=b"same", batch_id=batch.id)
    other = keep(engine, "4", content=b"same", model_digest="d2")
    assert found() == second.id and found(model_digest="d2") == other.id
    assert found(model_digest=None) == other.id
    assert found("another") is found(sha256="00") is found(model_digest="d3") is None
    delete_reading(engine, ME, second.id)
    assert found() == first.id


def test_nobody_sees_or_deletes_what_is_somebody_elses(engine: Engine) -> None:
    kept = keep(engine, content=b"mine")
    for attempt in (open_reading, delete_reading):
        with pytest.raises(NotFoundError, match="no longer kept"):
            attempt(engine, "another", kept.id)
    with pytest.raises(NotFoundError):
        picture_content(engine, "another", kept.picture_sha256)
    assert find_readings(engine, "another").total == 0
    assert delete_all(engine, "another") == 0
    assert picture_content(engine, ME, kept.picture_sha256) == b"mine"


def test_a_picture_that_two_people_have_stays_for_the_other(engine: Engine) -> None:
    mine, theirs = keep(engine, content=b"both"), keep(engine, content=b"both", owner_id="another")
    assert delete_all(engine, ME) == 1
    with pytest.raises(NotFoundError):
        picture_content(engine, ME, mine.picture_sha256)
    assert picture_content(engine, "another", theirs.picture_sha256) == b"both"


def test_all_of_many_are_deleted(engine: Engine) -> None:
    for number in range(7):
        keep(engine, str(number), content=bytes([number // 2 + 1]))
    assert delete_all(engine, ME) == 7
    assert count(engine, PictureRow) == count(engine, ReadingRow) == count(engine, DigitRow) == 0


@pytest.mark.parametrize(
    "forget", [lambda engine, kept: delete_reading(engine, ME, kept.id), lambda e, _: delete_all(e, ME)]
)
def test_nothing_of_what_was_deleted_is_left_in_the_files(
    tmp_path: Path, forget: Callable[[Engine, object], object]
) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    secret = b"\x01SECRET-PICTURE\x02" * 3000
    kept = keep(engine, content=secret, file_name="SECRET-NAME.png")
    stays = keep(engine, "7", content=b"STAYS", file_name="stays.png")
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"SECRET-PICTURE" in everything and b"SECRET-NAME" in everything  # else the test could not fail
    forget(engine, kept)
    # While the connection is still open, and the journal with it.
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"SECRET-PICTURE" not in everything and b"SECRET-NAME" not in everything
    assert (b"STAYS" in everything) == bool(find_readings(engine, ME).total)
    assert stays.text == "7"
    engine.dispose()


def test_postgresql_gives_the_room_of_deleted_pictures_back_at_once(postgresql: Path) -> None:
    engine = open_database(cluster.empty_database(postgresql))
    for number in range(3):
        keep(engine, str(number), content=np.random.default_rng(number).bytes(100_000))
    assert pictures_bytes(engine) > 300_000
    delete_all(engine, ME)
    assert pictures_bytes(engine) < 100_000  # autovacuum would come a minute later
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "0"
    engine.dispose()


def pictures_bytes(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT pg_total_relation_size('pictures')")) or 0)


def test_tabs_that_keep_a_picture_at_the_same_moment_share_one_record(engine: Engine) -> None:
    together = Barrier(4)

    def tab(number: int) -> str:
        together.wait(30)
        return keep(engine, "42", file_name=f"{number}.png", once=True).id

    with ThreadPoolExecutor(4) as tabs:
        assert len(set(tabs.map(tab, range(4)))) == 1
    assert find_readings(engine, ME).total == count(engine, PictureRow) == 1
    others = [keep(engine, once=True, model_digest="d2"), keep(engine, once=True, owner_id="another"), keep(engine)]
    assert len({kept.id for kept in others}) == 3  # another model, another person, and who does not ask for one


def test_only_pictures_that_were_changed_are_told_of(engine: Engine) -> None:
    changed, left = keep(engine, "1"), keep(engine, "2")
    keep(engine, "3", owner_id="another")
    correct(engine, ME, changed.id, digits=changed.digits, revision=1)
    pictures = [changed.picture_sha256, left.picture_sha256, "none"]
    assert changed_pictures(engine, ME, pictures, model_digest="d1") == {changed.picture_sha256}
    assert changed_pictures(engine, ME, pictures, model_digest="d2") == frozenset()
    assert changed_pictures(engine, ME, [], model_digest="d1") == frozenset()


def test_a_picture_without_bytes_is_refused(engine: Engine) -> None:
    with pytest.raises(RecordError, match="without any bytes"):
        keep(engine, content=b"")
    assert count(engine, ReadingRow) == 0


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>.png",
        "../../etc/passwd",
        "C:\\Windows\\win.ini",
        "a\0b.png",
        "half a pair \ud83d.png",
        "'; DROP TABLE readings; --",
        "%_\\",
        "مرحبا ١٢٣ \u202e.png",
        "\r\nSet-Cookie: x",
    ],
)
def test_a_hostile_name_is_text_and_nothing_else(engine: Engine, name: str) -> None:
    kept = keep(engine, "5", file_name=name, media_type=name)
    again = open_reading(engine, ME, kept.id)
    assert again.file_name == name.replace("\0", "\ufffd").replace("\ud83d", "\ufffd") == kept.file_name


def test_an_endless_name_is_cut(engine: Engine) -> None:
    kept = keep(engine, "5", file_name="x" * 1_000_000)
    assert open_reading(engine, ME, kept.id).file_name == "x" * MAX_CHARACTERS


@given(st.text(alphabet=st.characters(exclude_categories=())))
@settings(max_examples=200)
def test_cleaned_text_can_be_written_as_utf8_and_is_otherwise_the_same(text: str) -> None:
    clean = cleaned(text)
    assert "\0" not in clean and clean.encode("utf-8").decode("utf-8") == clean
    assert len(clean) == min(len(text), MAX_CHARACTERS)
    assert all(old == new or new == "\ufffd" for old, new in zip(text, clean, strict=False))
    assert cleaned(clean) == clean
