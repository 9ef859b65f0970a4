"""Pillow behind a fence: one kind at a time, no picture above the limit, no endless parsing, no warnings."""

from __future__ import annotations

import io
import re
import threading
import warnings
from dataclasses import dataclass

from PIL import ExifTags, Image

from hdr_core.config import MAX_IMAGE_MEGAPIXELS
from hdr_core.types import UInt8Image
from hdr_core.vision._kinds import HEIF, JPEG, TIFF, Kind
from hdr_core.vision._pixels import SIDEWAYS, upright_rgb

MAX_PIXELS = MAX_IMAGE_MEGAPIXELS * 2**20
"""A little above the round number: a camera sold with 50 megapixels makes 8,192 × 6,144 = 50.3 million."""

_MAX_READS = 1_000_000  # about a second of parsing; a 64 MB GIF of full blocks takes half of them
_MAX_PAGE_READS = 50_000  # some 10,000 pages; Pillow's search for page loops grows with their square
_MAX_COSTLY_MARKS = 50
_TIFF_TILE_WH = (322, 323)
_HEIF_SIZES = re.compile(rb"ispe\0{4}(.{4})(.{4})", re.DOTALL)


@dataclass(frozen=True, eq=False)
class Decoded:
    """An upright picture, (H, W, 3) uint8 RGB, and what its file said.

    ``size_wh`` is the upright size before any reduction; ``parts`` counts the file's frames or pages, None
    when they are more than can be counted.
    """

    pixels: UInt8Image
    size_wh: tuple[int, int]
    parts: int | None


def decode(data: bytes, kind: Kind, min_side_px: int | None = None) -> Decoded:
    """Decode the first picture in ``data``, which begins like ``kind``.

    Raises:
        Image.DecompressionBombError: the header promises above ``MAX_PIXELS``; none was decoded.
        Exception: whatever a decoder raises on damaged data, MemoryError included.
    """
    _check_pieces(data, kind)
    kind.load_decoder()
    with _fence, _open(data, kind, _MAX_READS) as image:
        _check_sizes(image)
        parts, full_size_wh = _count_parts(image, data, kind), image.size
        if kind is JPEG and min_side_px:
            _decode_smaller(image, min_side_px)
        image.load()
        orientation = _orientation(image)
        pixels = upright_rgb(image, orientation, min_side_px)
    return Decoded(pixels, full_size_wh[::-1] if orientation in SIDEWAYS else full_size_wh, parts)


def check_pixel_count(width: int, height: int) -> None:
    """Raise Pillow's own DecompressionBombError when a picture of this size is above our limit."""
    if width * height > MAX_PIXELS:
        raise Image.DecompressionBombError(f"{width * height} pixels")


def _check_pieces(data: bytes, kind: Kind) -> None:
    """Refuse what would cost time or memory before the decoder gives a size to check."""
    if kind.costly_mark and data.count(kind.costly_mark) > _MAX_COSTLY_MARKS:
        raise OSError("the file repeats a piece that occurs once in a picture")
    if kind is HEIF:  # it may cut a small picture out of a huge one, and tells only the small size
        for width, height in _HEIF_SIZES.findall(data):
            check_pixel_count(int.from_bytes(width), int.from_bytes(height))


def _open(data: bytes, kind: Kind, max_reads: int) -> Image.Image:
    return Image.open(_PatientReader(data, max_reads), formats=[kind.pillow_format])


def _check_sizes(image: Image.Image) -> None:
    check_pixel_count(*image.size)
    # A TIFF's tiles have a size of their own, which its decoder takes memory for, however small the picture.
    tags = getattr(image, "tag_v2", {})
    check_pixel_count(*(int(tags.get(tag, 1)) for tag in _TIFF_TILE_WH))


def _count_parts(image: Image.Image, data: bytes, kind: Kind) -> int | None:
    if kind is JPEG:
        return 1  # what follows in a phone's file are previews, depth and brightness maps of the same picture
    if kind.counts_at_once:
        return int(getattr(image, "n_frames", 1))
    # Counting walks the whole file and leaves the reader elsewhere: do it on a second one.
    try:
        with _open(data, kind, _MAX_PAGE_READS if kind is TIFF else _MAX_READS) as again:
            return int(getattr(again, "n_frames", 1))
    except Exception:  # a later part is damaged, which must not cost the first
        return None


def _decode_smaller(image: Image.Image, min_side_px: int) -> None:
    """Let the JPEG decoder itself skip detail: it can halve the picture up to three times."""
    wanted = max(image.size) // min_side_px
    factor = max(factor for factor in (1, 2, 4, 8) if factor <= max(wanted, 1))
    if factor > 1:
        image.draft(None, (max(image.width // factor, 1), max(image.height // factor, 1)))


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
        return value if isinstance(value, int) else 1
    except Exception:  # damaged EXIF in a sound picture: Pillow's parser raises many things
        return 1


class _PatientReader(io.BytesIO):
    """Bytes that may be read in so many pieces and no more.

    Pillow parses a file's structure in Python, piece by piece: 64 MB made of the smallest possible
    chunks would keep it busy for minutes.
    """

    def __init__(self, data: bytes, max_reads: int) -> None:
        super().__init__(data)
        self._reads_left = max_reads

    def read(self, size: int | None = -1, /) -> bytes:
        self._reads_left -= 1
        if self._reads_left < 0:
            raise OSError("the file is made of too many pieces")
        return super().read(size)


class _Fence:
    """Hold Pillow's own limit at ours and its warnings back, while any thread is inside.

    Both are settings of the whole process, so the first thread in makes them and the last one out
    undoes them; overlapping ``warnings.catch_warnings`` would restore them in the wrong order.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._quiet = warnings.catch_warnings()
                self._quiet.__enter__()
                warnings.simplefilter("ignore")
                self._their_limit = Image.MAX_IMAGE_PIXELS
                Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # Pillow warns at its limit and refuses at twice that
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                Image.MAX_IMAGE_PIXELS = self._their_limit
                self._quiet.__exit__(None, None, None)


_fence = _Fence()
