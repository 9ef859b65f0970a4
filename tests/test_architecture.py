"""Who may import whom, how long a module may be, and what must be explained: checked on the source, by rule."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hdr_core.config import PROJECT_DIR

MAX_MODULE_LINES = 300
BASE = {"hdr_core.errors", "hdr_core.types", "hdr_core.config", "hdr_core.text"}

# room → the rooms of this project that it may import (itself is named where its modules may use each other)
MAY_IMPORT: dict[str, set[str]] = {
    "base": {"base"},
    "export": {"base"},
    "vision": {"base", "vision's private parts"},
    "files": {"base"},
    "review": {"base", "export", "review"},
    "storage": {"base", "files", "storage"},
    "records": {"base", "records"},
    "accounts": {"base", "records", "storage", "accounts"},
    "reading": {"base", "vision", "vision's private parts", "reading", "classifier"},
    "classifier": {"base"},
    "evaluation": {"base", "files", "evaluation", "classifier"},
    "training": {"base", "vision", "vision's private parts", "files", "storage", "evaluation", "training"},
}
MAY_IMPORT["vision's private parts"] = {"base", "vision's private parts"}
MAY_IMPORT["face"] = {*MAY_IMPORT, "face"}
MAY_IMPORT["hdr_ui"] = {*MAY_IMPORT["face"], "hdr_ui"}
MAY_IMPORT["pages"] = {*MAY_IMPORT["face"], "hdr_ui", "pages"}
MAY_IMPORT["app"] = {*MAY_IMPORT["face"], "hdr_ui", "pages"}
MAY_IMPORT["tools"] = {*MAY_IMPORT["face"], "tools"}

# library → the modules (or the start of their names) that may import it
ONLY_IN: dict[str, tuple[str, ...]] = {
    "streamlit": ("hdr_ui", "pages", "streamlit_app"),
    "streamlit_drawable_canvas": ("hdr_ui", "pages"),
    "tensorflow": ("hdr_core.training", "hdr_core.evaluation.explanation", "benchmarks"),
    "sqlalchemy": ("hdr_core.records", "hdr_core.accounts", "hdr_core.cli.account_actions", "hdr_ui", "benchmarks"),
    "argon2": ("hdr_core.accounts",),
    "jwt": ("hdr_core.accounts",),
    "starlette": ("hdr_ui",),
    "alembic": ("hdr_core.records",),
    "keras": ("hdr_core.training", "hdr_core.evaluation.explanation", "benchmarks"),
}
TOOLS = {"benchmarks", "examples", "scripts"}


def room_of(module: str) -> str | None:
    """The room a module of this project is in; None for anything from outside."""
    top, *rest = module.split(".")
    if top != "hdr_core":
        return {"hdr_ui": "hdr_ui", "pages": "pages", "streamlit_app": "app"}.get(
            top, "tools" if top in TOOLS else None
        )
    if module in BASE:
        return "base"
    if module == "hdr_core.reading.classifier":
        return "classifier"
    if module == "hdr_core.storage.atomic":
        return "files"
    if rest and rest[0] == "vision" and rest[-1].startswith("_"):
        return "vision's private parts"
    if not rest or rest[0] in ("cli", "__main__"):
        return "face"
    return rest[0]


def violations(module: str, source: str, known: set[str]) -> list[str]:
    """Every import in ``source`` that breaks a rule, in words; ``known`` names all modules of the project."""
    found = []
    for line, imported, for_types_only in imports(module, source, known):
        room, other = room_of(module), room_of(imported)
        top = imported.split(".")[0]
        if other is not None and room is not None and other not in MAY_IMPORT.get(room, set()):
            found.append(f"{module}:{line}: {room} may not import {imported} ({other})")
        allowed = ONLY_IN.get(top)
        if allowed and not for_types_only and not any(_is_inside(module, home) for home in allowed):
            found.append(f"{module}:{line}: {top} may be imported only in {', '.join(allowed)}")
    return found


def imports(module: str, source: str, known: set[str]) -> Iterator[tuple[int, str, bool]]:
    """Line, full name and "only for types" of every imported module, also inside functions."""
    tree = ast.parse(source)
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test).endswith("TYPE_CHECKING")
        for statement in block.body
        for node in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = _imported_from(module, node, known)
        else:
            continue
        for name in names:
            yield node.lineno, name, id(node) in typing_only


def _imported_from(module: str, node: ast.ImportFrom, known: set[str]) -> list[str]:
    package = module if any(name.startswith(f"{module}.") for name in known) else module.rpartition(".")[0]
    parents = package.split(".")
    base = ".".join(parents[: len(parents) - node.level + 1]) if node.level else ""
    source = ".".join(part for part in (base, node.module) if part)
    # `from hdr_core import config` imports the module hdr_core.config, `from hdr_core import Reading` the face.
    full_names = [f"{source}.{alias.name}" for alias in node.names]
    return sorted({name if name in known else source for name in full_names})


def _is_inside(module: str, home: str) -> bool:
    return module == home or module.startswith(f"{home}.")


def sources() -> dict[str, Path]:
    """Every module of the project outside the tests, by its full name."""
    tops = ["hdr_core", "hdr_ui", "pages", *sorted(TOOLS)]
    paths = [path for top in tops for path in (PROJECT_DIR / top).rglob("*.py")]
    paths += PROJECT_DIR.glob("*.py")
    return {_module_name(path.relative_to(PROJECT_DIR)): path for path in paths}


def _module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = sources()
KNOWN = set(SOURCES)


@pytest.mark.parametrize("module", sorted(SOURCES))
def test_imports_follow_the_plan(module: str) -> None:
    assert violations(module, SOURCES[module].read_text(encoding="utf-8"), KNOWN) == []


def test_the_plan_covers_every_module() -> None:
    assert {"hdr_core", "hdr_core.types", "hdr_core.vision.tiles", "hdr_core.training.data"} <= KNOWN
    assert [module for module in sorted(KNOWN) if room_of(module) not in MAY_IMPORT] == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("hdr_core.vision.ink", "import streamlit as st"),
        ("hdr_core.vision.ink", "from hdr_core.vision.tiles import make_tile"),
        ("hdr_core.vision.ink", "from hdr_core.vision import tiles"),
        ("hdr_core.vision.ink", "from .tiles import make_tile"),
        ("hdr_core.vision.ink", "from ..reading import reader"),
        ("hdr_core.vision.ink", "from hdr_core.vision import make_tile"),
        ("hdr_core.vision.ink", "from hdr_core import read_number"),
        ("hdr_core.vision.ink", "import hdr_core.training.data"),
        ("hdr_core.vision.ink", "def later():\n    import keras"),
        ("hdr_core.reading.reader", "from tensorflow import keras"),
        ("hdr_core.reading.reader", "from hdr_core.training.data import load_mnist"),
        ("hdr_core.reading.classifier", "from hdr_core.vision.tiles import make_tile"),
        ("hdr_core.evaluation.metrics", "from hdr_core.reading.reader import read_picture"),
        ("hdr_core.evaluation.metrics", "from hdr_core.vision.tiles import make_tile"),
        ("hdr_core.evaluation.metrics", "from hdr_core.storage.models import read_card"),
        ("hdr_core.training.data", "from hdr_core.reading.classifier import Classifier"),
        ("hdr_core.storage.models", "from hdr_core.evaluation.metrics import wilson_interval"),
        ("hdr_core.types", "from hdr_core.vision.tiles import make_tile"),
        ("hdr_core.config", "import hdr_core"),
        ("hdr_core.export", "from hdr_core.storage.models import read_card"),
        ("hdr_core.vision._paper", "from hdr_core.vision.tiles import make_tile"),
        ("hdr_core.cli.read", "import hdr_ui"),
        ("hdr_core", "from pages.read import draw"),
        ("hdr_ui.state", "from pages.read import draw"),
        ("benchmarks.latency", "import streamlit"),
        ("hdr_core.records.readings", "from hdr_core.storage.locks import acquire"),
        ("hdr_core.training.corrections", "from hdr_core.records.values import CorrectedDigits"),
        ("hdr_core.storage.models", "import sqlalchemy"),
    ],
)
def test_a_forbidden_import_is_reported(module: str, line: str) -> None:
    known = KNOWN | {module, "hdr_core.reading", "hdr_core.reading.reader", "pages.read.draw"}
    found = violations(module, f'"""A module."""\n\n{line}\n', known)
    assert len(found) == 1
    assert found[0].startswith(f"{module}:")


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("hdr_core.vision.ink", "from hdr_core.config import TILE_SIZE_PX"),
        ("hdr_core.vision.ink", "from hdr_core import config"),
        ("hdr_core.vision.ink", "from hdr_core.vision._paper import flatten"),
        ("hdr_core.storage.models", "if TYPE_CHECKING:\n    import keras"),
        ("hdr_core.evaluation.metrics", "from hdr_core.reading.classifier import Classifier"),
        ("hdr_core.evaluation.metrics", "from hdr_core.storage.atomic import write_bytes"),
        ("hdr_core.training.networks", "import keras"),
        ("hdr_core.cli.read", "import hdr_core"),
        ("pages.read.draw", "import streamlit\nfrom hdr_ui import state\nimport hdr_core"),
    ],
)
def test_an_allowed_import_is_not(module: str, line: str) -> None:
    known = KNOWN | {module, "hdr_core.vision._paper", "hdr_ui.state"}
    assert violations(module, line, known) == []


@pytest.mark.parametrize("module", sorted(SOURCES))
def test_a_module_is_one_concept(module: str) -> None:
    lines = SOURCES[module].read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MAX_MODULE_LINES, f"{module} has {len(lines)} lines: look for the second concept in it"


@pytest.mark.parametrize("module", sorted(name for name in SOURCES if _is_inside(name, "hdr_core")))
def test_what_is_public_is_explained(module: str) -> None:
    assert unexplained(SOURCES[module].read_text(encoding="utf-8")) == []


def unexplained(source: str) -> list[str]:
    """Public functions and classes of a module without a docstring; ``main`` is explained by its module's."""
    tree = ast.parse(source)
    documented = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    public = [node for node in tree.body if isinstance(node, documented) and not node.name.startswith("_")]
    missing = [node.name for node in public if node.name != "main" and not ast.get_docstring(node)]
    return [*([] if not tree.body or ast.get_docstring(tree) else ["the module"]), *missing]


