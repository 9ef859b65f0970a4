"""The end of a training that goes on in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Callable

from hdr_core.training import runs


def ended(run_id: str, look: Callable[[runs.RunInfo], None] = lambda info: None) -> runs.RunInfo:
    """The run as it is when it has ended; until then ``look`` is shown how it stands, five times a second."""
    while (info := runs.read_run(run_id)).state in runs.ALIVE:
        look(info)
        time.sleep(0.2)
    return info
