"""Whether what is read in pictures is kept, until somebody says otherwise."""

from __future__ import annotations

from hdr_core import config
from hdr_core.storage.atomic import write_text

_FILE = "keep-readings"
_NO = "no"


def keeps_readings() -> bool:
    """Are readings kept?  Yes, unless that was switched off."""
    try:
        return (config.home_dir() / _FILE).read_text(encoding="utf-8").strip() != _NO
    except (OSError, UnicodeDecodeError):
        return True


def set_keeping(keep: bool) -> None:
    """Switch it on or off, for every later visit too.

    Raises:
        OSError: the choice cannot be written down.
    """
    write_text(config.home_dir() / _FILE, "yes" if keep else _NO)
