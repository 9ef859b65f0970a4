"""Own layers as a line of text: ``conv 32 3; pool 2; dropout 0.25; dense 128``.

    conv FILTERS SIZE [ACTIVATION]     convolution, same padding
    sepconv FILTERS SIZE [ACTIVATION]  depthwise separable convolution
    pool SIZE | avgpool SIZE           largest value, or mean, of SIZE × SIZE
    globalpool                         mean of each filter over the whole picture
    norm                               batch normalisation
    dropout RATE
    flatten                            put in by itself before the first dense layer
    dense UNITS [ACTIVATION]

The picture (28×28, scaled to 0–1) comes before the first, ten softmax outputs after the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from hdr_core.config import TILE_SIZE_PX
from hdr_core.errors import RecipeError

MAX_LAYERS = 40
MAX_PARAMETERS = 20_000_000
LAYER_ACTIVATIONS = ("relu", "leaky_relu", "elu", "gelu", "sigmoid", "tanh", "linear")


@dataclass(frozen=True)
class StackLayer:
    """One layer: its word, its numbers in the order of the grammar, and its activation ("" = has none)."""

    kind: str
    numbers: tuple[float, ...]
    activation: str = ""

    def __str__(self) -> str:
        return " ".join([self.kind, *(f"{number:g}" for number in self.numbers), *filter(None, [self.activation])])


@dataclass(frozen=True)
class StackStep:
    """What one layer does: its Keras class, its output without the batch axis, its parameters."""

    kind: str
    output: tuple[int, ...]
    parameters: int


# word → (name, smallest, largest) of each number
_NUMBERS: dict[str, tuple[tuple[str, float, float], ...]] = {
    "conv": (("filters", 1, 512), ("size", 1, 11)),
    "sepconv": (("filters", 1, 512), ("size", 1, 11)),
    "pool": (("size", 2, 7),),
    "avgpool": (("size", 2, 7),),
    "globalpool": (),
    "norm": (),
    "dropout": (("rate", 0.01, 0.9),),
    "flatten": (),
    "dense": (("units", 1, 4096),),
}
_ACTIVATED = ("conv", "sepconv", "dense")
_ON_PICTURES = ("conv", "sepconv", "pool", "avgpool", "globalpool")


def parse_stack(text: str) -> tuple[StackLayer, ...]:
    """The layers that ``text`` names, checked against each other.

    Raises:
        RecipeError: a word or number that is not in the grammar, a picture pooled away, a convolution after
            the picture was flattened, or more layers or parameters than can be trained here.
    """
    parts = [part.split() for part in text.replace("\n", ";").split(";") if part.strip()]
    if not parts:
        raise RecipeError("The stack has no layers. Write for instance: conv 32 3; pool 2; dense 128.")
    if len(parts) > MAX_LAYERS:
        raise RecipeError(f"The stack has {len(parts)} layers; at most {MAX_LAYERS} can be trained.")
    layers = tuple(_parse_layer(number, words) for number, words in enumerate(parts, 1))
    _check_fit(layers)
    return layers


def _parse_layer(place: int, words: list[str]) -> StackLayer:
    kind, *rest = words
    if kind not in _NUMBERS:
        raise RecipeError(f"Layer {place}: {kind[:20]!r} is no layer. Layers: {', '.join(_NUMBERS)}.")
    wanted = _NUMBERS[kind]
    activation = "relu" if kind in _ACTIVATED else ""
    if kind in _ACTIVATED and len(rest) == len(wanted) + 1:
        activation = rest.pop()
        if activation not in LAYER_ACTIVATIONS:
            raise RecipeError(
                f"Layer {place}: {activation[:20]!r} is no activation. Activations: {', '.join(LAYER_ACTIVATIONS)}."
            )
    if len(rest) != len(wanted):
        names = " ".join(name.upper() for name, _, _ in wanted)
        raise RecipeError(f"Layer {place}: expected “{f'{kind} {names}'.strip()}”, got “{' '.join(words)[:60]}”.")
    numbers = tuple(_number(place, word, *one) for word, one in zip(rest, wanted, strict=True))
    return StackLayer(kind, numbers, activation)


def _number(place: int, word: str, name: str, low: float, high: float) -> float:
    try:
        value = float(word) if name == "rate" else int(word)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise RecipeError(f"Layer {place}: {name} must lie between {low:g} and {high:g}, got {word[:20]!r}.")
    return value


def stack_steps(layers: tuple[StackLayer, ...]) -> tuple[StackStep, ...]:
    """What the layers make of a (28, 28, 1) picture, in order, down to one row of numbers.

    Raises:
        RecipeError: a picture is pooled away, or a layer that needs one comes after it was flattened.
    """
    shape: tuple[int, ...] = (TILE_SIZE_PX, TILE_SIZE_PX, 1)
    steps: list[StackStep] = []
    for place, layer in enumerate(layers, 1):
        if layer.kind in _ON_PICTURES and len(shape) == 1:
            raise RecipeError(f"Layer {place}: {layer.kind} needs a picture, but the layers before have flattened it.")
        if layer.kind == "dense" and len(shape) > 1:
            steps.append(_flatten(shape))
            shape = steps[-1].output
        steps.append(_step(layer, shape))
        shape = steps[-1].output
        if 0 in shape:
            raise RecipeError(f"Layer {place}: {layer} leaves nothing of the picture. Pool less, or less often.")
    return (*steps, _flatten(shape)) if len(shape) > 1 else tuple(steps)


def _flatten(shape: tuple[int, ...]) -> StackStep:
    return StackStep("Flatten", (prod(shape),), 0)


def _step(layer: StackLayer, shape: tuple[int, ...]) -> StackStep:
    *sides, depth = shape
    first, last = (int(layer.numbers[0]), int(layer.numbers[-1])) if layer.numbers else (0, 0)
    match layer.kind:
        case "conv":
            return StackStep("Conv2D", (*sides, first), (depth * last**2 + 1) * first)
        case "sepconv":
            return StackStep("SeparableConv2D", (*sides, first), depth * last**2 + (depth + 1) * first)
        case "pool" | "avgpool":
            kind = "MaxPooling2D" if layer.kind == "pool" else "AveragePooling2D"
            return StackStep(kind, (*(side // first for side in sides), depth), 0)
        case "globalpool":
            return StackStep("GlobalAveragePooling2D", (depth,), 0)
        case "norm":
            return StackStep("BatchNormalization", shape, 4 * depth)
        case "dropout":
            return StackStep("Dropout", shape, 0)
        case "flatten":
            return _flatten(shape)
        case _:
            return StackStep("Dense", (first,), (depth + 1) * first)


def _check_fit(layers: tuple[StackLayer, ...]) -> None:
    """Follow shapes and parameters through the stack, to the ten answers after it."""
    steps = stack_steps(layers)
    parameters = sum(step.parameters for step in steps) + (steps[-1].output[0] + 1) * 10
    if parameters > MAX_PARAMETERS:
        raise RecipeError(f"The stack has {parameters:,} parameters; at most {MAX_PARAMETERS:,} can be trained here.")
