"""The map as an element of its own: point at a digit to see it, click or lasso to choose.

Plotly draws it with WebGL, or as plain SVG where a browser has none.  Needs ``live_chart.prepare`` on the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from hdr_core.evaluation.figures import Figure

_HTML = '<div class="hdr-map"><div class="hdr-map-plot" role="img"></div><div class="hdr-map-card"></div></div>'
_CSS = """
.hdr-map { position: relative; }
.hdr-map-card { position: absolute; display: none; pointer-events: none; z-index: 10; padding: .45rem .5rem;
  border: 1px solid var(--hdr-line); border-radius: 6px; background: var(--st-background-color);
  color: var(--st-text-color); font: 14px/1.3 "Source Sans", sans-serif; text-align: center; width: 108px; }
.hdr-map-card canvas { width: 84px; height: 84px; image-rendering: pixelated; border-radius: 3px; }
"""
_JS = """
export default function ({ parentElement, data, setStateValue }) {
  const host = parentElement.querySelector(".hdr-map-plot");
  const card = parentElement.querySelector(".hdr-map-card");
  let timer;
  host.choose = (places) => setStateValue("picked", places);
  const describe = ([place, truth, answer, percent]) => {
    const right = truth === answer ? `${truth}, read right` : `${truth}, read as ${answer}`;
    return `<b>${right}</b><br>${percent.toFixed(1)} % sure`;
  };
  const showCard = (point) => {
    const canvas = document.createElement("canvas");
    canvas.hidden = !host.sheet?.complete;
    canvas.width = canvas.height = 28;
    const place = point.customdata[0];
    const from = [28 * (place % data.columns), 28 * Math.floor(place / data.columns)];
    if (host.sheet?.complete) canvas.getContext("2d").drawImage(host.sheet, ...from, 28, 28, 0, 0, 28, 28);
    card.innerHTML = "";
    const words = document.createElement("div");
    words.innerHTML = describe(point.customdata);
    card.append(canvas, words);
    const x = point.xaxis.l2p(point.x) + point.xaxis._offset, y = point.yaxis.l2p(point.y) + point.yaxis._offset;
    const left = x + 130 > host.clientWidth ? x - 122 : x + 14;
    card.style.left = `${Math.max(left, 0)}px`;
    card.style.top = `${Math.max(Math.min(y - 60, host.clientHeight - 150), 0)}px`;
    card.style.display = "block";
  };
  const listen = () => {
    if (host.listens) return;
    host.listens = true;
    host.on("plotly_hover", (event) => host.showCard(event.points[0]));
    host.on("plotly_unhover", () => { card.style.display = "none"; });
    host.on("plotly_click", (event) => host.choose([event.points[0].customdata[0]]));
    host.on("plotly_selected", (event) => {
      if (event?.points?.length) host.choose(event.points.map((point) => point.customdata[0]));
    });
    host.on("plotly_deselect", () => host.choose([]));
  };
  const hasWebgl = () => {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
  };
  const draw = () => {
    if (!window.hdrPlotly) { timer = setTimeout(draw, 30); return; }
    host.drawn = data.figure;
    const { data: traces, layout } = JSON.parse(data.figure);
    if (!hasWebgl()) for (const trace of traces) trace.type = "scatter";
    if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false; // a finger on the map scrolls the page
    host.style.height = `${layout.height}px`;
    host.setAttribute("aria-label", data.label);
    const config = {
      displaylogo: false,
      responsive: true,
      displayModeBar: true,
      modeBarButtons: [["lasso2d", "select2d", "zoom2d", "pan2d", "resetScale2d", "toImage"]],
      toImageButtonOptions: { format: "png", filename: data.name, scale: 2 },
    };
    window.hdrPlotly.react(host, traces, { ...layout, autosize: true }, config).then(listen);
  };
  host.showCard = showCard;
  if (host.drawn !== data.figure) draw();
  if (host.sprite !== data.sprite) {
    host.sprite = data.sprite;
    host.sheet = data.sprite ? new Image() : undefined;
    if (host.sheet) host.sheet.src = data.sprite;
  }
  return () => clearTimeout(timer);
}
"""


def show(figure: Figure, sprite_uri: str, columns: int, key: str, label: str, name: str) -> list[int]:
    """Draw the map; returns the places in the data of the digits that were chosen, in no order.

    Args:
        figure: of ``map_figure``; needs ``layout.height``.
        sprite_uri: all tiles in one picture, ``columns`` a row; "" where they are not here.
        key: tells this chart from others; another key forgets what was chosen.
        label: what the chart shows, for those who cannot see it.
        name: of the file when the map is saved as a picture.
    """
    chart = st.components.v2.component("hdr_map", html=_HTML, css=_CSS, js=_JS, isolate_styles=False)
    data = {"figure": figure.to_json(), "sprite": sprite_uri, "columns": columns, "label": label, "name": name}
    height = int(figure.layout.height) + 2
    result: Mapping[str, Any] = chart(key=key, data=data, height=height, on_picked_change=lambda: None)
    return [int(place) for place in result.get("picked") or []]
