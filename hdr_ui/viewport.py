"""How wide the page is: the canvas and the photographs are drawn to fit, so Python has to know."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hdr_ui import state

_PHONE_GUESS_PX = 358  # a 390 px phone less the page's margins
_DESK_GUESS_PX = 1088
_STEP_PX = 2
_GAP_PX = 40
_NARROWEST_SIDE_PX = 300

# An element without height that reports the width it is given: at once, and again when the window changes.
# It also reports the page's colour when that changes (its own colour follows in a transition, which can be
# heard): Streamlit paints its own parts anew, but only a rerun paints the canvas and the charts.
_RULER_HTML = """<div class="ruler" aria-hidden="true"
 style="height:0; background-color:var(--st-background-color); transition:background-color 1ms"></div>"""
_RULER_JS = """
export default function ({ parentElement, setStateValue, data }) {
  const ruler = parentElement.querySelector(".ruler");
  ruler.dataset.known = data.known ?? "";  // the page is laid for this width
  let reported = data.known, timer;
  const report = () => {
    const width = Math.floor(ruler.getBoundingClientRect().width / data.step) * data.step;
    if (width > 0 && width !== reported) { reported = width; setStateValue("width", width); }
  };
  const observer = new ResizeObserver(() => { clearTimeout(timer); timer = setTimeout(report, 120); });
  const recolor = () => setStateValue("paper", getComputedStyle(ruler).backgroundColor);
  observer.observe(ruler);
  ruler.addEventListener("transitionend", recolor);
  report();
  return () => { clearTimeout(timer); observer.disconnect(); ruler.removeEventListener("transitionend", recolor); };
}
"""

_TOP_JS = """
export default function ({ parentElement }) {
  parentElement.closest(".stMain")?.scrollTo(0, 0);
}
"""


def measure() -> int:
    """Width of the main column in CSS pixels; before the browser has told, a guess from its kind."""
    told = st.session_state.get(state.ROOM_WIDGET)
    if isinstance(told, dict) and told.get("width"):
        st.session_state[state.ROOM_PX] = int(told["width"])
    known: int | None = st.session_state[state.ROOM_PX]
    st.components.v2.component("hdr_ruler", html=_RULER_HTML, js=_RULER_JS, isolate_styles=False)(
        key=state.ROOM_WIDGET,
        data={"known": known, "step": _STEP_PX},
        height=1,
        on_width_change=lambda: None,
        on_paper_change=lambda: None,
    )
    if known:
        return known
    is_phone = "Mobi" in (st.context.headers.get("User-Agent") or "")
    return _PHONE_GUESS_PX if is_phone else _DESK_GUESS_PX


def begin_at_top(what: str) -> None:
    """Scroll to the top when ``what`` is first shown: who pressed a button far below sees its beginning."""
    st.components.v2.component("hdr_top", js=_TOP_JS, isolate_styles=False)(key=f"top_{what}", height=1)


def side_by_side(room_px: int, left_px: int, key: str) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Two containers: the left one ``left_px`` wide, the right one beside it where there is room, else below.

    The page's structure is the same either way, so that nothing in it is mounted anew when a window is resized.
    """
    beside_px = room_px - left_px - _GAP_PX
    row = st.container(horizontal=True, gap=_GAP_PX, key=f"row_{key}")
    return row.container(width=left_px), row.container(width=beside_px if beside_px >= _NARROWEST_SIDE_PX else room_px)
