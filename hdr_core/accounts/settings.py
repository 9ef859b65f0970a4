"""How people sign in on this server: read from the configuration, and either whole or refused in one sentence.

The values come from ``[sign_in]`` and ``[auth]`` of Streamlit's secrets, or from the environment (``HDR_SIGN_IN_…``,
which wins).  docs/sign-in.md explains each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias, get_args

from hdr_core.accounts.names import normal_email
from hdr_core.errors import AccountError

SignUp: TypeAlias = Literal["open", "invited", "closed"]

MIN_SECRET_CHARACTERS = 32
MIN_INVITATION_CHARACTERS = 8
_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0", "")
_PROVIDER_KEYS = ("client_id", "server_metadata_url")


@dataclass(frozen=True)
class SignInSettings:
    """Everything there is to set; ``is_on`` False is an app for one person, who never signs in.

    ``secrets``: the first signs sessions, all are believed, so that a new one can be put in front.  ``providers`` are
    the names of Streamlit's provider sections ("default" for the one without a name).  ``disk_megabytes`` and
    ``concurrent_runs`` are for each person, ``server_runs`` for all together; negative: no limit.  ``secure_cookie``
    None: as the connection is.
    """

    is_on: bool = False
    form: bool = False
    providers: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    sign_up: SignUp = "open"
    invitation: str = ""
    domains: tuple[str, ...] = ()
    administrators: tuple[str, ...] = ()
    first_administrator: str = ""
    first_password: str = ""
    session_days: float = 14.0
    secure_cookie: bool | None = None
    disk_megabytes: float = 1000.0
    concurrent_runs: int = 1
    server_runs: int = 4
    password_memory_kib: int = 65_536
    password_rounds: int = 3
    problem: str = ""
    """Why nobody can sign in: a sentence for whoever runs the server; empty when all is well."""

    @property
    def has_sign_up_form(self) -> bool:
        """May whoever comes make an account by the form, perhaps with an invitation?"""
        return self.form and self.sign_up != "closed"


OFF = SignInSettings()
_NOT_NAMED = {"is_on", "providers", "secrets", "problem"}  # they follow from what is named, and from [auth]
KNOWN = ("secret", *(field.name for field in fields(SignInSettings) if field.name not in _NOT_NAMED))
"""What may stand in ``[sign_in]`` or, behind ``HDR_SIGN_IN_``, in the environment."""


def sign_in_settings(
    section: Mapping[str, Any], auth: Mapping[str, Any], environment: Mapping[str, str]
) -> SignInSettings:
    """What these three say.  Nothing at all: off.  Half of it, or nonsense: on, with ``problem`` set."""
    values = {**section, **environment}
    if not values and not auth:
        return OFF
    try:
        return _checked(values, auth)
    except AccountError as error:
        return SignInSettings(is_on=True, problem=f"Sign-in is not set up: {error}")


def _checked(values: Mapping[str, Any], auth: Mapping[str, Any]) -> SignInSettings:
    if unknown := sorted(set(values) - set(KNOWN)):
        raise AccountError(f"there is no setting called {unknown[0]!r}; there are {', '.join(KNOWN)}.")
    form, providers = _flag(values, "form"), _providers(auth)
    if not form and not providers:
        raise AccountError("switch on form = true in [sign_in], or name a provider in [auth].")
    return SignInSettings(
        is_on=True,
        form=form,
        providers=providers,
        secrets=_secrets(values, auth),
        **_sign_up(values),
        domains=tuple(name.lower().lstrip("@") for name in _words(values, "domains")),
        administrators=tuple(normal_email(email) for email in _words(values, "administrators")),
        **_first(values),
        session_days=_number(values, "session_days", least=0.001),
        secure_cookie=_flag(values, "secure_cookie") if "secure_cookie" in values else None,
        disk_megabytes=_number(values, "disk_megabytes"),
        concurrent_runs=int(_number(values, "concurrent_runs")),
        server_runs=int(_number(values, "server_runs")),
        password_memory_kib=int(_number(values, "password_memory_kib", least=8)),
        password_rounds=int(_number(values, "password_rounds", least=1)),
    )


def _sign_up(values: Mapping[str, Any]) -> dict[str, Any]:
    sign_up, invitation = str(values.get("sign_up", OFF.sign_up)), str(values.get("invitation", ""))
    if sign_up not in get_args(SignUp):
        raise AccountError(f"sign_up must be open, invited or closed; it is {sign_up!r}.")
    if sign_up == "invited" and len(invitation) < MIN_INVITATION_CHARACTERS:
        raise AccountError(
            f'sign_up = "invited" needs an invitation of {MIN_INVITATION_CHARACTERS} characters or more.'
        )
    return {"sign_up": sign_up, "invitation": invitation}


def _secrets(values: Mapping[str, Any], auth: Mapping[str, Any]) -> tuple[str, ...]:
    found = _words(values, "secret") or [str(auth.get("cookie_secret", ""))]
    if not any(found):
        raise AccountError(
            "there is no secret. Make one with python -c 'import secrets; print(secrets.token_urlsafe(48))' "
            "and put it into [sign_in] as secret."
        )
    if short := [len(one) for one in found if len(one) < MIN_SECRET_CHARACTERS]:
        raise AccountError(f"the secret has {short[0]} characters; {MIN_SECRET_CHARACTERS} is the least.")
    return tuple(found)


def _providers(auth: Mapping[str, Any]) -> tuple[str, ...]:
    if not auth:
        return ()
    if missing := [key for key in ("redirect_uri", "cookie_secret") if not auth.get(key)]:
        raise AccountError(f"[auth] lacks {missing[0]}.")
    if len(str(auth["cookie_secret"])) < MIN_SECRET_CHARACTERS:
        raise AccountError(f"cookie_secret in [auth] is shorter than {MIN_SECRET_CHARACTERS} characters.")
    named = {str(name): value for name, value in auth.items() if isinstance(value, Mapping) and name != "client_kwargs"}
    sections = {**({"default": auth} if "client_id" in auth else {}), **named}
    for name, provider in sections.items():
        if missing := [key for key in _PROVIDER_KEYS if not provider.get(key)]:
            raise AccountError(f"the provider {name} in [auth] lacks {missing[0]}.")
    return tuple(sections)


def _first(values: Mapping[str, Any]) -> dict[str, Any]:
    email, password = str(values.get("first_administrator", "")), str(values.get("first_password", ""))
    if bool(email) != bool(password):
        raise AccountError("first_administrator and first_password belong together; one of them is missing.")
    return {"first_administrator": normal_email(email) if email else "", "first_password": password}


def _flag(values: Mapping[str, Any], name: str) -> bool:
    word = str(values.get(name, "")).strip().lower()
    if word not in (*_YES, *_NO):
        raise AccountError(f"{name} must be true or false; it is {word!r}.")
    return word in _YES


def _words(values: Mapping[str, Any], name: str) -> list[str]:
    """A list, or a text with commas (the environment has no lists); a secret is never cut."""
    value = values.get(name, ())
    if isinstance(value, str):
        return [value] if name == "secret" and value else [word.strip() for word in value.split(",") if word.strip()]
    if not isinstance(value, Sequence):
        raise AccountError(f"{name} must be a list of texts.")
    return [str(word) for word in value]


def _number(values: Mapping[str, Any], name: str, least: float | None = None) -> float:
    try:
        number = float(values.get(name, getattr(OFF, name)))
    except (TypeError, ValueError):
        raise AccountError(f"{name} must be a number; it is {values[name]!r}.") from None
    if not abs(number) < 1e12 or (least is not None and number < least):
        raise AccountError(f"{name} must be {'a number' if least is None else f'{least} or more'}; it is {number}.")
    return number
