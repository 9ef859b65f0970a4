"""One HTML file that tells everything about a model: it needs no network, no app, and no other file."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterator, Sequence
from html import escape

import plotly.io
from numpy.typing import ArrayLike
from PIL import Image
from plotly.offline import get_plotlyjs

from hdr_core.errors import DataError
from hdr_core.evaluation.acceptance import accept_curve
from hdr_core.evaluation.calibration import reliability
from hdr_core.evaluation.class_table import as_columns, class_table
from hdr_core.evaluation.confusion import confusion_counts
from hdr_core.evaluation.curve_figures import accepted_figure, precision_recall_figure, reliability_figure, roc_figure
from hdr_core.evaluation.curves import precision_recall_curves, roc_curves
from hdr_core.evaluation.figures import FONT_FAMILY, LIGHT, Figure, Palette
from hdr_core.evaluation.matrix_figures import confusion_matrix
from hdr_core.evaluation.mistakes import select
from hdr_core.evaluation.report import Summary, summarize
from hdr_core.evaluation.results import Evaluation
from hdr_core.text import visible
from hdr_core.types import UInt8Image

MOST_MISTAKES = 60
"""So many of the biggest mistakes are shown."""

_PLOT = {"displaylogo": False, "responsive": True, "scrollZoom": False}
_COUNTS = ("Errors", "Refused")
_UNITS = ("Log loss, nats", "Area under ROC, macro")  # not in percent

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
<script>{plotly}</script>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""

_STYLE = """
body {{ margin: 0; background: {paper}; color: {ink}; font: 16px/1.5 {font}; }}
main {{ max-width: 960px; margin: 0 auto; padding: 24px 16px 64px; }}
h1 {{ font-size: 28px; margin: 0 0 4px; }}
h2 {{ font-size: 20px; margin: 40px 0 8px; }}
p {{ color: {faint}; margin: 0 0 12px; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
th, td {{ text-align: right; padding: 4px 0 4px 16px; border-bottom: 1px solid {line}; white-space: nowrap; }}
th {{ font-weight: 600; color: {faint}; white-space: normal; vertical-align: bottom; }}
th:first-child, td:first-child {{ text-align: left; padding-left: 0; }}
.facts td, .classes td:last-child, .classes th:last-child {{ text-align: left; }}
.facts td {{ white-space: normal; }}
.digits {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(96px, 1fr)); gap: 12px; }}
figure {{ margin: 0; font-size: 13px; line-height: 1.35; }}
figure img {{ width: 84px; height: 84px; image-rendering: pixelated; display: block; }}
figcaption {{ color: {faint}; }}
@media print {{ h2 {{ break-after: avoid; }} figure {{ break-inside: avoid; }} }}
"""


def html_report(
    evaluation: Evaluation,
    *,
    title: str,
    facts: Sequence[tuple[str, str]] = (),
    tiles: UInt8Image | None = None,
    leave_out: ArrayLike | None = None,
    palette: Palette = LIGHT,
) -> str:
    """The whole file as text, about 5 MB: Plotly's program is inside.

    Args:
        evaluation: what the model answered.
        title: what the model is called.
        facts: what else is to be told, as (name, value).
        tiles: the (N, 28, 28) uint8 digits of the evaluation; without them no mistake is shown.
        leave_out: places of digits whose label is wrong; they do not count.
        palette: the colours of the page and its figures.

    Raises:
        DataError: no digit is left, or the tiles are not those of the evaluation.
    """
    if tiles is not None and len(tiles) != len(evaluation):
        raise DataError(f"Expected the {len(evaluation):,} digits of the evaluation, got {len(tiles):,}.")
    summary, kept = summarize(evaluation, leave_out=leave_out), evaluation.without(leave_out)
    parts = [
        f"<h1>{_text(title)}</h1>",
        f"<p>{_text(_sentence(kept, summary))}</p>",
        _table((), [("Data", evaluation.source), ("Model", _versioned(evaluation)), *facts], "facts"),
        "<h2>In figures</h2>",
        "<p>Macro: every digit counts alike. Weighted: by how many there are.</p>",
        _table(("", "Value", "95 % interval"), _summary_rows(summary)),
        "<h2>Each digit</h2>",
        _class_rows(kept),
        *_figures(kept, palette),
        *(_mistakes(evaluation, tiles, leave_out) if tiles is not None else ()),
    ]
    style = _STYLE.format(font=FONT_FAMILY, **vars(palette))
    return _PAGE.format(title=_text(title), style=style, plotly=get_plotlyjs(), body="\n".join(parts))


def _versioned(evaluation: Evaluation) -> str:
    return f"{evaluation.model}, version {evaluation.model_version}"


def _sentence(kept: Evaluation, summary: Summary) -> str:
    marked = f" Left out: {summary.left_out:,} with a label marked as wrong." if summary.left_out else ""
    return f"{kept.accuracy} on {summary.total:,} digits, {summary.errors:,} of them read wrong.{marked}"


def _summary_rows(summary: Summary) -> Iterator[tuple[str, str, str]]:
    for name, value, low, high in summary.rows():
        if name in _COUNTS:
            yield name, f"{value:,.0f}", ""
            continue
        form = "{:.5f}" if name in _UNITS else "{:.2%}"
        ends = "" if low is None or high is None else f"{form.format(low)}–{form.format(high)}"
        yield name, form.format(value), ends


def _class_rows(kept: Evaluation) -> str:
    columns = as_columns(class_table(kept))
    cells = [[_cell(name, value) for value in values] for name, values in columns.items()]
    return _table(list(columns), list(zip(*cells, strict=True)), "classes")


def _cell(name: str, value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.2f}" if "%" in name else f"{math.floor(value * 1e5) / 1e5:.5f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _table(head: Sequence[str], rows: Iterator[tuple[str, ...]] | Sequence[tuple[str, ...]], kind: str = "") -> str:
    """Every text is escaped; a header without any text is left out."""
    first = f"<tr>{''.join(f'<th>{_text(one)}</th>' for one in head)}</tr>" if any(head) else ""
    body = "\n".join(f"<tr>{''.join(f'<td>{_text(one)}</td>' for one in row)}</tr>" for row in rows)
    return f'<div class="wide"><table class="{kind}">{first}\n{body}</table></div>'


def _text(text: str) -> str:
    return escape(visible(text))


def _figures(kept: Evaluation, palette: Palette) -> Iterator[str]:
    yield "<h2>What is taken for what</h2>"
    yield _plot(confusion_matrix(confusion_counts(kept), palette, height_px=520))
    yield "<h2>Set apart from the others</h2>"
    yield "<p>ROC and precision–recall; the legend tells the area under the curve.</p>"
    yield _plot(roc_figure(roc_curves(kept), palette))
    yield _plot(precision_recall_figure(precision_recall_curves(kept), palette))
    yield "<h2>As sure as right?</h2>"
    yield _plot(reliability_figure(reliability(kept), palette))
    yield "<h2>If only sure answers are accepted</h2>"
    yield _plot(accepted_figure(accept_curve(kept), palette))


def _plot(figure: Figure) -> str:
    html: str = plotly.io.to_html(figure, full_html=False, include_plotlyjs=False, config=_PLOT)
    return html


def _mistakes(evaluation: Evaluation, tiles: UInt8Image, leave_out: ArrayLike | None) -> Iterator[str]:
    places = select(evaluation, leave_out=leave_out)
    shown = places[:MOST_MISTAKES]
    yield "<h2>The biggest mistakes</h2>"
    if not len(places):
        yield "<p>Every digit was read right.</p>"
        return
    yield f"<p>{len(shown):,} of {len(places):,}, the surest wrong answers first.</p>"
    yield '<div class="digits">'
    for place in shown:
        truth, answer = evaluation.labels[place], evaluation.predicted[place]
        said = f"{truth} read as {answer}, {min(int(evaluation.confidence[place] * 1000) / 10, 99.9)} % sure"
        yield f'<figure><img src="{_png(tiles[place])}" alt="{said}"><figcaption>{said}</figcaption></figure>'
    yield "</div>"


def _png(tile: UInt8Image) -> str:
    buffer = io.BytesIO()
    Image.fromarray(tile).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
