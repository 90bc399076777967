from __future__ import annotations

import keras
import numpy as np
import pytest

from autospeech.augment.cutout import Cutout


def test_blanks_the_drawn_bins_over_all_frames() -> None:
    images, labels = Cutout().apply(
        np.ones((3, 5, 64, 1), "float32"), "labels", (np.array([0, 52, 7]), np.array([12, 12, 0]))
    )
    images = np.asarray(images)
    assert labels == "labels"
    for index, blank in enumerate([range(12), range(52, 64), ()]):
        expected = np.ones((5, 64, 1))
        expected[:, list(blank)] = 0
        np.testing.assert_array_equal(images[index], expected)


def test_masks_are_within_bounds_and_as_frequent_as_asked() -> None:
    starts, widths = (
        np.asarray(part) for part in Cutout(0.5, 0.2).draw((20000, 64, 64, 1), keras.random.SeedGenerator(0))
    )
    assert set(widths.tolist()) == set(range(13))
    assert starts.min() == 0
    assert (starts + widths).max() == 64
    # Half are chosen, and of these 1 in 13 draws a width of 0.
    assert abs((widths > 0).mean() - 0.5 * 12 / 13) < 0.02


def test_what_is_no_share_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.5"):
        Cutout(probability=1.5)
