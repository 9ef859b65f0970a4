"""One's own account: how much it keeps, another password, signing out, and removing it."""

from __future__ import annotations

import streamlit as st

from hdr_core.accounts.accounts import Account
from hdr_core.accounts.password_changes import change_password
from hdr_core.accounts.passwords import MAX_CHARACTERS, MIN_CHARACTERS
from hdr_core.accounts.quotas import MEGABYTE, Usage, usage_of
from hdr_core.accounts.removal import remove_account
from hdr_core.accounts.sessions import end_sessions
from hdr_core.errors import AccountError
from hdr_ui import account_deeds, forgetting, records, state, theme
from hdr_ui.account_deeds import deed
from hdr_ui.signing_in import paths, setup, visitor
from hdr_ui.words import count, plain, verbatim


def show() -> None:
    """The page; only where people sign in."""
    if not setup.settings().is_on:
        st.info("Nobody signs in here: all that is kept on this machine is yours.")
        return
    account = visitor.signed_in().account
    st.subheader("Account", anchor=False)
    st.html(f'<div class="hdr-file">{plain(account.email)}</div><div class="hdr-note">{_role(account)}</div>')
    account_deeds.show_outcome()
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
        st.form("password_form", clear_on_submit=True, border=False, width=theme.FIELD_WIDTH_PX),
    ):
        _password("Present password", "current-password", state.OLD_PASSWORD_WIDGET)
        _password("New password", "new-password", state.NEW_PASSWORD_WIDGET)
        st.caption(
            f"At least {MIN_CHARACTERS} characters. Every other browser in which you are signed in is signed out."
        )
        st.form_submit_button("Change it", type="primary", on_click=_change_password)


def _password(label: str, autocomplete: str, key: str) -> None:
    st.text_input(label, type="password", autocomplete=autocomplete, max_chars=MAX_CHARACTERS, key=key)


@deed
def _change_password() -> str:
    signed_in, settings = visitor.look_again(), setup.settings()
    old, new = (st.session_state[key] for key in (state.OLD_PASSWORD_WIDGET, state.NEW_PASSWORD_WIDGET))
    engine, account_id = records.engine(), signed_in.account.id
    change_password(engine, settings, account_id, old, new, session_id=signed_in.session_id)
    return "Your password is changed."


@deed
def _end_others() -> str:
    signed_in = visitor.look_again()
    end_sessions(records.engine(), signed_in.account.id, but_session=signed_in.session_id)
    return "You are signed out everywhere else."


def _show_removal(account: Account) -> None:
    with st.expander("Remove this account", icon=":material/delete:"):
        st.markdown(
            "Your readings with their pictures, your corrections, trainings, models and data are deleted for good, "
            "and a training that goes on is ended. Nobody can bring them back."
        )
        typed = st.text_input(
            f"To be sure, type {verbatim(account.email)}", key=state.REMOVE_EMAIL_WIDGET, width=theme.FIELD_WIDTH_PX
        )
        st.button(
            "Remove it with everything",
            disabled=typed.strip() != account.email,
            on_click=_remove,
            key="remove_account",
        )


@deed
def _remove() -> str:
    account = visitor.look_again().account
    if st.session_state.get(state.REMOVE_EMAIL_WIDGET, "").strip() != account.email:
        raise AccountError("The address that was typed is another. Nothing was removed.")
    remove_account(records.engine(), account.id)
    forgetting.forget_account(account.id)
    return "The account is removed, with everything it owned."
