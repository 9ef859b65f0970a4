"""What somebody before the app is told when something went wrong: a sentence, and the status of the answer."""

from __future__ import annotations

import logging

from hdr_core.errors import AccountError, HdrError, RecordError, SignedOutError, TooManyAttemptsError

_LOG = logging.getLogger(__name__)


def sentence(error: HdrError) -> str:
    """The error's own; where the records are is for the server's log, not for somebody unknown."""
    if not isinstance(error, RecordError):
        return str(error)
    _LOG.warning("%s", error)
    return "The server cannot look up who you are now. Try again in a minute."


def status(error: HdrError) -> int:
    """The status of HTTP that says the same."""
    if isinstance(error, TooManyAttemptsError):
        return 429
    return 401 if isinstance(error, SignedOutError) else 400 if isinstance(error, AccountError) else 503


def headers(error: HdrError) -> dict[str, str]:
    """When to come back, for whoever has to wait."""
    return {"retry-after": str(round(error.wait_seconds + 0.5))} if isinstance(error, TooManyAttemptsError) else {}
