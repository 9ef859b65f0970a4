"""What a network makes of a tile right before it answers: the activations of its last hidden layer, through LiteRT.

The saved network is read as a graph, the tensor that goes into its last weights is found, and made one more output.
This works for whatever LiteRT serves, at the speed of reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from hdr_core.config import TILE_SIZE_PX
from hdr_core.errors import ModelError, TileError
from hdr_core.types import FloatArray, UInt8Image

WIDEST = 256
"""More features than this are projected onto so many at random."""

_CHUNK = 256
_WEIGHTED = ("FULLY_CONNECTED", "CONV_2D", "DEPTHWISE_CONV_2D", "TRANSPOSE_CONV", "BATCH_MATMUL")


class HiddenLayer:
    """The last hidden layer of a ``model.tflite``; of a committee, those of all its columns side by side.

    ``size`` is the number of features, D.  A layer wider than ``WIDEST`` is projected onto that many random
    directions, always the same, which nearly keeps all distances (Johnson and Lindenstrauss 1984).

    Raises:
        ModelError: the file is missing or damaged, or the network has no hidden layer.
    """

    def __init__(self, path: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter

        if not path.is_file():
            raise ModelError(f"The model file {path.name} is missing in {path.parent.name}. Train it again.")
        try:
            Interpreter(str(path))  # refuses what is no whole model, before it is read as a graph
            content, tensors = _with_outputs(path.read_bytes())
            self._interpreter = Interpreter(model_content=content, num_threads=1)
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError, OSError) as error:
            raise ModelError(f"The model file in {path.parent.name} is damaged ({error}).") from error
        if not tensors:
            raise ModelError(
                f"{path.parent.name} has no hidden layer: it weighs the pixels themselves. "
                "Compare pixels instead, or choose another model."
            )
        self._outputs = tensors
        self._width = sum(self._one(np.zeros((1, TILE_SIZE_PX, TILE_SIZE_PX), np.uint8)).shape[1:])
        self.size = min(self._width, WIDEST)
        self._projection = _projection(self._width) if self._width > WIDEST else None

    def features(self, tiles: UInt8Image, on_progress: Callable[[float], None] | None = None) -> FloatArray:
        """(N, D) float32 for (N, 28, 28) uint8 tiles; ``on_progress`` is told the share done, in [0, 1].

        Raises:
            TileError: another shape or dtype.
        """
        if tiles.ndim != 3 or tiles.shape[1:] != (TILE_SIZE_PX, TILE_SIZE_PX) or tiles.dtype != np.uint8:
            raise TileError(f"Expected tiles (N, 28, 28) uint8, got {tiles.shape} {tiles.dtype}.")
        found = np.zeros((len(tiles), self.size), np.float32)
        for start in range(0, len(tiles), _CHUNK):
            part = np.asarray(self._one(tiles[start : start + _CHUNK]), np.float32)
            found[start : start + _CHUNK] = part if self._projection is None else part @ self._projection
            if on_progress:
                on_progress(min(start + _CHUNK, len(tiles)) / len(tiles))
        return found

    def _one(self, tiles: UInt8Image) -> FloatArray:
        way_in = self._interpreter.get_input_details()[0]
        shape = (len(tiles), *way_in["shape"][1:])
        if tuple(way_in["shape"]) != shape:
            self._interpreter.resize_tensor_input(way_in["index"], shape)
            self._interpreter.allocate_tensors()
        self._interpreter.set_tensor(way_in["index"], tiles.astype(np.float32).reshape(shape))
        self._interpreter.invoke()
        parts = [self._interpreter.get_tensor(index).reshape(len(tiles), -1) for index in self._outputs]
        return np.asarray(np.concatenate(parts, axis=1))


def _projection(width: int) -> FloatArray:
    return np.asarray(np.random.default_rng(0).standard_normal((width, WIDEST)) / np.sqrt(WIDEST), np.float32)


def _with_outputs(content: bytes) -> tuple[bytes, list[int]]:
    """The same network with its last hidden tensors as further outputs, and the indices of those tensors."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    model: Any = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    graph = model.subgraphs[0]
    tensors = _last_hidden(graph, lambda operator: _name(schema, model, operator))
    graph.outputs = np.append(graph.outputs, np.array(tensors, np.int32)).astype(np.int32)
    builder = flatbuffers.Builder(len(content) + 1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output()), tensors


def _name(schema: Any, model: Any, operator: Any) -> str:
    code = model.operatorCodes[operator.opcodeIndex].builtinCode
    return next(str(name) for name, value in vars(schema.BuiltinOperator).items() if value == code)


def _last_hidden(graph: Any, name_of: Callable[[Any], str]) -> list[int]:
    """The tensors that go into the last weighted operations, as far as a weighted operation lies before them too."""
    makers = {int(tensor): operator for operator in graph.operators for tensor in operator.outputs}
    last = dict.fromkeys(_weighted(int(graph.outputs[0]), makers, name_of))
    return [tensor for tensor in last if next(_weighted(tensor, makers, name_of), None) is not None]


def _weighted(tensor: int, makers: dict[int, Any], name_of: Callable[[Any], str]) -> Iterator[int]:
    """Way back from ``tensor``: what goes into the first weighted operation on every path."""
    waiting, seen = [tensor], {tensor}
    while waiting:
        operator = makers.get(waiting.pop(0))
        if operator is None:  # the tile, or a constant
            continue
        if name_of(operator) in _WEIGHTED:
            # A convolution's inputs begin with the picture; only its transpose has the shape first.
            yield int(operator.inputs[2 if name_of(operator) == "TRANSPOSE_CONV" else 0])
            continue
        new = [int(one) for one in operator.inputs if int(one) not in seen]
        seen.update(new)
        waiting += new
