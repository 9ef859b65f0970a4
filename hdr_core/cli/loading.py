"""Load a model without the remark that LiteRT's C++ code writes to the terminal, and that no setting turns off."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import hdr_core
from hdr_core.reading.classifier import Classifier


def load_quietly(name: str) -> Classifier:
    """``hdr_core.load_model`` for the command line, whose standard error holds sentences for the user only.

    Raises:
        ModelError: there is no such model, or its file is damaged.
    """
    with _no_native_stderr():
        return hdr_core.load_model(name)


@contextmanager
def _no_native_stderr() -> Iterator[None]:
    sys.stderr.flush()
    try:
        kept = os.dup(2)
    except OSError:  # the process was started without a standard error: nothing to keep quiet
        yield
        return
    with open(os.devnull, "wb") as nothing:
        os.dup2(nothing.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
