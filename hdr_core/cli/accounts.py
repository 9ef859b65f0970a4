"""``accounts``: for whoever runs a server: make an account, give it a new password, remove it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from hdr_core.errors import AccountError

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

_ACTIONS = ("add", "list", "password", "promote", "demote", "remove")


def add_to(commands: Commands) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        "accounts",
        help="make, list and remove the accounts of a server",
        description="Make, list and remove the accounts of those who sign in to the app on a server.",
    )
    parser.add_argument("action", choices=_ACTIONS, help="what to do")
    parser.add_argument("who", nargs="?", default="", help="the e-mail address, or the id, of the account")
    parser.add_argument("--administrator", action="store_true", help="with add: make it an administrator's account")
    parser.add_argument("--password-stdin", action="store_true", help="with add: take the password from standard input")
    parser.add_argument("--database", help="address of the records; by default HDR_DATABASE_URL, or the SQLite file")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Do it and say what was done.

    Raises:
        AccountError: there is no such account, or it cannot be made.
        RecordError: the database cannot be reached.
    """
    if not parsed.who and parsed.action != "list":
        raise AccountError(f"Say whose account: python -m hdr_core accounts {parsed.action} name@example.org")
    from hdr_core.cli.account_actions import act  # here, so that no other command waits for the database's libraries

    return act(parsed)
