"""Every kind of picture and array that comes in, and every bad one: nothing but a Picture or an HdrError goes out."""

from __future__ import annotations

import io
import os
import random
import re
import struct
import subprocess
import sys
import threading
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageFile

from hdr_core.config import MAX_FILE_MEGABYTES, PROJECT_DIR
from hdr_core.errors import (
    DamagedImageError,
    EmptyImageError,
    HdrError,
    ImageError,
    ImageTooLargeError,
    UnsupportedImageError,
)
from hdr_core.vision import _decoding, _kinds
from hdr_core.vision.image import Picture, open_image

pillow_heif.register_heif_opener()

KINDS = {"PNG": ".png", "JPEG": ".jpg", "HEIF": ".heic", "WEBP": ".webp", "BMP": ".bmp", "TIFF": ".tif", "GIF": ".gif"}
QUADRANTS = ((250, 20, 20), (20, 220, 20), (20, 20, 240), (240, 240, 240))  # top left, top right, bottom left, right


def encode(image: Image.Image, pillow_format: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, pillow_format, **options)
    return buffer.getvalue()


def quadrants(width: int = 64, height: int = 48) -> Image.Image:
    """Four plain colours, so that every turn and flip shows."""
    pixels = np.empty((height, width, 3), np.uint8)
    halves = (slice(None, height // 2), slice(height // 2, None)), (slice(None, width // 2), slice(width // 2, None))
    for index, colour in enumerate(QUADRANTS):
        pixels[halves[0][index // 2], halves[1][index % 2]] = colour
    return Image.fromarray(pixels)


def assert_quadrants(picture: Picture, tolerance: int = 14) -> None:
    height, width = picture.pixels.shape[:2]
    for index, colour in enumerate(QUADRANTS):
        seen = picture.pixels[height // 4 + index // 2 * (height // 2), width // 4 + index % 2 * (width // 2)]
        assert np.abs(seen.astype(int) - colour).max() <= tolerance, (index, seen, colour)


def png_chunk(name: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of_chunks(*chunks: bytes, width: int = 10, height: int = 1) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + png_chunk(b"IEND")


PNG_ROW = png_chunk(b"IDAT", zlib.compress(b"\0" + b"\x80" * 30))


# --- kinds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pillow_format", "ending"), KINDS.items())
def test_every_kind_opens_from_bytes_and_from_a_path(pillow_format: str, ending: str, tmp_path: Path) -> None:
    data = encode(quadrants(), pillow_format)
    path = tmp_path / f"two{ending.upper()}"
    path.write_bytes(data)
    for picture in (open_image(data), open_image(path), open_image(str(path))):
        assert picture.pixels.shape == (48, 64, 3)
        assert picture.pixels.dtype == np.uint8
        assert picture.size_wh == (64, 48)
        assert picture.notes == ()
        assert_quadrants(picture)


def test_a_one_pixel_picture_opens() -> None:
    picture = open_image(encode(Image.new("RGB", (1, 1), (1, 2, 3))))
    assert picture.pixels.tolist() == [[[1, 2, 3]]]
    assert picture.size_wh == (1, 1)


def test_decoders_are_imported_only_when_needed() -> None:
    script = (
        "import sys\n"
        "from hdr_core.vision.image import open_image\n"
        f"open_image({encode(quadrants())!r})\n"
        "print([m for m in ('pillow_heif', 'PIL.WebPImagePlugin', 'PIL.PdfImagePlugin') if m in sys.modules])\n"
        f"open_image({encode(quadrants(), 'HEIF')!r})\n"
        "print('pillow_heif' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_DIR, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "True"]


def test_a_missing_decoder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _kinds._load_decoder.cache_clear()
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(UnsupportedImageError, match=r"“a\.heic” is a HEIC picture.*pillow_heif.*requirements\.txt"):
        open_image(encode(quadrants(), "HEIF"), name="a.heic")


@pytest.mark.parametrize("stored_as", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("min_side_px", [None, 40])
@pytest.mark.parametrize(
    ("orientation", "undo"),
    [
        (1, None),
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (3, Image.Transpose.ROTATE_180),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (6, Image.Transpose.ROTATE_90),
        (7, Image.Transpose.TRANSVERSE),
        (8, Image.Transpose.ROTATE_270),
        (9, None),
    ],
)
def test_exif_rotation_sets_the_picture_upright(
    orientation: int, undo: Image.Transpose | None, min_side_px: int | None, stored_as: str
) -> None:
    upright = quadrants(160, 96)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = upright if undo is None else upright.transpose(undo)
    picture = open_image(encode(stored, stored_as, exif=exif), min_side_px=min_side_px)
    assert picture.size_wh == (160, 96)
    assert picture.pixels.shape == ((96, 160, 3) if min_side_px is None else (24, 40, 3))
    assert_quadrants(picture, tolerance=20)


def test_heic_rotation_is_applied_once() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encode(quadrants(96, 160).transpose(Image.Transpose.ROTATE_90), "HEIF", exif=exif.tobytes())
    picture = open_image(data)
    assert picture.size_wh == (96, 160)
    assert_quadrants(picture)


def test_damaged_exif_does_not_cost_the_picture_and_no_warning_leaks() -> None:
    exif = b"Exif\0\0II*\0\x08\0\0\0\x05\0\x12\x01"  # promises five entries and ends within the first
    data = encode(quadrants(), "JPEG", exif=exif)
    with pytest.warns(UserWarning, match="EXIF"), Image.open(io.BytesIO(data)) as image:
        image.getexif()
    with warnings.catch_warnings(record=True) as leaked:
        warnings.simplefilter("always")
        assert_quadrants(open_image(data))
    assert leaked == []


# --- modes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "pillow_format", "options"),
    [
        ("RGB", "PNG", {}),
        ("RGBA", "PNG", {}),
        ("RGBA", "WEBP", {"lossless": True}),
        ("RGBA", "TIFF", {}),
        ("P", "PNG", {}),
        ("P", "GIF", {}),
        ("P", "TIFF", {}),
        ("CMYK", "JPEG", {"quality": 95}),
        ("CMYK", "TIFF", {}),
        ("YCbCr", "TIFF", {}),
        ("YCbCr", "JPEG", {"quality": 95}),
        ("RGB", "TIFF", {"compression": "tiff_lzw"}),
        ("RGB", "TIFF", {"compression": "jpeg"}),
        ("RGB", "PNG", {"icc_profile": b"not a profile"}),
    ],
)
def test_colour_modes(mode: str, pillow_format: str, options: dict[str, Any]) -> None:
    image = quadrants().quantize(8) if mode == "P" else quadrants().convert(mode)
    assert_quadrants(open_image(encode(image, pillow_format, **options)), tolerance=30)


def test_lab_becomes_rgb() -> None:
    pixels = np.zeros((4, 4, 3), np.uint8)
    pixels[:2] = (255, 0, 0)  # L = 100, a = b = 0
    data = encode(Image.frombytes("LAB", (4, 4), pixels.tobytes()), "TIFF")
    seen = open_image(data).pixels
    assert seen[0].min() > 245
    assert seen[3].max() < 10


@pytest.mark.parametrize(
    ("mode", "pillow_format"), [("1", "PNG"), ("1", "TIFF"), ("1", "BMP"), ("L", "PNG"), ("L", "JPEG")]
)
def test_gray_modes(mode: str, pillow_format: str) -> None:
    ramp = np.array([[0] * 8 + [255] * 8] * 16, np.uint8)
    seen = open_image(encode(Image.fromarray(ramp).convert(mode), pillow_format)).pixels
    assert np.abs(seen.astype(int) - ramp[..., None]).max() <= 2


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 257, 32896, 65535], [0, 1, 128, 255]),  # a full 16-bit scan
        ([0, 1024, 2048, 4095], [0, 64, 128, 255]),  # 12 bits in a 16-bit box
        ([0, 7, 100, 255], [0, 7, 100, 255]),  # 8 bits in a 16-bit box
        ([0, 1, 1, 0], [0, 255, 255, 0]),  # a mask
        ([0, 0, 0, 0], [0, 0, 0, 0]),
        ([40000, 40000, 40000, 40000], [156, 156, 156, 156]),
    ],
)
@pytest.mark.parametrize("pillow_format", ["PNG", "TIFF"])
def test_16_bit_gray_is_scaled_by_the_bits_it_uses(values: list[int], expected: list[int], pillow_format: str) -> None:
    data = encode(Image.fromarray(np.array([values], np.uint16)), pillow_format)
    assert open_image(data).pixels[0, :, 0].tolist() == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 0.25, 0.5, 1.0], [0, 64, 128, 255]),
        ([0.0, 0.1, 0.2, 0.2], [0, 26, 51, 51]),  # a dim picture in 0–1 stays dim
        ([0.0, 51.0, 102.0, 255.0], [0, 51, 102, 255]),
        ([-1.0, 0.0, 1.0, 1.0], [0, 128, 255, 255]),
        ([float("nan"), 0.0, 1.0, float("inf")], [0, 0, 255, 255]),
        ([float("nan")] * 4, [0, 0, 0, 0]),
        ([-3e38, 3e38, 0.0, 0.0], None),
        ([-5.0, -5.0, -5.0, -5.0], [0, 0, 0, 0]),
    ],
)
def test_float_tiff_is_scaled_by_its_range(values: list[float], expected: list[int] | None) -> None:
    seen = open_image(encode(Image.fromarray(np.array([values], np.float32)), "TIFF")).pixels[0, :, 0].tolist()
    assert len(seen) == 4
    if expected is not None:
        assert seen == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [([-100, 0, 100, 155], [0, 100, 200, 255]), ([0, 2**29, 2**30, 2**31 - 1], [0, 64, 128, 255])],
)
def test_32_bit_tiff(values: list[int], expected: list[int]) -> None:
    data = encode(Image.fromarray(np.array([values], np.int32)), "TIFF")
    assert open_image(data).pixels[0, :, 0].tolist() == expected


