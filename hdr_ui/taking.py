"""A file that is made when it is asked for, and then saved by the browser."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from typing import Any

import streamlit as st

from hdr_core.errors import HdrError
from hdr_ui import state
from hdr_ui.pressing import pressed
from hdr_ui.words import literal

# Saves each file once, however often it is handed over, and says that it has it.
_SAVE_JS = """
const saved = new Set();
export default function ({ data, setTriggerValue }) {
  if (!saved.has(data.number)) {
    saved.add(data.number);
    const bytes = Uint8Array.from(atob(data.base64), letter => letter.charCodeAt(0));
    const address = URL.createObjectURL(new Blob([bytes], { type: data.mime }));
    const link = document.createElement("a");
    link.href = address;
    link.download = data.name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }
  setTriggerValue("saved", data.number);
}
"""


def button(label: str, make: Callable[[], bytes], name: str, mime: str, *, key: str, **look: Any) -> None:
    """A button that makes a file and has the browser save it as ``name``; for files that take a while to make.

    What goes wrong while it is made is told below the button, if it is an ``HdrError``.

    A ``st.download_button`` with a function in place of its data does not do: each rerun of the page gives the
    function another address, and a click on the one before it ends in an error instead of a file.
    """
    with st.container(width="content"):
        _button(label, make, name, mime, key, look)


@st.fragment
def _button(label: str, make: Callable[[], bytes], name: str, mime: str, key: str, look: dict[str, Any]) -> None:
    waiting = st.session_state[state.FILES_MADE]
    if pressed(label, key=key, of=name, **look):
        try:
            with st.spinner("Making the file"):
                content = base64.b64encode(make()).decode()
            waiting[key] = {"number": uuid.uuid4().hex, "name": name, "mime": mime, "base64": content}
        except HdrError as error:
            st.error(literal(error))
    if key in waiting:
        save = st.components.v2.component("hdr_save", js=_SAVE_JS, isolate_styles=False)
        save(key=f"{key}_save", data=waiting[key], height=1, on_saved_change=lambda: waiting.pop(key, None))
