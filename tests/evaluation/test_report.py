"""The summary against scikit-learn, and its intervals against what they must hold."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import log_loss, precision_recall_fscore_support, roc_auc_score

from hdr_core.errors import DataError
from hdr_core.evaluation.calibration import calibration_error
from hdr_core.evaluation.report import summarize
from tests.evaluation.answers import drawn, evaluation


def test_every_figure_is_scikit_learns() -> None:
    found = drawn()
    summary = summarize(found)
    for mean in ("macro", "weighted"):
        oracle = precision_recall_fscore_support(found.labels, found.predicted, average=mean)
        names = [f"precision_{mean}", f"recall_{mean}", f"f1_{mean}"]
        assert [getattr(summary, name).value for name in names] == pytest.approx(list(oracle[:3]))
    rows = found.probabilities.astype(np.float64)
    rows /= rows.sum(axis=1, keepdims=True)
    assert summary.log_loss.value == pytest.approx(log_loss(found.labels, rows), abs=1e-6)
    assert summary.auc is not None
    assert summary.auc.value == pytest.approx(roc_auc_score(found.labels, rows, multi_class="ovr"), abs=1e-6)
    assert summary.calibration_error.value == pytest.approx(calibration_error(found), abs=1e-6)
    assert (summary.total, summary.errors, summary.left_out) == (400, len(found.wrong), 0)
    assert summary.accuracy == found.accuracy


def test_every_interval_holds_its_figure_and_shrinks_with_more_digits() -> None:
    few, many = summarize(drawn(100)), summarize(drawn(1600))
    for (_, one), (title, other) in zip(few.estimates(), many.estimates(), strict=True):
        assert one.low <= one.value <= one.high
        if title != "Calibration error":  # few digits make it larger, not only less sure
            assert 0 < other.high - other.low < one.high - one.low


def test_weighted_recall_is_accuracy_and_its_interval_close_to_wilsons() -> None:
    summary = summarize(drawn(1600))
    assert summary.recall_weighted.value == pytest.approx(summary.accuracy.accuracy)
    assert summary.recall_weighted.low == pytest.approx(summary.accuracy.low, abs=5e-3)
    assert summary.recall_weighted.high == pytest.approx(summary.accuracy.high, abs=5e-3)


def test_the_same_answers_give_the_same_summary() -> None:
    assert summarize(drawn()) == summarize(drawn())


def test_what_is_left_out_does_not_count() -> None:
    found = evaluation([4, 4, 9, 9], [9, 4, 9, 9])
    assert summarize(found).accuracy.correct == 3
    kept = summarize(found, leave_out=[0])
    assert (kept.accuracy.correct, kept.total, kept.errors, kept.left_out) == (3, 3, 0, 1)
    assert kept.f1_macro.value == 1
    with pytest.raises(DataError, match="Every digit"):
        summarize(found, leave_out=range(4))


def test_one_digit_and_one_class_are_borne() -> None:
    one = summarize(evaluation([3], [3]))
    assert (one.accuracy.accuracy, one.auc, one.recall_macro.value) == (1, None, 1)
    assert summarize(evaluation([3, 3, 3], [3, 1, 3])).precision_macro.value == 1


def test_rows_name_every_figure_once() -> None:
    summary = summarize(drawn())
    rows = list(summary.rows())
    names = [name for name, *_ in rows]
    assert len(set(names)) == len(names) == 13
    assert rows[0] == ("Accuracy", summary.accuracy.accuracy, summary.accuracy.low, summary.accuracy.high)
    assert "Refused" not in names
    able = summarize(evaluation([1, 2], [1, 2], is_digit=np.array([0.1, 0.9], np.float32)))
    assert ("Refused", 1, None, None) in list(able.rows())
