"""No test leaves a training behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hdr_core.training import runs


@pytest.fixture(autouse=True)
def no_run_is_left() -> Iterator[None]:
    """Kill what a failed test left running."""
    yield
    for child in runs._children:
        if child.poll() is None:
            child.kill()
        child.wait()
    runs._children.clear()
