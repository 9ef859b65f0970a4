"""Choices that outlive their page: what is kept is shown again, and what is gone gives way to the first."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from hdr_ui import choices

    memory = st.session_state
    memory.setdefault("part", "one")
    memory.setdefault("fruit", 2)
    titles = memory.get("titles", {1: "Apple", 2: "Pear"})
    if not memory.get("elsewhere"):
        st.write(choices.parts("Part", {"one": "First", "two": "Second"}, "part", "part_widget"))
        st.write(str(choices.select("Fruit", titles, "fruit", "fruit_widget", width=200)))


def values(app: AppTest) -> list[str]:
    assert not app.exception
    return [one.value for one in app.markdown]


def test_what_is_kept_is_shown() -> None:
    app = AppTest.from_function(page).run()
    assert values(app) == ["one", "2"]
    assert app.selectbox(key="fruit_widget").value == 2
    assert app.selectbox(key="fruit_widget").options == ["Apple", "Pear"]
    assert app.segmented_control(key="part_widget").options == ["First", "Second"]


def test_a_choice_is_kept_where_the_page_is_left_and_found_again() -> None:
    app = AppTest.from_function(page).run()
    app.segmented_control(key="part_widget").set_value("two").run()
    app.selectbox(key="fruit_widget").set_value(1).run()
    assert values(app) == ["two", "1"]
    app.session_state["elsewhere"] = True
    assert values(app.run()) == []
    app.session_state["elsewhere"] = False
    assert values(app.run()) == ["two", "1"]
    assert app.selectbox(key="fruit_widget").value == 1


def test_what_another_part_of_the_page_sets_wins_over_the_widget() -> None:
    app = AppTest.from_function(page).run()
    app.selectbox(key="fruit_widget").set_value(1).run()
    app.session_state["fruit"] = 2  # a link, or a click elsewhere
    assert values(app.run()) == ["one", "2"]
    assert app.selectbox(key="fruit_widget").value == 2


def test_two_of_the_same_title_stay_apart() -> None:
    app = AppTest.from_function(page)
    app.session_state["titles"] = {"own-11": "Mine", "own-22": "Mine", "own-33": "Yours"}
    assert values(app.run()) == ["one", "own-11"]
    assert app.selectbox(key="fruit_widget").options == ["Mine …own-11", "Mine …own-22", "Yours"]
    app.selectbox(key="fruit_widget").set_value("own-22").run()
    assert values(app) == ["one", "own-22"]
    assert values(app.run()) == ["one", "own-22"]


def test_a_choice_that_is_gone_gives_way_to_the_first() -> None:
    app = AppTest.from_function(page)
    app.session_state["titles"] = {7: "Fig", 8: "Date"}
    app.session_state["part"] = "no such part"
    assert values(app.run()) == ["one", "7"]
