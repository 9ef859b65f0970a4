"""Wrong passwords: the right one is not tried either while the name or the address has to wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from hdr_core.accounts.accounts import add_account
from hdr_core.accounts.signing_in import sign_in_by_password
from hdr_core.accounts.throttle import FORGOTTEN_AFTER, Limit, count_attempt, counters
from hdr_core.errors import SignInError, TooManyAttemptsError
from tests.accounts.samples import ADA, BOB, NOW, PASSWORD, SETTINGS


def test_a_limit_doubles_up_to_its_end() -> None:
    limit = Limit(free=3, longest_seconds=20)
    assert [limit.wait_seconds(failures) for failures in range(9)] == [0, 0, 0, 2, 4, 8, 16, 20, 20]
    assert limit.wait_seconds(10_000) == 20


def test_twenty_wrong_passwords(engine: Engine) -> None:
    add_account(engine, SETTINGS, ADA, PASSWORD)
    said = []
    for number in range(20):
        with pytest.raises(SignInError) as caught:
            sign_in_by_password(engine, SETTINGS, ADA, f"wrong {number}", "10.0.0.1", NOW)
        said.append(type(caught.value))
    assert said == [SignInError] * 5 + [TooManyAttemptsError] * 15
    with pytest.raises(TooManyAttemptsError, match="2 seconds") as refused:
        sign_in_by_password(engine, SETTINGS, ADA, PASSWORD, "10.0.0.1", NOW)
    later = NOW + timedelta(seconds=refused.value.wait_seconds)
    assert sign_in_by_password(engine, SETTINGS, ADA, PASSWORD, "10.0.0.1", later).email == ADA
    with pytest.raises(SignInError, match="wrong"):  # and everything is forgiven
        sign_in_by_password(engine, SETTINGS, ADA, "wrong again", "10.0.0.1", later)


def test_a_patient_guesser_waits_longer_and_longer(engine: Engine) -> None:
    now, waits = NOW, []
    for _ in range(12):
        try:
            count_attempt(engine, counters(ADA, "10.0.0.1"), now)
        except TooManyAttemptsError as error:
            waits.append(error.wait_seconds)
            now += timedelta(seconds=error.wait_seconds)
            count_attempt(engine, counters(ADA, "10.0.0.1"), now)
    assert waits == [2, 4, 8, 16, 32, 64, 128]


def test_others_are_not_locked_out(engine: Engine) -> None:
    for person in (ADA, BOB):
        add_account(engine, SETTINGS, person, PASSWORD)
    for number in range(8):
        with pytest.raises(SignInError):
            sign_in_by_password(engine, SETTINGS, ADA, f"wrong {number}", "10.0.0.1", NOW)
    assert sign_in_by_password(engine, SETTINGS, ADA, PASSWORD, "10.0.0.2", NOW).email == ADA
    assert sign_in_by_password(engine, SETTINGS, BOB, PASSWORD, "10.0.0.1", NOW).email == BOB


def test_an_address_that_tries_many_names_has_to_wait(engine: Engine) -> None:
    for number in range(40):
        count_attempt(engine, counters(f"{number}@example.org", "10.0.0.1"), NOW)
    with pytest.raises(TooManyAttemptsError):
        count_attempt(engine, counters("new@example.org", "10.0.0.1"), NOW)
    count_attempt(engine, counters("new@example.org", "10.0.0.2"), NOW)


def test_an_own_account_does_not_clear_what_others_tried_from_the_same_address(engine: Engine) -> None:
    add_account(engine, SETTINGS, BOB, PASSWORD)
    for number in range(38):
        count_attempt(engine, counters(f"{number}@example.org", "10.0.0.1"), NOW)
    for _ in range(3):  # a right password costs nothing, and helps nobody else
        assert sign_in_by_password(engine, SETTINGS, BOB, PASSWORD, "10.0.0.1", NOW).email == BOB
    for number in (38, 39):
        count_attempt(engine, counters(f"{number}@example.org", "10.0.0.1"), NOW)
    with pytest.raises(TooManyAttemptsError):
        sign_in_by_password(engine, SETTINGS, BOB, PASSWORD, "10.0.0.1", NOW)


def test_many_at_once_count_one_after_another(engine: Engine) -> None:
    def attempt(_: int) -> bool:
        try:
            count_attempt(engine, counters(ADA, "10.0.0.1"), NOW)
        except TooManyAttemptsError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 5


def test_a_day_later_all_is_forgotten(engine: Engine) -> None:
    for _ in range(5):
        count_attempt(engine, counters(ADA, "10.0.0.1"), NOW)
    with pytest.raises(TooManyAttemptsError):
        count_attempt(engine, counters(ADA, "10.0.0.1"), NOW)
    later = NOW + FORGOTTEN_AFTER + timedelta(seconds=1)
    for _ in range(5):
        count_attempt(engine, counters(ADA, "10.0.0.1"), later)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),  # half of it is free to choose
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("nowhere", "elsewhere", False),
    ],
)
def test_an_address_is_counted_by_what_its_owner_cannot_change(one: str, other: str, same: bool) -> None:
    assert (counters(ADA, one) == counters(ADA, other)) == same
