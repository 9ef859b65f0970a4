"""Readings go into the records: pictures as they are read, once each; drawings when the user says so."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hdr_core.errors import QuotaError, RecordError
from hdr_core.export import Outcome
from hdr_core.records import KeptReading, keep_reading, latest_of_picture
from hdr_core.storage.keep_choice import keeps_readings
from hdr_ui import cases, loaders, quotas, records, state
from hdr_ui.cases import Case
from hdr_ui.sources import Source
from hdr_ui.words import literal


def keep_once(case: Case) -> KeptReading:
    """The record of this picture as this model reads it: the one that is there already, else a new one.

    Raises:
        RecordError: the records cannot be reached.
        QuotaError: the person's part of the disk is full.
        ModelError: there is no such model.
    """
    engine, owner = records.engine(), records.owner_id()
    original, digest = case.original(), loaders.model_version(case.model)
    kept = latest_of_picture(engine, owner, original.sha256, model_digest=digest)
    if kept is None:
        quotas.ask_room(len(original.content))
    kept = kept or keep_reading(
        engine,
        owner,
        reading=case.reading,
        content=original.content,
        media_type=original.media_type,
        source=original.way,
        file_name=original.name,
        model_name=case.model,
        model_digest=digest,
        once=True,
    )
    note_kept(case, kept)
    return kept


def keep_all(batch: Sequence[tuple[Source, Outcome]], model: str) -> None:
    """Keep every picture in which digits were read, unless that is switched off; one sentence where it fails.

    Each is kept once in a session, also when its record was deleted meanwhile: it does not come back by itself.
    """
    if not keeps_readings():
        return
    kept = st.session_state[state.KEPT]
    for source, outcome in batch:
        if isinstance(outcome, str) or not outcome.digits or cases.key_of(source.digest, model) in kept:
            continue
        try:
            keep_once(cases.of_upload(source, outcome, model))
        except (RecordError, QuotaError) as error:
            st.warning(f"What is read here is not kept. {literal(error)}", icon=":material/cloud_off:")
            return


def note_kept(case: Case, kept: KeptReading) -> None:
    """This session knows that the picture is in the records."""
    st.session_state[state.KEPT][case.key] = kept.id


def is_kept(case: Case) -> bool:
    """The picture is in the records, as far as this session knows."""
    return bool(st.session_state[state.KEPT].get(case.key))
