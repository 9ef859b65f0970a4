"""Session tokens: only what was signed here, with our algorithm, and is not over."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.accounts import tokens
from hdr_core.accounts.tokens import make_token, read_token
from hdr_core.errors import SignedOutError
from tests.accounts.samples import NOW, SECRET

OTHER = "another secret of 32 characters or so"
LATER = NOW + timedelta(hours=1)
TOKEN = make_token([SECRET], "session", "account", NOW, LATER)


def test_a_token_names_its_session_and_account() -> None:
    assert read_token([SECRET], TOKEN, NOW) == ("session", "account")


def test_a_token_is_over_in_its_last_second() -> None:
    assert read_token([SECRET], TOKEN, LATER - timedelta(seconds=1)) == ("session", "account")
    with pytest.raises(SignedOutError, match="over"):
        read_token([SECRET], TOKEN, LATER)


def test_a_new_secret_in_front_leaves_old_sessions_open() -> None:
    assert read_token([OTHER, SECRET], TOKEN, NOW) == ("session", "account")
    fresh = make_token([OTHER, SECRET], "session", "account", NOW, LATER)
    assert read_token([OTHER], fresh, NOW) == ("session", "account")


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SignedOutError, match="not opened here"):
        read_token([OTHER], TOKEN, NOW)


def _claims(**changes: Any) -> dict[str, Any]:
    return jwt.decode(TOKEN, options={"verify_signature": False}) | changes


@pytest.mark.parametrize("algorithm", ["none", "None", "HS512", "RS256"])
def test_the_algorithm_is_not_the_tokens_to_choose(algorithm: str) -> None:
    header = {"alg": algorithm, "typ": "JWT", "kid": tokens.key_name(SECRET)}
    if algorithm == "HS512":
        forged = jwt.encode(_claims(), tokens._key(SECRET) * 2, "HS512", headers=header)
    else:
        forged = ".".join([_part(header), _part(_claims()), ""])
    with pytest.raises(SignedOutError):
        read_token([SECRET], forged, NOW)


@pytest.mark.parametrize("claim", ["iss", "jti", "sub", "iat", "exp"])
def test_no_claim_may_be_missing(claim: str) -> None:
    claims = _claims()
    del claims[claim]
    forged = jwt.encode(claims, tokens._key(SECRET), "HS256", headers={"kid": tokens.key_name(SECRET)})
    with pytest.raises(SignedOutError):
        read_token([SECRET], forged, NOW)


@given(st.integers(0, len(TOKEN) - 1), st.characters(codec="ascii"))
def test_a_changed_token_opens_nothing_else(place: int, sign: str) -> None:
    changed = TOKEN[:place] + sign + TOKEN[place + 1 :]
    try:
        assert read_token([SECRET], changed, NOW) == ("session", "account")
    except SignedOutError:
        assert changed != TOKEN


@given(st.text(max_size=60))
def test_nonsense_is_no_token(text: str) -> None:
    with pytest.raises(SignedOutError):
        read_token([SECRET], text, NOW)


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
