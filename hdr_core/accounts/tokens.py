"""What the session cookie holds: a JSON web token (RFC 7519), signed with HMAC-SHA-256.

It names a session; whether that session still lasts is asked of the database every time.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

import jwt

from hdr_core.errors import SignedOutError

_ISSUER = "handwritten-digit-reader"
_ALGORITHM = "HS256"
_CLAIMS = ["iss", "jti", "sub", "iat", "exp"]


def make_token(secrets: Sequence[str], session_id: str, account_id: str, now: datetime, expires_at: datetime) -> str:
    """A token that is signed with the first secret."""
    claims = {"iss": _ISSUER, "jti": session_id, "sub": account_id, "iat": now, "exp": expires_at}
    return jwt.encode(claims, _key(secrets[0]), algorithm=_ALGORITHM, headers={"kid": key_name(secrets[0])})


def read_token(secrets: Sequence[str], token: str, now: datetime) -> tuple[str, str]:
    """Session id and account id of a token that one of the secrets has signed.

    Raises:
        SignedOutError: it is not whole, not signed by us, or over.
    """
    try:
        name = jwt.get_unverified_header(token).get("kid")
        key = next((_key(secret) for secret in secrets if key_name(secret) == name), None)
        if key is None:
            raise SignedOutError("This session was not opened here. Sign in again.")
        options = {"require": _CLAIMS, "verify_exp": False, "verify_iat": False}
        # The algorithm is ours to name: a token that says "none", or another one, is refused.
        claims = jwt.decode(token, key, algorithms=[_ALGORITHM], issuer=_ISSUER, options=options)  # type: ignore[arg-type]
        is_over = now.timestamp() >= float(claims["exp"])
    except (jwt.InvalidTokenError, TypeError, ValueError):
        raise SignedOutError("This session was not opened here. Sign in again.") from None
    if is_over:
        raise SignedOutError("The session is over. Sign in again.")
    return str(claims["jti"]), str(claims["sub"])


def key_name(secret: str) -> str:
    """Tells which of several secrets has signed, without telling anything of it."""
    return hashlib.sha256(b"hdr key name\0" + secret.encode()).hexdigest()[:8]


def _key(secret: str) -> bytes:
    # A key for this one use: the same secret may sign something else.
    return hmac.new(secret.encode(), b"hdr session cookie", hashlib.sha256).digest()
