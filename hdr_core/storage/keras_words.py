"""What may stand in the plan of a network from outside: Keras' own plain layers, their settings, and their words."""

from __future__ import annotations

import re


def _several(names: str) -> frozenset[str]:
    return frozenset(names.split())


NETWORKS = frozenset({"Functional", "Sequential", "Model"})
"""What the whole plan may be."""

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
CLASSES: dict[str, frozenset[str]] = {
    "keras": NETWORKS | {"DTypePolicy"},
    "keras.models": NETWORKS,
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
"""Module → what may be built from it."""

TENSOR = "__keras_tensor__"
"""In the place of a class where a layer takes what another one gives."""

OBJECT_KEYS = frozenset({"module", "class_name", "config", "registered_name", "build_config", "name", "inbound_nodes"})
"""What an object is made of."""

DROPPED_KEYS = frozenset({"compile_config", "shared_object_id"})
"""They say how it was trained, or are a number of Keras' own."""

KEYS = _several(
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
"""Settings of layers and of what layers are made of."""

EMPTY_ONLY = frozenset({"quantization_config", "mask"})
"""Settings that Keras writes and that nothing may stand in."""

WORDS: dict[str, frozenset[str]] = {
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
"""Setting → its words; where none is named, no word may stand."""

NAMED = frozenset({"name", "keras_history", "input_layers", "output_layers"})
"""Settings in which names of layers stand."""

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\- ]{0,99}", re.ASCII)
