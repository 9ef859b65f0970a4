"""People for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hdr_core.accounts.settings import SignInSettings

SECRET = "a secret of the tests, 32 characters"
SETTINGS = SignInSettings(is_on=True, form=True, secrets=(SECRET,), password_memory_kib=8, password_rounds=1)
BY_FORM = {
    "HDR_SIGN_IN_FORM": "yes",
    "HDR_SIGN_IN_SECRET": SECRET,
    "HDR_SIGN_IN_PASSWORD_MEMORY_KIB": "8",
    "HDR_SIGN_IN_PASSWORD_ROUNDS": "1",
}
"""The same in the environment of an app: sign-in by form, with hashes that cost nothing."""
ADA, BOB = "ada@example.org", "bob@example.org"
PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def claims(**changes: Any) -> dict[str, Any]:
    """What a provider says of Ada at NOW."""
    said = {"iss": "https://id.example.org", "sub": "1", "email": ADA, "email_verified": True, "nonce": "n1"}
    return said | {"iat": NOW.timestamp()} | changes
