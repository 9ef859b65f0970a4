"""Tables that can be taken away as CSV, and figures that can be taken away as pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from hdr_core.evaluation.figures import Figure
from hdr_core.export import rows_to_csv
from hdr_core.types import UInt8Image
from hdr_ui import live_chart, loaders, theme

_CAMERA_ROOM_PX = 34
_PICTURE_SCALE = 2  # sharp on paper and on dense screens


def table(
    rows: Sequence[Mapping[str, object]],
    name: str,
    *,
    columns: Mapping[str, Any] | None = None,
    height: int | Literal["content"] = "content",
    csv_rows: Sequence[Mapping[str, object]] | None = None,
    alt: str | None = None,
) -> None:
    """A table that sorts on a click of a column's head, and its CSV below it; ``name`` is the file's.

    ``csv_rows`` go into the file instead, where the page rounds what it shows.
    """
    st.dataframe(
        list(rows), hide_index=True, column_config=columns, height=height, placeholder="–", key=f"{name}_table", alt=alt
    )
    csv_button(rows if csv_rows is None else csv_rows, name)


def csv_button(rows: Sequence[Mapping[str, object]], name: str, label: str = "CSV") -> None:
    """The rows as a file that spreadsheets open as UTF-8."""
    st.download_button(
        label,
        rows_to_csv(rows).encode("utf-8-sig"),
        f"{file_name(name)}.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
        key=f"{name}_csv",
    )


def figure(drawn: Figure, name: str) -> None:
    """A chart on the page's own ground, with a camera in its corner that saves it as ``name``.png."""
    st.plotly_chart(with_camera_room(drawn), theme=None, config=picture_config(name), key=f"{name}_figure")


def live_figure(drawn: Figure, key: str, label: str, revision: str, name: str) -> None:
    """The same for a chart that follows what the user does; ``key``, ``label``, ``revision`` as in ``live_chart``."""
    live_chart.show(with_camera_room(drawn), key, label, revision, picture_config(name))


def picture_button(pixels: UInt8Image, name: str) -> None:
    """A picture of (H, W) or (H, W, 3) pixels as ``name``.png."""
    st.download_button(
        "PNG",
        loaders.png_bytes(pixels),
        f"{file_name(name)}.png",
        "image/png",
        icon=":material/photo_camera:",
        on_click="ignore",
        type="tertiary",
        key=f"{name}_png",
    )


def with_camera_room(drawn: Figure) -> Figure:
    """The same figure on the page's own ground, so that its picture can be read anywhere; the camera goes above it."""
    palette = theme.palette()
    margin_px = drawn.layout.margin.t or 0
    room_px = max(_CAMERA_ROOM_PX, margin_px)
    return drawn.update_layout(
        paper_bgcolor=palette.paper,
        margin_t=room_px,
        height=(drawn.layout.height or 0) + room_px - margin_px or None,
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": palette.faint, "activecolor": palette.accent},
    )


def picture_config(name: str) -> dict[str, Any]:
    """Plotly's settings for a chart whose only tool is the camera; it is always there, since a finger cannot hover."""
    return {
        "displaylogo": False,
        "displayModeBar": True,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "png", "filename": file_name(name), "scale": _PICTURE_SCALE},
    }


def file_name(name: str) -> str:
    """Letters, digits, - and _ only: a name for a file on any system."""
    return re.sub(r"[^\w-]+", "-", name).strip("-") or "digits"
