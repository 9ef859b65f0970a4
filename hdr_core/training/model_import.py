"""Take in a model that somebody brings: checked, tried out in a process of its own, and placed beside the others.

Nothing of the file is loaded in this process.  The model's folder appears whole or not at all.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from hdr_core import config
from hdr_core.errors import ModelFileError
from hdr_core.storage.keras_files import MAX_MODEL_MEGABYTES, open_keras_file, write_keras_file
from hdr_core.storage.models import ModelCard, write_card

GIVEN, FACTS, REFUSAL = "given.keras", "facts.json", "refusal.txt"
MAX_TITLE_LETTERS = 60
_SECONDS = 240.0
_KEPT_SETTINGS = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")  # never a password or an address
_one_at_a_time = threading.Lock()  # each takes 1 GB for some seconds


def read_model_file(path: Path) -> bytes:
    """The bytes of a file that is to be imported, if it is not too large to be one.

    Raises:
        ModelFileError: it is missing, cannot be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_MODEL_MEGABYTES * 2**20 + 1)
    except OSError as error:
        raise ModelFileError(f"{path.name!r} cannot be read ({error.strerror}). Name a .keras file.") from error
    return content


def import_model(content: bytes, file_name: str, title: str = "", *, home: Path | None = None) -> str:
    """Check a ``.keras`` file, make it ready for reading, and place it among the models.

    Args:
        content: the file's bytes; at most ``MAX_MODEL_MEGABYTES``.
        file_name: what it is called; only letters and digits of it are ever used for a place on the disk.
        title: what people will call it; by default the file's name.
        home: the folder of whoever brings it; by default ``config.home_dir()``.

    Returns:
        The new model's name: another than that of every model that is here.

    Raises:
        ModelFileError: the file is refused; the message says why.
        OSError: the disk is full or cannot be written to.
    """
    checked = open_keras_file(content)
    parent = (home or config.home_dir()) / "models"
    parent.mkdir(parents=True, exist_ok=True)
    stem = re.split(r"[/\\]", file_name)[-1].removesuffix(".keras")
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix=".new-", dir=parent) as scratch:
        room, fresh = Path(scratch) / "room", Path(scratch) / "model"
        room.mkdir()
        fresh.mkdir()
        write_keras_file(checked, room / GIVEN)
        facts = _convert(room)
        for name in ("model.keras", "model.tflite"):
            os.replace(room / name, fresh / name)
        return _place(fresh, parent, stem, _one_line(title) or _one_line(stem) or "Imported model", facts)


def _convert(room: Path) -> dict[str, Any]:
    """Run ``converting`` on the folder, without this server's secrets and within bounds."""
    code = _run_apart(room)
    if code == 1 and (room / REFUSAL).is_file():
        raise ModelFileError((room / REFUSAL).read_text(encoding="utf-8"))
    if code != 0:
        raise ModelFileError(
            "The model could not be opened: its weights are damaged, or it needs more memory than an import has. "
            "Save it again with Keras 3: model.save('model.keras')."
        )
    facts: dict[str, Any] = json.loads((room / FACTS).read_text(encoding="utf-8"))
    return facts


def _run_apart(room: Path) -> int:
    kept = {name: os.environ[name] for name in _KEPT_SETTINGS if name in os.environ}
    own = {name: str(room) for name in ("HOME", "TMPDIR", "TEMP", "TMP", "KERAS_HOME", "HDR_HOME")}
    quiet = {"KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "hdr_core.training.converting", str(room.resolve())],
            cwd=config.PROJECT_DIR,
            env={**kept, **own, **quiet},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelFileError(f"The model was not ready after {_SECONDS:.0f} s: it is too large to import.") from error
    return done.returncode


def _place(fresh: Path, parent: Path, stem: str, title: str, facts: Mapping[str, Any]) -> str:
    """Rename the folder into its place under a name that nobody has; another import may take one meanwhile."""
    for name in _names(stem):
        if any((folder / name).exists() for folder in (parent, config.SHIPPED_MODELS_DIR)):
            continue
        write_card(_card(name, title, facts), fresh)
        try:
            os.rename(fresh, parent / name)
        except OSError:
            if not (parent / name).exists():
                raise
        else:
            return name
    raise AssertionError("there is always another name")


def _names(stem: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-") or "imported"
    yield base
    for number in count(2):
        yield f"{base}-{number}"


def _card(name: str, title: str, facts: Mapping[str, Any]) -> ModelCard:
    pixels = "pixels 0–1, divided by 255 before it" if facts["divided"] else "pixels 0–255"
    return ModelCard(
        name=name,
        title=title,
        recipe={},
        command="python -m hdr_core models import FILE",
        data=f"data that its file does not tell of; it takes {pixels}",
        parameters=int(facts["parameters"]),
        seconds_to_train=0.0,
        scores={},
    )


def _one_line(text: str) -> str:
    """A title without letters that are not seen, such as those that turn the direction of the text."""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:MAX_TITLE_LETTERS]
