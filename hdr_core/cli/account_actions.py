"""What the command ``accounts`` does: each action takes the records and the arguments and returns the exit code."""

from __future__ import annotations

import argparse
import sys

from sqlalchemy import Engine

from hdr_core import config
from hdr_core.accounts.accounts import Account, add_account, find_account, list_accounts, open_account
from hdr_core.accounts.administrators import set_administrator
from hdr_core.accounts.password_changes import reset_password
from hdr_core.accounts.passwords import new_password
from hdr_core.accounts.quotas import MEGABYTE, usage_of
from hdr_core.accounts.removal import remove_account
from hdr_core.accounts.settings import SignInSettings
from hdr_core.records.database import opened_database

_SETTINGS = SignInSettings(is_on=True, form=True)


def act(parsed: argparse.Namespace) -> int:
    """Do it and say what was done.

    Raises:
        AccountError: there is no such account, or it cannot be made.
        RecordError: the database cannot be reached.
    """
    with opened_database(parsed.database or config.database_url()) as engine:
        return _ACTIONS[parsed.action](engine, parsed)


def _add(engine: Engine, parsed: argparse.Namespace) -> int:
    password = sys.stdin.readline().rstrip("\r\n") if parsed.password_stdin else new_password()
    must_change = not parsed.password_stdin
    roles = {"is_administrator": parsed.administrator, "must_change_password": must_change}
    account = add_account(engine, _SETTINGS, parsed.who, password, **roles)
    print(f"{account.email} has an account{', as an administrator' if account.is_administrator else ''}.")
    if must_change:
        print(f"Password for the first sign-in: {password}")
    return 0


def _list(engine: Engine, parsed: argparse.Namespace) -> int:
    for account in list_accounts(engine):
        used = usage_of(engine, account.id)
        role = " administrator" if account.is_administrator else ""
        print(f"{account.id}  {account.email}{role}  {used.readings} readings, {used.size_bytes / MEGABYTE:,.1f} MB")
    return 0


def _password(engine: Engine, parsed: argparse.Namespace) -> int:
    account = _find(engine, parsed.who)
    password = reset_password(engine, _SETTINGS, account.id)
    print(f"Password for the next sign-in of {account.email}: {password}")
    return 0


def _promote(engine: Engine, parsed: argparse.Namespace) -> int:
    account = _find(engine, parsed.who)
    set_administrator(engine, account.id, True)
    print(f"{account.email} is an administrator now.")
    return 0


def _demote(engine: Engine, parsed: argparse.Namespace) -> int:
    account = _find(engine, parsed.who)
    set_administrator(engine, account.id, False)
    print(f"{account.email} is no administrator any more.")
    return 0


def _remove(engine: Engine, parsed: argparse.Namespace) -> int:
    account = _find(engine, parsed.who)
    remove_account(engine, account.id)
    print(f"{account.email} is removed, with everything it owned.")
    return 0


def _find(engine: Engine, who: str) -> Account:
    found = find_account(engine, who) if "@" in who else None
    return found if found is not None else open_account(engine, who)


_ACTIONS = {
    "add": _add,
    "list": _list,
    "password": _password,
    "promote": _promote,
    "demote": _demote,
    "remove": _remove,
}