def test_a_missing_docstring_is_reported() -> None:
    told, untold = 'def told():\n    """Told."""', "def untold():\n    pass"
    source = "\n\n".join([told, untold, "def _private():\n    pass", "class Untold:\n    x = 1"])
    assert unexplained(source) == ["the module", "untold", "Untold"]


@pytest.mark.parametrize("module", sorted(name for name in SOURCES if room_of(name) in ("hdr_ui", "pages")))
def test_a_click_is_not_read_off_a_button(module: str) -> None:
    """A rerun that cuts off the one that a click began would lose it: ``pressed`` or a callback does not."""
    if module != "hdr_ui.pressing":
        assert read_off(SOURCES[module].read_text(encoding="utf-8")) == []


def read_off(source: str) -> list[int]:
    """Lines with an ``st.button`` without callback whose answer is used; one that only lays the page anew may be."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.If):
            used = [] if [ast.unparse(one) for one in node.body] == ["st.rerun()"] else [node.test]
        else:
            used = [node.value] if isinstance(node, ast.Assign | ast.Return) and node.value else []
        for one in (part for whole in used for part in ast.walk(whole) if isinstance(part, ast.Call)):
            has_callback = any(keyword.arg == "on_click" for keyword in one.keywords)
            if ast.unparse(one.func) == "st.button" and not has_callback:
                found.append(one.lineno)
    return found


def test_a_click_that_can_be_lost_is_reported() -> None:
    assert read_off("if files and st.button('Read'):\n    read()") == [1]
    assert read_off("asked = st.button('Read')") == [1]
    assert read_off("if st.button('Keep'):\n    st.rerun()\nst.button('Go', on_click=go)") == []
    assert read_off("if pressed('Read', key='read'):\n    read()") == []


@pytest.mark.parametrize("module", sorted(name for name in SOURCES if room_of(name) in ("hdr_ui", "pages", "app")))
def test_what_came_from_outside_is_no_markdown(module: str) -> None:
    """A sentence that went wrong may quote a file's name or a link; ``literal`` and ``plain`` show it as it is."""
    assert taken_for_markdown(SOURCES[module].read_text(encoding="utf-8")) == []


