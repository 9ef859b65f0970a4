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
from hdr_core.training.numbers import compose_number
from hdr_core.training.signs import any_digit, any_sign, font_tiles
from hdr_core.training.strokes import Points, random_pen, read_strokes, stroke_tile
from hdr_core.types import UInt8Image
from hdr_core.vision.image import open_image
from hdr_core.vision.tiles import make_tile
from scripts.alignment import align_digit, align_number, cut_known

Tile = tuple[UInt8Image, int, str]
"""(tile, label, writer)"""

_FONTS_DIR = Path("/usr/share/fonts/truetype")
_HAND_FONTS = (
    "Delphine SteveHand Humor-Sans dkg dkgIt Isabella Ecolier Klaudia Breip TomsonTalks DejaVuSans Averia Comic"
)
_MOST_DIGITS = 7  # in a number that is set together
_FEWEST_OF_A_WRITER = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=config.home_dir() / "handwriting.npz")
    parser.add_argument("--pens", type=int, default=5, help="how often each recorded digit is drawn")
    parser.add_argument("--signs", type=int, default=30000, help="letters and signs of fonts")
    parser.add_argument("--font-digits", type=int, default=8000, help="digits of the same fonts")
    parser.add_argument("--numbers", type=int, default=4000, help="numbers set together of recorded digits")
    parser.add_argument(
        "--fonts",
        type=Path,
        help="a folder of TrueType fonts beside Debian's (the reader's: handwriting_fonts.txt)",
    )
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
    for source in ("unipen", "pendigits"):
        path = folder / f"{source}_{'digits_' if source == 'unipen' else ''}strokes.jsonl.gz"
        yield f"numbers_{source}", _set_numbers(path, options.numbers, options.model, rng)
    fonts = _fonts(options.fonts)
    if fonts:
        signs = font_tiles(options.signs, fonts, any_sign, rng)
        yield "signs", ((tile, JUNK_LABEL, font) for tile, font in zip(signs.tiles, signs.fonts, strict=True))
        digits = font_tiles(options.font_digits, fonts, any_digit, rng)
        yield "fonts", zip(digits.tiles, map(int, digits.texts), digits.fonts, strict=True)


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


def _set_numbers(path: Path, count: int, model: str, rng: np.random.Generator) -> Iterator[Tile]:
    """Numbers of one writer's digits, cut as serving cuts them; and at most as many wrong cuts."""
    classifier = hdr_core.load_model(model)
    by_writer: dict[str, list[tuple[str, list[Points]]]] = {}
    for record, strokes in read_strokes(path):
        if any(len(stroke) for stroke in strokes):
            by_writer.setdefault(str(record["writer"]), []).append((str(record["label"]), strokes))
    hands = [(writer, digits) for writer, digits in by_writer.items() if len(digits) >= _FEWEST_OF_A_WRITER]
    for _ in range(count):
        writer, digits = hands[int(rng.integers(len(hands)))]
        chosen = [digits[int(i)] for i in rng.integers(len(digits), size=int(rng.integers(2, _MOST_DIGITS + 1)))]
        number = compose_number([strokes for _, strokes in chosen], random_pen(rng), rng)
        cut = cut_known(open_image(number.pixels), number, [int(label) for label, _ in chosen], classifier)
        yield from ((tile, label, writer) for tile, label in cut.digits)
        for index in rng.permutation(len(cut.junk))[: len(chosen)]:
            yield cut.junk[index], JUNK_LABEL, writer


def _fonts(folder: Path | None) -> list[Path]:
    installed = [path for path in sorted(_FONTS_DIR.rglob("*.ttf")) if path.stem.startswith(tuple(_HAND_FONTS.split()))]
    return [*installed, *(sorted(folder.rglob("*.ttf")) if folder else ())]


if __name__ == "__main__":
    main()
