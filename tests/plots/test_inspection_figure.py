"""What is in the picture of an inspection."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autospeech.plots.clip_figure import save_figure
from autospeech.plots.inspection_figure import MOST_CLASSES, inspection_figure

RNG = np.random.default_rng(0)


def test_bars_and_histograms_count_all_clips(tmp_path: Path) -> None:
    seconds, peaks = RNG.uniform(1, 4, 90), RNG.uniform(0.1, 1, 90)
    figure = inspection_figure({"b": 30, "a": 60}, seconds, peaks, peaks / 4, {16000: 80, 8000: 10}, "title")
    classes, lengths, levels, rates = figure.axes
    assert [bar.get_width() for bar in classes.patches] == [60, 30]
    assert [label.get_text() for label in classes.get_yticklabels()] == ["a", "b"]
    assert [text.get_text() for text in classes.texts] == ["60", "30"]
    counts = [bar.get_height() for bar in lengths.patches]
    np.testing.assert_allclose(counts, np.histogram(seconds, len(counts), (seconds.min(), seconds.max()))[0])
    assert sum(counts) == 90
    assert lengths.get_xscale() == "linear"
    rms = [bar.get_height() for bar in levels.containers[0]]
    assert sum(rms) == 90
    middle = np.average([bar.get_x() + bar.get_width() / 2 for bar in levels.containers[0]], weights=rms)
    assert middle == pytest.approx(np.mean(20 * np.log10(peaks / 4)), abs=0.5)
    assert [label.get_text() for label in rates.get_yticklabels()] == ["16 kHz", "8 kHz"]
    save_figure(figure, tmp_path / "a.png")


def test_the_smallest_of_many_classes_are_one_bar() -> None:
    clips = {f"{number:03}": 1000 - number for number in range(MOST_CLASSES + 60)}
    axes = inspection_figure(clips, [1], [1], [1], {16000: 1}).axes[0]
    assert len(axes.patches) == MOST_CLASSES + 1
    assert sum(bar.get_width() for bar in axes.patches) == sum(clips.values())
    assert axes.get_yticklabels()[-1].get_text() == "60 others together"
    assert axes.texts[-1].get_text() == f"{sum(sorted(clips.values())[:60]):,}"
    assert axes.get_xlim()[1] < 1200
    assert axes.get_title() == "100 classes"


def test_one_length_is_a_bar_in_the_middle() -> None:
    axes = inspection_figure({"a": 9}, np.full(9, 2.0), np.ones(9), np.ones(9), {16000: 9}).axes[1]
    (bar,) = [bar for bar in axes.patches if bar.get_height()]
    assert bar.get_height() == 9
    assert bar.get_x() + bar.get_width() / 2 == pytest.approx(2.0)


def test_very_different_lengths_are_drawn_by_their_logarithm() -> None:
    seconds = np.geomspace(0.05, 3600, 50)
    axes = inspection_figure({"a": 50}, seconds, np.ones(50), np.ones(50), {16000: 50}).axes[1]
    assert axes.get_xscale() == "log"
    assert sum(bar.get_height() for bar in axes.patches) == 50


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("clips", "seconds", "levels"),
    [
        ({}, [0.0], [0.0]),
        ({"a": 1, "b": 0}, [1.0], [0.0]),
        ({"$x$ and $y": 2, "x" * 100: 1}, [0.0, 1.0, 2.0], [0.0, 1e-9, 1.5]),
    ],
)
def test_odd_data_are_drawn(tmp_path: Path, clips: dict[str, int], seconds: list[float], levels: list[float]) -> None:
    figure = inspection_figure(clips, seconds, levels, levels, {8000: len(seconds)}, "a $ b")
    save_figure(figure, tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 10000


@pytest.mark.parametrize(("seconds", "peaks"), [([], []), ([1, 2], [1])])
def test_bad_arrays(seconds: list[float], peaks: list[float]) -> None:
    with pytest.raises(ValueError, match="each clip needs one of each"):
        inspection_figure({"a": 1}, seconds, peaks, peaks, {16000: 1})
