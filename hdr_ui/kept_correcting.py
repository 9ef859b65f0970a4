"""Correcting a past reading: on its own page where it stands alone, on Review where it belongs to a batch."""

from __future__ import annotations

import streamlit as st
from sqlalchemy import Engine

from hdr_core.errors import ModelError
from hdr_core.evaluation.figures import PHOTO_ACCENT
from hdr_core.records import KeptReading, latest_of_picture, open_batch
from hdr_core.storage.models import list_models
from hdr_ui import cases, loaders, state
from hdr_ui.cases import Case
from hdr_ui.originals import Original
from hdr_ui.pressing import pressed
from hdr_ui.review_decisions import call
from hdr_ui.review_desk import Desk, Place
from hdr_ui.review_reading import rules_of

REVIEW_PAGE = "pages/read/review.py"

_GONE = "The model that read it is no longer here. Download the picture and read it anew on Upload to correct it."
_ELSEWHERE = "This picture was read once more since. Open the newer reading to correct it."


def case_of(engine: Engine, owner: str, kept: KeptReading, content: bytes) -> Case | str:
    """The reading as Upload would have it, for correcting; or the sentence that says why it cannot be corrected here.

    Raises:
        RecordError: the records cannot be reached.
    """
    model = _model_of(kept)
    if model is None:
        return _GONE
    latest = latest_of_picture(engine, owner, kept.picture_sha256, model_digest=kept.model_digest)
    if latest is None or latest.id != kept.id:
        return _ELSEWHERE
    reading = loaders.read_file(content, kept.picture_sha256, kept.file_name, model)
    if isinstance(reading, str):
        return reading
    kind = loaders.media_type_of(kept.file_name)
    return Case(
        key=cases.key_of(kept.picture_sha256, model),
        model=model,
        accent=PHOTO_ACCENT,
        halo="#ffffff",
        reading=reading,
        whole=lambda: loaders.read_stages(content, kept.picture_sha256, kept.file_name, model),
        original=lambda: Original(content, kept.picture_sha256, kind, kept.source, kept.file_name),
        picture_uri=lambda: loaders.preview_uri(content, kept.picture_sha256),
    )


def offer_review(engine: Engine, owner: str, kept: KeptReading) -> None:
    """A button that lays a number of a batch on Review's card.

    Raises:
        RecordError: the records cannot be reached, or the batch is gone.
    """
    if kept.batch_id and pressed("Correct in Review", key="to_review", of=kept.id, icon=":material/fact_check:"):
        desk = Desk(kept.batch_id)
        call(desk, Place(engine, owner, rules_of(open_batch(engine, owner, kept.batch_id))), kept.id)
        st.session_state[state.REVIEW_BATCH], st.session_state[state.REVIEW_DESK] = kept.batch_id, desk
        st.switch_page(REVIEW_PAGE, query_params={"batch": kept.batch_id})


def _model_of(kept: KeptReading) -> str | None:
    """Name of the model that read it, also under another name by now."""
    for name in dict.fromkeys((kept.model_name, *list_models())):
        try:
            if loaders.model_version(name) == kept.model_digest:
                return name
        except ModelError:
            continue
    return None