# --- transparency -----------------------------------------------------------------------------------------


def strokes(ink: tuple[int, int, int], alpha: int = 255) -> Image.Image:
    """A bar of ink on nothing; the nothing has the worst colour, the ink's own."""
    pixels = np.empty((20, 20, 4), np.uint8)
    pixels[:] = (*ink, 0)
    pixels[4:16, 8:11, 3] = alpha
    return Image.fromarray(pixels)


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ((0, 0, 0), 255),
        ((20, 40, 160), 255),
        ((200, 0, 0), 255),
        ((255, 255, 255), 0),
        ((255, 240, 120), 0),
    ],
)
@pytest.mark.parametrize("as_mode", ["RGBA", "LA", "P"])
@pytest.mark.parametrize("min_side_px", [None, 10])
def test_transparent_becomes_paper_on_which_the_ink_shows(
    ink: tuple[int, int, int], paper: int, as_mode: str, min_side_px: int | None
) -> None:
    image = strokes(ink) if as_mode != "P" else strokes(ink).quantize(4)
    data = encode(image.convert(as_mode), "PNG")
    seen = open_image(data, min_side_px=min_side_px).pixels.astype(int)
    assert (seen[0] == paper).all()
    assert np.abs(seen[len(seen) // 2].mean(axis=1) - paper).max() > 60


def test_gif_transparency() -> None:
    seen = open_image(encode(strokes((0, 0, 0)), "GIF")).pixels
    assert seen[0, 0].tolist() == [255] * 3
    assert seen[8, 9].tolist() == [0] * 3


def test_premultiplied_gray_tiff() -> None:
    tags = {256: 3, 257: 1, 258: 8, 262: 1, 277: 2, 279: 6, 338: 1}
    body_at = 8 + 2 + 12 * (len(tags) + 1) + 4
    data = tiff({**tags, 273: body_at}, bytes([0, 0, 0, 255, 0, 128]))
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "La"
    assert open_image(data).pixels[0, :, 0].tolist() == [255, 0, 127]


def test_half_transparent_ink_blends_with_the_paper() -> None:
    seen = open_image(encode(strokes((0, 0, 0), alpha=128))).pixels
    assert abs(int(seen[8, 9, 0]) - 127) <= 1
    assert seen[0, 0, 0] == 255


@pytest.mark.parametrize(("sheet", "ink", "paper"), [(235, 30, 255), (30, 235, 0)])
def test_a_sheet_with_cut_corners_goes_on_in_its_own_tone(sheet: int, ink: int, paper: int) -> None:
    pixels = np.full((40, 40, 4), 255, np.uint8)
    pixels[..., :3] = sheet
    pixels[10:30, 18:21, :3] = ink
    pixels[:6, :6, 3] = 0
    seen = open_image(pixels).pixels
    assert seen[0, 0].tolist() == [paper] * 3
    assert seen[20, 19].tolist() == [ink] * 3


def test_a_tightly_cropped_stroke_is_ink_not_a_sheet() -> None:
    pixels = np.zeros((30, 8, 4), np.uint8)
    pixels[:, 1:7, 3] = 255
    assert open_image(pixels).pixels[0, 0].tolist() == [255] * 3


def test_the_shadow_of_a_stroke_does_not_set_its_tone() -> None:
    pixels = np.zeros((20, 20, 4), np.uint8)
    pixels[4:16, 4:16, 3] = 60  # a wide, faint, black shadow …
    pixels[4:16, 8:11] = 255  # … of a white stroke
    assert open_image(pixels).pixels[0, 0].tolist() == [0] * 3


def test_wholly_transparent_is_white_and_wholly_opaque_is_exact() -> None:
    assert (open_image(np.zeros((5, 5, 4), np.uint8)).pixels == 255).all()
    pixels = np.random.default_rng(1).integers(0, 256, (9, 7, 4)).astype(np.uint8)
    pixels[..., 3] = 255
    assert np.array_equal(open_image(pixels).pixels, pixels[..., :3])


# --- arrays -----------------------------------------------------------------------------------------------


@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([3]))))
def test_rgb_arrays_pass_exactly_also_through_png(pixels: np.ndarray[Any, Any]) -> None:
    for picture in (open_image(pixels), open_image(encode(Image.fromarray(pixels)))):
        assert np.array_equal(picture.pixels, pixels)
        assert picture.size_wh == (pixels.shape[1], pixels.shape[0])


