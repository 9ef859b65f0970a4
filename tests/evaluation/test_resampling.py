"""Bootstrap intervals: as wide as theory says, and the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.evaluation.metrics import wilson_interval
from hdr_core.evaluation.resampling import interval, resampled_counts, resampled_means


def test_every_resample_has_as_many_digits_and_only_from_cells_that_have_any() -> None:
    counts = np.array([[5, 0], [3, 2]])
    drawn = resampled_counts(counts, rounds=50)
    assert drawn.shape == (50, 2, 2)
    assert (drawn.sum(axis=(1, 2)) == 10).all()
    assert not drawn[:, 0, 1].any()
    assert drawn.mean(axis=0)[0, 0] == pytest.approx(5, abs=1)


def test_means_vary_as_theory_says() -> None:
    values = np.random.default_rng(3).normal(2, 4, (2_000, 2))
    values[:, 1] = values[:, 0] * -3
    means = resampled_means(values)
    assert means.shape == (1000, 2)
    np.testing.assert_allclose(means.mean(axis=0), values.mean(axis=0), atol=0.05)
    assert means[:, 0].std() == pytest.approx(4 / np.sqrt(2_000), rel=0.1)
    np.testing.assert_allclose(means[:, 1], -3 * means[:, 0], atol=1e-4)  # the same digits for every column


def test_more_digits_than_are_held_at_a_time_are_resampled_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.arange(30.0).reshape(10, 3)
    together = resampled_means(values, rounds=7)
    monkeypatch.setattr("hdr_core.evaluation.resampling._AT_ONCE", 5)
    np.testing.assert_allclose(resampled_means(values, rounds=7), together)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(0).random((50, 1))
    np.testing.assert_array_equal(resampled_means(values), resampled_means(values))
    assert not np.array_equal(resampled_means(values), resampled_means(values, seed=1))


def test_an_accuracys_bootstrap_is_close_to_wilsons_interval() -> None:
    right = np.repeat([1.0, 0.0], [950, 50])[:, None]
    found, wilson = interval(0.95, resampled_means(right)[:, 0]), wilson_interval(950, 1000)
    assert (found.low, found.high) == pytest.approx((wilson.low, wilson.high), abs=6e-3)


def test_a_bias_of_the_resamples_is_taken_out() -> None:
    resamples = np.random.default_rng(1).normal(0.5, 1, 4_000)  # half a deviation too large
    found = interval(0.0, resamples)
    assert (found.low, found.high) == pytest.approx((0.5 - 1.96 - 1, 0.5 + 1.96 - 1), abs=0.25)


@pytest.mark.parametrize("value", [-5.0, 0.0, 5.0])
def test_it_holds_its_value_also_where_no_resample_reaches_it(value: float) -> None:
    found = interval(value, np.linspace(-1, 1, 100))
    assert found.low <= value <= found.high


def test_where_all_resamples_are_alike_it_has_no_width() -> None:
    found = interval(1.0, np.ones(100))
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)
