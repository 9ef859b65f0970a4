"""One picture and its reading, as it is corrected: on Draw, and on Upload."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from hdr_core.evaluation.figures import PHOTO_ACCENT, Palette
from hdr_core.types import Reading, UInt8Image
from hdr_core.vision.drawing import Stroke, render
from hdr_ui import loaders, originals
from hdr_ui.originals import Original
from hdr_ui.sources import Source


@dataclass(frozen=True, eq=False)
class Case:
    """A picture as one model reads it.

    ``key`` names both by their content; ``reading`` may be without its stages, ``whole`` gives it with them;
    ``original`` gives what is kept of it, and ``picture_uri`` the upright picture as the browser shows it, on which
    ``accent`` and ``halo`` can be seen; ``is_drawing`` tells what is on the pad from what stays as it is.
    """

    key: str
    model: str
    accent: str
    halo: str
    reading: Reading = field(repr=False)
    whole: Callable[[], Reading] = field(repr=False)
    original: Callable[[], Original] = field(repr=False)
    picture_uri: Callable[[], str] = field(repr=False)
    is_drawing: bool = False


def key_of(digest: str, model: str) -> str:
    """Names a picture with this digest as ``model`` reads it: trained anew, it is another reading."""
    return f"{digest}/{model}/{loaders.model_version(model)}"


def of_upload(source: Source, reading: Reading, model: str) -> Case:
    """A readable file or photograph; photographs keep their own light in both themes."""
    return Case(
        key=key_of(source.digest, model),
        model=model,
        accent=PHOTO_ACCENT,
        halo="#ffffff",
        reading=reading,
        whole=lambda: loaders.read_stages(source.data, source.digest, source.name, model),
        original=lambda: originals.of_file(source),
        picture_uri=lambda: loaders.preview_uri(source.data, source.digest),
    )


def of_drawing(
    strokes: tuple[Stroke, ...], size_wh: tuple[int, int], reading: Reading, model: str, palette: Palette
) -> Case:
    """What is on the pad."""
    return Case(
        key=key_of(loaders.digest_of(repr((strokes, size_wh)).encode()), model),
        model=model,
        accent=palette.accent,
        halo=palette.sheet,
        reading=reading,
        whole=lambda: reading,
        original=lambda: originals.of_drawing(strokes, size_wh),
        picture_uri=lambda: loaders.png_uri(_in_colors(render(strokes, size_wh), palette)),
        is_drawing=True,
    )


def _in_colors(pixels: UInt8Image, palette: Palette) -> UInt8Image:
    """Dark ink on white as the theme's ink on its sheet."""
    sheet, ink = (np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) for color in (palette.sheet, palette.ink))
    share = pixels[:, :, :1].astype(np.float32) / 255
    return np.asarray(np.round(ink + share * (sheet - ink)), np.uint8)