@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_gray_arrays_become_equal_channels(pixels: np.ndarray[Any, Any]) -> None:
    seen = open_image(pixels).pixels
    assert all(np.array_equal(seen[..., channel], pixels) for channel in range(3))


def test_an_array_is_copied_and_may_be_a_view() -> None:
    pixels = np.zeros((8, 8, 3), np.uint8)
    picture = open_image(pixels[::2, ::-1])
    pixels[:] = 9
    assert picture.pixels.shape == (4, 8, 3)
    assert not picture.pixels.any()


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 4), bool),
        np.zeros((4, 4), np.float32),
        np.zeros((4, 4), np.uint16),
        np.zeros(4, np.uint8),
        np.zeros((4, 4, 1), np.uint8),
        np.zeros((4, 4, 2), np.uint8),
        np.zeros((4, 4, 5), np.uint8),
        np.zeros((1, 4, 4, 3), np.uint8),
        np.array(3, np.uint8),
    ],
)
def test_other_arrays_are_refused_with_what_was_expected_and_what_came(array: np.ndarray[Any, Any]) -> None:
    with pytest.raises(UnsupportedImageError) as caught:
        open_image(array)
    for words in ("uint8", "(H, W, 3) RGB", str(array.shape), str(array.dtype)):
        assert words in str(caught.value)


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (0, 0, 3), (0, 5, 4)])
def test_arrays_without_pixels(shape: tuple[int, ...]) -> None:
    with pytest.raises(EmptyImageError, match="no pixels"):
        open_image(np.zeros(shape, np.uint8))


