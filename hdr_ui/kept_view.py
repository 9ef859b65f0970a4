"""One past reading: its picture with boxes, what was read, what stands now, and the way to delete it."""

from __future__ import annotations

from itertools import groupby

import streamlit as st
from sqlalchemy import Engine

from hdr_core.errors import ImageError, RecordError
from hdr_core.evaluation.figures import annotated_photo
from hdr_core.records import NOT_A_DIGIT, KeptDigit, KeptReading, delete_reading, open_reading, picture_content
from hdr_core.records.values import State
from hdr_core.types import ReadDigit, Reading, ReadLine, alternatives_of
from hdr_ui import correction_view, forgetting, history_list, history_search, kept_correcting, loaders, state, viewport
from hdr_ui.pressing import pressed
from hdr_ui.words import in_one_line, literal, percent, plain

_PHOTO_PX = 640
_ZOOM = {"displaylogo": False, "modeBarButtons": [["zoomIn2d", "zoomOut2d", "resetScale2d"]], "displayModeBar": "hover"}
_BECAME: dict[State, str] = {
    "read": "Nobody has looked at it since.",
    "corrected": "Corrected since.",
    "accepted": "Confirmed since.",
    "open": "Waits for review.",
}
_NO_DIGIT = "No digit is left in this picture."


def show(engine: Engine, owner: str, kept: KeptReading, room_px: int) -> None:
    """The picture and what it says, side by side where there is room; corrected where that is switched on."""
    content = picture_content(engine, owner, kept.picture_sha256)
    st.button(
        "Back to the list",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=history_list.close,
        key="back_to_list",
    )
    photo_px = min(room_px, _PHOTO_PX)
    photo, answer = viewport.side_by_side(room_px, photo_px, "kept")
    is_alone = kept.batch_id is None
    case = kept_correcting.case_of(engine, owner, kept, content) if is_alone and correction_view.is_on() else ""
    with photo:
        if isinstance(case, str):
            _show_photo(kept, content, photo_px)
        else:
            correction_view.show(case, state.KEPT_BOXES_WIDGET)
            kept = open_reading(engine, owner, kept.id)  # with what was changed a moment ago
    with answer:
        _show_answer(kept)
        _show_tools(engine, owner, kept, content)
        if is_alone:
            correction_view.switch()
            st.caption(case if isinstance(case, str) else "")
    _show_digits(kept)


def _show_photo(kept: KeptReading, content: bytes, photo_px: int) -> None:
    try:
        figure = annotated_photo(loaders.preview_uri(content, kept.picture_sha256), as_reading(kept), photo_px)
    except ImageError as error:  # damaged on the disk since
        st.warning(f"The picture cannot be shown. {literal(error)}")
    else:
        st.plotly_chart(figure, key=f"kept_{kept.id}_{kept.revision}", theme=None, config=_ZOOM)


def _show_tools(engine: Engine, owner: str, kept: KeptReading, content: bytes) -> None:
    with st.container(horizontal=True, gap="small", key="kept_tools"):
        kept_correcting.offer_review(engine, owner, kept)
        _offer_picture(kept, content)
        if pressed("Delete", key=state.DELETE_WIDGET, of=kept.id, icon=":material/delete:"):
            _confirm(engine, owner, kept)


def _offer_picture(kept: KeptReading, content: bytes) -> None:
    st.download_button(
        "Picture",
        content,
        kept.file_name or "picture",
        "application/octet-stream",
        icon=":material/download:",
        on_click="ignore",
        key="kept_picture",
    )


def as_reading(kept: KeptReading) -> Reading:
    """What stands now as a reading, without the boxes that are no digit."""
    digits = [digit for digit in kept.digits if digit.answer not in (None, NOT_A_DIGIT)]
    lines = tuple(ReadLine(tuple(map(_as_read, row))) for _, row in groupby(digits, key=lambda digit: digit.line))
    return Reading(lines, loaders.NO_STAGES, kept.size_wh, () if lines else (_NO_DIGIT,))


def _as_read(digit: KeptDigit) -> ReadDigit:
    label = int(digit.answer or 0)
    by_user = digit.label is not None
    scores = digit.probabilities or (0.0,) * 10
    alternatives = alternatives_of(scores, label)
    return ReadDigit(label, 1.0 if by_user else digit.probability, digit.box_xyxy, digit.tile, alternatives, by_user)


def _show_answer(kept: KeptReading) -> None:
    st.html(f'<div class="hdr-file">{plain(kept.file_name)}</div>')
    if kept.text:
        with st.container(key="number"):
            st.code(kept.text, language=None)
    read = in_one_line(kept.text_read)
    sure = f" as {read}, {percent(kept.probability)} sure that all of it is right" if read else ""
    notes = (
        f"Read{sure}, by {kept.model_name}, {history_search.when(kept.created_at)}",
        _BECAME[kept.state],
    )
    st.html("".join(f'<div class="hdr-note">{plain(note)}</div>' for note in notes))


def _show_digits(kept: KeptReading) -> None:
    """Every box as a small card: its tile, and what it was read as where that is not what it is."""
    cells = []
    for digit in kept.digits:
        answer = "?" if digit.answer is None else "none" if digit.answer == NOT_A_DIGIT else str(digit.answer)
        if digit.label is None:
            note = percent(digit.probability)
        elif digit.label == digit.label_read:
            note = "confirmed"
        else:
            note = "added" if digit.label_read is None else f"read as {digit.label_read}"
        own = " hdr-own" if digit.label not in (None, digit.label_read) else ""
        tile = loaders.png_uri(digit.tile)
        cells.append(f'<div class="hdr-cell{own}"><img src="{tile}" alt=""><b>{answer}</b><span>{note}</span></div>')
    if cells:
        st.html(f'<div class="hdr-panel">{"".join(cells)}</div>')


@st.dialog("Delete this reading")
def _confirm(engine: Engine, owner: str, kept: KeptReading) -> None:
    st.markdown("The reading, its picture and its corrections are deleted for good.")
    with st.container(horizontal=True, gap="small"):
        if st.button(
            "Delete", type="primary", key=state.DELETE_SURE_WIDGET, on_click=_delete, args=(engine, owner, kept)
        ):
            st.rerun()
        if st.button("Keep it", key="keep_it"):
            st.rerun()


def _delete(engine: Engine, owner: str, kept: KeptReading) -> None:
    try:
        delete_reading(engine, owner, kept.id)
    except RecordError as error:
        st.toast(literal(error), icon=":material/error:")
        return
    forgetting.forget(kept)
    history_list.close()