_QUOTING = {"error", "fault", "problem", "note", "cause", "sentence", "reason"}


def taken_for_markdown(source: str) -> list[int]:
    """Lines that hand what may quote the outside to an element of Streamlit's that reads Markdown or HTML."""

    def quoted(node: ast.AST) -> bool:
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("literal", "plain"):
            return False
        if isinstance(node, ast.Name):
            return node.id in _QUOTING and isinstance(node.ctx, ast.Load)
        parts = [*node.args, *(one.value for one in node.keywords)] if isinstance(node, ast.Call) else None
        return any(quoted(part) for part in (ast.iter_child_nodes(node) if parts is None else parts))

    reads = re.compile(
        r"st\.(error|warning|info|success|caption|toast|markdown|html|write|progress|exception)|\w+\.progress"
    )
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [node.lineno for node in calls if reads.fullmatch(ast.unparse(node.func)) and quoted(node)]


def test_a_quotation_that_could_act_is_reported() -> None:
    assert taken_for_markdown("st.error(str(error))") == [1]
    assert taken_for_markdown("st.info(f'Not here: {error}')\nbar.progress(0.5, note)") == [1, 2]
    assert taken_for_markdown("st.html('<b>' + plain(note) + '</b>')\nst.error(literal(error))") == []


def test_reading_a_picture_loads_no_training_and_no_page() -> None:
    heavy = ["tensorflow", "keras", "streamlit", "pandas", "sklearn", "plotly", "scipy", "matplotlib"]
    program = (
        "import sys, numpy, hdr_core\n"
        "page = numpy.full((90, 90), 255, numpy.uint8)\n"
        "page[20:70, 42:48] = 0\n"
        "print(hdr_core.read_number(page).text)\n"
        f"print([name for name in {heavy} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT_DIR, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.splitlines() == ["1", "[]"], done.stderr