def test_an_array_above_the_limit() -> None:
    huge = np.broadcast_to(np.uint8(0), (60_000, 60_000))  # one byte, seen 3.6 billion times
    with pytest.raises(ImageTooLargeError, match=r"3,600\.0 megapixels; at most 50"):
        open_image(huge)


def test_other_buffers_of_bytes_are_read_too() -> None:
    data = encode(quadrants())
    assert_quadrants(open_image(bytearray(data)))  # type: ignore[arg-type]
    assert_quadrants(open_image(memoryview(data)))  # type: ignore[arg-type]


def test_other_sources_are_refused() -> None:
    with pytest.raises(UnsupportedImageError, match="got int"):
        open_image(7)  # type: ignore[arg-type]


def test_picture_validates_itself() -> None:
    with pytest.raises(ValueError, match=r"\(H, W, 3\)"):
        Picture(np.zeros((2, 2), np.uint8), (2, 2))
    with pytest.raises(ValueError, match="does not fit"):
        Picture(np.zeros((2, 3, 3), np.uint8), (2, 3))


# --- reduction --------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 400),
    st.integers(1, 400),
    st.integers(1, 300),
    st.sampled_from(["PNG", "JPEG", "array", "RGBA"]),
)
def test_the_longer_side_keeps_what_is_asked_and_less_than_twice(
    width: int, height: int, min_side_px: int, kind: str
) -> None:
    image = quadrants(width, height).convert("RGBA" if kind == "RGBA" else "RGB")
    source = np.asarray(image) if kind == "array" else encode(image, "PNG" if kind == "RGBA" else kind)
    picture = open_image(source, min_side_px=min_side_px)
    longer = max(picture.pixels.shape[:2])
    assert picture.size_wh == (width, height)
    assert min(max(width, height), min_side_px) <= longer < 2 * min_side_px


