"""What is in the picture of the accuracy of each word, against scikit-learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, recall_score

from autospeech.plots.accuracy_figure import accuracy_by_class_figure
from autospeech.plots.clip_figure import save_figure

WORDS = ["down", "go", "stop", "up"]


@pytest.mark.parametrize("ways", [["M5"], ["mel CNN", "M5"], ["mel CNN", "M5", "M3"]])
def test_bars_are_the_accuracies_of_the_words_way_by_way(ways: list[str]) -> None:
    rng = np.random.default_rng(0)
    said = np.repeat(range(4), 25)
    heard = {way: np.where(rng.random(100) < 0.7, said, rng.integers(0, 4, 100)) for way in ways}
    axes = accuracy_by_class_figure({way: confusion_matrix(said, heard[way]) for way in ways}, WORDS).axes[0]
    assert len(axes.containers) == len(ways)
    for way, bars in zip(ways, axes.containers, strict=True):
        np.testing.assert_allclose([bar.get_width() for bar in bars], recall_score(said, heard[way], average=None))
        assert bars.get_label() == f"{way}: {np.mean(said == heard[way]):.1%} of all"
    # The bars of a word lie beside each other and around its name.
    edges = np.array([[(bar.get_y(), bar.get_y() + bar.get_height()) for bar in bars] for bars in axes.containers])
    np.testing.assert_allclose(edges.mean(axis=(0, 2)), range(4), atol=1e-9)
    assert (edges[1:, :, 0] > edges[:-1, :, 1]).all()
    assert edges.min() > -0.5 and edges.max() < 3.5
    assert [label.get_text() for label in axes.get_yticklabels()] == [f"{word} (25)" for word in WORDS]
    assert axes.get_ylim() == (3.5, -0.5) and axes.get_xlim() == (0, 1)


def test_the_line_of_chance() -> None:
    (chance,) = accuracy_by_class_figure({"M5": np.eye(4)}, WORDS).axes[0].lines
    assert set(chance.get_xdata()) == {0.25}
    assert chance.get_label() == "chance: 25.0%"


@pytest.mark.filterwarnings("error")
def test_a_word_without_clips_has_no_bar(tmp_path: Path) -> None:
    figure = accuracy_by_class_figure({"M5": [[2, 2], [0, 0]]}, ["no", "yes"], title="test")
    assert [bar.get_width() for bar in figure.axes[0].patches] == [0.5, 0]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["no (4)", "yes (0)"]
    save_figure(figure, tmp_path / "a.png")


def test_bad_counts() -> None:
    with pytest.raises(ValueError, match="no way"):
        accuracy_by_class_figure({}, WORDS)
    with pytest.raises(ValueError, match=r"shape \(2, 2\); for 4 words"):
        accuracy_by_class_figure({"M5": np.eye(2)}, WORDS)
