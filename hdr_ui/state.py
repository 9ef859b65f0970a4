"""Session state: every key that is kept, with its default.  Choices are stored, never what follows from them."""

from __future__ import annotations

from copy import copy
from threading import RLock
from typing import Any

import streamlit as st

from hdr_ui.widget_keys import *  # noqa: F403

DRAWING = "drawing"
"""Strokes on the pad, oldest first, as ``hdr_ui.drawing.Stroke``."""

PAD_VERSION = "pad_version"
"""Counts the pads of this session: Undo and Clear lay down a new one."""

PAD_START = "pad_start"
"""The strokes that the present pad began with; must not change while the pad lies there."""

PAD_LOOK = "pad_look"
"""``hdr_ui.canvas.Look`` of the present pad: size and theme that its strokes are in."""

ROOM_PX = "room_px"
"""Width of the page's main column as last measured in the browser; None before that."""

EXAMPLE = "example"
"""Name of the example picture that is open on Upload, or None."""

MODEL = "model"
"""Name of the model that reads, once one was chosen in this session; else the one that is in use."""

TRAIN_VIEW = "train_view"
"""What Train shows: a new training, or the runs."""

TRAIN_RECIPE = "train_recipe"
"""Name of the recipe that is being set up."""

TRAIN_CHANGES = "train_changes"
"""{recipe: {setting: text}}: what the user changed in each recipe."""

TRAIN_DATA = "train_data"
"""Name of the data set to train on."""

DATA_VERSION = "data_version"
"""Counts the lists of data sets: a new import starts a new list, with itself chosen."""

LINK_READ = "link_read"
"""The settings in the page's address were taken over."""

RUN = "run"
"""Id of the run that is watched, or None."""

HISTORY = "history"
"""(run id, offset, ``History``): what has been read of the watched run's events, so that each is read once."""

WRITTEN_ADDRESSES = "written_addresses"
"""What Analyze and Compare wrote into the page's address, the latest last."""

ANALYZE_MODEL = "analyze_model"
"""Name of the model that is analysed; None for the one that reads."""

ANALYZE_DATA = "analyze_data"
"""Name of the digits on which models are analysed and compared; None for MNIST where it is here."""

ANALYZE_PART = "analyze_part"
"""The part of Analyze that is open."""

ANALYZE_CELL = "analyze_cell"
"""(true digit, answer) of the mistakes that are looked at; None in one place for any."""

ANALYZE_EITHER = "analyze_either"
"""A digit: mistakes in which it is the truth or the answer; takes the place of a cell."""

ANALYZE_SORT = "analyze_sort"
"""Order of the gallery: loss, confidence, pair or label."""

ANALYZE_ALL = "analyze_all"
"""The gallery shows right answers too."""

ANALYZE_SHADES = "analyze_shades"
"""What the confusion matrix shows: counts, shares of a row or a column, or errors only."""

ANALYZE_DIGIT = "analyze_digit"
"""Place of the digit of the data set that is looked at closely, or None."""

ANALYZE_LASSO = "analyze_lasso"
"""Places of the digits that were chosen on the map, or None."""

CURVES_DIGIT = "curves_digit"
"""The digit whose curves are coloured; -1 for the three worst."""

WANTED = "wanted_accuracy"
"""The accuracy that a threshold is to reach, in [0, 1]."""

COMPARE_PART = "compare_part"
"""The part of Compare that is open."""

COMPARE_FIRST = "compare_first"
COMPARE_SECOND = "compare_second"
"""Names of the two models that are set against each other."""

MODELS_VERSION = "models_version"
"""Counts the imports and deletions of models: after each the forms for them begin anew."""

MODELS_NOTE = "models_note"
"""What the last import or deletion of a model did, until the page has told it; empty before."""

MODELS_FAULT = "models_fault"
"""Why the last import or deletion of a model failed, until the page has told it; empty otherwise."""

SENT_DIGIT = "sent_digit"
"""``hdr_ui.sending.SentDigit`` that another page has sent to Analyze, or None."""

RUN_CHANGED = "run_changed"
"""Another run, or another one to lay over it, was chosen since the page was laid."""

RUN_FAULT = "run_fault"
"""{run id: sentence}: why the last wish for that run could not be met."""

PRESSED = "pressed"
"""{key of a button: (what its click is about, when)}: clicks that the page has not come to yet."""