def test_a_large_jpeg_is_decoded_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded_sizes = []
    load = ImageFile.ImageFile.load

    def noting_load(self: ImageFile.ImageFile) -> Any:
        decoded_sizes.append(self.size)
        return load(self)

    monkeypatch.setattr(ImageFile.ImageFile, "load", noting_load)
    picture = open_image(encode(quadrants(1600, 1200), "JPEG"), min_side_px=400)
    assert set(decoded_sizes) == {(400, 300)}
    assert picture.pixels.shape == (300, 400, 3)
    assert picture.size_wh == (1600, 1200)
    assert_quadrants(picture)


def test_reduction_averages_and_never_picks() -> None:
    fine = np.zeros((80, 80), np.uint8)
    fine[:, ::2] = 255
    seen = open_image(fine, min_side_px=20).pixels
    assert seen.shape == (20, 20, 3)
    assert np.abs(seen.astype(int) - 128).max() <= 1


def test_min_side_below_one_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="min_side_px"):
        open_image(encode(quadrants()), min_side_px=0)


# --- too large --------------------------------------------------------------------------------------------


def tiff(tags: dict[int, int], body: bytes = b"") -> bytes:
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(tags.items()))
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + body


def bomb_bmp(width: int, height: int) -> bytes:
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 1000, 0, 0, 54) + info


def bomb_gif(width: int, height: int) -> bytes:
    image = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x01\0\0;"
    return b"GIF89a" + struct.pack("<HHBBB", 10, 10, 0, 0, 0) + b"!\xf9\x04\x08\0\0\0\0" + image


def bomb_webp(width: int, height: int) -> bytes:
    canvas = b"\x02\0\0\0" + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + b"ANIM" + struct.pack("<IIH", 6, 0, 0)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def bomb_jpeg(width: int, height: int) -> bytes:
    data = bytearray(encode(quadrants(), "JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def bomb_heic(width: int, height: int) -> bytes:
    data = bytearray(encode(quadrants(), "HEIF"))
    size = data.index(b"ispe") + 8
    data[size : size + 8] = struct.pack(">II", width, height)
    return bytes(data)


def bomb_png(width: int, height: int) -> bytes:
    return png_of_chunks(png_chunk(b"IDAT", zlib.compress(bytes(10**6), 9)), width=width, height=height)


def bomb_tiff(width: int, height: int) -> bytes:
    return tiff({256: width, 257: height, 258: 8, 262: 1, 273: 8, 279: 4})


def bomb_tiff_tile(width: int, height: int) -> bytes:
    body = zlib.compress(bytes(10**6))
    tags = {256: 9, 257: 9, 258: 8, 259: 8, 262: 1, 322: width, 323: height, 324: 8, 325: len(body)}
    return tiff(tags, body)


BOMBS = [bomb_png, bomb_bmp, bomb_gif, bomb_webp, bomb_jpeg, bomb_heic, bomb_tiff, bomb_tiff_tile]


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize(("side", "megapixels"), [(60_000, "3,600.0"), (8_000, "64.0")])
def test_too_many_pixels_are_refused_from_the_header(
    bomb: Callable[[int, int], bytes], side: int, megapixels: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[object] = []
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: decoded.append(self))
    with pytest.raises(ImageTooLargeError) as caught:
        open_image(bomb(side, side), name="bomb.png")
    assert f"“bomb.png” has {megapixels} megapixels; at most 50" in str(caught.value)
    assert decoded == []


def test_refusing_takes_no_memory(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="peak memory is asked from POSIX")
    for index, bomb in enumerate(BOMBS):
        (tmp_path / str(index)).write_bytes(bomb(8_000, 8_000))
    script = (
        "import pathlib, resource, sys\n"
        "from hdr_core.errors import ImageTooLargeError\n"
        "from hdr_core.vision.image import open_image\n"
        "def peak():\n"  # Linux' ru_maxrss starts from the parent's size; VmHWM is this process' own
        "    status = pathlib.Path('/proc/self/status')\n"
        "    if not status.exists(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "    return int(status.read_text().split('VmHWM:')[1].split()[0])\n"
        "def refused(path):\n"
        "    try: open_image(path)\n"
        "    except ImageTooLargeError: return True\n"
        "paths = sorted(pathlib.Path(sys.argv[1]).iterdir())\n"
        "first = [refused(path) for path in paths]; before = peak()\n"
        "again = [refused(path) for path in paths]; print(first + again, peak() - before, before)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(str([True] * 2 * len(BOMBS)))
    growth, peak = (int(word) for word in done.stdout.split()[-2:])
    unit = 1 if sys.platform == "darwin" else 1024
    assert growth * unit < 10 * 2**20
    assert peak * unit < 160 * 2**20  # interpreter, numpy and decoders; one 64-megapixel buffer alone would pass it


def test_fifty_megapixels_of_a_camera_are_not_too_many() -> None:
    # 8,192 × 6,144: the header is accepted, so that the missing pixels are what is complained about.
    with pytest.raises(DamagedImageError):
        open_image(png_of_chunks(width=8192, height=6144))


def test_a_heic_that_lies_about_its_size_is_damaged() -> None:
    with pytest.raises(DamagedImageError):
        open_image(bomb_heic(4000, 4000))


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long.png"
    with path.open("wb") as file:
        file.truncate((MAX_FILE_MEGABYTES + 1) * 2**20)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("the file was read"))
    with pytest.raises(
        ImageTooLargeError, match=rf"“long\.png” has {MAX_FILE_MEGABYTES + 1}\.0 MB; at most {MAX_FILE_MEGABYTES}"
    ):
        open_image(path)


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(ImageTooLargeError, match=f"at most {MAX_FILE_MEGABYTES}"):
        open_image(bytes(MAX_FILE_MEGABYTES * 2**20 + 1))


# --- hostile structure ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        png_of_chunks(png_chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(5_000_000))), PNG_ROW),
        png_of_chunks(*[png_chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(1_000_000)))] * 80, PNG_ROW),
        png_of_chunks(PNG_ROW, png_chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(5_000_000)))),
        png_of_chunks(*[png_chunk(b"iCCP", b"k\0\0" + zlib.compress(bytes(1_000_000)))] * 60, PNG_ROW),
        b"\xff\xd8" + (b"\xff\xe1" + struct.pack(">H", 60_008) + b"Exif\0\0" + bytes(60_000)) * 60,
    ],
    ids=["long text", "much text", "text at the end", "many profiles", "much EXIF"],
)
def test_hidden_ballast_is_refused(data: bytes) -> None:
    with pytest.raises(DamagedImageError, match=r"“x\.png” is a (PNG|JPEG) picture that is incomplete, damaged"):
        open_image(data, name="x.png")


