"""What is told of a step and of a whole path, one feature at a time."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.reading.features import (
    DIGIT_NAMES,
    NAMES,
    PATH_NAMES,
    PATHS,
    SKIP_NAMES,
    Features,
    Span,
    digit_features,
    path_features,
    skip_features,
    span_of,
    with_label,
)
from hdr_core.reading.parts import Part
from hdr_core.reading.weights import WEIGHTS

HEIGHT_PX = 40.0


def part(box: tuple[int, int, int, int], piece: int = 0) -> Part:
    left, top, right, bottom = box
    return Part(np.ones((bottom - top, right - left), bool), box, piece, True)


def digit(*boxes: tuple[int, int, int, int], is_digit: float = 1.0, cut_ends: int = 0) -> dict[str, float]:
    members = [part(box, index) for index, box in enumerate(boxes)]
    values = digit_features(span_of(members), members, HEIGHT_PX, is_digit, cut_ends)
    return dict(zip(DIGIT_NAMES, values.tolist(), strict=True))


def skip(box: tuple[int, int, int, int], is_digit: float = 0.5) -> dict[str, float]:
    return dict(zip(SKIP_NAMES, skip_features([part(box)], HEIGHT_PX, is_digit, is_slice=False).tolist(), strict=True))


def path(*spans: Span, skipped: tuple[Span, ...] = ()) -> dict[str, float]:
    return dict(zip(PATH_NAMES, path_features(spans, skipped, HEIGHT_PX).tolist(), strict=True))


def test_there_is_a_weight_for_every_feature() -> None:
    assert WEIGHTS.shape == (len(NAMES),) and PATHS.stop == len(NAMES)


def test_a_sure_digit_of_the_rows_height_has_nothing_against_it() -> None:
    assert [name for name, value in digit((0, 0, 25, 40)).items() if value != 0] == ["digit"]


def test_doubt_is_told_as_its_logarithm() -> None:
    features = digit_features(span_of([part((0, 0, 25, 40))]), [part((0, 0, 25, 40))], HEIGHT_PX, 0.5, 0)
    labelled = dict(zip(DIGIT_NAMES, with_label(features, 8, 0.25).tolist(), strict=True))
    assert labelled["log is digit"] == pytest.approx(np.log(0.5))
    assert labelled["log label"] == pytest.approx(np.log(0.25))


def test_height_is_told_by_its_square_of_the_logarithm_on_its_side() -> None:
    low, tall = digit((0, 0, 25, 20)), digit((0, 0, 25, 80))
    assert low["shorter"] == tall["taller"] == pytest.approx(np.log(2) ** 2)
    assert low["taller"] == tall["shorter"] == 0


def test_width_counts_from_nine_tenths_of_the_height() -> None:
    assert digit((0, 0, 36, 40))["wider"] == 0
    wide = digit((0, 0, 60, 40))
    assert wide["wider"] == pytest.approx(0.6) and wide["much wider"] == pytest.approx(0.2)


def test_a_leaning_digit_is_as_wide_as_it_would_stand() -> None:
    leaning = Part(np.eye(40, dtype=bool)[:, ::-1], (0, 0, 40, 40), 0, True, slant=1.0)
    upright = span_of([leaning])
    assert upright.right - upright.left == pytest.approx(1.0)


def test_a_colon_is_loose_and_a_broken_five_is_not() -> None:
    assert digit((0, 0, 8, 8), (0, 32, 8, 40))["loose"] == 1
    assert digit((0, 0, 8, 30), (0, 32, 8, 40))["loose"] == 0


def test_the_white_inside_is_measured_beside_not_above() -> None:
    assert digit((0, 0, 10, 40), (30, 0, 40, 40))["gap inside"] == pytest.approx(0.5)
    assert digit((0, 0, 30, 10), (5, 14, 40, 40))["gap inside"] == 0


@pytest.mark.parametrize(("label", "cut_ends", "expected"), [(1, 1, 1), (1, 0, 0), (7, 2, 0)])
def test_a_one_cut_out_is_told(label: int, cut_ends: int, expected: float) -> None:
    members = [part((0, 0, 8, 40))]
    features: Features = digit_features(span_of(members), members, HEIGHT_PX, 1.0, cut_ends)
    assert with_label(features, label, 1.0)[DIGIT_NAMES.index("cut out 1")] == expected


def test_a_dot_is_a_dot_whatever_it_looks_like() -> None:
    assert skip((0, 0, 3, 3), is_digit=0.99)["skip dot"] == 1
    assert skip((0, 0, 3, 3), is_digit=0.99)["skip log no digit"] == 0
    assert skip((0, 0, 20, 40), is_digit=0.5)["skip log no digit"] == pytest.approx(np.log(0.5))


def test_even_digits_on_one_line_have_nothing_against_them() -> None:
    spans = [Span(left, left + 20, 0, 40) for left in (0, 30, 60)]
    assert set(path(*spans).values()) == {0.0}


def test_how_digits_stand_to_each_other() -> None:
    told = path(Span(0, 30, 0, 40), Span(20, 40, 20, 40))
    assert told["overlap"] == pytest.approx(0.25**2)
    assert told["step up or down"] == pytest.approx(0.25**2)
    assert told["change of height"] == pytest.approx(np.log(2) ** 2)


def test_what_is_left_out_counts_only_between_digits() -> None:
    digits = Span(0, 20, 0, 40), Span(60, 80, 0, 40)
    assert path(*digits, skipped=(Span(30, 50, 0, 40),))["skip between"] == 1
    assert path(*digits, skipped=(Span(90, 110, 0, 40),))["skip between"] == 0
