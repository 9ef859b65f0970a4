"""Plotly charts that stay in place while their data changes: no blank frame, and a zoom that is kept.

``st.plotly_chart`` in a fragment that runs every second is mounted anew each time.  Here Plotly's own
``react`` updates the chart that lies there.  Plotly's JavaScript comes from the installed plotly package;
Streamlit sends that message once a session and refers to it by its hash from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd  # noqa: F401  # Plotly looks into a pandas that another session's thread has only half loaded
import streamlit as st
from plotly.offline import get_plotlyjs

from hdr_core.evaluation.figures import Figure

# The library is a function that is only run where no earlier visit has left it on the page.
_LIBRARY_JS = """
const make = function () {
%s
};
export default function () {
  if (window.hdrPlotly) return;
  make.call(window);
  window.hdrPlotly = window.moduleName;
}
"""

_CHART_HTML = '<div class="hdr-chart" role="img"></div>'
_CHART_JS = """
export default function ({ parentElement, data }) {
  const host = parentElement.querySelector(".hdr-chart");
  const { figure, revision, label } = data;
  const { data: traces, layout } = JSON.parse(figure);
  let timer;
  const draw = () => {
    if (!window.hdrPlotly) { timer = setTimeout(draw, 30); return; }
    host.style.height = `${layout.height}px`;
    host.setAttribute("aria-label", label);
    if (host.revision !== revision) { host.revision = revision; host.zoom = null; }
    // The axes may have grown since the user zoomed: what was zoomed to stays all the same.
    for (const [axis, range] of Object.entries(host.zoom ?? {})) {
      layout[axis] = { ...layout[axis], range, autorange: false };
    }
    if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false; // a finger on the chart scrolls the page
    const config = { displaylogo: false, responsive: true, displayModeBar: false, doubleClick: false, ...data.config };
    window.hdrPlotly.react(host, traces, { ...layout, uirevision: revision, autosize: true }, config);
    if (host.listens) return;
    host.listens = true;
    host.on("plotly_relayout", (change) => {
      for (const axis of ["xaxis", "yaxis"]) {
        const range = [change[`${axis}.range[0]`], change[`${axis}.range[1]`]];
        if (range[0] !== undefined) host.zoom = { ...host.zoom, [axis]: range };
      }
    });
    host.on("plotly_doubleclick", () => { host.zoom = null; host.redraw(); });
  };
  host.redraw = () => {
    const { layout: whole } = JSON.parse(figure);
    Object.assign(layout, whole);
    draw();
  };
  draw();
  return () => clearTimeout(timer);
}
"""


@cache
def _library_source() -> str:
    return _LIBRARY_JS % str(get_plotlyjs())


def prepare() -> None:
    """Put Plotly on the page; call it once per run, outside every fragment."""
    st.components.v2.component("hdr_plotly", js=_library_source(), isolate_styles=False)(key="plotly", height=1)


def say(figure: Figure, sentence: str, color: str) -> None:
    """Write a sentence into the middle of a chart that has nothing to show yet."""
    figure.add_annotation(
        text=sentence, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font={"size": 14, "color": color}
    )


def show(figure: Figure, key: str, label: str, revision: str, config: Mapping[str, Any] | None = None) -> None:
    """Draw ``figure``, or bring the chart called ``key`` up to it.

    Args:
        figure: needs ``layout.height``.
        key: tells one chart of the page from another.
        label: what the chart shows, for those who cannot see it.
        revision: as long as it stays the same, so does what the user zoomed to.
        config: settings of Plotly's that take the place of the usual ones.
    """
    chart = st.components.v2.component("hdr_chart", html=_CHART_HTML, js=_CHART_JS, isolate_styles=False)
    data = {"figure": figure.to_json(), "revision": revision, "label": label, "config": dict(config or {})}
    chart(key=key, data=data, height=int(figure.layout.height) + 2)
