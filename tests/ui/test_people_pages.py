"""Account and People, and what a page does for whoever is not signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from hdr_core import config
from hdr_core.accounts.accounts import Account, add_account, find_account, list_accounts
from hdr_core.accounts.sessions import end_session, look_up, open_session
from hdr_core.accounts.signing_in import sign_in_by_password, sign_in_by_provider
from hdr_core.errors import QuotaError, SignedOutError
from hdr_core.records import find_readings
from hdr_core.storage.keep_choice import keeps_readings, set_keeping
from hdr_ui import background, digit_sets, people_view, quotas, records, state
from hdr_ui.loaders import png_bytes
from hdr_ui.signing_in import setup, visitor
from tests.accounts.samples import ADA, BOB, PASSWORD, claims
from tests.pictures import on_paper
from tests.records.samples import keep

APP = str(config.PROJECT_DIR / "streamlit_app.py")
Wear = Callable[[str], str]


@pytest.fixture
def engine(switched_on: None) -> Engine:
    """The records, in which Ada is an administrator and Bob is not."""
    found = records.engine()
    add_account(found, setup.settings(), ADA, PASSWORD, is_administrator=True)
    add_account(found, setup.settings(), BOB, PASSWORD)
    return found


@pytest.fixture
def wear(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wear]:
    """Let the browser send the cookie of a fresh session of this person; returns the token."""
    with ExitStack() as at_home:

        def put_on(email: str) -> str:
            token, signed_in = open_session(engine, setup.settings(), account(engine, email).id)
            monkeypatch.setattr(visitor, "_cookie", lambda: token)
            # AppTest words the lines of a list in the test's own thread, which belongs to no page.
            at_home.enter_context(config.at_home(config.person_dir(signed_in.account.id)))
            return token

        yield put_on


def account(engine: Engine, email: str) -> Account:
    found = find_account(engine, email)
    assert found is not None
    return found


def page(path: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60).run()
    return app.switch_page(path).run() if path else app


def texts(app: AppTest) -> str:
    return " ".join(one.value for one in [*app.markdown, *app.caption, *app.error, *app.success, *app.info])


def test_without_a_session_a_page_shows_nothing(engine: Engine) -> None:
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert "You are not signed in" in texts(app) and not app.exception
    assert not app.button and not app.text_input and "works" not in app.session_state


def test_a_session_that_ended_acts_for_nobody(engine: Engine, wear: Wear) -> None:
    token = wear(BOB)
    app = page("pages/server/account.py")
    assert BOB in "".join(one.proto.body for one in app.get("html"))
    end_session(engine, look_up(engine, setup.settings(), token).session_id)
    visitor.forget()
    with pytest.raises(SignedOutError):  # outside of every run there is nobody
        records.owner_id()
    assert "You are not signed in" in texts(app.run())


def test_a_streamlit_session_keeps_its_owner(engine: Engine, wear: Wear) -> None:
    wear(BOB)
    app = page("")
    wear(ADA)  # another cookie, the same Streamlit session
    app.run()
    with pytest.raises(ValueError, match=r"Could not find a navigation page"):  # which an administrator has
        app.switch_page("pages/server/people.py")
    app.switch_page("pages/server/account.py").run()
    assert BOB in "".join(one.proto.body for one in app.get("html"))


def test_the_password_is_changed_and_its_fault_is_told(engine: Engine, wear: Wear) -> None:
    wear(BOB)
    app = page("pages/server/account.py")
    for old, new, said in (
        ("wrong", "another good password", "present password is another"),
        (PASSWORD, "short", "has 10 to 500 characters"),
        (PASSWORD, "another good password", "Your password is changed"),
    ):
        app.text_input(key="old_password").input(old)
        app.text_input(key="new_password").input(new)
        next(one for one in app.button if one.label == "Change it").click()
        assert said in texts(app.run())
    assert sign_in_by_password(engine, setup.settings(), BOB, "another good password", "a").email == BOB


def test_an_account_goes_with_everything_only_when_its_name_is_typed(engine: Engine, wear: Wear) -> None:
    wear(BOB)
    bob = account(engine, BOB).id
    keep(engine, "42", owner_id=bob)
    app = page("pages/server/account.py")
    assert app.button(key="remove_account").disabled
    app.text_input(key="remove_email").input(BOB).run()
    app.button(key="remove_account").click().run()
    assert find_account(engine, BOB) is None and find_readings(engine, bob).total == 0
    assert not app.exception


def test_an_administrator_sees_numbers_and_acts(engine: Engine, wear: Wear) -> None:
    wear(ADA)
    keep(engine, "42", owner_id=account(engine, BOB).id, file_name="secret.png")
    app = page("pages/server/people.py")
    table = app.dataframe[0].value
    assert list(table["E-mail"]) == [ADA, BOB] and list(table["Readings"]) == [0, 1]
    assert "secret" not in table.to_csv()
    app.selectbox(key="person_choice").select(account(engine, BOB).id).run()
    app.button(key="person_promote").click().run()
    assert account(engine, BOB).is_administrator
    app.button(key="person_reset").click().run()
    assert "`bob@example.org` signs in once with" in texts(app) and account(engine, BOB).must_change_password
    app.text_input(key="person_email").input("carol@example.org")
    next(one for one in app.button if one.label == "Make it").click().run()
    assert account(engine, "carol@example.org").must_change_password
    app.checkbox(key=f"person_sure_{account(engine, BOB).id}").check().run()
    app.button(key="person_remove").click().run()
    assert [one.email for one in list_accounts(engine)] == [ADA, "carol@example.org"]
    assert not app.exception


def test_somebody_elses_id_is_no_id(engine: Engine, wear: Wear) -> None:
    kept = keep(engine, "42", owner_id=account(engine, ADA).id)
    wear(BOB)
    answers = []
    for reading_id in (kept.id, "0" * 32):
        app = AppTest.from_file(APP, default_timeout=60)
        app.query_params["reading"] = reading_id
        app.run()
        app.switch_page("pages/read/history.py")
        app.query_params["reading"] = reading_id
        app.run()
        answers.append([one.value for one in app.warning])
    assert answers == [["This reading is no longer kept."]] * 2


def test_work_in_the_background_stays_at_home(tmp_path: Path) -> None:
    with config.at_home(tmp_path / "one"):
        set_keeping(False)
        background.start("key", lambda tell: set_keeping(True))
        assert background.is_known("key")
        with config.at_home(tmp_path / "two"):
            assert not background.is_known("key")  # another's work has another name
        found = background._jobs[background._mine("key")].result.result(timeout=30)
        assert found is None and keeps_readings()
        background.drop("key")
    assert not (tmp_path / "two").exists()


def test_work_that_outlives_its_account_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_gone", set())
    home, is_removed = tmp_path / "home", Event()
    with config.at_home(home):
        background.start("late", lambda tell: set_keeping(not is_removed.wait(timeout=30)))
        job = background._jobs[background._mine("late")]
        background.forget_home(home)
        is_removed.set()
        job.thread.join(timeout=30)
        assert job.result.done() and not home.exists()
        background.drop("late")


def test_two_sets_of_one_name_are_two(tmp_path: Path) -> None:
    with config.at_home(tmp_path / "one"):
        one = digit_sets.whose("own-scans"), digit_sets.whose("own-scans-all"), digit_sets.whose("mnist")
    with config.at_home(tmp_path / "two"):
        two = digit_sets.whose("own-scans"), digit_sets.whose("own-scans-all"), digit_sets.whose("mnist")
    assert one[0] != two[0] and one[1] != two[1] and one[2] == two[2] == ""


def test_limits_are_told_where_they_are_met(engine: Engine, wear: Wear, monkeypatch: pytest.MonkeyPatch) -> None:
    wear(BOB)
    monkeypatch.setenv("HDR_SIGN_IN_DISK_MEGABYTES", "0")
    setup.forget()
    app = page("pages/read/upload.py")
    app.file_uploader(key=state.UPLOAD_WIDGET).upload("seven.png", png_bytes(on_paper("7")), "image/png").run()
    assert [one.value for one in app.warning if "Your part of this server" in one.value], texts(app)
    assert find_readings(engine, account(engine, BOB).id).total == 0
    monkeypatch.setenv("HDR_SIGN_IN_CONCURRENT_RUNS", "0")
    setup.forget()
    app.switch_page("pages/learn/train.py").run()
    app.selectbox(key=f"{state.DATA_WIDGET}_0").select("digits").run()
    app.button(key="train").click().run()
    assert any("trains no networks" in one.value for one in app.error)
    assert not list(config.people_dir().glob("*/runs/*"))


def test_nobody_bears_anothers_line_in_the_list(engine: Engine) -> None:
    for subject in ("1", "2"):
        said = claims(email=BOB, email_verified=False, sub=subject, iat=datetime.now(UTC).timestamp())
        sign_in_by_provider(engine, setup.settings(), said)
    lines = list(people_view._lines(list_accounts(engine)).values())
    assert len(set(lines)) == 4 and lines.count(BOB) == 1
    assert all("id.example.org" in line for line in lines[2:])


def test_what_a_zip_file_holds_is_counted_as_it_is_kept(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HDR_SIGN_IN_DISK_MEGABYTES", "25")
    setup.forget()
    bob = account(engine, BOB).id
    monkeypatch.setattr(visitor, "owner_id", lambda: bob)
    ask = quotas.room_in_the_background()
    for _ in range(2):
        ask(9_000_000)
    keep(engine, "42", owner_id=bob, content=b"x" * 18_000_000)
    with pytest.raises(QuotaError, match="disk is full"):
        ask(9_000_000)


def test_two_tabs_do_not_begin_two_trainings_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, "owner_id", lambda: account(engine, BOB).id)
    with quotas.ask_training():
        assert quotas._beginning.locked()
    assert not quotas._beginning.locked()
