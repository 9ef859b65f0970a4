"""A past reading as a row of a list: Markdown, whose parts the style sheet lays in columns."""

from __future__ import annotations

from collections.abc import Sequence

from hdr_core.records import KeptReading
from hdr_ui.words import in_one_line, literal, percent

_LONGEST = 40


def row(kept: KeptReading, picture_uri: str, notes: Sequence[str], *, nothing: str) -> str:
    """Picture, **number** (``nothing`` where there is none), *how sure*, the *notes*, *file*."""
    told = (f"{percent(kept.probability)} sure", *notes, _short(kept.file_name) or "no name")
    emphasized = " ".join(f"*{literal(one)}*" for one in told)
    return f"![]({picture_uri}) **{literal(_short(in_one_line(kept.text, nothing)))}** {emphasized}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
