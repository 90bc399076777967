from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from autospeech.datasets.label_matrix import label_matrix


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