FILES_MADE = "files_made"
"""{key of a button: file}: what was made for it and the browser has not saved yet."""

KEPT = "kept"
"""{key of a case: id of its record}: what was kept in this session; an empty id for what was deleted since."""

REVIEW_BATCH = "review_batch"
"""Id of the batch that is open on Review, or None."""

REVIEW_DESK = "review_desk"
"""``hdr_ui.review_desk.Desk`` of that batch, or None."""

REVIEW_PROBLEM = "review_problem"
"""Why the last click on Review could not be followed; empty when it was."""

REVIEW_ROUND = "review_round"
"""Counts the changes of a batch's rules in this session: with each begins a new card and a new form."""

KEPT_OPEN = "kept_open"
"""Id of the past reading that is open on History, or None."""

KEPT_GONE = "kept_gone"
"""Why the past reading that was asked for is not shown; empty when none was asked for in vain."""

HISTORY_PAGE = "history_page"
"""Which page of the past readings is shown, from 1."""

ACCOUNT_SAID = "account_said"
"""What became of the last click on Account or People: (went well, sentence); None when it was told."""

WORKS = "works"
"""{key of a case: ``hdr_ui.works.Work``}: what the user has changed in each picture."""

OUTCOMES = "outcomes"
"""{(key of a case, what was begun from, edits): ``hdr_ui.works.Outcome``}: the latest, so that each is made once."""

CASES = "cases"
"""{key: ``hdr_ui.cases.Case``}: pictures that were shown last, the latest at the end."""

LOOKED_UP = "looked_up"
"""{key of a case}: pictures of which it is known whether an earlier visit has changed them."""

KNOWN_EDITS = "known_edits"
"""{browser's element: number of its last edit that has arrived}."""

CORRECTING = "correcting"
"""Pictures are shown with boxes that can be changed."""

LAST_DRAWN = "last_drawn"
"""``hdr_ui.cases.Case`` of the drawing before the last stroke, or None."""

# fmt: off
_NOTHING_YET = (
    PAD_LOOK, ROOM_PX, EXAMPLE, MODEL, TRAIN_VIEW, RUN, HISTORY, ANALYZE_MODEL, ANALYZE_DATA, ANALYZE_EITHER,
    ANALYZE_DIGIT, ANALYZE_LASSO, COMPARE_FIRST, COMPARE_SECOND, SENT_DIGIT, REVIEW_BATCH, REVIEW_DESK, KEPT_OPEN,
    LAST_DRAWN, ACCOUNT_SAID,
)
"""Keys that are None at first."""
# fmt: on

_DEFAULTS: dict[str, Any] = dict.fromkeys(_NOTHING_YET) | {
    DRAWING: (),
    PAD_VERSION: 0,
    PAD_START: (),
    TRAIN_RECIPE: "p3-cnn",
    TRAIN_CHANGES: {},
    TRAIN_DATA: "mnist",
    DATA_VERSION: 0,
    LINK_READ: False,
    WRITTEN_ADDRESSES: [],
    ANALYZE_PART: "summary",
    ANALYZE_CELL: (None, None),
    ANALYZE_SORT: "loss",
    ANALYZE_ALL: False,
    ANALYZE_SHADES: "errors only",
    CURVES_DIGIT: -1,
    WANTED: 0.999,
    COMPARE_PART: "models",
    MODELS_VERSION: 0,
    MODELS_NOTE: "",
    MODELS_FAULT: "",
    RUN_FAULT: {},
    PRESSED: {},
    FILES_MADE: {},
    RUN_CHANGED: False,
    KEPT: {},
    REVIEW_PROBLEM: "",
    REVIEW_ROUND: 0,
    KEPT_GONE: "",
    HISTORY_PAGE: 1,
    WORKS: {},
    OUTCOMES: {},
    CASES: {},
    LOOKED_UP: set(),
    KNOWN_EDITS: {},
    CORRECTING: False,
}


WORKS_LOCK = "works_lock"
"""Held while ``WORKS`` and the records change: a new run of the page begins while the one before still ends."""

DESK_LOCK = "desk_lock"
"""The same for ``REVIEW_DESK``."""


def prepare() -> None:
    """Give every key its default once per session; call it before anything reads the state."""
    for lock in (WORKS_LOCK, DESK_LOCK):
        if lock not in st.session_state:
            st.session_state[lock] = RLock()
    for key, default in _DEFAULTS.items():
        st.session_state.setdefault(key, copy(default))
