"""A run, live: how far it is, its curves, the hard digits and the confusion matrix, looked at once a second.

The run is a process of its own: nothing here keeps it going, and nothing here can hold it up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from hdr_core.errors import HdrError, RunError
from hdr_core.evaluation.figures import Palette
from hdr_core.evaluation.learning_curve import Curve, Kind
from hdr_core.evaluation.training_figures import confusion_heatmap, learning_curves
from hdr_core.training.history import History, Point
from hdr_core.training.run_state import ALIVE, RunInfo
from hdr_core.training.runs import keeps_something, pause_run, poll, read_run, resume_run, stop_run
from hdr_ui import live_chart, quotas, run_panel, run_words, state, theme
from hdr_ui.words import literal, plain

_LOOK_EVERY_SECONDS = 1.0


def show(run: RunInfo, overlaid: Sequence[RunInfo]) -> None:
    """The run as it is now; while it lives, looked at again every second."""
    if run.cause:
        ending = run_words.ENDINGS.get(run.state, run.state)
        st.html(f'<div class="hdr-fault"><b>This training {ending}.</b> {plain(run.cause)}</div>')
    if run.state == "damaged":
        return
    others = {other.id: (other.title, history) for other in overlaid if (history := _history(other.id))}
    is_alive = run.state in ALIVE
    live = st.fragment(_show_now, run_every=_LOOK_EVERY_SECONDS if is_alive else None)
    live(run, others)


def _show_now(run: RunInfo, others: dict[str, tuple[str, History]]) -> None:
    palette = theme.palette()  # asked each time: the theme may change while a training goes on
    try:
        history, run_state = _follow(run.id)
    except RunError:  # deleted in another tab
        st.rerun()
    if (run.state in ALIVE) != (run_state in ALIVE):
        st.rerun()  # it has just ended, or goes on: the whole page has something new to say
    if run_state != "done":
        st.progress(history.progress, literal(run_words.progress(history, run_state)))
    _show_buttons(run.id, run_state)
    _show_numbers(history, run_state)
    _show_curves(run, history, run_state, others, palette)
    if history.started is None:
        return
    left, right = st.columns([6, 5], gap="large")
    with left:
        st.markdown("#### Hard digits", help="Those that look most like another digit, chosen before the training.")
        run_panel.show(run.id, history.last_panel.get("probabilities") if history.last_panel else None)
    if history.shown_epoch and history.shown_epoch.get("confusion"):
        with right:
            _show_confusion(run.id, history, palette)


def _follow(run_id: str) -> tuple[History, str]:
    """The history so far; each event is read once a session."""
    memory = st.session_state
    known = memory[state.HISTORY]
    known_id, offset, history = known if known and known[0] == run_id else (run_id, 0, History())
    news = poll(run_id, offset)
    history.add(news.events)
    memory[state.HISTORY] = (known_id, news.offset, history)
    return history, news.state


def _history(run_id: str) -> History | None:
    """None where the run was deleted meanwhile."""
    try:
        return History().add(poll(run_id).events)
    except RunError:
        return None


def _show_buttons(run_id: str, run_state: str) -> None:
    """Pause, Resume and Stop, whichever the state allows; the row keeps its height without them."""
    acts: dict[str, tuple[str, str, Callable[[str], None]]] = {}
    has_best = run_state in ("interrupted", "failed") and keeps_something(run_id)
    # Stop comes first, in a place of its own: it must not move, or be made anew, under the finger that presses it.
    if has_best or run_state in (*ALIVE, "interrupted"):
        acts["stop"] = ("Keep the best so far" if has_best else "Stop", ":material/stop:", stop_run)
    if run_state == "running":
        acts["pause"] = ("Pause", ":material/pause:", pause_run)
    if run_state in ("paused", "interrupted", "failed"):
        acts["resume"] = ("Resume", ":material/play_arrow:", _resume)
    if not acts:
        return
    with st.container(horizontal=True, gap="small", key="run_tools"):
        for key, (title, icon, act) in acts.items():
            help_text = run_words.KEPT if key == "stop" else None
            # A callback runs before anything else does: no rerun of the page that comes between can lose the click.
            st.button(title, icon=icon, key=f"run_{key}", help=help_text, on_click=_do, args=(act, run_id))
    if fault := st.session_state[state.RUN_FAULT].get(run_id):
        st.error(literal(fault))


def _do(act: Callable[[str], None], run_id: str) -> None:
    """A wish that came too late is told until the next one."""
    faults = st.session_state[state.RUN_FAULT]
    faults.pop(run_id, None)
    try:
        act(run_id)
    except (HdrError, OSError) as error:
        faults[run_id] = str(error)


def _resume(run_id: str) -> None:
    if read_run(run_id).state == "paused":  # it is counted already
        resume_run(run_id)
        return
    with quotas.ask_training():
        resume_run(run_id)


def _show_numbers(history: History, run_state: str) -> None:
    """Four figures in a row; a dash where there is nothing yet.  After the end they are those of the epoch kept."""
    batch, started = history.last_batch or {}, history.started or {}
    told = history.shown_epoch or {}
    name = "Accuracy, test digits" if started.get("watches") == "test" else "Accuracy, validation"
    which = run_words.epoch_shown(history)
    is_over = history.result is not None
    watched, loss = told.get("val_accuracy"), (told if is_over else batch).get("loss")
    rate = (told if is_over else batch).get("rate")
    figures = {
        f"{name}{which}": f"{watched:.2%}" if watched is not None else "–",
        f"Loss, training{which}" if is_over else "Loss of the last batch": f"{loss:.4g}" if loss is not None else "–",
        "Images a second": f"{batch['images_per_second']:,.0f}" if batch.get("images_per_second") else "–",
        "Learning rate": f"{rate:.2g}" if rate else "–",
    }
    with st.container(horizontal=True, key="run_figures"):
        for title, value in figures.items():
            st.metric(title, value, width="content")


def _show_curves(
    run: RunInfo, history: History, run_state: str, others: dict[str, tuple[str, History]], palette: Palette
) -> None:
    epochs = history.started["epochs"] if history.started else run.epochs
    everyone = {run.id: (run.title, history)} | others
    longest = max([epochs, *(len(one.epochs) for _, one in everyone.values())])
    columns = st.columns(2)
    for column, value, title in zip(columns, ("loss", "accuracy"), ("Loss", "Accuracy"), strict=True):
        curves = [
            curve for number, (name, one) in enumerate(everyone.values()) for curve in _curves(number, name, one, value)
        ]
        with column:
            st.caption(title, help="Drag over a part to zoom in; double-click to see all again.")
            figure = learning_curves(curves, palette, value=value, epochs=longest)  # type: ignore[arg-type]
            if not curves:
                live_chart.say(figure, run_words.no_curve(history, run_state, value), palette.faint)
            live_chart.show(figure, f"{value}_chart", f"{title} over the epochs", run.id)


def _curves(number: int, name: str, history: History, value: str) -> list[Curve]:
    parts: dict[Kind, list[Point]] = {"validation": history.validation}
    parts |= {"batches": history.batches} if number == 0 else {"training": history.epochs}
    found = []
    for kind, points in parts.items():
        there = [(point.x, getattr(point, value)) for point in points if getattr(point, value) is not None]
        if there:
            x, y = zip(*there, strict=True)
            found.append(Curve(name, x, y, kind, number, _watched(history)))
    return found


def _watched(history: History) -> str:
    """What the curve of the digits that are not learned from is called."""
    return "Test digits" if history.started and history.started.get("watches") == "test" else "Validation"


def _show_confusion(run_id: str, history: History, palette: Palette) -> None:
    watched = "test" if history.started and history.started.get("watches") == "test" else "validation"
    which = run_words.epoch_shown(history)
    st.markdown(f"#### Confusion matrix{which}", help=f"Of the {watched} digits, after each epoch.")
    figure = confusion_heatmap(history.shown_epoch["confusion"], palette)  # type: ignore[index]
    live_chart.show(figure, "confusion_chart", "Which digits are taken for which", run_id)
