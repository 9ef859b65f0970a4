"""The drawing pad: a canvas that fits the page, keeps its strokes, and can take them back.

The canvas keeps strokes only while it lies on the page.  So the strokes are kept in the session, and a
new canvas (after Undo or Clear, in another size or theme, after a visit to another page) starts from them.
While a canvas lies there nothing that it is given may change but the pen.  Another start would wipe the stroke that is
being drawn.  And whatever else changes calls the canvas' script anew: where two calls meet, as they do when strokes
follow each other quickly, Streamlit clears up after the first, and that takes the canvas away with all its strokes.
So the sheet with the boxes lies below it, as an element of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from hdr_core.evaluation.figures import Palette
from hdr_core.types import ReadDigit
from hdr_core.vision import drawing
from hdr_core.vision.drawing import Stroke
from hdr_ui import paper, state

PEN_WIDTHS_PX = {"Fine": 6, "Medium": 11, "Broad": 18}

# The canvas' own toolbar shows only where a mouse hovers, yet lies invisibly over a corner of the sheet and takes a
# finger's strokes there; the pad has its own tools.  The canvas' style sheet comes after the canvas itself, which until
# then lies below its background: strokes begun at once would go beside it.  All that is in a shadow root.
_STYLE_JS = """
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  .dc-toolbar { visibility: hidden !important; pointer-events: none !important }
  .dc-background-canvas { position: absolute; top: 0; left: 0 }
`);
export default function ({ parentElement }) {
  const pad = parentElement.closest(".st-key-pad");
  let frames = 0;
  const adopt = () => {
    const roots = [...pad.querySelectorAll("*")].map((element) => element.shadowRoot).filter(Boolean);
    roots.filter((root) => !root.adoptedStyleSheets.includes(sheet))
         .forEach((root) => { root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]; });
    if (frames++ < 120) requestAnimationFrame(adopt);
  };
  const isNews = ({ target }) => !target.closest(".hdr-sheet");  // that changes with every stroke
  const observer = new MutationObserver((changes) => { if (changes.some(isNews)) { frames = 0; adopt(); } });
  observer.observe(pad, { childList: true, subtree: true });
  adopt();
  return () => observer.disconnect();
}
"""

_SHEET_JS = """
export default function ({ parentElement, data }) {
  parentElement.querySelector(".hdr-sheet").innerHTML = data.sheet;
}
"""

_WIDEST_PX, _NARROWEST_PX = 640, 280
_TALL_PX, _LOW_PX = 320, 260


@dataclass(frozen=True)
class Look:
    """Size of a pad in CSS pixels, and the palette that its strokes are drawn in."""

    size_wh: tuple[int, int]
    palette: Palette


def fitting_size(room_px: int) -> tuple[int, int]:
    """Width and height of a pad for a column of ``room_px``."""
    width = min(max(room_px, _NARROWEST_PX), _WIDEST_PX)
    return width, _TALL_PX if width == _WIDEST_PX else _LOW_PX


def current_strokes(look: Look) -> tuple[Stroke, ...]:
    """What is on the pad now, in the pixels of ``look``; call once per run, before ``show``."""
    _keep_live_strokes()
    memory = st.session_state
    before: Look | None = memory[state.PAD_LOOK]
    if before is not None and before != look:
        pairs = zip(look.size_wh, before.size_wh, strict=True)
        factor = min(after / earlier for after, earlier in pairs)
        _lay_new_pad(tuple(stroke.scaled(factor) for stroke in memory[state.DRAWING]))
    memory[state.PAD_LOOK] = look
    if _key() not in memory:
        memory[state.PAD_START] = memory[state.DRAWING]
    strokes: tuple[Stroke, ...] = memory[state.DRAWING]
    return strokes


def show_tools() -> None:
    """Undo, Clear and the pen's width, large enough for a finger."""
    is_empty = not st.session_state[state.DRAWING]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="pad_tools"):
        st.button("Undo", icon=":material/undo:", on_click=_undo, disabled=is_empty, key="undo")
        st.button("Clear", icon=":material/delete:", on_click=_clear, disabled=is_empty, key="clear")
        st.segmented_control(
            "Pen width",
            list(PEN_WIDTHS_PX),
            default="Medium",
            required=True,
            key=state.PEN_WIDGET,
            label_visibility="collapsed",
            persist_state="session",
        )


def show(look: Look, digits: tuple[ReadDigit, ...], chosen: int) -> None:
    """The pad with its strokes, and a labelled box behind each digit."""
    from streamlit_drawable_canvas import st_canvas  # refuses to be imported outside a running app

    memory = st.session_state
    width, height = look.size_wh
    # One canvas follows another at the same place, at once: nothing jumps, and none lies below the one before it.
    place = f"position: absolute; width: min({width}px, 100%); height: {height}px"
    st.html(
        f"<style>.stApp .st-key-pad {{ height: {height + 2}px; flex: none; }} "
        f".st-key-pad > [class*='st-key-canvas_'] {{ {place}; top: 2px; }} "
        f".hdr-sheet {{ {place}; top: 1px; overflow: hidden; background: {look.palette.sheet}; }}</style>"
    )
    with st.container(key="pad", gap=None):
        st.components.v2.component("hdr_pad_style", js=_STYLE_JS, isolate_styles=False)(height=1)
        sheet = st.components.v2.component(
            "hdr_sheet", html='<div class="hdr-sheet"></div>', js=_SHEET_JS, isolate_styles=False
        )
        sheet(key="sheet", data={"sheet": _sheet(look, digits, chosen)}, height="content")
        st_canvas(
            key=_key(),
            width=width,
            height=height,
            stroke_width=PEN_WIDTHS_PX[memory.get(state.PEN_WIDGET) or "Medium"],
            stroke_color=look.palette.ink,
            initial_drawing=drawing.to_canvas(memory[state.PAD_START], look.palette.ink),
        )


def _sheet(look: Look, digits: tuple[ReadDigit, ...], chosen: int) -> str:
    if st.session_state[state.DRAWING]:
        return paper.marked_sheet(look.size_wh, look.palette, digits, chosen)
    return paper.empty_sheet(look.size_wh, look.palette)


def _key() -> str:
    return f"canvas_{st.session_state[state.PAD_VERSION]}"


def _keep_live_strokes() -> None:
    """Copy what the browser has sent into the session, where it outlives the canvas."""
    live = st.session_state.get(_key())
    sent = live.get("drawing") if isinstance(live, dict) else None
    if isinstance(sent, dict):
        st.session_state[state.DRAWING] = drawing.from_canvas(sent.get("raw"))


def _lay_new_pad(strokes: tuple[Stroke, ...]) -> None:
    st.session_state[state.DRAWING] = strokes
    st.session_state[state.PAD_VERSION] += 1


def _undo() -> None:
    _keep_live_strokes()
    _lay_new_pad(st.session_state[state.DRAWING][:-1])


def _clear() -> None:
    _lay_new_pad(())
