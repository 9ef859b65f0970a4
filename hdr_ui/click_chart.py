"""A chart whose points can be clicked, and that stays in place when what it shows changes.

``st.plotly_chart`` with a selection is another widget whenever its figure changes: it is mounted anew, and an earlier
click may come back.  Needs ``live_chart.prepare`` on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from hdr_core.evaluation.figures import Figure
from hdr_ui import exports

_HTML = '<div class="hdr-clicks" role="img"></div>'
_JS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const host = parentElement.querySelector(".hdr-clicks");
  let timer;
  host.choose = (what) => setTriggerValue("clicked", what);
  // Not plotly_click: it knows only what the pointer hovered over before the chart was last drawn.
  const at = (event) => {
    const { xaxis, yaxis } = host._fullLayout, box = host.getBoundingClientRect();
    const x = xaxis.p2d(event.clientX - box.x - xaxis._offset), y = yaxis.p2d(event.clientY - box.y - yaxis._offset);
    for (const trace of host.data) {
      const places = trace.customdata ? Array.from(trace.x) : [];
      const found = places.findIndex((px, i) => Math.abs(px - x) <= 0.5 && Math.abs(trace.y[i] - y) <= 0.5);
      if (found >= 0) return trace.customdata[found];
    }
  };
  const listen = () => {
    if (host.listens) return;
    host.listens = true;
    let down;
    host.addEventListener("pointerdown", (event) => { down = event; }, true);
    window.addEventListener("pointerup", (event) => {
      const moved = down ? Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) : Infinity;
      const what = moved < 5 && host.isConnected ? at(event) : undefined;
      down = undefined;
      if (what !== undefined) host.choose(Array.from(what));
    }, true);
  };
  const draw = () => {
    if (!window.hdrPlotly) { timer = setTimeout(draw, 30); return; }
    host.drawn = data.figure;
    const { data: traces, layout } = JSON.parse(data.figure);
    host.style.height = `${layout.height}px`;
    host.setAttribute("aria-label", data.label);
    const config = { ...data.config, responsive: true };
    window.hdrPlotly.react(host, traces, { ...layout, autosize: true }, config).then(listen);
  };
  if (host.drawn !== data.figure) draw();
  return () => clearTimeout(timer);
}
"""


def show(figure: Figure, key: str, label: str, name: str, on_click: Callable[[Sequence[Any]], None]) -> None:
    """Draw ``figure``, or bring the chart called ``key`` up to it.

    Args:
        figure: needs ``layout.height``; what can be clicked has customdata.
        key: tells one chart of the page from another.
        label: what the chart shows, for those who cannot see it.
        name: of the file when the chart is saved as a picture.
        on_click: is given the customdata of the point that was clicked on, before the page is drawn again.
    """

    def tell() -> None:
        clicked = st.session_state[key].get("clicked")
        if clicked is not None:
            on_click(clicked)

    drawn = exports.with_camera_room(figure)
    chart = st.components.v2.component("hdr_clicks", html=_HTML, js=_JS, isolate_styles=False)
    data = {"figure": drawn.to_json(), "label": label, "config": exports.picture_config(name)}
    chart(key=key, data=data, height=int(drawn.layout.height) + 2, on_clicked_change=tell)
