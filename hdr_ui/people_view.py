"""All accounts in numbers, for administrators: nothing of what anybody keeps can be seen here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import ParamSpec

import streamlit as st

from hdr_core.accounts.accounts import Account, add_account, list_accounts, open_account
from hdr_core.accounts.administrators import set_administrator
from hdr_core.accounts.password_changes import reset_password
from hdr_core.accounts.passwords import new_password
from hdr_core.accounts.quotas import MEGABYTE, Usage, usage_of
from hdr_core.accounts.removal import remove_account
from hdr_core.errors import AccountError
from hdr_core.text import visible
from hdr_ui import account_deeds, forgetting, records, state, theme
from hdr_ui.account_deeds import deed
from hdr_ui.signing_in import setup, visitor
from hdr_ui.words import verbatim

P = ParamSpec("P")


def show() -> None:
    """The page; whoever is no administrator is told the same as where there is no such page."""
    if not _is_administrator():
        st.info("There is nothing here for you.")
        return
    st.subheader("People", anchor=False)
    account_deeds.show_outcome()
    engine = records.engine()
    people = list_accounts(engine)
    st.dataframe(
        _table(people, [usage_of(engine, one.id) for one in people]),
        hide_index=True,
        key="people_table",
        placeholder="not yet",
        column_config={
            "MB": st.column_config.NumberColumn(format="%.1f"),
            "Last signed in": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
        },
    )
    st.caption("Counts and sizes only. What people read, correct and train is seen by themselves alone.")
    _show_actions(people)
    if setup.settings().form:
        _show_new()


def _table(people: tuple[Account, ...], used: list[Usage]) -> dict[str, list[object]]:
    return {
        "E-mail": [one.email for one in people],
        "Role": ["administrator" if one.is_administrator else "" for one in people],
        "Signs in with": ["password" if one.by_password else str(one.issuer) for one in people],
        "Last signed in": [one.signed_in_at for one in people],
        "Readings": [one.readings for one in used],
        "Corrected": [one.corrected for one in used],
        "Trainings": [one.runs for one in used],
        "Models": [one.models for one in used],
        "Data sets": [one.data_sets for one in used],
        "MB": [one.size_bytes / MEGABYTE for one in used],
    }


def _show_actions(people: tuple[Account, ...]) -> None:
    by_id, lines = {one.id: one for one in people}, _lines(people)
    chosen = st.selectbox(
        "Change an account",
        list(by_id),
        format_func=lines.__getitem__,
        index=None,
        key=state.PERSON_WIDGET,
        placeholder="Choose one",
        width=theme.FIELD_WIDTH_PX,
    )
    if chosen not in by_id:  # also a line that has changed since: it is nobody's
        return
    account = by_id[chosen]
    with st.container(horizontal=True, gap="small", key="person_tools"):
        if account.by_password:
            st.button("Give a new password", on_click=_reset, args=(chosen,), key="person_reset")
        label = "Take administrator rights away" if account.is_administrator else "Make administrator"
        st.button(label, on_click=_promote, args=(chosen, not account.is_administrator), key="person_promote")
        with st.popover("Remove", icon=":material/delete:"):
            st.markdown("The account is deleted for good, with all its readings, pictures, trainings, models and data.")
            sure = st.checkbox(f"Yes, remove {_named(account)}", key=f"person_sure_{chosen}")
            st.button("Remove it", disabled=not sure, on_click=_remove, args=(chosen,), key="person_remove")


def _show_new() -> None:
    with (
        st.expander("New account", icon=":material/person_add:"),
        st.form("new_person", clear_on_submit=True, border=False, width=theme.FIELD_WIDTH_PX),
    ):
        st.text_input("E-mail", autocomplete="off", key=state.PERSON_EMAIL_WIDGET)
        st.caption("You are shown a password to hand over; at the first sign-in it is changed.")
        st.form_submit_button("Make it", type="primary", on_click=_add)


def _by_administrator(act: Callable[P, str]) -> Callable[P, None]:
    """Every click asks once more whether it is an administrator who acts: the page may be older than that."""

    @deed
    def follow(*args: P.args, **kwargs: P.kwargs) -> str:
        if not _is_administrator():
            raise AccountError("Only an administrator can do that.")
        return act(*args, **kwargs)

    return follow


@_by_administrator
def _reset(account_id: str) -> str:
    account = open_account(records.engine(), account_id)
    return _handed_over(account, reset_password(records.engine(), setup.settings(), account_id))


@_by_administrator
def _promote(account_id: str, becomes: bool) -> str:
    set_administrator(records.engine(), account_id, becomes)
    email = _named(open_account(records.engine(), account_id))
    return f"{email} is {'now an administrator' if becomes else 'no administrator any more'}."


@_by_administrator
def _remove(account_id: str) -> str:
    email = _named(open_account(records.engine(), account_id))
    remove_account(records.engine(), account_id)
    forgetting.forget_account(account_id)
    return f"{email} is removed, with everything it owned."


@_by_administrator
def _add() -> str:
    password, email = new_password(), st.session_state[state.PERSON_EMAIL_WIDGET]
    account = add_account(records.engine(), setup.settings(), email, password, must_change_password=True)
    return _handed_over(account, password)


def _lines(people: tuple[Account, ...]) -> dict[str, str]:
    """Account → its line in the list.  No two are alike, since the browser sends the line: a person of a provider may
    bear anybody's address."""
    plain = {one.id: _full_name(one) for one in people}
    times = Counter(plain.values())
    return {key: line if times[line] == 1 else f"{line}, {key}" for key, line in plain.items()}


def _full_name(account: Account) -> str:
    """The address, and who says that it is theirs where it is not the name of the account."""
    return visible(account.email if account.by_password else f"{account.email} ({account.issuer})")


def _named(account: Account) -> str:
    """The name as it is: Markdown would make a link of it."""
    return verbatim(_full_name(account))


def _handed_over(account: Account, password: str) -> str:
    return (
        f"{_named(account)} signs in once with `{password}` and then chooses a password. "
        "Hand it over in a safe way; it is not shown again."
    )


def _is_administrator() -> bool:
    return setup.settings().is_on and visitor.look_again().account.is_administrator
