"""A file, its bytes or an array in; one upright RGB picture out, or a plain sentence that says why not."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from hdr_core.config import MAX_IMAGE_MEGAPIXELS
from hdr_core.errors import DamagedImageError, EmptyImageError, ImageTooLargeError, UnsupportedImageError
from hdr_core.types import UInt8Image
from hdr_core.vision._decoding import Decoded, check_pixel_count, decode
from hdr_core.vision._files import check_file_size, read_file, subject_of
from hdr_core.vision._kinds import ACCEPTED, Kind, guess_other, sniff
from hdr_core.vision._pixels import upright_rgb

_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}")


@dataclass(frozen=True, eq=False)
class Picture:
    """An upright picture.

    ``pixels`` is (H, W, 3) uint8 RGB, maybe smaller than the input; ``size_wh`` is the upright input's
    width and height in pixels; ``notes`` are sentences for the user about how the file was taken.

    Raises ValueError when ``pixels`` has another shape or type, or is larger than ``size_wh``.
    """

    pixels: UInt8Image
    size_wh: tuple[int, int]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3 or self.pixels.dtype != np.uint8:
            raise ValueError(f"pixels must be (H, W, 3) uint8, got {self.pixels.shape} {self.pixels.dtype}")
        height, width = self.pixels.shape[:2]
        if not (0 < width <= self.size_wh[0] and 0 < height <= self.size_wh[1]):
            raise ValueError(f"pixels are {width} × {height}, which does not fit a picture of {self.size_wh}")


def open_image(
    source: str | os.PathLike[str] | bytes | NDArray[np.uint8],
    *,
    name: str | None = None,
    min_side_px: int | None = None,
) -> Picture:
    """Open a picture of any accepted kind, or an array, as upright RGB.

    Of a file with several frames or pages the first is taken; what is transparent becomes paper on
    which the ink shows; EXIF rotation is applied.  The contents decide the kind, never the name.

    Args:
        source: a path, a file's bytes, or a uint8 array: (H, W), (H, W, 3) RGB or (H, W, 4) RGBA.
        name: the file's name, for messages; a path brings its own.
        min_side_px: the picture may be reduced as long as its longer side keeps this many pixels
            (and then has less than twice as many), which makes large photographs much faster.

    Raises:
        EmptyImageError: no bytes or no pixels.
        UnsupportedImageError: not a picture, or of a kind that is not accepted.
        DamagedImageError: a picture that ends early or is corrupt.
        ImageTooLargeError: above ``MAX_IMAGE_MEGAPIXELS`` or ``MAX_FILE_MEGABYTES``; no pixel was decoded.
        ImageError: the path cannot be read.
        ValueError: ``min_side_px`` is below 1.
    """
    if min_side_px is not None and min_side_px < 1:
        raise ValueError(f"min_side_px must be at least 1, got {min_side_px}")
    if isinstance(source, np.ndarray):
        return _from_array(source, subject_of(name, "The array"), min_side_px)
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        name = name or path.name
        source = read_file(path, subject_of(name))
    if not isinstance(source, (bytes, bytearray, memoryview)):
        raise UnsupportedImageError(
            f"Expected a path, a file's bytes or a uint8 array, got {type(source).__name__}. Pass one of the three."
        )
    return _from_bytes(bytes(source), name, min_side_px)


def _from_array(array: NDArray[np.uint8], subject: str, min_side_px: int | None) -> Picture:
    if array.dtype != np.uint8 or not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))):
        raise UnsupportedImageError(
            f"{subject} must be a uint8 array, (H, W) gray, (H, W, 3) RGB or (H, W, 4) RGBA; got {array.shape} "
            f"{array.dtype}. Convert it first."
        )
    height, width = array.shape[:2]
    if height == 0 or width == 0:
        raise EmptyImageError(f"{subject} has no pixels: its shape is {array.shape}. Pass a larger array.")
    try:
        check_pixel_count(width, height)
    except Image.DecompressionBombError as error:
        raise _too_large(subject, error) from None
    is_small = min_side_px is None or max(width, height) < 2 * min_side_px
    if is_small and array.ndim == 3 and (array.shape[2] == 3 or int(array[..., 3].min()) == 255):
        pixels = array[..., :3].copy()  # the canvas' own case: nothing to convert
        pixels.flags.writeable = False
        return Picture(pixels, (width, height))
    return Picture(upright_rgb(Image.fromarray(array), min_side_px=min_side_px), (width, height))


def _from_bytes(data: bytes, name: str | None, min_side_px: int | None) -> Picture:
    subject = subject_of(name)
    check_file_size(len(data), subject)
    kind = sniff(data)
    if kind is None:
        other = guess_other(data)
        seems = f"seems to be {other}, which cannot be read" if other else "is not a picture"
        raise UnsupportedImageError(f"{subject} {seems}. {ACCEPTED}")
    decoded = _decode(data, kind, subject, min_side_px)
    return Picture(decoded.pixels, decoded.size_wh, _notes(decoded, kind, name))


def _decode(data: bytes, kind: Kind, subject: str, min_side_px: int | None) -> Decoded:
    try:
        return decode(data, kind, min_side_px)
    except (Image.DecompressionBombError, MemoryError) as error:
        raise _too_large(subject, error) from error
    except ImportError as error:
        raise UnsupportedImageError(
            f"{subject} is a {kind.title} picture, and its decoder is not installed ({error.name}). Install what "
            "requirements.txt lists, or save the picture as PNG or JPEG."
        ) from error
    except Exception as error:  # hostile bytes make decoders raise nearly every built-in exception
        raise DamagedImageError(
            f"{subject} is a {kind.title} picture that is incomplete, damaged or of a rare kind. Save or download it "
            "again, or take the picture once more."
        ) from error


def _too_large(subject: str, error: BaseException) -> ImageTooLargeError:
    count = re.search(r"(\d+) pixels", str(error))
    size = f"has {int(count[1]) / 1e6:,.1f} megapixels" if count else "needs more memory than there is"
    return ImageTooLargeError(
        f"{subject} {size}; at most {MAX_IMAGE_MEGAPIXELS} megapixels can be read. Save it smaller, or cut out the "
        "part with the number."
    )


def _notes(decoded: Decoded, kind: Kind, name: str | None) -> tuple[str, ...]:
    notes = []
    ending = Path(name or "").suffix.lower()
    if _ENDING.fullmatch(ending) and ending not in kind.suffixes:
        notes.append(f"The file is named {ending} but is a {kind.title}; it was read as what it is.")
    if decoded.parts != 1:
        count = "several" if decoded.parts is None else f"{decoded.parts:,}"
        notes.append(f"Only the {kind.which_part} of {count} {kind.parts} was read.")
    return tuple(notes)