def test_the_row_used_above_is_sound() -> None:
    assert (open_image(png_of_chunks(PNG_ROW)).pixels == 128).all()


@pytest.mark.parametrize(
    "data",
    [
        png_of_chunks(*[png_chunk(b"prVt")] * 1000, PNG_ROW),
        b"\xff\xd8" + b"\xff" * 2000,
        b"\xff\xd8\xff\xe0\0\x02" + bytes(2000),
        b"GIF89a" + struct.pack("<HHBBB", 9, 9, 0, 0, 0) + b"!\xfe\x01a\0" * 500,
    ],
    ids=["png", "jpeg fill", "jpeg zeros", "gif"],
)
def test_parsing_stops_after_so_many_pieces(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_decoding, "_MAX_READS", 1000)
    with pytest.raises(DamagedImageError) as caught:
        open_image(data)
    assert "too many pieces" in str(caught.value.__cause__)


def test_endless_pages_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = encode(quadrants(), "TIFF", save_all=True, append_images=[quadrants()] * 20)
    monkeypatch.setattr(_decoding, "_MAX_PAGE_READS", 100)
    picture = open_image(pages)
    assert picture.notes == ("Only the first of several pages was read.",)
    assert_quadrants(picture)


# --- bad files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pillow_format", KINDS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_picture_is_damaged(pillow_format: str, share: float) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3)).astype(np.uint8))
    data = encode(noise, pillow_format)
    assert open_image(data).size_wh == (40, 40)
    cut = data[: max(20, int(len(data) * share))]
    with pytest.raises(DamagedImageError, match=r"“half” is a .* incomplete"):
        open_image(cut, name="half")


