"""What a run has reached, beside the model that reads now; take it into use, or take its files away."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from hdr_core import load_model
from hdr_core.config import DEFAULT_MODEL
from hdr_core.errors import HdrError, ModelError
from hdr_core.evaluation.comparison import Comparison, compare
from hdr_core.storage.models import list_models, model_dir
from hdr_core.training.data import has_mnist
from hdr_core.training.datasets import list_data, load_data
from hdr_core.training.run_state import RunInfo
from hdr_core.training.runs import runs_dir
from hdr_core.training.settings import Settings
from hdr_ui import digit_sets, loaders, retrain_decision, retrain_view, run_words, settings
from hdr_ui.pressing import pressed
from hdr_ui.words import literal, plain

_MODEL_FILES = ("model.keras", "model.tflite")


def show(run: RunInfo) -> None:
    """The result of a run that has one, and of a stopped one that there is none."""
    if run.result is None:
        if run.state == "stopped":
            st.caption("It was stopped before there was a model to keep: nothing is saved.")
        return
    st.html(_headline(run.result))
    if run.model in list_models():
        _show_comparison(run)
    elif run.result["serves"]:
        st.caption(retrain_decision.why_gone(run))
    else:
        st.caption("This baseline is for comparison: scikit-learn's models cannot read pictures here.")
    _show_downloads(run)


def _headline(result: Mapping[str, Any]) -> str:
    sizes = result["bytes"]
    size = ", ".join(
        f"{run_words.megabytes(sizes[name])} {kind}"
        for name, kind in zip(_MODEL_FILES, ("Keras", "LiteRT"), strict=True)
        if name in sizes
    )
    facts = {
        "Wrong": f"{result['errors']:,} of {result['total']:,} test digits",
        "Training": run_words.training(result),
        "Test": f"{result['test_seconds']:.2f} s",
        "Size": f"{result['parameters']:,} parameters{f'; {size}' if size else ''}",
    }
    rows = "".join(f"<dt>{name}</dt><dd>{plain(value)}</dd>" for name, value in facts.items())
    return (
        f'<div class="hdr-result" role="status"><div class="hdr-note">Test accuracy</div>'
        f'<div class="hdr-number" style="font-size:3.2rem">{result["accuracy"]:.2%}</div>'
        f'<div class="hdr-note">95 % interval {result["low"]:.2%} – {result["high"]:.2%}</div><dl>{rows}</dl></div>'
    )


def _show_comparison(run: RunInfo) -> None:
    """Before a model takes over: how it does beside the present one, on its own test digits and on MNIST's."""
    if retrain_view.is_one(run):
        retrain_view.show(run)
        return
    present = settings.present_model()
    if present == run.model:
        _show_in_use(present)
        return
    st.markdown("#### Beside the model that reads now")
    is_mnist = bool(run.result and run.result["is_mnist"])
    _show_one_comparison(run, present, run.data)
    if not is_mnist and has_mnist():
        _show_one_comparison(run, present, "mnist")
    if not is_mnist:
        st.warning(
            "This model has not learned from MNIST. It may read its own kind of digits well and still read worse on "
            "Draw and Upload than the present one."
        )
    if pressed("Use this model", key="use_model", of=run.model, type="primary", icon=":material/check:"):
        _take(str(run.model))


def _show_in_use(present: str) -> None:
    st.success("This model reads on Draw and Upload now.", icon=":material/check:")
    if pressed(
        "Go back to the shipped reader", key="undo_use", icon=":material/undo:", disabled=present == DEFAULT_MODEL
    ):
        _take(DEFAULT_MODEL)


def _take(model: str) -> None:
    try:
        settings.take_model(model)
    except (ModelError, OSError) as error:
        st.error(f"It could not be taken into use: {literal(error)}")
    else:
        st.rerun()


def _show_one_comparison(run: RunInfo, present: str, data: str) -> None:
    versions = loaders.model_version(str(run.model)), loaders.model_version(present)
    try:
        with st.spinner("Reading the same test digits with both models"):
            found = _compare(str(run.model), present, data, versions, digit_sets.whose(data))
    except (HdrError, OSError) as error:
        st.warning(f"They could not be compared: {literal(error)}")
        return
    st.caption(f"On {found.total:,} test digits of {literal(list_data().get(data, data))}")
    names = literal(run.title), literal(settings.title_of(present))
    st.table(_rows(found, *names), border="horizontal", hide_index=True)
    st.markdown(
        f"Only the new one reads {len(found.only_first):,} of them right, only the present one "
        f"{len(found.only_second):,}. {found.verdict}"
    )


@st.cache_data(max_entries=32, show_spinner=False)
def _compare(new: str, present: str, data: str, versions: tuple[str, str], whose: str) -> Comparison:
    """Raises HdrError when a model or the data is no longer here."""
    dataset = load_data(data, Settings())  # the test digits do not depend on any setting
    one, other = (load_model(name).scores(dataset.x_test).probabilities for name in (new, present))
    return compare(one, other, dataset.y_test)


def _rows(found: Comparison, new: str, present: str) -> list[dict[str, str]]:
    return [
        {
            "Model": name,
            "Right": f"{one.accuracy:.2%}",
            "95 % interval": f"{one.low:.2%} – {one.high:.2%}",
            "Wrong": f"{one.total - one.correct:,}",
        }
        for name, one in ((new, found.first), (present, found.second))
    ]


def _show_downloads(run: RunInfo) -> None:
    files: dict[str, Path] = {}
    if run.model in list_models():
        files = {f"{run.id}{Path(name).suffix}": model_dir(str(run.model)) / name for name in _MODEL_FILES}
    files[f"{run.id}.py"] = runs_dir() / run.id / "recipe.py"
    titles = {".keras": "Keras model", ".tflite": "LiteRT model", ".py": "Recipe as a Python file"}
    with st.container(horizontal=True, gap="small", key="run_downloads"):
        for name, path in files.items():
            if path.is_file():
                title = titles[path.suffix]
                st.download_button(title, path.read_bytes(), name, icon=":material/download:", key=f"get_{title}")
