"""What is in the picture of a training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib import image

from autospeech.plots.clip_figure import save_figure
from autospeech.plots.epoch_record import EpochRecord
from autospeech.plots.training_figure import training_figure

CNN = [EpochRecord(1, 2.0, 1.5, 1.2, 0.5), EpochRecord(2, 4.0, 0.9, 0.8, 0.8), EpochRecord(3, 6.0, 0.5, 0.9, 0.7)]
M5 = [EpochRecord(1, 1.0, 2.0, 1.9, 0.2)]


def test_losses_and_accuracies_stand_over_the_epochs() -> None:
    losses, accuracies = training_figure({"mel CNN": CNN, "M5": M5}).axes
    drawn = {line.get_label(): np.asarray(line.get_data()).tolist() for line in losses.lines}
    assert drawn == {
        "mel CNN, validation": [[1, 2, 3], [1.2, 0.8, 0.9]],
        "mel CNN, training": [[1, 2, 3], [1.5, 0.9, 0.5]],
        "M5, validation": [[1], [1.9]],
        "M5, training": [[1], [2.0]],
    }
    shown = {line.get_label(): np.asarray(line.get_data()).tolist() for line in accuracies.lines}
    assert shown["mel CNN: 80.0% in epoch 2, after 4 s"] == [[1, 2, 3], [0.5, 0.8, 0.7]]
    assert shown["M5: 20.0% in epoch 1, after 1 s"] == [[1], [0.2]]
    assert [axes.get_xlabel() for axes in (losses, accuracies)] == ["epoch", "epoch"]
    assert [axes.get_ylabel() for axes in (losses, accuracies)] == ["loss", "validation accuracy"]
    assert losses.get_ylim()[0] == 0 and accuracies.get_ylim() == (0, 1)


def test_a_way_has_one_colour_in_the_whole_picture() -> None:
    figure = training_figure({"mel CNN": CNN, "M5": M5}, {"M5": [2.0, 1.0], "mel CNN": [1.0]})
    for name, colour in (("mel CNN", "C0"), ("M5", "C1")):
        lines = [line for axes in figure.axes for line in axes.lines if str(line.get_label()).startswith(name)]
        assert len(lines) == 4
        assert {line.get_color() for line in lines} == {colour}


def test_step_losses_add_a_row_with_all_of_them_and_their_means() -> None:
    losses = np.random.default_rng(0).random(1000)
    figure = training_figure({"M5": M5}, {"M5": losses})
    _, _, steps = figure.axes
    assert (steps.get_xlabel(), steps.get_ylabel()) == ("iteration", "training loss")
    every, mean = steps.lines
    np.testing.assert_array_equal(every.get_data(), [np.arange(1, 1001), losses])
    np.testing.assert_allclose(mean.get_ydata(), losses.reshape(50, 20).mean(axis=1))
    np.testing.assert_allclose(mean.get_xdata(), np.arange(50) * 20 + 10.5)
    assert figure.get_figheight() > training_figure({"M5": M5}).get_figheight()


@pytest.mark.filterwarnings("error")
def test_little_to_show_is_no_error(tmp_path: Path) -> None:
    diverged = [EpochRecord(1, 1.0, float("nan"), float("inf"), 0.1)]
    figure = training_figure({"M5": [], "M3": diverged}, {"M5": [], "M3": [1.0, float("nan")]}, title="short")
    save_figure(figure, tmp_path / "a.png")
    save_figure(training_figure({}), tmp_path / "b.png")
    assert image.imread(tmp_path / "a.png").shape[0] > image.imread(tmp_path / "b.png").shape[0]


def test_step_losses_of_another_way_are_an_error() -> None:
    with pytest.raises(ValueError, match="step_losses of M3; histories are of M5"):
        training_figure({"M5": M5}, {"M3": [1.0]})
