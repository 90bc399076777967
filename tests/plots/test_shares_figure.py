"""What is in the picture of accuracies by the share of the training clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autospeech.plots.clip_figure import save_figure
from autospeech.plots.shares_figure import shares_figure

PLAIN = {"mel": {1.0: 0.9, 0.25: 0.6, 0.5: 0.8}, "m5": {0.25: 0.4, 0.5: 0.5}}
AUGMENTED = {"mel": {0.25: 0.7, 0.5: 0.85, 1.0: 0.92}, "m5": {0.25: 0.45}}
CLIPS = {0.25: 88, 0.5: 176, 1.0: 352}


def test_two_lines_a_way_in_its_colour_the_plain_one_dashed(tmp_path: Path) -> None:
    figure = shares_figure(PLAIN, AUGMENTED, CLIPS, chance=0.166)
    (axes,) = figure.axes
    drawn = {line.get_label(): line for line in axes.lines}
    assert list(drawn) == ["mel, augmented", "mel", "m5, augmented", "m5", "most frequent class: 16.6%"]
    np.testing.assert_allclose(drawn["mel"].get_data(), [[0.25, 0.5, 1], [0.6, 0.8, 0.9]])
    np.testing.assert_allclose(drawn["m5, augmented"].get_data(), [[0.25], [0.45]])
    assert [line.get_linestyle() for line in axes.lines[:4]] == ["-", "--", "-", "--"]
    assert [line.get_color() for line in axes.lines[:4]] == ["C0", "C0", "C1", "C1"]
    assert set(axes.lines[4].get_ydata()) == {0.166}
    assert axes.get_xlabel() == "training clips" and axes.get_ylabel() == "test accuracy"
    assert [label.get_text() for label in axes.get_xticklabels()] == [
        "25 %\n88 clips",
        "50 %\n176 clips",
        "100 %\n352 clips",
    ]
    save_figure(figure, tmp_path / "shares.png")


def test_of_shares_close_to_each_other_the_last_is_labelled() -> None:
    points = dict.fromkeys((0.5, 0.9, 0.95, 1.0), 0.5)
    (axes,) = shares_figure({"mel": points}, {}, {share: round(100 * share) for share in points}).axes
    assert [label.get_text() for label in axes.get_xticklabels()] == ["50 %\n50 clips", "100 %\n100 clips"]


def test_nothing_to_draw_and_unknown_clips_are_told() -> None:
    with pytest.raises(ValueError, match="no accuracy to draw"):
        shares_figure({}, {"mel": {}}, CLIPS)
    with pytest.raises(ValueError, match=r"nothing of the share 0\.3"):
        shares_figure({"mel": {0.3: 0.5}}, {}, CLIPS)
