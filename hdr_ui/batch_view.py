"""Many pictures at once: reading them with progress, what failed, the summary, and the downloads."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from hdr_core.errors import HdrError
from hdr_core.export import Outcome, outcomes_to_csv, outcomes_to_json
from hdr_core.text import visible
from hdr_core.types import Reading
from hdr_ui import cases, correcting, loaders, state, works
from hdr_ui.cases import Case
from hdr_ui.sources import Source
from hdr_ui.words import cautious, count, in_one_line, plain

Batch = list[tuple[Source, Outcome]]

_PATIENCE_S = 0.5  # a batch that takes less needs no progress bar
_JSON = "application/json"
_TABLE_ROWS = 8


def read_all(sources: Sequence[Source], model: str) -> Batch:
    """Read every picture; one that cannot be read does not stop the others.

    Raises:
        ModelError: the model is missing or damaged: nothing can be read.
    """
    place = st.empty()
    start = time.monotonic()
    batch: Batch = []
    for source in sources:
        batch.append((source, loaders.read_file(source.data, source.digest, source.name, model)))
        elapsed = time.monotonic() - start
        if elapsed > _PATIENCE_S:
            left_s = elapsed / len(batch) * (len(sources) - len(batch))
            text = f"{len(batch)} of {count(len(sources), 'picture')} read, about {left_s:.0f} s left"
            place.progress(len(batch) / len(sources), text)
    place.empty()
    return batch


def corrected(batch: Batch, model: str) -> Batch:
    """The same pictures as they stand after the user's changes, in this session or in an earlier one."""
    readable = {
        id(source): cases.of_upload(source, outcome, model) for source, outcome in batch if isinstance(outcome, Reading)
    }
    correcting.take_up(readable.values())
    if not works.any_work():
        return batch
    return [
        (source, _corrected(readable[id(source)]) if id(source) in readable else outcome) for source, outcome in batch
    ]


def _corrected(case: Case) -> Outcome:
    try:
        return correcting.corrected(case)
    except HdrError as error:
        return str(error)


def as_read(batch: Batch, source: Source) -> Reading:
    """What was read in one of the batch's readable pictures, before any change."""
    return next(outcome for other, outcome in batch if other is source and isinstance(outcome, Reading))


def show_faults(batch: Batch) -> None:
    """Each file that could not be read, with the sentence that says why."""
    list_faults([(source.name, outcome) for source, outcome in batch if isinstance(outcome, str)])


def list_faults(faults: Sequence[tuple[str, str]]) -> None:
    """Names of files, each with the sentence that says why it was not read."""
    if not faults:
        return
    with st.container(height=260 if len(faults) > 5 else "content", border=False, key="faults"):
        for name, sentence in faults:
            st.html(f'<div class="hdr-fault" role="alert"><b>{plain(name)}</b><br><span>{plain(sentence)}</span></div>')


def choose(batch: Batch) -> tuple[Source, Outcome]:
    """The picture that is looked at; several are listed, and one of the list is chosen."""
    if len(batch) == 1:
        return batch[0]
    batch = sorted(batch, key=lambda pair: isinstance(pair[1], str))  # what could be read comes first
    read = sum(isinstance(outcome, Reading) and bool(outcome.digits) for _, outcome in batch)
    st.caption(f"{read} of {count(len(batch), 'picture')} read. Choose one to look at.")
    picked = st.dataframe(
        [_summary_row(source.name, outcome) for source, outcome in batch],
        key=state.PICTURE_WIDGET,
        hide_index=True,
        height="content" if len(batch) <= _TABLE_ROWS else 36 * (_TABLE_ROWS + 1),
        on_select="rerun",
        selection_mode="single-row-required",
        column_config={
            "Sure": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1, width="small"),
            "File": st.column_config.TextColumn(width="medium"),
        },
    )
    rows = picked["selection"]["rows"]
    return batch[rows[0] if rows and rows[0] < len(batch) else 0]


def show_downloads(batch: Batch) -> None:
    """All pictures as CSV and as JSON."""
    outcomes = [(source.name, outcome) for source, outcome in batch]
    with st.container(horizontal=True, gap="small", key="downloads"):
        # The mark at the start tells spreadsheets that names are UTF-8.
        csv = outcomes_to_csv(outcomes).encode("utf-8-sig")
        for label, content, kind in (("CSV", csv, "text/csv"), ("JSON", outcomes_to_json(outcomes).encode(), _JSON)):
            key = label.lower()
            st.download_button(
                label, content, f"numbers.{key}", kind, icon=":material/download:", on_click="ignore", key=key
            )
    st.caption("CSV: one line per written row. JSON: every digit with its box and all ten probabilities.")


def _summary_row(name: str, outcome: Outcome) -> dict[str, str | float | None]:
    if isinstance(outcome, str):
        return {"File": visible(name), "Number": "", "Sure": None, "Result": "Not read"}
    if not outcome.digits:
        return {"File": visible(name), "Number": "", "Sure": None, "Result": "No digits found"}
    number = in_one_line(outcome.text)
    result = "Corrected" if outcome.is_corrected else "Read"
    return {"File": visible(name), "Number": number, "Sure": cautious(outcome.probability), "Result": result}
