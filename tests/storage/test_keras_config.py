"""The plan of a model from outside: each known way round Keras' safe mode is refused, and what is not known too."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hdr_core import config
from hdr_core.errors import ModelFileError
from hdr_core.storage import keras_words
from hdr_core.storage.keras_config import checked_config
from tests.model_files import CONFIG, Plan, layer, parts, plan

MARSHALLED = {"class_name": "__lambda__", "config": {"code": "4wEAAAAAAAAA\n", "defaults": None, "closure": None}}


def function_of(module: str, name: str) -> Plan:
    return {"module": module, "class_name": "function", "config": name, "registered_name": "function"}


def with_layer(added: Plan) -> Plan:
    changed = plan()
    changed["config"]["layers"].append(added)
    return changed


def with_setting(key: str, value: Any, class_name: str = "Conv2D") -> Plan:
    """The plan with one setting of its first layer of a kind changed."""
    changed = plan()
    found = next(one for one in changed["config"]["layers"] if one["class_name"] == class_name)
    found["config"][key] = value
    return changed


def classes(found: Any) -> set[str]:
    """Every class that a plan names."""
    if isinstance(found, dict):
        here = {found["class_name"]} if "class_name" in found else set()
        return here.union(*(classes(value) for value in found.values()))
    return set().union(*(classes(value) for value in found)) if isinstance(found, list) else set()


@pytest.mark.parametrize("name", ["reader", "p3-cnn", "p4-lightweight"])
def test_the_shipped_plans_pass_unchanged_but_for_the_training(name: str) -> None:
    given_plan = json.loads(parts(name)[CONFIG])
    found = json.loads(checked_config(parts(name)[CONFIG]))
    assert classes(found) == classes(given_plan)
    assert [one["config"]["name"] for one in found["config"]["layers"]] == [
        one["config"]["name"] for one in given_plan["config"]["layers"]
    ]
    assert "compile_config" not in found and "shared_object_id" not in json.dumps(found)


def test_how_it_was_trained_is_left_out_unread() -> None:
    changed = plan() | {"compile_config": {"loss": function_of("os", "system"), "metrics": [MARSHALLED]}}
    assert checked_config(json.dumps(changed).encode()) == checked_config(json.dumps(plan()).encode())


ATTACKS: dict[str, Plan] = {
    "CVE-2024-3660 Lambda with code": with_layer(layer("Lambda", {"function": MARSHALLED})),
    "CVE-2025-1550 any module": with_layer(layer("function", {"arguments": ["touch /tmp/x"]}, module="os")),
    "CVE-2025-1550 a function": with_setting("activation", function_of("os", "system")),
    "CVE-2025-8747 get_file": with_layer(layer("Lambda", {"function": function_of("keras.utils", "get_file")})),
    "CVE-2025-9906 the switch": with_layer(
        layer("Lambda", {"function": function_of("keras.config", "enable_unsafe_deserialization")})
    ),
    "CVE-2025-9906 load_model": with_layer(layer("Lambda", {"function": function_of("keras.models", "load_model")})),
    "CVE-2025-12058 a vocabulary": with_layer(layer("StringLookup", {"vocabulary": "/etc/passwd"})),
    "CVE-2025-12058 an address": with_layer(layer("TextVectorization", {"vocabulary": "http://10.0.0.1/"})),
    "CVE-2025-49655 torch.load": with_layer(layer("TorchModuleWrapper", {"module": "gASVAAAA"})),
    "CVE-2026-1462 SavedModel": with_layer(layer("TFSMLayer", {"filepath": "/tmp/evil"})),
    "a layer around a Lambda": with_layer(
        layer("TimeDistributed", {"layer": layer("Lambda", {"function": MARSHALLED})})
    ),
    "a network around a Lambda": with_layer(
        layer("Functional", {"layers": [layer("Lambda", {"function": MARSHALLED})]}, "keras.src.models.functional")
    ),
    "code as an initializer": with_setting("kernel_initializer", MARSHALLED),
    "a function as an initializer": with_setting("kernel_initializer", function_of("builtins", "exec")),
    "a word that is no activation": with_setting("activation", "builtins>exec"),
    "a registered object": with_layer(layer("Dense", {"units": 3}) | {"registered_name": "Custom>Dense"}),
    "an object of NumPy": with_setting("offset", {"class_name": "__numpy__", "config": {"value": [1]}}, "Rescaling"),
    "a type of TensorFlow": with_setting(
        "seed", {"class_name": "__typespec__", "config": ["x"], "module": "os", "registered_name": None}
    ),
    "bytes": with_setting("seed", {"class_name": "__bytes__", "config": {"value": "x"}}),
    "Keras' own inside": with_layer(layer("Dense", {"units": 3}, module="keras.src.layers.core.dense")),
    "a place": with_setting("module", "keras"),
    "an unknown setting": with_setting("function", None),
    "a path as a name": with_setting("name", "../../x"),
    "a page as a name": with_setting("name", "<img src=x onerror=alert(1)>"),
    "a quantized layer": with_setting("quantization_config", {"x": 1}),
    "half precision": with_setting("dtype", "float16"),
    "a mask": with_setting("inbound_nodes", [{"args": [], "kwargs": {"mask": "/etc/passwd"}}]),
    "no plain text": with_setting("padding", "\u202esame"),
    "too many neurons": with_setting("units", 10**7, "Dense"),
    "an endless number": with_setting("units", 10**400, "Dense"),
    "a list for a class": plan() | {"class_name": ["Functional"]},
    "no network": layer("Dense", {"units": 10}),
    "a network without settings": {key: value for key, value in plan().items() if key != "config"},
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_could_do_harm_is_refused_with_a_sentence(attack: str) -> None:
    with pytest.raises(ModelFileError) as caught:
        checked_config(json.dumps(ATTACKS[attack]).encode())
    words = str(caught.value)
    assert words.endswith(".") and "\n" not in words and words.isprintable()
    assert len(words) < 400


def deep(levels: int) -> bytes:
    return b'{"class_name": "Functional", "config": ' + b"[" * levels + b"]" * levels + b"}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no plain JSON"),
        (b"\xff\xfe", "no plain JSON"),
        (b"[1, 2]", "no network"),
        (b'{"class_name": "Functional", "config": {"scale": NaN}}', "no plain JSON"),
        (b'{"class_name": "Lambda", "class_name": "Functional"}', "no plain JSON"),
        (deep(100_000), "no plain JSON"),
        (b" " * (2 * 2**20 + 1), "more than 2 MB"),
        (
            b'{"module": "keras", "class_name": "Functional", "config": ' + b'{"axis":' * 60 + b"1" + b"}" * 61,
            "too deep",
        ),
        (
            b'{"module": "keras", "class_name": "Functional", "config": {"axis": [' + b"1," * 250_000 + b"1]}}",
            "too long",
        ),
        (b'{"module": "keras", "class_name": "Functional", "config": {"axis": ' + b"9" * 5000 + b"}}", "no plain JSON"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_plan_that_is_none_is_told(content: bytes, said: str) -> None:
    with pytest.raises(ModelFileError, match=said):
        checked_config(content)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["class_name", "module", "config", "name", "function", "args"]), inner)
    ),
    max_leaves=8,
)


def places(found: Any) -> list[Callable[[Any], None]]:
    """A function for each place of a plan that puts another value there."""
    pairs = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    setters: list[Callable[[Any], None]] = []
    for key, value in pairs:
        setters += [lambda new, key=key: found.__setitem__(key, new), *places(value)]  # type: ignore[misc]
    return setters


@settings(max_examples=60)
@given(data=st.data(), value=JSON_VALUES)
def test_whatever_stands_in_a_plan_it_is_refused_or_harmless(data: st.DataObject, value: Any) -> None:
    changed = plan()
    data.draw(st.sampled_from(places(changed)))(value)
    try:
        found = json.loads(checked_config(json.dumps(changed).encode()))
    except ModelFileError:
        return
    assert classes(found) <= classes(plan())


def test_every_recipe_of_this_project_would_pass() -> None:
    """What the app trains, it must take back; the layers of its recipes stand in ``cards.json``."""
    cards = json.loads((config.PROJECT_DIR / "hdr_core" / "training" / "cards.json").read_text())
    kinds = {row[0] for rows in cards.values() for row in rows}
    known = set().union(*keras_words.CLASSES.values())
    assert kinds - known == set()
