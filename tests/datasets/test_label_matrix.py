from __future__ import annotations

from typing import Any

import datasets
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import tensorflow as tf
from scipy.sparse import csr_matrix

from autospeech.datasets.label_matrix import label_matrix, right_answers


@pytest.mark.parametrize(
    ("y", "classes", "several"),
    [
        (["b", "a", "b"], ["a", "b"], False),
        (pd.Series(["b", "a", "b"]), ["a", "b"], False),
        (np.array(["b", "a", "b"], object), ["a", "b"], False),
        ([3, 1, 3], [1, 3], False),
        ([True, False, True], [False, True], False),
        (np.array([[0], [1], [0]]), [0, 1], False),
        ([["a"], ["a", "b"], []], ["a", "b"], True),
        (pd.Series([["a"], ["a", "b"], []]), ["a", "b"], True),
        ([{1}, {1, 2}, {2}], [1, 2], True),
        ([(1, 0), (0, 1), (1, 1)], [0, 1], True),
        ([[1, 0], [0, 1], [1, 1]], [0, 1], True),
        (np.eye(3, dtype=int), [0, 1, 2], True),
        (np.array([["b"], ["a"], ["b"]], object), ["a", "b"], False),
        (np.array([["b"], ["a"], ["b"]]), ["a", "b"], False),
        (np.array([[{"a"}], [{"a", "b"}], [set()]], object), ["a", "b"], True),
        (pd.DataFrame({"label": ["b", "a", "b"]}, index=[4, 7, 1]), ["a", "b"], False),
        (pd.DataFrame({"label": [2.0, 1.0, 2.0]}), [1, 2], False),
        (pd.DataFrame({"labels": [["a"], ["a", "b"], []]}), ["a", "b"], True),
        (pd.DataFrame({"labels": [["a"], ["b"], ["a"]]}), ["a", "b"], True),
        (pd.DataFrame({"wren": [1, 0, 0], "robin": [True, True, False]}), ["wren", "robin"], True),
        (pd.DataFrame([[1, 0], [0, 1], [1, 1]]), [0, 1], True),
        (pd.Series(["b", "a", "b"], dtype="category"), ["a", "b"], False),
        (pd.Series(["b", "a", "b"], dtype="category").cat.codes, [0, 1], False),
        (pd.Categorical(["b", "a", "b"]), ["a", "b"], False),
        (pd.Series([2, 1, 2], dtype="Int64"), [1, 2], False),
        (pd.Series([True, False, True], dtype="boolean"), [False, True], False),
        (pa.chunked_array([["b", "a"], ["b"]]), ["a", "b"], False),
        (pa.table({"label": ["b", "a", "b"]}), ["a", "b"], False),
        (tf.constant([1, 0, 1]), [0, 1], False),
        (csr_matrix([[1, 0], [0, 1], [1, 1]]), [0, 1], True),
        ([1.0, 2.0, 1.0], [1, 2], False),
        (datasets.Dataset.from_dict({"label": ["b", "a", "b"]})["label"], ["a", "b"], False),
    ],
)
def test_labels_are_understood(y: Any, classes: list[Any], several: bool) -> None:
    found, labels, multi_label = label_matrix(y, 3)
    assert found.tolist() == classes and multi_label is several
    assert labels.shape == (3, len(classes)) and set(labels.ravel()) <= {0, 1}


@pytest.mark.parametrize("missing", [None, float("nan"), np.float64("nan"), pd.NA, pd.NaT])
def test_a_missing_label_is_told(missing: Any) -> None:
    with pytest.raises(ValueError, match="missing"):
        label_matrix(["a", "b", missing], 3)
    with pytest.raises(ValueError, match="missing"):
        label_matrix(pd.Series(["a", "b", missing], dtype=object), 3)
    with pytest.raises(ValueError, match="missing"):
        label_matrix(np.array([["a"], ["b"], [missing]], object), 3)
    with pytest.raises(ValueError, match="missing"):
        label_matrix(pd.DataFrame({"label": ["a", "b", missing]}), 3)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "y is of the type NoneType"),
        ("aba", "y is of the type str; give a list"),
        ({"a": 1, "b": 2, "c": 3}, "y is of the type dict with the keys a, b, c; give a list"),
        ((label for label in "aba"), r"y is of the type generator; give a list, list\(y\)"),
        (["a", "b"], "3 clips but 2 labels"),
        (np.zeros((2, 1)), "3 clips but 2 labels"),
        (np.array([["a"], ["b"]], object), "3 clips but 2 labels"),
        (pd.DataFrame({"label": ["a", "b"]}), "3 clips but 2 labels"),
        (np.array(3), "y is of the type ndarray.*; give the label of each clip"),
        (np.zeros((3, 2, 2)), r"labels have the shape \(3, 2, 2\)"),
        (np.array([["a", "x"]] * 3, object), "a matrix of labels must hold 0 and 1 alone"),
        (
            pd.DataFrame({"name": ["x"] * 3, "label": list("aba")}),
            r"its columns are name, label, give the labels, y\[name\]",
        ),
        (pd.DataFrame({"label": ["a", "a", "a"]}), "all labels are 'a'"),
    ],
)
def test_labels_that_cannot_be_understood_are_told(y: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        label_matrix(y, 3)


def test_right_answers_are_in_the_order_of_the_model() -> None:
    names, numbers = np.array(["b", "a"]), np.arange(2)
    right = [[0, 1], [1, 1], [0, 0]]
    for y, classes in (
        ([{"a"}, {"a", "b"}, set()], names),
        (right, names),
        (pd.DataFrame({"a": [1, 1, 0], "b": [0, 1, 0]}), names),
        (right, numbers),
    ):
        assert right_answers(y, 3, classes, multi_label=True).tolist() == right
    assert right_answers(["a", "a", "a"], 3, names, multi_label=False).tolist() == ["a"] * 3
    with pytest.raises(ValueError, match="of which the model knows none"):
        right_answers([{"c"}, {"d"}, {"c"}], 3, names, multi_label=True)
    with pytest.raises(ValueError, match="several labels for a clip, and the model was fitted with one"):
        right_answers(right, 3, names, multi_label=False)
