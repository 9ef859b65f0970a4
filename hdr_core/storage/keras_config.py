"""The plan of a network inside a ``.keras`` file, held against ``keras_words``: the list of what may stand there.

Keras builds whatever ``config.json`` names, and its own ``safe_mode`` was got round again and again: by functions and
modules named in the plan (CVE-2025-1550, 2025-8747, 2025-9906), by Lambda (2024-3660), by layers that open other files
(StringLookup 2025-12058, TorchModuleWrapper 2025-49655, TFSMLayer 2026-1462).  So nothing is looked for here that
is known to be bad: what is not known to be good is refused, every key and every word, before Keras sees it.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from hdr_core.errors import ModelFileError
from hdr_core.storage.keras_words import (
    CLASSES,
    DROPPED_KEYS,
    EMPTY_ONLY,
    KEYS,
    NAME,
    NAMED,
    NETWORKS,
    OBJECT_KEYS,
    TENSOR,
    WORDS,
)
from hdr_core.text import quoted

MAX_CONFIG_BYTES = 2 * 2**20
_MAX_DEPTH = 40
_MAX_VALUES = 200_000
_MAX_NUMBER = 65_536  # of neurons, filters, pixels: what is larger could not be built anyway
_MAX_SEED = 2**63


def checked_config(content: bytes) -> bytes:
    """The plan as JSON, written anew from what was checked; how the network was trained is left out.

    Raises:
        ModelFileError: it is no JSON, too large or too deep, or names more than Keras' own plain layers.
    """
    if len(content) > MAX_CONFIG_BYTES:
        raise ModelFileError(f"The plan of the network has more than {MAX_CONFIG_BYTES // 2**20} MB. It was not read.")
    try:
        plan = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_without_twins)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(
            "The plan of the network (config.json) is damaged: it is no plain JSON. Save the model again with "
            "model.save('model.keras')."
        ) from error
    if not isinstance(plan, dict) or plan.get("class_name") not in tuple(NETWORKS):  # it may be anything
        raise ModelFileError(
            "The file holds no network that Keras saved whole. Save it with model.save('model.keras')."
        )
    return json.dumps(_Check().value(plan, "", 0)).encode()


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")  # two readers could take it for two different plans
    return found


class _Check:
    """One walk through a plan; every value is copied only after it was recognised."""

    def __init__(self) -> None:
        self._values = 0

    def value(self, value: Any, key: str, depth: int) -> Any:
        self._values += 1
        if depth > _MAX_DEPTH or self._values > _MAX_VALUES:
            raise ModelFileError("The plan of the network is nested too deep or too long. It was not read.")
        if value is None:
            return None
        if key in EMPTY_ONLY and value not in ({}, []):
            _refuse(f"the setting {quoted(key)}")
        if isinstance(value, dict):
            return self._object(value, depth) if "class_name" in value else self._settings(value, depth)
        if isinstance(value, list):
            return [self.value(one, key, depth + 1) for one in value]
        return _word(value, key) if isinstance(value, str) else _number(value, key)

    def _object(self, found: dict[str, Any], depth: int) -> dict[str, Any]:
        if found["class_name"] == TENSOR:
            return self._tensor(found, depth)
        module, name = found.get("module"), found["class_name"]
        if not (isinstance(module, str) and isinstance(name, str) and name in CLASSES.get(module, ())):
            _refuse(f"{quoted(name)} of {quoted(module)}")
        if found.get("registered_name") not in (None, name):
            _refuse(f"the registered object {quoted(found['registered_name'])}")
        _check_keys(found, OBJECT_KEYS | DROPPED_KEYS)
        fixed = {key: found[key] for key in ("module", "class_name", "registered_name") if key in found}
        rest = {key: self.value(found[key], key, depth + 1) for key in found if key not in {*fixed, *DROPPED_KEYS}}
        if not isinstance(rest.get("config"), dict) or "class_name" in rest["config"]:
            _refuse(f"{quoted(name)} without settings")
        return fixed | rest

    def _tensor(self, found: dict[str, Any], depth: int) -> dict[str, Any]:
        _check_keys(found, frozenset({"class_name", "config"}))
        config = found.get("config")
        if not isinstance(config, dict):
            _refuse("a connection without a source")
        _check_keys(config, frozenset({"shape", "dtype", "keras_history"}))
        return {"class_name": TENSOR, "config": {key: self.value(config[key], key, depth + 1) for key in config}}

    def _settings(self, found: dict[str, Any], depth: int) -> dict[str, Any]:
        _check_keys(found, KEYS)
        return {key: self.value(found[key], key, depth + 1) for key in found}


def _check_keys(found: dict[str, Any], known: frozenset[str]) -> None:
    for key in found:
        if key not in known:
            _refuse(f"the setting {quoted(key)}")


def _word(word: str, key: str) -> str:
    if not (NAME.fullmatch(word) if key in NAMED else _is_known(word, key)):
        _refuse(f"{quoted(word)} as {quoted(key) if key else 'a network'}")
    return word


def _is_known(word: str, key: str) -> bool:
    return word in WORDS.get(key, ()) or (key.endswith("_initializer") and word in ("zeros", "ones"))


def _number(number: bool | int | float, key: str) -> bool | int | float:
    limit = _MAX_SEED if key == "seed" else 1e6 if isinstance(number, float) else _MAX_NUMBER
    if not -limit <= number <= limit:  # also what is no number
        raise ModelFileError(f"The plan of the network holds a number as {quoted(key)} that is too large to build.")
    return number


def _refuse(what: str) -> NoReturn:
    raise ModelFileError(
        f"The model holds {what}, which is not imported: it could run code, read other files, or fail here. "
        "Only Keras' own plain layers in float32 are; build the model from these and save it again."
    )
