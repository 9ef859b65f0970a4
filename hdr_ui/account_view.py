"""One's own account: how much it keeps, another password, signing out, and removing it."""

from __future__ import annotations

import streamlit as st

from hdr_core import config
from hdr_core.accounts.accounts import Account
from hdr_core.accounts.password_changes import change_password
from hdr_core.accounts.passwords import MIN_CHARACTERS
from hdr_core.accounts.quotas import MEGABYTE, Usage, usage_of
from hdr_core.accounts.removal import remove_account
from hdr_core.accounts.sessions import end_sessions
from hdr_core.errors import HdrError
from hdr_ui import background, records, shelf
from hdr_ui.signing_in import keys, paths, setup, visitor, watch
from hdr_ui.words import count, literal, plain, verbatim

_FIELD_PX = 420
"""As wide as a field for one name or password is wanted."""


def show() -> None:
    """The page; only where people sign in."""
    if not setup.settings().is_on:
        st.info("Nobody signs in here: all that is kept on this machine is yours.")
        return
    account = visitor.signed_in().account
    st.subheader("Account", anchor=False)
    st.html(f'<div class="hdr-file">{plain(account.email)}</div><div class="hdr-note">{_role(account)}</div>')
    told()
    st.caption(in_words(usage_of(records.engine(), account.id)) + _limit())
    with st.container(horizontal=True, gap="small", key="account_ways_out"):
        st.html(
            f'<form method="post" action="{paths.full(paths.SIGN_OUT)}" class="hdr-sign-out">'
            '<button type="submit">Sign out</button></form>',
            width="content",
        )
        st.button("Sign out everywhere else", on_click=_end_others, key="end_others", type="tertiary")
    if account.by_password:
        _show_password_form()
    _show_removal(account)


def told() -> None:
    """What became of the last click, once."""
    said = st.session_state.pop(keys.SAID, None)
    if said is not None:
        (st.success if said[0] else st.error)(said[1])


def tell(went_well: bool, sentence: str) -> None:
    """Keep a sentence for the run of the page that follows the click."""
    st.session_state[keys.SAID] = went_well, sentence


def in_words(used: Usage) -> str:
    """Counts and sizes as a sentence."""
    return (
        f"{count(used.readings, 'reading')}, {count(used.runs, 'training')}, {count(used.models, 'model')} and "
        f"{count(used.data_sets, 'data set')} are kept: {used.size_bytes / MEGABYTE:,.1f} MB"
    )


def _limit() -> str:
    limit = setup.settings().disk_megabytes
    return "." if limit < 0 else f" of {limit:,.0f} MB."


def _role(account: Account) -> str:
    way = "a password" if account.by_password else f"{plain(account.issuer or 'a provider')}"
    return f"Signs in with {way}." + (" Administrator of this server." if account.is_administrator else "")


def _show_password_form() -> None:
    with (
        st.expander("Change the password", icon=":material/key:"),
        st.form("password_form", clear_on_submit=True, border=False, width=_FIELD_PX),
    ):
        st.text_input(
            "Present password",
            type="password",
            autocomplete="current-password",
            max_chars=500,
            key=keys.OLD_PASSWORD_WIDGET,
        )
        st.text_input(
            "New password",
            type="password",
            autocomplete="new-password",
            max_chars=500,
            key=keys.NEW_PASSWORD_WIDGET,
        )
        st.caption(
            f"At least {MIN_CHARACTERS} characters. Every other browser in which you are signed in is signed out."
        )
        st.form_submit_button("Change it", type="primary", on_click=_change_password)


def _change_password() -> None:
    signed_in = visitor.look_again()
    old, new = (st.session_state[key] for key in (keys.OLD_PASSWORD_WIDGET, keys.NEW_PASSWORD_WIDGET))
    try:
        engine, settings = records.engine(), setup.settings()
        change_password(engine, settings, signed_in.account.id, old, new, session_id=signed_in.session_id)
    except HdrError as error:
        tell(False, literal(str(error)))
        return
    watch.sweep()
    tell(True, "Your password is changed.")


def _end_others() -> None:
    signed_in = visitor.look_again()
    end_sessions(records.engine(), signed_in.account.id, but_session=signed_in.session_id)
    watch.sweep()
    tell(True, "You are signed out everywhere else.")


def _show_removal(account: Account) -> None:
    with st.expander("Remove this account", icon=":material/delete:"):
        st.markdown(
            "Your readings with their pictures, your corrections, trainings, models and data are deleted for good, "
            "and a training that goes on is ended. Nobody can bring them back."
        )
        typed = st.text_input(
            f"To be sure, type {verbatim(account.email)}", key=keys.REMOVE_EMAIL_WIDGET, width=_FIELD_PX
        )
        st.button(
            "Remove it with everything",
            disabled=typed.strip() != account.email,
            on_click=_remove,
            key="remove_account",
        )


def _remove() -> None:
    account = visitor.look_again().account
    if st.session_state.get(keys.REMOVE_EMAIL_WIDGET, "").strip() != account.email:
        return
    try:
        remove_account(records.engine(), account.id)
        background.forget_home(config.person_dir(account.id))
        shelf.forget_everywhere(None)
    except HdrError as error:
        tell(False, literal(str(error)))
    watch.sweep()
