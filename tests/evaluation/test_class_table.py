"""One row a digit, by hand and against scikit-learn."""

from __future__ import annotations

import pytest
from sklearn.metrics import precision_recall_fscore_support

from hdr_core.errors import DataError
from hdr_core.evaluation.class_table import as_columns, class_table
from hdr_core.evaluation.metrics import wilson_interval
from hdr_core.evaluation.ranking import areas_under_roc
from tests.evaluation.answers import drawn, evaluation

FOUND = evaluation([4, 4, 4, 4, 9, 9, 1], [9, 9, 2, 4, 9, 4, 1])


def test_by_hand() -> None:
    rows = class_table(FOUND)
    assert [row.digit for row in rows] == list(range(10))
    four = rows[4]
    assert (four.support, four.errors, four.recall, four.precision) == (4, 3, 0.25, 0.5)
    assert four.recall_interval == wilson_interval(1, 4)
    assert four.specificity == pytest.approx(2 / 3)
    assert four.f1 == pytest.approx(1 / 3)
    assert four.taken_for == ((9, 2), (2, 1))
    assert four.mistaken_for == "9 (2×), 2 (1×)"
    assert rows[1].mistaken_for == ""


def test_a_digit_that_does_not_occur_has_no_interval_and_no_area() -> None:
    two = class_table(FOUND)[2]
    assert (two.support, two.recall, two.precision, two.recall_interval, two.auc) == (0, 0, 0, None, None)
    assert two.specificity == pytest.approx(6 / 7)


def test_rates_are_scikit_learns() -> None:
    found = drawn()
    rows = class_table(found)
    precision, recall, f1, support = precision_recall_fscore_support(found.labels, found.predicted)
    for row, *oracle in zip(rows, precision, recall, f1, support, strict=True):
        assert [row.precision, row.recall, row.f1, row.support] == pytest.approx(oracle)
    assert tuple(row.auc for row in rows) == areas_under_roc(found).by_class
    assert sum(row.errors for row in rows) == len(found.wrong)


def test_what_is_left_out_does_not_count() -> None:
    four = class_table(FOUND, leave_out=[0, 1])[4]
    assert (four.support, four.errors, four.taken_for) == (2, 1, ((2, 1),))
    with pytest.raises(DataError, match="Every digit"):
        class_table(FOUND, leave_out=range(7))


def test_columns_have_ten_values_each_and_percent() -> None:
    columns = as_columns(class_table(FOUND))
    assert {len(values) for values in columns.values()} == {10}
    assert columns["Recall, %"][4] == pytest.approx(25)
    assert columns["From, %"][2] is None
