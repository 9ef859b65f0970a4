"""Gather handwriting beyond MNIST into one file of tiles: ``python -m scripts.gather_handwriting [--out FILE]``.

Reads ``$HDR_DATA_DIR``: recorded strokes (pendigits, UNIPEN) are drawn with many pens; ARDIS and Semeion come as they
are; pictures of digits and of numbers go through the reader, whose way through the lattice is forced to spell the
truth, so each digit is cut as serving would cut it, and what lies between is learned as junk.  Every tile leaves
through the tile maker.  Held-out writers are kept in the file and left out by the training.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import hdr_core
from hdr_core import config
from hdr_core.errors import HdrError
from hdr_core.training.handwriting import Handwriting, joined, save_handwriting
from hdr_core.training.junk import JUNK_LABEL
from hdr_core.training.signs import sign_tiles
from hdr_core.training.strokes import random_pen, read_strokes, stroke_tile
from hdr_core.types import UInt8Image
from hdr_core.vision.image import open_image
from hdr_core.vision.tiles import make_tile, make_tiles
from scripts.alignment import align_digit, align_number

Tile = tuple[UInt8Image, int, str]
"""(tile, label, writer)"""

_FONT_DIRS = (Path("/usr/share/fonts/truetype"),)
_HAND_FONTS = (
    "Delphine SteveHand Humor-Sans dkg dkgIt Isabella Ecolier Klaudia Breip TomsonTalks DejaVuSans Averia Comic"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=config.home_dir() / "handwriting.npz")
    parser.add_argument("--pens", type=int, default=5, help="how often each recorded digit is drawn")
    parser.add_argument("--signs", type=int, default=12000, help="letters and signs of fonts")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--model", default=config.DEFAULT_MODEL, help="what cuts pictures into digits")
    options = parser.parse_args()
    folder = config.data_dir()
    if folder is None:
        raise SystemExit("Set HDR_DATA_DIR to the folder with the data sets.")
    rng = np.random.default_rng(options.seed)
    parts = []
    for source, tiles in _sources(folder, options, rng):
        part = _collected(source, tiles)
        parts.append(part)
        print(f"{source:<16}{len(part):>8} tiles, {(part.labels == JUNK_LABEL).sum():>6} of them no digit", flush=True)
    save_handwriting(joined([part for part in parts if len(part)]), options.out)
    print(f"Saved {options.out}")


def _sources(
    folder: Path, options: argparse.Namespace, rng: np.random.Generator
) -> Iterator[tuple[str, Iterator[Tile]]]:
    yield "pendigits", _drawn(folder / "pendigits_strokes.jsonl.gz", options.pens, rng)
    yield "unipen", _drawn(folder / "unipen_digits_strokes.jsonl.gz", options.pens, rng)
    yield "ardis", _stored(folder / "ardis_train.npz")
    yield "semeion", _stored(folder / "semeion.npz")
    yield from _pictures(folder / "digits", options.model)
    yield "strings", _numbers(folder / "strings" / "unipen", options.model, rng)
    yield "signs", ((tile, JUNK_LABEL, str(i)) for i, tile in enumerate(_signs(options.signs, rng)))


def _collected(source: str, tiles: Iterator[Tile]) -> Handwriting:
    found = [(tile, label, writer) for tile, label, writer in tiles if tile.any()]
    pictures, labels, writers = zip(*found, strict=True) if found else ((), (), ())
    return Handwriting(
        np.array(pictures, np.uint8).reshape(-1, 28, 28),
        np.array(labels, np.int64),
        np.full(len(found), source, dtype="<U32"),
        np.array(writers, dtype="<U64"),
    )


def _drawn(path: Path, pens: int, rng: np.random.Generator) -> Iterator[Tile]:
    for record, strokes in read_strokes(path):
        for _ in range(pens):
            yield stroke_tile(strokes, random_pen(rng)), int(record["label"]), str(record["writer"])


def _stored(path: Path) -> Iterator[Tile]:
    """Tiles as they are, and once more centred as serving centres them; the writer is not known: ten in a row."""
    with np.load(path) as arrays:
        tiles, labels = arrays["x"].astype(np.uint8), arrays["y"].astype(np.int64)
    for index, (tile, label) in enumerate(zip(tiles, labels, strict=True)):
        yield make_tile(tile), int(label), str(index // 10)


def _pictures(folder: Path, model: str) -> Iterator[tuple[str, Iterator[Tile]]]:
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as rows:
        table = [(row["file"], row["text"]) for row in csv.DictReader(rows)]
    for source in sorted({file.split("/")[0] for file, _ in table}):
        files = [(file, text) for file, text in table if file.split("/")[0] == source]
        yield source, _single(folder, files, model)


def _single(folder: Path, files: list[tuple[str, str]], model: str) -> Iterator[Tile]:
    is_small = len(files) < 45  # one person's pictures: all to one side
    classifier = hdr_core.load_model(model)
    for file, text in files:
        writer = "all" if is_small else Path(file).stem
        try:
            for tile in align_digit(open_image((folder / file).read_bytes()), text, classifier):
                yield tile, int(text) if text else JUNK_LABEL, writer
        except HdrError:
            continue


def _numbers(folder: Path, model: str, rng: np.random.Generator) -> Iterator[Tile]:
    """Each donor's digits, and at most as many wrong cuts."""
    classifier = hdr_core.load_model(model)
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            aligned = align_number(open_image((folder / row["file"]).read_bytes()), row["text"], classifier)
            if aligned is None:
                continue
            writer = row["notes"].removeprefix("donor ")
            yield from ((tile, label, writer) for tile, label in aligned.digits)
            junk = aligned.junk
            for index in rng.permutation(len(junk))[: 2 * len(aligned.digits)]:
                yield junk[index], JUNK_LABEL, writer


def _signs(count: int, rng: np.random.Generator) -> UInt8Image:
    wanted = _HAND_FONTS.split()
    fonts = [path for home in _FONT_DIRS for path in sorted(home.rglob("*.ttf")) if path.stem.startswith(tuple(wanted))]
    return sign_tiles(count, fonts, rng) if fonts else make_tiles([])


if __name__ == "__main__":
    main()
