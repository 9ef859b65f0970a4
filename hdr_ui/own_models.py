"""A model from outside, taken in on Compare; and one's own models, deleted there."""

from __future__ import annotations

import hashlib

import streamlit as st

from hdr_core import config
from hdr_core.errors import HdrError, ModelError
from hdr_core.storage.keras_files import MAX_MODEL_MEGABYTES
from hdr_core.storage.models import delete_model, list_models, model_dir
from hdr_core.training.model_import import MAX_TITLE_LETTERS, import_model
from hdr_ui import background, quotas, settings, state
from hdr_ui.pressing import pressed
from hdr_ui.words import literal


def show() -> None:
    """What the last change did, and the two forms, out of the way."""
    memory = st.session_state
    if memory[state.MODELS_NOTE]:
        st.success(memory[state.MODELS_NOTE], icon=":material/check:")
        memory[state.MODELS_NOTE] = ""
    if memory[state.MODELS_FAULT]:  # not in the form: below its button it might be out of sight
        st.error(memory[state.MODELS_FAULT])
        memory[state.MODELS_FAULT] = ""
    with st.container(horizontal=True, gap="medium"):
        _show_import()
        mine = [name for name in list_models() if model_dir(name).parent != config.SHIPPED_MODELS_DIR]
        if mine:
            _show_delete(mine)


def _show_import() -> None:
    version = st.session_state[state.MODELS_VERSION]
    with st.popover("Import a model", icon=":material/upload_file:", type="tertiary"):
        st.caption(
            "A **.keras** file that Keras 3 saved, from tiles of 28×28 pixels to 10 or 11 probabilities. It is checked "
            "before anything of it is loaded: layers that hold code are refused."
        )
        file = st.file_uploader(
            "Model file", type="keras", max_upload_size=MAX_MODEL_MEGABYTES, key=f"{state.MODEL_FILE_WIDGET}_{version}"
        )
        title = st.text_input(
            "Name",
            placeholder="as the file",
            max_chars=MAX_TITLE_LETTERS,
            key=f"{state.MODEL_TITLE_WIDGET}_{version}",
        )
        if pressed("Import", key="import_model", type="primary", disabled=file is None) and file is not None:
            _import(file.getvalue(), file.name, title)


def _import(content: bytes, file_name: str, title: str) -> None:
    """The work goes on when the page is left; whoever asks for the same file again joins in."""
    home = config.home_dir()  # asked here: a thread of the server does not know whose page this is
    key = ("import", home, hashlib.sha256(content).hexdigest(), title)
    try:
        quotas.ask_room(len(content))
        with st.spinner("Checking the model and making it ready; this may take a minute"):
            name = background.join(key, lambda tell: import_model(content, file_name, title, home=home), "Importing")
    except HdrError as error:
        _tell(literal(error))
    except OSError as error:
        _tell(f"The model could not be written ({literal(error.strerror or '')}). Make room on the server's disk.")
    else:
        _begin_anew(f"{literal(settings.title_of(name))} is here. Test it on the digits above before it reads.")


def _show_delete(mine: list[str]) -> None:
    version = st.session_state[state.MODELS_VERSION]
    with st.popover("Delete a model", icon=":material/delete:", type="tertiary"):
        name = st.selectbox(
            "Your own models", mine, format_func=settings.title_of, key=f"{state.OWN_MODEL_WIDGET}_{version}"
        )
        in_use = name == settings.present_model()
        if in_use:
            st.caption("This model reads on Draw and Upload now. Choose another one in their settings first.")
        sure = st.checkbox("Yes, delete this model for good", key=f"{state.OWN_MODEL_SURE_WIDGET}_{version}_{name}")
        if pressed("Delete", key="delete_model", of=name, disabled=in_use or not sure):
            _delete(name)


def _delete(name: str) -> None:
    title = settings.title_of(name)
    try:
        delete_model(name)
    except (ModelError, OSError) as error:
        _tell(literal(error))
    else:
        _begin_anew(f"{literal(title)} was deleted.")


def _tell(fault: str) -> None:
    st.session_state[state.MODELS_FAULT] = fault
    st.rerun()


def _begin_anew(note: str) -> None:
    st.session_state[state.MODELS_NOTE] = note
    st.session_state[state.MODELS_VERSION] += 1
    st.rerun()
