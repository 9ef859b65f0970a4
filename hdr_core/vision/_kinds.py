"""What bytes are, by their first few: the kinds of picture that are read, and names for the commonest others."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from functools import cache

ACCEPTED = "Pictures can be PNG, JPEG, HEIC, WebP, BMP, TIFF or GIF."

_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
_BMP_HEADER_BYTES = (12, 40, 52, 56, 64, 108, 124)
_TEXT_BYTES = 512


@dataclass(frozen=True)
class Kind:
    """A kind of picture, by Pillow's name and ours.

    ``parts`` names several pictures in one file, of which ``which_part`` is read; ``counts_at_once`` says
    that the header knows their number.  ``costly_mark`` begins a piece that is cheap to repeat in a file
    and dear to parse.
    """

    pillow_format: str
    title: str
    suffixes: tuple[str, ...]
    parts: str = "frames"
    which_part: str = "first"
    counts_at_once: bool = True
    costly_mark: bytes = b""

    def load_decoder(self) -> None:
        """Import only this kind's decoder: Pillow would import all forty. Raises ImportError."""
        _load_decoder(self.pillow_format)


PNG = Kind("PNG", "PNG", (".png", ".apng"), costly_mark=b"iCCP")  # unpacked to up to a megabyte each
JPEG = Kind(
    "JPEG",
    "JPEG",
    (".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".mpo"),
    costly_mark=b"Exif\0\0",  # joined one by one: time grows with the square
)
GIF = Kind("GIF", "GIF", (".gif",), counts_at_once=False)
WEBP = Kind("WEBP", "WebP", (".webp",))
BMP = Kind("BMP", "BMP", (".bmp", ".dib"))
TIFF = Kind("TIFF", "TIFF", (".tif", ".tiff"), parts="pages", counts_at_once=False)
HEIF = Kind("HEIF", "HEIC", (".heic", ".heif", ".heics", ".heifs", ".hif"), parts="pictures", which_part="main one")

_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),
    (b"MM\0+", TIFF),
)

_OTHERS: tuple[tuple[bytes, str], ...] = (
    (rb"\s*%PDF", "a PDF document"),
    (rb"PK(\x03\x04|\x05\x06)", "a ZIP archive or an office document"),
    (rb"(\x1f\x8b|7z\xbc\xaf|Rar!)", "a compressed archive"),
    (rb"8BPS", "a Photoshop document"),
    (rb".{4}ftypavi[fs]", "an AVIF picture"),
    (rb".{4}ftyp", "a video"),
    (rb"(\xff\x0a|\x00{3}\x0cJXL )", "a JPEG XL picture"),
    (rb"\x00{3}\x0cjP", "a JPEG 2000 picture"),
    (rb"\x00\x00\x01\x00", "an icon"),
    (rb".{0,400}<svg", "an SVG drawing"),
    (rb"\s*<(!doctype html|html)", "a web page"),
)


def sniff(data: bytes) -> Kind | None:
    """The kind of picture that ``data`` begins like, or None."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return HEIF
    # "BM" alone would take every text that begins with these two letters.
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BMP_HEADER_BYTES:
        return BMP
    return None


def guess_other(data: bytes) -> str | None:
    """Words for what bytes that are no accepted picture seem to be; None when nobody knows."""
    head = data[:_TEXT_BYTES]
    for pattern, words in _OTHERS:
        if re.match(pattern, head, re.DOTALL | re.IGNORECASE):
            return words
    text = head.decode("utf-8", errors="ignore")  # the cut may fall inside a character
    is_text = len(text.encode()) > len(head) - 4 and "".join(text.split()).isprintable()
    return "plain text" if is_text else None


@cache
def _load_decoder(pillow_format: str) -> None:
    if pillow_format != HEIF.pillow_format:
        importlib.import_module(f"PIL.{_PLUGINS[pillow_format]}")
        return
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


_PLUGINS = {
    "PNG": "PngImagePlugin",
    "JPEG": "JpegImagePlugin",
    "GIF": "GifImagePlugin",
    "WEBP": "WebPImagePlugin",
    "BMP": "BmpImagePlugin",
    "TIFF": "TiffImagePlugin",
}
