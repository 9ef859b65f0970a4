"""The configuration of the sign-in: nothing is off, all is on, half is told in one sentence."""

from __future__ import annotations

from typing import Any

import pytest

from hdr_core import config
from hdr_core.accounts.settings import OFF, sign_in_settings
from tests.accounts.samples import SECRET

AUTH = {
    "redirect_uri": "https://read.example.org/oauth2callback",
    "cookie_secret": "c" * 32,
    "google": {"client_id": "1", "client_secret": "2", "server_metadata_url": "https://accounts.example.org"},
}
FORM = {"form": True, "secret": SECRET}


def test_nothing_is_off() -> None:
    assert sign_in_settings({}, {}, {}) == OFF
    assert not OFF.is_on


def test_a_form_needs_only_a_secret() -> None:
    settings = sign_in_settings(FORM, {}, {})
    assert settings.is_on and settings.form and settings.secrets == (SECRET,) and not settings.problem


def test_providers_are_streamlits_own_sections() -> None:
    settings = sign_in_settings({}, AUTH, {})
    assert settings.providers == ("google",) and not settings.form and settings.secrets == ("c" * 32,)
    unnamed = {"redirect_uri": "https://x/oauth2callback", "cookie_secret": "c" * 32} | AUTH["google"]  # type: ignore[operator]
    assert sign_in_settings({}, unnamed, {}).providers == ("default",)


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HDR_SIGN_IN_FORM", "yes")
    monkeypatch.setenv("HDR_SIGN_IN_SECRET", "s," * 20)
    monkeypatch.setenv("HDR_SIGN_IN_ADMINISTRATORS", "Ada@Example.org , bob@example.org")
    settings = sign_in_settings({"form": False, "session_days": 3}, {}, config.sign_in_environment())
    assert settings.form and settings.session_days == 3 and settings.secrets == ("s," * 20,)
    assert settings.administrators == ("ada@example.org", "bob@example.org")


@pytest.mark.parametrize(
    ("section", "auth", "said"),
    [
        ({"form": True}, {}, "there is no secret"),
        ({"form": True, "secret": "short"}, {}, "the secret has 5 characters; 32 is the least"),
        ({"form": True, "secret": [SECRET, "short"]}, {}, "5 characters"),
        ({"secret": SECRET}, {}, "switch on form"),
        ({"form": "perhaps", "secret": SECRET}, {}, "form must be true or false"),
        ({**FORM, "forn": 1}, {}, "no setting called 'forn'"),
        ({**FORM, "sign_up": "free"}, {}, "sign_up must be"),
        ({**FORM, "sign_up": "invited"}, {}, "invitation"),
        ({**FORM, "session_days": 0}, {}, "session_days must be"),
        ({**FORM, "session_days": "long"}, {}, "session_days must be a number"),
        ({**FORM, "disk_megabytes": float("nan")}, {}, "disk_megabytes must be"),
        ({**FORM, "administrators": ["nobody"]}, {}, "e-mail address"),
        ({**FORM, "first_administrator": "a@b.c"}, {}, "belong together"),
        (FORM, {"cookie_secret": "c" * 32}, "lacks redirect_uri"),
        (FORM, {**AUTH, "cookie_secret": "c"}, "cookie_secret in [auth] is shorter"),
        (FORM, {**AUTH, "google": {"client_id": "1"}}, "google in [auth] lacks server_metadata_url"),
    ],
)
def test_half_a_configuration_lets_nobody_in(section: dict[str, Any], auth: dict[str, Any], said: str) -> None:
    settings = sign_in_settings(section, auth, {})
    assert settings.is_on and said in settings.problem
    assert not settings.form and not settings.providers and not settings.secrets
