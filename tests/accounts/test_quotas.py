"""Limits for each person, and the end of an account with all it owns."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hdr_core import config
from hdr_core.accounts.accounts import add_account, list_accounts
from hdr_core.accounts.quotas import check_room, check_run, living_runs, usage_of
from hdr_core.accounts.removal import remove_account
from hdr_core.accounts.sessions import look_up, open_session
from hdr_core.cli import main
from hdr_core.errors import AccountError, NotFoundError, QuotaError, SignedOutError
from hdr_core.records import find_readings, list_batches, new_batch, opened_database, picture_content, propose
from hdr_core.storage import locks
from tests.accounts.samples import ADA, BOB, NOW, PASSWORD, SETTINGS
from tests.records.samples import keep


@pytest.fixture
def people(engine: Engine) -> tuple[str, str]:
    """Ada, who is the administrator, and Bob."""
    ada = add_account(engine, SETTINGS, ADA, PASSWORD, is_administrator=True)
    return ada.id, add_account(engine, SETTINGS, BOB, PASSWORD).id


@pytest.fixture
def run_of_bob(people: tuple[str, str]) -> Iterator[Path]:
    """A training of Bob's that goes on."""
    folder = config.person_dir(people[1]) / "runs" / "one"
    folder.mkdir(parents=True)
    (folder / "recipe.json").write_text("{}", encoding="utf-8")
    held = locks.acquire(folder / "lock")
    assert held is not None
    with held:
        yield folder


def test_usage_is_counts_and_sizes(engine: Engine, people: tuple[str, str]) -> None:
    _, bob = people
    nothing = usage_of(engine, bob)
    assert (nothing.readings, nothing.size_bytes) == (0, 0)
    keep(engine, "42", owner_id=bob, content=b"x" * 1000)
    keep(engine, "7", owner_id=bob, content=b"x" * 1000)  # the same picture is kept once
    model = config.person_dir(bob) / "models" / "mine"
    model.mkdir(parents=True)
    (model / "card.json").write_bytes(b"y" * 500)
    used = usage_of(engine, bob)
    assert (used.readings, used.models, used.runs, used.data_sets) == (2, 1, 0, 0)
    assert used.size_bytes == 1000 + 3 * 28 * 28 + 500
    assert usage_of(engine, people[0]).size_bytes == 0


def test_room_ends_where_it_was_set(engine: Engine, people: tuple[str, str]) -> None:
    settings = replace(SETTINGS, disk_megabytes=0.01)
    check_room(engine, settings, people[1], 9_000)
    with pytest.raises(QuotaError, match=r"0 of 0 MB"):
        check_room(engine, settings, people[1], 11_000)
    keep(engine, "42", owner_id=people[1], content=b"x" * 9000)
    with pytest.raises(QuotaError):
        check_room(engine, settings, people[1], 500)
    check_room(engine, settings, people[0], 500)
    check_room(engine, replace(settings, disk_megabytes=-1), people[1], 10**12)


def test_trainings_at_once_are_counted_for_each_and_for_all(people: tuple[str, str], run_of_bob: Path) -> None:
    ada, bob = people
    assert living_runs(config.person_dir(bob)) == 1
    with pytest.raises(QuotaError, match="A training of yours"):
        check_run(SETTINGS, bob)
    check_run(SETTINGS, ada)
    check_run(replace(SETTINGS, concurrent_runs=2), bob)
    with pytest.raises(QuotaError, match="others"):
        check_run(replace(SETTINGS, server_runs=1), ada)
    with pytest.raises(QuotaError, match="trains no networks"):
        check_run(replace(SETTINGS, concurrent_runs=0), ada)
    check_run(replace(SETTINGS, concurrent_runs=-1, server_runs=-1), bob)


def test_a_removed_account_leaves_nothing(engine: Engine, people: tuple[str, str]) -> None:
    ada, bob = people
    for owner in people:
        keep(engine, "42", owner_id=owner, content=b"shared")
        config.person_dir(owner).mkdir(parents=True)
    mine = keep(engine, "7", owner_id=bob, content=b"only Bob's")
    new_batch(engine, bob, name="b", threshold=0.5, rules={}, model_name="reader")
    propose(engine, bob, run_id="r", base_model="a", new_model="b", figures={})
    token, _ = open_session(engine, SETTINGS, bob, NOW)
    remove_account(engine, bob)
    assert [one.id for one in list_accounts(engine)] == [ada]
    with pytest.raises(SignedOutError):
        look_up(engine, SETTINGS, token, NOW)
    assert find_readings(engine, bob).total == 0 and list_batches(engine, bob) == ()
    assert not config.person_dir(bob).exists() and config.person_dir(ada).exists()
    with pytest.raises(NotFoundError):
        picture_content(engine, bob, mine.picture_sha256)
    assert picture_content(engine, ada, find_readings(engine, ada).items[0].picture_sha256) == b"shared"


def test_a_training_of_a_removed_account_ends_at_once(engine: Engine, people: tuple[str, str]) -> None:
    folder = config.person_dir(people[1]) / "runs" / "one"
    folder.mkdir(parents=True)
    program = (
        "import os, sys; from pathlib import Path; from hdr_core.storage import locks\n"
        "run = Path(sys.argv[1]); held = locks.acquire(run / 'lock'); (run / 'pid').write_text(str(os.getpid()))\n"
        "print('training', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(folder)]
    with subprocess.Popen(command, cwd=config.PROJECT_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as training:
        assert training.stdout is not None and training.stdout.readline()
        remove_account(engine, people[1])
        assert training.wait(timeout=30) == -signal.SIGTERM
    assert not config.person_dir(people[1]).exists()


def test_the_last_administrator_is_not_removed(engine: Engine, people: tuple[str, str]) -> None:
    with pytest.raises(AccountError, match="last administrator"):
        remove_account(engine, people[0])
    assert len(list_accounts(engine)) == 2


@pytest.mark.parametrize("account_id", ["", "..", "../x", "a/b"])
def test_a_home_is_never_a_path(account_id: str) -> None:
    with pytest.raises(ValueError, match="letters and digits"):
        config.person_dir(account_id)


def test_the_command_line_makes_resets_and_removes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["accounts", "add", ADA, "--administrator"]) == 0
    assert "Password for the first sign-in: " in capsys.readouterr().out
    assert main(["accounts", "add", BOB]) == 0
    assert main(["accounts", "password", BOB]) == 0
    assert main(["accounts", "promote", BOB]) == 0
    assert main(["accounts", "demote", ADA]) == 0
    capsys.readouterr()
    assert main(["accounts", "list"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[1:3] for line in listed] == [[ADA, "0"], [BOB, "administrator"]]
    assert main(["accounts", "remove", ADA]) == 0
    assert main(["accounts", "remove", BOB]) == 2  # the last administrator
    assert main(["accounts", "remove", ADA]) == 2
    assert main(["accounts", "add"]) == 2
    said = capsys.readouterr()
    assert "no such account" in said.err and "Say whose account" in said.err
    with opened_database(config.database_url()) as engine:
        assert [one.email for one in list_accounts(engine)] == [BOB]
