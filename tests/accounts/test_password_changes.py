"""Another password: it ends what was open, is not guessed from inside, and comes back from an administrator."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from hdr_core.accounts.accounts import sign_up
from hdr_core.accounts.password_changes import change_password, reset_password
from hdr_core.accounts.sessions import look_up, open_session
from hdr_core.accounts.signing_in import sign_in_by_password
from hdr_core.errors import AccountError, SignedOutError, SignInError, TooManyAttemptsError
from tests.accounts.samples import ADA, NOW, PASSWORD, SETTINGS

NEW = "another good password"


def test_another_password_ends_the_other_sessions(engine: Engine) -> None:
    account = sign_up(engine, SETTINGS, ADA, PASSWORD)
    here, mine = open_session(engine, SETTINGS, account.id, NOW)
    there, _ = open_session(engine, SETTINGS, account.id, NOW)
    change_password(engine, SETTINGS, account.id, PASSWORD, NEW, session_id=mine.session_id)
    assert look_up(engine, SETTINGS, here, NOW).account.id == account.id
    with pytest.raises(SignedOutError):
        look_up(engine, SETTINGS, there, NOW)
    with pytest.raises(SignInError):
        sign_in_by_password(engine, SETTINGS, ADA, PASSWORD, "a", NOW)
    assert sign_in_by_password(engine, SETTINGS, ADA, NEW, "a", NOW).id == account.id


@pytest.mark.parametrize(("old", "new", "said"), [("wrong", NEW, "is another"), (PASSWORD, PASSWORD, "old one")])
def test_a_password_that_does_not_change(engine: Engine, old: str, new: str, said: str) -> None:
    account = sign_up(engine, SETTINGS, ADA, PASSWORD)
    token, _ = open_session(engine, SETTINGS, account.id, NOW)
    with pytest.raises(AccountError, match=said):
        change_password(engine, SETTINGS, account.id, old, new, session_id="")
    assert look_up(engine, SETTINGS, token, NOW).account.email == ADA


def test_a_reset_gives_a_password_for_once(engine: Engine) -> None:
    account = sign_up(engine, SETTINGS, ADA, PASSWORD)
    token, _ = open_session(engine, SETTINGS, account.id, NOW)
    given = reset_password(engine, SETTINGS, account.id)
    with pytest.raises(SignedOutError):
        look_up(engine, SETTINGS, token, NOW)
    assert sign_in_by_password(engine, SETTINGS, ADA, given, "a", NOW).must_change_password
    change_password(engine, SETTINGS, account.id, given, NEW, session_id="")
    assert not sign_in_by_password(engine, SETTINGS, ADA, NEW, "a", NOW).must_change_password


def test_the_present_password_is_not_guessed_from_inside(engine: Engine) -> None:
    account = sign_up(engine, SETTINGS, ADA, PASSWORD)

    def change(old: str, seconds: int = 0) -> None:
        change_password(engine, SETTINGS, account.id, old, NEW, session_id="", now=NOW + timedelta(seconds=seconds))

    for number in range(5):
        with pytest.raises(SignInError, match="is another"):
            change(f"wrong {number}")
    with pytest.raises(TooManyAttemptsError):
        change(PASSWORD)
    change(PASSWORD, seconds=2)
    assert sign_in_by_password(engine, SETTINGS, ADA, NEW, "a", NOW).id == account.id