def test_nothing_at_all(tmp_path: Path) -> None:
    (tmp_path / "zero.png").touch()
    with pytest.raises(EmptyImageError, match=r"“zero\.png” is empty"):
        open_image(tmp_path / "zero.png")
    with pytest.raises(EmptyImageError, match="The file is empty"):
        open_image(b"")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Buy milk, 2 eggs\n", "plain text"),
        ("Größe: 3 Äpfel".encode(), "plain text"),
        (b"BM is how this text begins, which is also how a bitmap begins.", "plain text"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"PK\x03\x04\x14\0\0\0", "a ZIP archive"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"\0\0\0\x1cftypavif\0\0\0\0", "an AVIF picture"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "a video"),
        (b"8BPS\0\x01", "a Photoshop document"),
        (b"\x1f\x8b\x08\0", "a compressed archive"),
        (b"\0\0\x01\0\x01\0", "an icon"),
        (b"\xff\x0a\xfa\x1f", "a JPEG XL picture"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
    ],
)
def test_what_is_no_picture_is_named(data: bytes, words: str) -> None:
    with pytest.raises(UnsupportedImageError) as caught:
        open_image(data, name="two.png")
    assert str(caught.value).startswith(f"“two.png” seems to be {words}")
    assert "PNG, JPEG, HEIC, WebP, BMP, TIFF or GIF" in str(caught.value)


@pytest.mark.parametrize("data", [b"\0", bytes(500), b"\x80\xfe\x01" * 50, random.Random(5).randbytes(2000)])
def test_unknown_bytes_are_no_picture(data: bytes) -> None:
    with pytest.raises(UnsupportedImageError, match=r"is not a picture\. Pictures can be PNG"):
        open_image(data)


def test_paths_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImageError, match=r"“gone\.png” was not found"):
        open_image(tmp_path / "gone.png")
    with pytest.raises(ImageError, match="is a folder"):
        open_image(tmp_path)
    with pytest.raises(ImageError, match="cannot be read"):
        open_image("zero\0byte.png")
    with pytest.raises(ImageError, match="cannot be read"):
        open_image(tmp_path / ("x" * 5000))
    locked = tmp_path / "locked.png"
    locked.write_bytes(encode(quadrants()))

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ImageError, match=r"“locked\.png” may not be read"):
        open_image(locked)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(ImageError, match=r"“pipe\.png” is no ordinary file"):
        open_image(tmp_path / "pipe.png")


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (SyntaxError("broken PNG file"), DamagedImageError),
        (struct.error("unpack"), DamagedImageError),
        (OSError("image file is truncated"), DamagedImageError),
        (ValueError("bad"), DamagedImageError),
        (zlib.error("bad"), DamagedImageError),
        (EOFError(), DamagedImageError),
        (IndexError(), DamagedImageError),
        (KeyError("x"), DamagedImageError),
        (TypeError(), DamagedImageError),
        (OverflowError(), DamagedImageError),
        (RuntimeError(), DamagedImageError),
        (RecursionError(), DamagedImageError),
        (MemoryError(), ImageTooLargeError),
        (Image.DecompressionBombError("Image size (70000000 pixels) exceeds"), ImageTooLargeError),
    ],
)
@pytest.mark.parametrize("where", ["open", "load"])
def test_whatever_a_decoder_raises_becomes_a_sentence(
    raised: Exception, expected: type[HdrError], where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise raised

    data = encode(quadrants())
    monkeypatch.setattr(Image if where == "open" else ImageFile.ImageFile, where, fail)
    with pytest.raises(expected, match=r"^“two\.png” .*\. ") as caught:
        open_image(data, name="two.png")
    assert caught.value.__cause__ is raised


# --- names and notes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        ("two.jpg", ("The file is named .jpg but is a PNG; it was read as what it is.",)),
        ("two.HEIC", ("The file is named .heic but is a PNG; it was read as what it is.",)),
        ("two.png", ()),
        ("TWO.PNG", ()),
        ("two", ()),
        ("scan 12.03.2024", ()),
        (None, ()),
    ],
)
def test_the_contents_decide_and_a_wrong_ending_is_noted(name: str | None, notes: tuple[str, ...]) -> None:
    assert open_image(encode(quadrants()), name=name).notes == notes


def test_a_path_brings_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "two.jpg").write_bytes(encode(quadrants()))
    assert "named .jpg but is a PNG" in open_image(tmp_path / "two.jpg").notes[0]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("/home/ann/secret/two.png", "“two.png”"),
        ("C:\\Users\\ann\\two.png", "“two.png”"),
        ("two\n\x1b[31m.png", "“two??[31m.png”"),
        ("x" * 300 + ".png", "“" + "x" * 70 + "…xxxxx.png”"),
        ("", "The file"),
    ],
)
def test_messages_show_the_name_only(name: str, shown: str) -> None:
    with pytest.raises(EmptyImageError) as caught:
        open_image(b"", name=name)
    assert str(caught.value).startswith(shown + " is empty")


