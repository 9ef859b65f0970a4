"""Model files for tests: the smallest shipped one, taken apart, changed and packed again."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from hdr_core import config

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
Plan = dict[str, Any]


def shipped(name: str = "p4-lightweight") -> bytes:
    """A model file as the app offers it for download."""
    return (config.SHIPPED_MODELS_DIR / name / "model.keras").read_bytes()


def parts(name: str = "p4-lightweight") -> dict[str, bytes]:
    """Its members."""
    with zipfile.ZipFile(io.BytesIO(shipped(name))) as archive:
        return {member: archive.read(member) for member in archive.namelist()}


def packed(members: Mapping[str, bytes] | list[tuple[str | zipfile.ZipInfo, bytes]], compression: int = 0) -> bytes:
    """Members as a zip file."""
    buffer = io.BytesIO()
    pairs = list(members.items()) if isinstance(members, Mapping) else members
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for member, content in pairs:
            archive.writestr(member, content)
    return buffer.getvalue()


def plan() -> Plan:
    """Its plan."""
    found: Plan = json.loads(parts()[CONFIG])
    return found


def with_plan(change: Callable[[Plan], object]) -> bytes:
    """The model file with a changed plan."""
    changed = plan()
    change(changed)
    return packed(parts() | {CONFIG: json.dumps(changed).encode()})


def layer(class_name: str, settings: Mapping[str, Any], module: str = "keras.layers") -> Plan:
    """A layer as Keras writes it into a plan."""
    return {
        "module": module,
        "class_name": class_name,
        "config": {"name": "added", "trainable": True, "dtype": "float32", **settings},
        "registered_name": None,
        "name": "added",
        "inbound_nodes": [],
    }
