"""The sheet under the drawing as SVG: paper, a hint while it is empty, and a box with its label for each digit."""

from __future__ import annotations

from hdr_core.evaluation.figures import Palette
from hdr_core.types import ReadDigit

HINT = "Write a number here"

_LABEL_PX = 15
_MARGIN_PX = 5  # between ink and box


def empty_sheet(size_wh: tuple[int, int], palette: Palette) -> str:
    """A sheet that says what it is for."""
    return _sheet(size_wh, palette, _hint(size_wh, palette))


def marked_sheet(size_wh: tuple[int, int], palette: Palette, digits: tuple[ReadDigit, ...], chosen: int) -> str:
    """A sheet with a labelled box for each digit, the chosen one tinted; boxes are in pixels of the sheet."""
    boxes = (_box(digit, size_wh, palette, 0.1 if index == chosen else 0) for index, digit in enumerate(digits))
    return _sheet(size_wh, palette, "".join(boxes))


def _sheet(size_wh: tuple[int, int], palette: Palette, marks: str) -> str:
    width, height = size_wh
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'font-family="Source Sans, system-ui, sans-serif" aria-hidden="true">'
        f'<rect width="{width}" height="{height}" fill="{palette.sheet}"/>{marks}</svg>'
    )


def _hint(size_wh: tuple[int, int], palette: Palette) -> str:
    width, height = size_wh
    base, side = round(0.72 * height), round(0.08 * width)
    return (
        f'<line x1="{side}" y1="{base}" x2="{width - side}" y2="{base}" stroke="{palette.line}"/>'
        f'<text x="{width / 2}" y="{base - 14}" fill="{palette.faint}" opacity="0.75" font-size="19" '
        f'text-anchor="middle">{HINT}</text>'
    )


def _box(digit: ReadDigit, size_wh: tuple[int, int], palette: Palette, tint: float) -> str:
    left, top, right, bottom = _with_margin(digit, size_wh)
    above = top - 5
    label_y = above if above >= _LABEL_PX else min(bottom + _LABEL_PX, size_wh[1] - 4)
    return (
        f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" rx="3" '
        f'fill="{palette.accent}" fill-opacity="{tint}" stroke="{palette.accent}" stroke-width="1.25" opacity="0.8"/>'
        f'<text x="{left + 1}" y="{label_y}" fill="{palette.accent}" font-size="{_LABEL_PX}" font-weight="600">'
        f"{digit.label}</text>"
    )


def _with_margin(digit: ReadDigit, size_wh: tuple[int, int]) -> tuple[float, float, float, float]:
    left, top, right, bottom = digit.box_xyxy
    return (
        max(left - _MARGIN_PX, 1.5),
        max(top - _MARGIN_PX, 1.5),
        min(right + _MARGIN_PX, size_wh[0] - 1.5),
        min(bottom + _MARGIN_PX, size_wh[1] - 1.5),
    )
