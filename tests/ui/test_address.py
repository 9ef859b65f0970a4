"""The page's address: a link is taken over once, and what a page wrote itself is no link."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from hdr_ui import address


def page() -> None:
    import streamlit as st

    from hdr_ui import address, state

    state.prepare()
    st.write("|".join(f"{name}={value}" for name, value in sorted(address.read().items())))
    address.write({"part": st.text_input("Part", "map"), "cell": None, "digit": "", "place": 0})


def open_app(**link: str) -> AppTest:
    app = AppTest.from_function(page)
    for name, value in link.items():
        app.query_params[name] = value
    return app.run()


def test_a_link_is_read_and_what_is_written_is_not() -> None:
    app = open_app(part="curves", model="mine")
    assert app.markdown[0].value == "model=mine|part=curves"
    assert dict(app.query_params) == {"part": "map", "place": "0"}
    assert app.run().markdown[0].value == ""  # the page’s own words


def test_a_click_that_still_carries_an_older_address_is_no_link() -> None:
    app = open_app()
    app.text_input[0].set_value("digit").run()
    assert app.query_params["part"] == "digit"
    app.query_params["part"] = "map"
    assert app.run().markdown[0].value == ""
    app.query_params["part"] = "summary"
    assert app.run().markdown[0].value == "part=summary|place=0"


def test_back_and_forward_are_taken_at_their_word(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app()
    app.text_input[0].set_value("digit").run()
    app.query_params["part"] = "map"  # an address of the page's own
    monkeypatch.setattr(address, "_went_through_history", lambda: True)
    assert app.run().markdown[0].value == "part=map|place=0"
