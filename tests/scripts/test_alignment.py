"""Digits of a known number are cut where they lie, whatever the network thinks of them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples.handwriting import Pen, write_number
from hdr_core import load_model
from hdr_core.reading.features import Span
from hdr_core.reading.lattice import Candidate, Lattice
from hdr_core.reading.path import Edge
from hdr_core.training.numbers import ComposedNumber, compose_number
from hdr_core.training.strokes import StrokePen
from hdr_core.types import TileScores, UInt8Image
from hdr_core.vision.image import open_image
from scripts.alignment import _label_score, align_digit, align_number, cut_known, spell

CLASSIFIER = load_model()
SPAN = Span(0.0, 1.0, 0.0, 1.0)


def png_bytes(gray: UInt8Image) -> bytes:
    return cv2.imencode(".png", gray)[1].tobytes()


def written(text: str, size_wh: tuple[int, int] = (420, 120)) -> bytes:
    ink = np.zeros(size_wh[::-1], np.uint8)
    write_number(ink, text, (30, 30), 60, Pen(5), np.random.default_rng(3))
    return png_bytes(255 - ink)


def test_each_digit_of_a_row_gets_its_tile() -> None:
    aligned = align_number(open_image(written("2718")), "2718", CLASSIFIER)
    assert aligned is not None
    tiles, labels = zip(*aligned.digits, strict=True)
    assert labels == (2, 7, 1, 8)
    assert CLASSIFIER.scores(np.array(tiles)).probabilities.argmax(axis=1).tolist() == [2, 7, 1, 8]


def test_the_truth_outweighs_the_network() -> None:
    aligned = align_number(open_image(written("2718")), "2778", CLASSIFIER)
    assert aligned is not None
    assert [label for _, label in aligned.digits] == [2, 7, 7, 8]


@pytest.mark.parametrize("text", ["27189999999", "27a8", ""])
def test_what_cannot_be_spelled_is_left_out(text: str) -> None:
    assert align_number(open_image(written("2718")), text, CLASSIFIER) is None


def test_the_digit_in_the_middle_is_meant() -> None:
    (tile,) = align_digit(open_image(written("353", (260, 120))), "5", CLASSIFIER)
    assert CLASSIFIER.scores(tile[None]).probabilities.argmax() == 5


def test_an_empty_picture_has_none() -> None:
    blank = open_image(png_bytes(np.full((80, 80), 255, np.uint8)))
    assert align_digit(blank, "5", CLASSIFIER) == []
    assert align_digit(blank, "", CLASSIFIER) == []


def lattice_of(seed: int, parts: int) -> Lattice:
    """Every run of one or two parts as a candidate, and a skip for each part."""
    rng = np.random.default_rng(seed)
    runs = [(start, start + width) for start in range(parts) for width in (1, 2) if start + width <= parts]
    candidates = tuple(Candidate(a, b, (a, 0, b, 1), SPAN, np.zeros((28, 28), np.uint8)) for a, b in runs)
    probabilities = rng.dirichlet(np.ones(10), len(runs)).astype(np.float32)
    scores = TileScores(probabilities, rng.random(len(runs)).astype(np.float32))
    certainty = probabilities.max(axis=1) * scores.is_digit
    edges = [Edge(a, b, float(np.log(certainty[i])) - rng.random(), i) for i, (a, b) in enumerate(runs)]
    edges += [Edge(a, a + 1, -2 * rng.random(), None) for a in range(parts)]
    return Lattice((None,) * parts, candidates, scores, tuple(edges))  # type: ignore[arg-type]


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 5), st.text("0123456789", min_size=1, max_size=4))
def test_spelling_finds_what_trying_every_way_finds(seed: int, parts: int, text: str) -> None:
    lattice = lattice_of(seed, parts)
    best = best_of_all(lattice, text, 0, 0)
    path = spell(lattice, text)
    if best is None:
        assert path is None
    else:
        assert path is not None
        assert total(lattice, path, text) == pytest.approx(best)


def best_of_all(lattice: Lattice, text: str, node: int, done: int) -> float | None:
    """The best total of any way from ``node`` on, by trying all of them."""
    if node == len(lattice.parts):
        return 0.0 if done == len(text) else None
    found = []
    for edge in (edge for edge in lattice.edges if edge.start == node):
        if edge.candidate is not None and done == len(text):
            continue
        is_digit = edge.candidate is not None
        rest = best_of_all(lattice, text, edge.end, done + is_digit)
        if rest is not None:
            found.append(rest + (_label_score(lattice, edge, int(text[done])) if is_digit else edge.score))
    return max(found, default=None)


def total(lattice: Lattice, path: list[Edge], text: str) -> float:
    labels = iter(text)
    return sum(
        edge.score if edge.candidate is None else _label_score(lattice, edge, int(next(labels))) for edge in path
    )


def composed() -> ComposedNumber:
    seven = [np.array([[0, 0], [40, 0], [15, 60]], np.float32)]
    zero = [np.array([[20, 0], [0, 30], [20, 60], [40, 30], [20, 0]], np.float32)]
    return compose_number([seven, zero, seven], StrokePen(width=0.08), np.random.default_rng(2))


def test_a_number_of_known_digits_is_cut_at_them_and_the_rest_is_junk() -> None:
    number = composed()
    cut = cut_known(open_image(number.pixels), number, [7, 0, 7], CLASSIFIER)
    assert [label for _, label in cut.digits] == [7, 0, 7]
    tiles = np.array([tile for tile, _ in cut.digits])
    assert CLASSIFIER.scores(tiles).probabilities.argmax(axis=1).tolist() == [7, 0, 7]
    for junk in cut.junk:
        assert min(np.abs(junk.astype(int) - tile).mean() for tile in tiles) > 10


def test_a_digit_that_lies_elsewhere_is_left_out() -> None:
    number = composed()
    moved = ComposedNumber(number.pixels, number.boxes_xyxy, (*number.tiles[:2], number.tiles[1]))
    cut = cut_known(open_image(number.pixels), moved, [7, 0, 0], CLASSIFIER)
    assert [label for _, label in cut.digits] == [7, 0]
