"""The plan of a network inside a ``.keras`` file, held against a list of what may stand there.

Keras builds whatever ``config.json`` names, and its own ``safe_mode`` was got round again and again: by functions and
modules named in the plan (CVE-2025-1550, 2025-8747, 2025-9906), by Lambda (2024-3660), by layers that open other files
(StringLookup 2025-12058, TorchModuleWrapper 2025-49655, TFSMLayer 2026-1462).  So nothing is looked for here that
is known to be bad: what is not known to be good is refused, every key and every word, before Keras sees it.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from hdr_core.errors import ModelFileError

MAX_CONFIG_BYTES = 2 * 2**20
_MAX_DEPTH = 40
_MAX_VALUES = 200_000
_MAX_NUMBER = 65_536  # of neurons, filters, pixels: what is larger could not be built anyway
_MAX_SEED = 2**63


def _several(names: str) -> frozenset[str]:
    return frozenset(names.split())


_LAYERS = _several(
    "Activation Add Average AveragePooling2D BatchNormalization Concatenate Conv2D Cropping2D Dense "
    "DepthwiseConv2D Dropout ELU Flatten GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D "
    "GlobalMaxPooling2D InputLayer LayerNormalization LeakyReLU MaxPooling2D Maximum Multiply PReLU ReLU "
    "Rescaling Reshape Resizing SeparableConv2D Softmax SpatialDropout2D UpSampling2D ZeroPadding2D"
)
_INITIALIZERS = _several(
    "Constant GlorotNormal GlorotUniform HeNormal HeUniform LecunNormal LecunUniform Ones Orthogonal "
    "RandomNormal RandomUniform TruncatedNormal VarianceScaling Zeros"
)
_CLASSES: dict[str, frozenset[str]] = {
    "keras": frozenset({"DTypePolicy", "Functional", "Sequential", "Model"}),
    "keras.models": frozenset({"Functional", "Sequential", "Model"}),
    "keras.src.models.functional": frozenset({"Functional"}),
    "keras.src.models.sequential": frozenset({"Sequential"}),
    "keras.layers": _LAYERS,
    "keras.initializers": _INITIALIZERS,
    "keras.regularizers": frozenset({"L1", "L2", "L1L2"}),
    "keras.constraints": frozenset({"MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"}),
    # plain arithmetic between layers, as the networks of this project use it
    "keras.src.ops.math": frozenset({"Rsqrt"}),
    "keras.src.ops.numpy": frozenset({"Maximum", "Multiply", "Square", "Sum"}),
}
_NETWORKS = frozenset({"Functional", "Sequential", "Model"})
_TENSOR = "__keras_tensor__"

# What an object is made of; what is dropped says how it was trained, or is a number of Keras' own.
_OBJECT_KEYS = frozenset({"module", "class_name", "config", "registered_name", "build_config", "name", "inbound_nodes"})
_DROPPED_KEYS = frozenset({"compile_config", "shared_object_id"})
_KEYS = _several(
    "activation activity_regularizer alpha antialias args axis batch_input_shape batch_shape beta_constraint "
    "beta_initializer beta_regularizer bias_constraint bias_initializer bias_regularizer build_input_shape "
    "center crop_to_aspect_ratio cropping data_format depth_multiplier depthwise_constraint "
    "depthwise_initializer depthwise_regularizer dilation_rate distribution dtype epsilon fill_mode fill_value "
    "filters gain gamma_constraint gamma_initializer gamma_regularizer groups height input_axes input_layers "
    "input_shape interpolation keepdims kernel_constraint kernel_initializer kernel_regularizer kernel_size "
    "kwargs l1 l2 layers mask max_value maxval mean min_value minval mode momentum moving_mean_initializer "
    "moving_variance_initializer name negative_slope noise_shape offset optional output_axes output_layers "
    "pad_to_aspect_ratio padding pointwise_constraint pointwise_initializer pointwise_regularizer pool_size "
    "quantization_config ragged rate renorm renorm_clipping renorm_momentum rms_scaling scale seed shape "
    "shared_axes size sparse stddev strides synchronized target_shape threshold trainable training units "
    "use_bias value width"
)
_EMPTY_ONLY = frozenset({"quantization_config", "mask"})
_WORDS: dict[str, frozenset[str]] = {
    "activation": _several(
        "elu exponential gelu hard_sigmoid hard_silu hard_swish leaky_relu linear log_softmax mish relu relu6 selu "
        "sigmoid silu softmax softplus softsign swish tanh"
    ),
    "data_format": frozenset({"channels_last"}),
    "distribution": frozenset({"truncated_normal", "untruncated_normal", "normal", "uniform"}),
    "dtype": frozenset({"float32"}),
    "fill_mode": frozenset({"constant"}),
    "interpolation": frozenset({"bilinear", "nearest", "bicubic"}),
    "mode": frozenset({"fan_in", "fan_out", "fan_avg"}),
    "padding": frozenset({"valid", "same"}),
}
_NAMED = frozenset({"name", "keras_history", "input_layers", "output_layers"})  # where names of layers stand
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\- ]{0,99}", re.ASCII)


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
    if not isinstance(plan, dict) or plan.get("class_name") not in tuple(_NETWORKS):  # it may be anything
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
        if key in _EMPTY_ONLY and value not in ({}, []):
            _refuse(f"the setting {_shown(key)}")
        if isinstance(value, dict):
            return self._object(value, depth) if "class_name" in value else self._settings(value, depth)
        if isinstance(value, list):
            return [self.value(one, key, depth + 1) for one in value]
        return _word(value, key) if isinstance(value, str) else _number(value, key)

    def _object(self, found: dict[str, Any], depth: int) -> dict[str, Any]:
        if found["class_name"] == _TENSOR:
            return self._tensor(found, depth)
        module, name = found.get("module"), found["class_name"]
        if not (isinstance(module, str) and isinstance(name, str) and name in _CLASSES.get(module, ())):
            _refuse(f"{_shown(name)} of {_shown(module)}")
        if found.get("registered_name") not in (None, name):
            _refuse(f"the registered object {_shown(found['registered_name'])}")
        _check_keys(found, _OBJECT_KEYS | _DROPPED_KEYS)
        fixed = {key: found[key] for key in ("module", "class_name", "registered_name") if key in found}
        rest = {key: self.value(found[key], key, depth + 1) for key in found if key not in {*fixed, *_DROPPED_KEYS}}
        if not isinstance(rest.get("config"), dict) or "class_name" in rest["config"]:
            _refuse(f"{_shown(name)} without settings")
        return fixed | rest

    def _tensor(self, found: dict[str, Any], depth: int) -> dict[str, Any]:
        _check_keys(found, frozenset({"class_name", "config"}))
        config = found.get("config")
        if not isinstance(config, dict):
            _refuse("a connection without a source")
        _check_keys(config, frozenset({"shape", "dtype", "keras_history"}))
        return {"class_name": _TENSOR, "config": {key: self.value(config[key], key, depth + 1) for key in config}}

    def _settings(self, found: dict[str, Any], depth: int) -> dict[str, Any]:
        _check_keys(found, _KEYS)
        return {key: self.value(found[key], key, depth + 1) for key in found}


def _check_keys(found: dict[str, Any], known: frozenset[str]) -> None:
    for key in found:
        if key not in known:
            _refuse(f"the setting {_shown(key)}")


def _word(word: str, key: str) -> str:
    if not (_NAME.fullmatch(word) if key in _NAMED else _is_known(word, key)):
        _refuse(f"{_shown(word)} as {_shown(key) if key else 'a network'}")
    return word


def _is_known(word: str, key: str) -> bool:
    return word in _WORDS.get(key, ()) or (key.endswith("_initializer") and word in ("zeros", "ones"))


def _number(number: bool | int | float, key: str) -> bool | int | float:
    limit = _MAX_SEED if key == "seed" else 1e6 if isinstance(number, float) else _MAX_NUMBER
    if not -limit <= number <= limit:  # also what is no number
        raise ModelFileError(f"The plan of the network holds a number as {_shown(key)} that is too large to build.")
    return number


def _shown(found: Any) -> str:
    """A word of the plan for a sentence: short, and without anything that could act on a terminal or a page."""
    return repr("".join(letter for letter in str(found)[:60] if letter.isascii() and letter.isprintable()))


def _refuse(what: str) -> NoReturn:
    raise ModelFileError(
        f"The model holds {what}, which is not imported: it could run code, read other files, or fail here. "
        "Only Keras' own plain layers in float32 are; build the model from these and save it again."
    )
