"""A ``.keras`` file from outside, opened without Keras: a zip file with exactly three members, each within bounds.

Nothing is unpacked on disk.  What goes on to Keras is not this file but one written anew from its checked parts, so
that no two readers of the zip format can disagree about what is in it.
"""

from __future__ import annotations

import io
import json
import re
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path

from hdr_core.errors import ModelFileError
from hdr_core.storage.keras_config import MAX_CONFIG_BYTES, checked_config
from hdr_core.storage.zip_files import DAMAGED_ZIP
from hdr_core.text import quoted

MAX_MODEL_MEGABYTES = 64
_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_LIMITS_BYTES = {_CONFIG: MAX_CONFIG_BYTES, _METADATA: 2**16, _WEIGHTS: MAX_MODEL_MEGABYTES * 2**20}
_MAX_RATIO = 50  # trained weights hardly shrink; what grows more than this is a bomb
_MIN_BOMB_BYTES = 2**18
_HOW_TO_SAVE = "Save the model with Keras 3: model.save('model.keras')."
_OTHER_KINDS = (
    (b"\x89HDF", "an HDF5 file (.h5), whose layers may hold code that cannot be checked"),
    (b"\x80", "a pickle file, which runs code when it is opened"),
    (b"\x1f\x8b", "a gzip file"),
    (b"TFL3", "a LiteRT file, which cannot be trained further"),
)


@dataclass(frozen=True, eq=False)
class KerasFile:
    """The checked plan of a network as JSON, and its weights as bytes that are still to be looked through."""

    config: bytes
    weights: bytes


def open_keras_file(content: bytes) -> KerasFile:
    """Check the outside and the plan of a model file; its weights are checked where they are opened.

    Raises:
        ModelFileError: it is another kind of file, damaged, too large, or holds what a model has no use for.
    """
    _check_kind(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = _members(archive)
            parts = {name: _read(archive, member) for name, member in members.items()}
    except (*DAMAGED_ZIP, RuntimeError, ValueError, OSError, OverflowError) as error:
        raise ModelFileError(f"The model file is damaged or ends early. Copy it again. {_HOW_TO_SAVE}") from error
    _check_metadata(parts[_METADATA])
    if not parts[_WEIGHTS].startswith(b"\x89HDF\r\n\x1a\n"):
        raise ModelFileError(f"The weights in the model file are no HDF5 file. {_HOW_TO_SAVE}")
    return KerasFile(checked_config(parts[_CONFIG]), parts[_WEIGHTS])


def write_keras_file(file: KerasFile, path: Path) -> None:
    """Write the checked parts, and nothing else, as a ``.keras`` file.  Raises OSError when the disk is full."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_METADATA, json.dumps({"keras_version": "3.0.0", "date_saved": ""}))
        archive.writestr(_CONFIG, file.config)
        archive.writestr(_WEIGHTS, file.weights)


def _check_kind(content: bytes) -> None:
    if not content:
        raise ModelFileError("The model file is empty. Copy it again.")
    if len(content) > MAX_MODEL_MEGABYTES * 2**20:
        raise ModelFileError(
            f"The model file has {len(content) / 2**20:,.0f} MB; at most {MAX_MODEL_MEGABYTES} MB are imported. "
            "Save it without its optimizer: model.save('model.keras', include_optimizer=False)."
        )
    for start, kind in _OTHER_KINDS:
        if content.startswith(start):
            raise ModelFileError(f"This is {kind}. {_HOW_TO_SAVE}")
    if not content.startswith(b"PK\x03\x04"):
        raise ModelFileError(f"This is no .keras file. {_HOW_TO_SAVE}")


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    found = archive.infolist()
    names = sorted(member.filename for member in found)
    if names != sorted(_LIMITS_BYTES):
        odd = next((name for name in names if name not in _LIMITS_BYTES), "")
        words = f"it also holds {quoted(odd)}" if odd else f"it holds {len(names)} entries"
        raise ModelFileError(
            f"A .keras file of this kind holds {', '.join(_LIMITS_BYTES)} once each and nothing else; {words}. "
            f"{_HOW_TO_SAVE}"
        )
    for member in found:
        _check_member(member)
    return {member.filename: member for member in found}


def _check_member(member: zipfile.ZipInfo) -> None:
    """What the archive says of a member; ``_read`` holds it to that."""
    name, mode = member.filename, member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise ModelFileError(f"{name} in the model file is a link, not a file. {_HOW_TO_SAVE}")
    if member.flag_bits & 1:
        raise ModelFileError(f"The model file has a password. {_HOW_TO_SAVE}")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ModelFileError(f"{name} in the model file is packed in an unusual way. {_HOW_TO_SAVE}")
    if member.file_size > _LIMITS_BYTES[name]:
        raise ModelFileError(
            f"{name} in the model file has {member.file_size / 2**20:,.1f} MB; at most "
            f"{_LIMITS_BYTES[name] / 2**20:,.1f} MB are read. It was not unpacked."
        )
    if member.file_size > max(_MIN_BOMB_BYTES, _MAX_RATIO * member.compress_size):
        raise ModelFileError(f"{name} in the model file unpacks to far more than it holds. It was not unpacked.")


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a member; never more than were announced."""
    with archive.open(member) as file:
        content = file.read(member.file_size + 1)
    if len(content) != member.file_size:
        raise zipfile.BadZipFile("not as long as announced")
    return content


def _check_metadata(content: bytes) -> None:
    try:
        found = json.loads(content.decode("utf-8"))
        version = found["keras_version"]
        known = isinstance(version, str) and re.match(r"3\.\d", version) is not None
    except (ValueError, RecursionError, TypeError, KeyError) as error:
        raise ModelFileError(f"The model file does not say which Keras saved it. {_HOW_TO_SAVE}") from error
    if not known:
        raise ModelFileError(f"The model was saved by Keras {quoted(version)}; version 3 is needed. {_HOW_TO_SAVE}")
