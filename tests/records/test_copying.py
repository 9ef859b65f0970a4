"""All records into another database, of either kind; and the whole way of a backup: made, lost, put back."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from hdr_core import config, records
from hdr_core.accounts.accounts import add_account
from hdr_core.accounts.sessions import look_up, open_session
from hdr_core.cli import main
from hdr_core.errors import RecordError, SignedOutError
from hdr_core.records import open_database, opened_database
from hdr_core.records.copying import copy_records, count_records
from hdr_core.records.database import looking, writing
from hdr_core.records.tables import Base, ReadingRow
from hdr_core.storage.backup import LIST, RECORDS
from tests.accounts.samples import ADA, NOW, PASSWORD, SETTINGS
from tests.records import cluster
from tests.records.samples import ME, keep

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Engine]:
    """Another database: an SQLite file."""
    with opened_database(f"sqlite:///{tmp_path / 'other.sqlite'}") as engine:
        yield engine


def fill(engine: Engine) -> None:
    """Readings of two people with corrections, a batch, a picture that two share, and a retraining."""
    first = keep(engine, "42")
    keep(engine, "17\n3", content=b"shared")
    keep(engine, "17\n3", content=b"shared", owner_id="other", file_name="=1+1 <b>.png")
    batch = records.new_batch(engine, ME, name="b", threshold=0.9, rules={"kind": ["x", 1, None]}, model_name="reader")
    keep(engine, "90453", batch_id=batch.id)
    records.propose(engine, ME, run_id="r", base_model="reader", new_model="n", figures={"a": 1})
    corrected(engine, first.id)


def corrected(engine: Engine, reading_id: str) -> None:
    with writing(engine) as session:
        session.execute(update(ReadingRow).where(ReadingRow.id == reading_id).values(state="corrected", text="43"))


def everything(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, as Python sees it."""
    with looking(engine) as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def test_every_row_comes_over_and_back(engine: Engine, file: Engine) -> None:
    fill(engine)
    counts = copy_records(engine, file)
    assert counts["readings"] == 4 and counts["pictures"] == 3 and counts == count_records(engine)
    assert everything(file) == everything(engine)
    with pytest.raises(RecordError, match="records already"):
        copy_records(file, engine)
    assert everything(engine) == everything(file)


def test_a_file_fills_a_database_of_the_other_kind(file: Engine, postgresql: Path) -> None:
    fill(file)
    target = open_database(cluster.empty_database(postgresql))
    try:
        copy_records(file, target)
        assert everything(target) == everything(file)
        found = records.find_readings(target, ME)
        assert {one.text for one in found.items} == {"43", "17\n3", "90453"}
    finally:
        target.dispose()


def test_half_a_copy_is_none(engine: Engine, file: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    from hdr_core.records import copying

    fill(engine)
    copy = copying._copy

    def fail_late(*arguments: object) -> int:
        if arguments[2].name == "digits":  # type: ignore[attr-defined]
            raise RecordError("the disk is full")
        return copy(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(copying, "_copy", fail_late)
    with pytest.raises(RecordError, match="disk"):
        copy_records(engine, file)
    assert count_records(file) == {}


def make_home() -> dict[str, bytes]:
    """Models, a run, data and a setting, as people leave them; returns the files."""
    home = config.base_dir()
    shutil.copytree(config.SHIPPED_MODELS_DIR / "p4-lightweight", home / "models" / "mine")
    for name, text in {"runs/r/events.jsonl": "{}", "people/abc/data/own-1.npz": "x", "model-in-use": "mine"}.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    (home / "models" / ".new-half").mkdir()
    (home / "models" / ".new-half" / "model.keras").write_text("half")
    (home / "way-out").symlink_to("/etc/passwd")
    return files_of(home)


def files_of(home: Path) -> dict[str, bytes]:
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and not path.is_symlink() and "records.sqlite" not in path.name and ".new" not in str(path)
    }


def test_a_backup_brings_back_all_that_people_made(url: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("HDR_DATABASE_URL", url)
    home, folder = config.base_dir(), config.base_dir().parent / "backups"
    files = make_home()
    engine = open_database(url)
    fill(engine)
    before = everything(engine)
    assert main(["backup", str(folder)]) == 0
    backup = next(iter(folder.iterdir()))
    assert backup.stat().st_mode & 0o777 == 0o600 and [one.name for one in folder.iterdir()] == [backup.name]
    assert "readings" in capsys.readouterr().out

    # Where something is, nothing is put back.
    assert main(["restore", str(backup)]) == 2
    assert "is not empty" in capsys.readouterr().err
    shutil.rmtree(home)
    assert main(["restore", str(backup)]) == 2
    assert "records already" in capsys.readouterr().err
    assert files_of(home) == {}

    # All is lost, and comes back.
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    assert main(["restore", str(backup)]) == 0
    assert files_of(home) == files and not (home / "way-out").exists()
    assert everything(engine) == before
    assert records.picture_content(engine, ME, records.find_readings(engine, ME).items[0].picture_sha256)
    assert [one.name for one in home.iterdir() if one.name.startswith(".")] == []
    engine.dispose()


def repacked(backup: Path, changed: dict[str, bytes]) -> None:
    with zipfile.ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()} | changed
    with zipfile.ZipFile(backup, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def listed(name: str, content: bytes = b"x", **more: object) -> bytes:
    import hashlib

    member = (name, len(content), hashlib.sha256(content).hexdigest())
    return json.dumps({"format": 1, "made_at": "", "members": [member], **more}).encode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({RECORDS: b"other"}, "not what was put into it"),
        ({LIST: b"{"}, "damaged or no backup"),
        ({LIST: b"[" * 60_000}, "damaged or no backup"),
        ({LIST: b"{}"}, "does not say"),
        ({LIST: listed("x", format=2)}, "newer version"),
        ({LIST: listed("home/../../evil"), "home/../../evil": b"x"}, "outside itself"),
        ({LIST: listed("/tmp/evil"), "/tmp/evil": b"x"}, "outside itself"),
        ({LIST: listed("home\\evil"), "home\\evil": b"x"}, "outside itself"),
        ({LIST: listed("absent")}, "damaged or no backup"),
    ],
)
def test_a_backup_that_is_not_whole_changes_nothing(changed: dict[str, bytes], said: str, capsys: Captured) -> None:
    folder = config.base_dir().parent / "backups"
    assert main(["backup", str(folder)]) == 0
    backup = next(iter(folder.iterdir()))
    shutil.rmtree(config.base_dir())
    repacked(backup, changed)
    before = sorted(config.base_dir().parent.rglob("*"))
    assert main(["restore", str(backup)]) == 2
    assert said in capsys.readouterr().err
    after = sorted(path for path in config.base_dir().parent.rglob("*") if path != config.base_dir())
    assert after == before


def test_what_is_no_file_is_told(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "text.zip").write_text("no zip file")
    for name, said in (("text.zip", "no backup"), ("absent.zip", "cannot be unpacked")):
        assert main(["restore", str(tmp_path / name)]) == 2
        assert said in capsys.readouterr().err


def test_no_session_comes_back_from_a_copy(engine: Engine, file: Engine) -> None:
    account = add_account(engine, SETTINGS, ADA, PASSWORD)
    token, _ = open_session(engine, SETTINGS, account.id, NOW)
    assert "sessions" not in copy_records(engine, file)
    with pytest.raises(SignedOutError):
        look_up(file, SETTINGS, token, NOW)