@pytest.mark.parametrize(
    ("pillow_format", "note"),
    [
        ("GIF", "Only the first of 3 frames was read."),
        ("PNG", "Only the first of 3 frames was read."),
        ("WEBP", "Only the first of 3 frames was read."),
        ("TIFF", "Only the first of 3 pages was read."),
        ("HEIF", "Only the main one of 3 pictures was read."),
    ],
)
def test_of_many_frames_the_first_is_read_and_told(pillow_format: str, note: str) -> None:
    others = [Image.new("RGB", (64, 48), colour) for colour in ("black", "white")]
    picture = open_image(encode(quadrants(), pillow_format, save_all=True, append_images=others))
    assert picture.notes == (note,)
    assert_quadrants(picture)


def test_previews_inside_a_jpeg_are_no_pages() -> None:
    data = encode(quadrants(), "MPO", save_all=True, append_images=[quadrants(16, 12)])
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "MPO"
    picture = open_image(data, name="phone.jpg")
    assert picture.notes == ()
    assert_quadrants(picture)


def test_a_damaged_second_page_does_not_cost_the_first() -> None:
    data = bytearray(encode(quadrants(), "TIFF"))
    (directory,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, directory)
    struct.pack_into("<I", data, directory + 2 + 12 * entries, len(data))  # the next page begins here …
    data += struct.pack("<H", 40) + b"\xff" * 30  # … and makes no sense
    picture = open_image(bytes(data))
    assert_quadrants(picture)
    assert picture.notes == ("Only the first of several pages was read.",)


# --- settings of the process ------------------------------------------------------------------------------


def test_the_fence_stands_until_the_last_one_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 12345)
    filters = list(warnings.filters)
    with _decoding._fence:
        with _decoding._fence:
            pass
        assert Image.MAX_IMAGE_PIXELS == _decoding.MAX_PIXELS // 2
        warnings.warn("held back, or this test fails", stacklevel=1)
    assert Image.MAX_IMAGE_PIXELS == 12345
    assert warnings.filters == filters


def test_threads_leave_warnings_and_pillows_limit_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 12345)
    filters, failures = list(warnings.filters), []
    data = [encode(quadrants(300, 200), kind) for kind in ("JPEG", "PNG", "TIFF")] + [bomb_png(9_000, 9_000), b"GIF89a"]
    start = threading.Barrier(8)

    def work(seed: int) -> None:
        start.wait()
        for picked in random.Random(seed).choices(data, k=30):
            try:
                assert_quadrants(open_image(picked), tolerance=20)
            except ImageError:
                continue
            except BaseException as error:
                failures.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Image.MAX_IMAGE_PIXELS == 12345
    assert warnings.filters == filters


# --- anything at all --------------------------------------------------------------------------------------

STARTS = [start for start, _ in _kinds._STARTS] + [
    b"RIFF\x40\0\0\0WEBPVP8 ",
    b"RIFF\x40\0\0\0WEBPVP8L",
    b"\0\0\0\x18ftypheic",
    bomb_bmp(4, 4),
]
VALID = [encode(quadrants(24, 16), kind) for kind in KINDS] + [
    encode(quadrants(24, 16).quantize(8), "PNG"),
    encode(quadrants(24, 16), "TIFF", compression="tiff_lzw"),
    encode(Image.fromarray(np.arange(256, dtype=np.float32).reshape(16, 16)), "TIFF"),
    encode(quadrants(24, 16), "GIF", save_all=True, append_images=[quadrants(24, 16).rotate(180)]),
    encode(quadrants(24, 16).convert("CMYK"), "JPEG"),
]


def opens_or_explains(data: bytes) -> None:
    sentence = ""
    try:
        assert open_image(data, name="any.png", min_side_px=100).pixels.size
    except HdrError as error:
        sentence = str(error)
    assert not sentence or re.fullmatch(r"“any\.png” .+\. .+\.", sentence)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([b"", *STARTS]), st.binary(max_size=300))
def test_arbitrary_bytes_never_raise_anything_else(start: bytes, rest: bytes) -> None:
    opens_or_explains(start + rest)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(VALID), st.data())
def test_damaged_pictures_never_raise_anything_else(valid: bytes, draw: st.DataObject) -> None:
    data = bytearray(valid)
    for _ in range(draw.draw(st.integers(1, 6))):
        position = draw.draw(st.integers(0, len(data) - 1))
        data[position : position + draw.draw(st.integers(0, 4))] = draw.draw(st.binary(max_size=4))
    opens_or_explains(bytes(data[: draw.draw(st.integers(1, len(data)))] if draw.draw(st.booleans()) else data))
