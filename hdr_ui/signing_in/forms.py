"""The pages before the app, as plain HTML: they work without scripts, and password managers know them."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse

from hdr_core.accounts.passwords import MAX_CHARACTERS, MIN_CHARACTERS
from hdr_core.accounts.settings import SignInSettings
from hdr_core.errors import HdrError
from hdr_ui.navigation import ICON
from hdr_ui.signing_in import faults, paths
from hdr_ui.signing_in.form_style import STYLE

SECURITY_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_AT_LEAST = f"At least {MIN_CHARACTERS} characters."
_HEAD = (
    "<meta charset=utf-8><meta name=viewport content='width=device-width, initial-scale=1'>"
    f"<meta name=color-scheme content='light dark'><style>{STYLE}</style>"
)
_WORDS = {"google": "Google", "microsoft": "Microsoft", "github": "GitHub", "gitlab": "GitLab", "okta": "Okta"}


def sign_in_page(
    settings: SignInSettings, *, error: HdrError | None = None, note: str = "", email: str = "", goal: str = "/"
) -> HTMLResponse:
    """E-mail and password, and a button for each provider."""
    parts = [_provider(name, goal) for name in settings.providers]
    if settings.form:
        parts.append("<p class=or><span>or</span></p>" if parts else "")
        parts.append(
            _form(
                paths.SIGN_IN,
                _field("email", "E-mail", "email", "username", value=email),
                _field("password", "Password", "password", "current-password"),
                _hidden("next", goal),
                button="Sign in",
            )
        )
    if settings.has_sign_up_form:
        parts.append(f'<p class=more>New here? <a href="{_link(paths.SIGN_UP, goal)}">Make an account</a></p>')
    if settings.form:
        parts.append("<p class=more>Password forgotten? An administrator can give you a new one.</p>")
    return _page("Sign in", "Sign in to read handwritten numbers.", "".join(parts), error, note)


def sign_up_page(
    settings: SignInSettings, *, error: HdrError | None = None, email: str = "", goal: str = "/"
) -> HTMLResponse:
    """A new account; with an invitation where one is needed."""
    invited = settings.sign_up == "invited"
    form = _form(
        paths.SIGN_UP,
        _field("email", "E-mail", "email", "username", value=email),
        _field("password", "Password", "password", "new-password", hint=_AT_LEAST),
        _field("invitation", "Invitation", "text", "off") if invited else "",
        _hidden("next", goal),
        button="Make the account",
    )
    back = f'<p class=more>Already here? <a href="{_link(paths.SIGN_IN, goal)}">Sign in</a></p>'
    text = "What you read, correct and train is seen by you alone."
    return _page("Make an account", text, form + back, error)


def new_password_page(email: str, *, error: HdrError | None = None) -> HTMLResponse:
    """Whoever came with a password that was given to them chooses their own."""
    form = _form(
        paths.NEW_PASSWORD,
        _hidden("email", email, autocomplete="username"),
        _field("old", "The password you were given", "password", "current-password"),
        _field("password", "Your own password", "password", "new-password", hint=_AT_LEAST),
        button="Keep this password",
    )
    way_out = paths.full(paths.SIGN_OUT)
    away = f'<form class=quiet method=post action="{way_out}"><button>Sign out</button></form>'
    return _page("Choose a password", f"For {email}.", form + away, error)


def closed_page(problem: str) -> HTMLResponse:
    """Why nobody can sign in, for whoever runs the server."""
    return _page("Not open yet", "Nobody can sign in here now.", "", HdrError(problem))


def _page(title: str, text: str, body: str, error: HdrError | None, note: str = "") -> HTMLResponse:
    said = f"<p class=fault role=alert>{escape(faults.sentence(error))}</p>" if error else ""
    said += f"<p class=note role=status>{escape(note)}</p>" if note else ""
    html = (
        f"<!doctype html><html lang=en>{_HEAD}<title>{escape(title)}</title>"
        f"<main><header>{ICON}<h1>{escape(title)}</h1><p>{escape(text)}</p></header>{said}{body}</main></html>"
    )
    if error is None:
        return HTMLResponse(html, headers=SECURITY_HEADERS)
    return HTMLResponse(html, faults.status(error), SECURITY_HEADERS | faults.headers(error))


def _form(action: str, *parts: str, button: str) -> str:
    opening = f'<form method=post action="{paths.full(action)}">'
    return f"{opening}{''.join(parts)}<button class=primary>{escape(button)}</button></form>"


def _field(name: str, label: str, kind: str, autocomplete: str, *, value: str = "", hint: str = "") -> str:
    wanted = f'name={name} id={name} type={kind} autocomplete={autocomplete} value="{escape(value)}" required'
    focus = " autofocus" if name in ("email", "old") and not value else ""
    told = f"<small>{escape(hint)}</small>" if hint else ""
    limits = f"maxlength={MAX_CHARACTERS} spellcheck=false"
    return f"<label for={name}>{escape(label)}</label><input {wanted}{focus} {limits}>{told}"


def _hidden(name: str, value: str, autocomplete: str = "") -> str:
    told = f" autocomplete={autocomplete}" if autocomplete else ""
    return f'<input type=hidden name={name} value="{escape(value)}"{told}>'


def _provider(name: str, goal: str) -> str:
    words = _WORDS.get(name, "your organisation" if name == "default" else name.capitalize())
    return f'<a class=provider href="{_link(f"{paths.WITH_PROVIDER}/{name}", goal)}">Continue with {escape(words)}</a>'


def _link(path: str, goal: str) -> str:
    return escape(paths.with_goal(path, goal))
