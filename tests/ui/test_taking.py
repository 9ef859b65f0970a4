"""A file is made for a click, and handed to the browser until the browser says that it is saved."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from hdr_core.errors import DataError
    from hdr_ui import state, taking

    state.prepare()
    made = st.session_state.setdefault("made", [])

    def make() -> bytes:
        made.append(1)
        if st.session_state.get("broken"):
            raise DataError("The database cannot be reached.")
        return "Grüße".encode()

    taking.button("Report", make, "report.html", "text/html", key="report")


def test_a_file_is_made_once_and_handed_over_until_it_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[dict[str, Any]] = []
    says: list[Callable[[], None]] = []

    def component(name: str, **how: Any) -> Callable[..., None]:
        def laid(*, data: dict[str, Any], on_saved_change: Callable[[], None], **more: Any) -> None:
            handed.append(data)
            says.append(on_saved_change)

        return laid

    monkeypatch.setattr(st.components.v2, "component", component)
    app = AppTest.from_function(page).run()
    assert (handed, app.session_state["made"]) == ([], [])
    app.button(key="report").click().run()
    app.run()  # whatever reruns the page meanwhile hands over the same file
    assert not app.exception
    assert [(one["name"], one["mime"]) for one in handed] == [("report.html", "text/html")] * 2
    assert base64.b64decode(handed[0]["base64"]).decode() == "Grüße"
    assert handed[0]["number"] == handed[1]["number"]
    assert app.session_state["made"] == [1]
    says[-1]()
    app.run()
    assert len(handed) == 2
    app.button(key="report").click().run()
    assert len(handed) == 3 and handed[2]["number"] != handed[0]["number"]


def test_what_went_wrong_while_it_was_made_is_told() -> None:
    app = AppTest.from_function(page)
    app.session_state["broken"] = True
    app.run().button(key="report").click().run()
    assert not app.exception
    assert [error.value for error in app.error] == ["The database cannot be reached."]
    assert app.session_state["files_made"] == {}
