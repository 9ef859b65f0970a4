"""The weights of a model from outside, looked through before Keras reads them: numbers that lie in this file only.

HDF5 lets a data set keep its bytes in any other file of the machine, be a link or a view into one (CVE-2026-1669), or
announce a size that it does not hold (CVE-2026-0897, 2026-12570).  Keras writes none of these.
"""

from __future__ import annotations

import io
import math

import h5py
import numpy as np

from hdr_core.errors import ModelFileError

MAX_PARAMETERS = 10_000_000
_MAX_OBJECTS = 20_000
_MAX_DEPTH = 30
_ADVICE = "Save the model again with Keras 3: model.save('model.keras')."


def check_weights(content: bytes) -> int:
    """How many numbers the weights are.

    Raises:
        ModelFileError: the file is damaged, or holds anything but plain arrays of numbers of its own.
    """
    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            walk = _Walk()
            walk.group(file, 0)
            return walk.numbers
    except ModelFileError:
        raise
    except Exception as error:  # h5py raises many kinds for a damaged file
        raise ModelFileError(f"The weights in the model file are damaged. {_ADVICE}") from error


class _Walk:
    def __init__(self) -> None:
        self.numbers = 0
        self._objects = 0

    def group(self, group: h5py.Group, depth: int) -> None:
        _check_attributes(group)
        for name in group:
            self._objects += 1
            if self._objects > _MAX_OBJECTS or depth > _MAX_DEPTH:
                raise ModelFileError(f"The weights in the model file are nested too deep or too many. {_ADVICE}")
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):  # before anything is followed
                raise ModelFileError(f"The weights in the model file link to another place. {_ADVICE}")
            self._member(group[name], depth)

    def _member(self, found: object, depth: int) -> None:
        if isinstance(found, h5py.Group):
            self.group(found, depth + 1)
        elif isinstance(found, h5py.Dataset):
            self._array(found)
        else:
            raise ModelFileError(f"The weights in the model file hold more than arrays. {_ADVICE}")

    def _array(self, array: h5py.Dataset) -> None:
        _check_attributes(array)
        plan = array.id.get_create_plist()
        if array.is_virtual or array.external or plan.get_external_count():
            raise ModelFileError(f"The weights in the model file lie in another file. {_ADVICE}")
        if array.dtype.kind not in "fiub" or array.shape is None:
            raise ModelFileError(f"The weights in the model file are no plain numbers. {_ADVICE}")
        size = math.prod(array.shape)
        if plan.get_nfilters() or array.id.get_storage_size() != size * array.dtype.itemsize:
            raise ModelFileError(f"The weights in the model file are not as long as they say. {_ADVICE}")
        self.numbers += size
        if self.numbers > MAX_PARAMETERS:
            raise ModelFileError(
                f"The model has more than {MAX_PARAMETERS:,} parameters: too many to read digits with here. "
                "Import a smaller one."
            )


def _check_attributes(found: h5py.Group | h5py.Dataset) -> None:
    """Keras notes the name of a layer; a reference to another object or place is nothing it writes."""
    if len(found.attrs) > 8:
        raise ModelFileError(f"The weights in the model file hold more than arrays. {_ADVICE}")
    for name in found.attrs:
        kind = found.attrs.get_id(name)
        is_text = h5py.check_string_dtype(kind.dtype) is not None
        if not (is_text or kind.dtype.kind in "fiubSU") or np.prod(kind.shape or ()) > 100:
            raise ModelFileError(f"The weights in the model file hold more than arrays. {_ADVICE}")
