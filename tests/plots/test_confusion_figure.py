"""What is in the picture of a confusion matrix, against scikit-learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.metrics import accuracy_score, confusion_matrix

from autospeech.plots.clip_figure import save_figure
from autospeech.plots.confusion_figure import confusion_figure, most_confused


def answers(word_num: int, clip_num: int = 600) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(word_num)
    said = rng.integers(0, word_num, clip_num)
    return said, np.where(rng.random(clip_num) < 0.8, said, rng.integers(0, word_num, clip_num))


def words(number: int) -> list[str]:
    return [f"word{index}" for index in range(number)]


def written(figure: Figure) -> dict[tuple[int, int], int]:
    texts = ((text.get_position(), text.get_text()) for text in figure.axes[0].texts)
    return {(round(row), round(column)): int(count) for (column, row), count in texts}


@pytest.mark.parametrize("word_num", [2, 12, 13, 40])
def test_the_colours_are_the_shares_of_the_rows(word_num: int) -> None:
    said, heard = answers(word_num)
    counts = confusion_matrix(said, heard, labels=range(word_num))
    figure = confusion_figure(counts, words(word_num), title="M5")
    matrix, pairs, bar = figure.axes
    shares = confusion_matrix(said, heard, labels=range(word_num), normalize="true")
    np.testing.assert_allclose(matrix.images[0].get_array(), shares)
    assert matrix.images[0].get_clim() == (0, 1)
    assert (matrix.get_xlabel(), matrix.get_ylabel()) == ("answer", "word")
    assert bar.get_ylabel() == "share of the word's clips"
    for axis in (matrix.xaxis, matrix.yaxis):
        assert [label.get_text() for label in axis.get_ticklabels()] == words(word_num)
    assert figure.get_suptitle() == f"M5: {accuracy_score(said, heard):.1%} of 600 clips right"
    nonzero = {(int(row), int(column)): int(counts[row, column]) for row, column in np.argwhere(counts)}
    assert written(figure) == (nonzero if word_num <= 12 else {})
    assert len(pairs.patches) == min(10, sum(row != column for row, column in nonzero))


def test_the_most_confused_pairs_are_named_and_framed() -> None:
    matrix, pairs, _ = confusion_figure([[90, 0, 10], [3, 17, 0], [0, 0, 0]], ["go", "no", "oh"]).axes
    assert [label.get_text() for label in pairs.get_yticklabels()] == ["no → go", "go → oh"]
    np.testing.assert_allclose([bar.get_width() for bar in pairs.patches], [0.15, 0.1])
    assert [text.get_text() for text in pairs.texts] == ["15% (3 of 20)", "10% (10 of 100)"]
    assert [frame.get_xy() for frame in matrix.patches] == [(-0.5, 0.5), (1.5, -0.5)]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("counts", [[[4, 0], [0, 0]], [[0, 0], [0, 0]], [[0, 3], [0, 0]]])
def test_a_word_without_clips_has_an_empty_row(tmp_path: Path, counts: list[list[int]]) -> None:
    figure = confusion_figure(counts, ["no", "yes"])
    shares = np.asarray(figure.axes[0].images[0].get_array())
    np.testing.assert_array_equal(shares[1], 0)
    assert np.isfinite(shares).all()
    save_figure(figure, tmp_path / "a.png")


def test_of_equal_shares_that_of_more_clips_stands_first() -> None:
    assert most_confused(np.array([[1, 1, 0], [0, 5, 5], [0, 0, 3]])) == [(1, 2), (0, 1)]
    assert most_confused(np.eye(3, dtype=int)) == []


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([[1, 2, 3], [4, 5, 6]], r"shape \(2, 3\); for 2 words"),
        ([[1]], r"shape \(1, 1\); for 2 words"),
        ([1, 2], r"shape \(2,\)"),
        ([[0.5, 0.5], [0, 1]], "counts hold 0.5; .* clips and not shares"),
        ([[1, -1], [0, 1]], "-1; they must be whole numbers from 0"),
        ([[1, float("nan")], [0, 1]], "nan; they must be whole numbers from 0"),
    ],
)
def test_bad_counts(counts: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        confusion_figure(counts, ["no", "yes"])
