"""A click counts once, also when the run of the page that it began never came to its button."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from hdr_ui import pressing


def page() -> None:
    import streamlit as st

    from hdr_ui import state
    from hdr_ui.pressing import pressed

    state.prepare()
    memory = st.session_state
    if memory.pop("cut", False):
        st.stop()  # as the page is left where it is when another rerun is asked for
    memory.setdefault("answered", [])
    for about in ("first", "second"):
        if about == memory.get("shown", "first") and pressed("Delete", key="delete", of=about):
            memory["answered"].append(about)


def open_page() -> AppTest:
    return AppTest.from_function(page).run()


def answered(app: AppTest) -> list[str]:
    assert not app.exception
    found: list[str] = app.session_state["answered"]
    return found


def test_a_click_counts_once() -> None:
    app = open_page()
    assert answered(app) == []
    app.button(key="delete").click().run()
    assert answered(app) == ["first"]
    assert answered(app.run()) == ["first"]
    app.button(key="delete").click().run()
    assert answered(app) == ["first", "first"]


def test_a_click_whose_run_was_cut_off_counts_in_the_next() -> None:
    app = open_page()
    app.session_state["cut"] = True
    app.button(key="delete").click().run()
    assert answered(app) == []
    assert answered(app.run()) == ["first"]
    assert answered(app.run()) == ["first"]


def test_a_click_on_one_thing_is_no_click_on_another() -> None:
    app = open_page()
    app.session_state["cut"] = True
    app.button(key="delete").click().run()
    app.session_state["shown"] = "second"
    assert answered(app.run()) == []
    app.session_state["shown"] = "first"
    assert answered(app.run()) == []


def test_a_click_from_long_ago_is_forgotten() -> None:
    app = open_page()
    app.session_state["cut"] = True
    app.button(key="delete").click().run()
    about, when = app.session_state["pressed"]["delete"]
    app.session_state["pressed"] = {"delete": (about, when - pressing._FORGOTTEN_SECONDS)}
    assert answered(app.run()) == []
