from __future__ import annotations

from pathlib import Path
from typing import Any

import audiomentations
import keras
import numpy as np
import pytest
import soundfile
import tensorflow as tf

from autospeech.augment.background_noise import BackgroundNoise

RNG = np.random.default_rng(0)
CLIPS = RNG.normal(scale=0.1, size=(4, 1000, 1)).astype("float32")
LONG, SHORT, TINY = (RNG.normal(scale=0.3, size=size).astype("float32") for size in (4001, 250, 5))
NOISES = [LONG, SHORT, TINY]


def test_mixes_stretches_by_weight() -> None:
    rows, weights = [0, 100, 3, 0], np.array([0.1, 0.5, 0.3, 1.0])
    mixed, labels = BackgroundNoise(NOISES).apply(CLIPS, "labels", (np.array([0, 0, 1, 2]), np.array(rows), weights))
    assert labels == "labels"
    # What fills no row of 16 is left out of a noise that is repeated; one shorter than a row is repeated in it.
    stretches = [LONG[:1000], LONG[1600:2600], np.resize(SHORT[:240], 1048)[48:], np.resize(np.resize(TINY, 16), 1000)]
    for clip, same, stretch, weight in zip(CLIPS[..., 0], np.asarray(mixed)[..., 0], stretches, weights, strict=True):
        np.testing.assert_allclose(same, clip * (1 - weight) + stretch * weight, atol=1e-6)


def test_by_ratio_is_what_audiomentations_does(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "noise.wav", LONG[:1000], 16000, subtype="FLOAT")
    mixed, _ = BackgroundNoise([LONG], by="snr").apply(CLIPS[:1], None, (np.array([0]), np.array([0]), np.array([7.0])))
    reference = audiomentations.AddBackgroundNoise(tmp_path, min_snr_db=7, max_snr_db=7, p=1.0)
    np.testing.assert_allclose(np.asarray(mixed)[0, :, 0], reference(CLIPS[0, :, 0], 16000), atol=1e-6)


def test_stretches_reach_both_ends_of_a_long_noise_and_all_noises_get_drawn() -> None:
    draw = BackgroundNoise(NOISES).draw((20000, 1000, 1), keras.random.SeedGenerator(0))
    noises, rows, weights = (np.asarray(part) for part in draw)
    assert np.bincount(noises).min() > 20000 / 3 * 0.9
    # 250 rows, of which a clip takes 63.
    assert set(rows[noises == 0].tolist()) == set(range(250 - 63 + 1))
    assert set(rows[noises == 1].tolist()) == set(range(15))
    assert set(rows[noises == 2].tolist()) == {0}
    assert 0.1 <= weights.min() < 0.11
    assert 0.49 < weights.max() <= 0.5


def test_a_noise_as_long_as_the_clips_is_taken_whole() -> None:
    noise = BackgroundNoise([np.arange(32)], lowest=1, highest=1)
    mixed, _ = noise(np.zeros((3, 32, 1), "float32"), None, keras.random.SeedGenerator(0))
    np.testing.assert_array_equal(mixed, np.tile(np.arange(32).reshape(1, 32, 1), (3, 1, 1)))


def test_silent_clips_and_silent_noises_make_no_nan() -> None:
    clips = np.concatenate([np.zeros((1, 1000, 1), "float32"), CLIPS[:1]])
    given = np.array([0, 1]), np.array([0, 0]), np.array([0.0, 0.0])
    mixed, _ = BackgroundNoise([LONG, np.zeros(500)], by="snr").apply(clips, None, given)
    np.testing.assert_array_equal(mixed, clips)


@pytest.mark.parametrize("by", ["weight", "snr"])
def test_a_clip_alone_gets_what_it_gets_in_a_batch(by: Any) -> None:
    noise = BackgroundNoise(NOISES, by)
    drawn = noise.draw(CLIPS.shape, keras.random.SeedGenerator(2))
    together, _ = noise.apply(CLIPS, None, drawn)
    alone, _ = noise.apply(CLIPS[2:3], None, tuple(part[2:3] for part in drawn))
    np.testing.assert_allclose(np.asarray(together)[2:3], alone, atol=1e-7)


@pytest.mark.parametrize("by", ["weight", "snr"])
def test_is_traced_and_seeded(by: Any) -> None:
    def twice() -> list[np.ndarray]:
        noise, seeds = BackgroundNoise(NOISES, by), keras.random.SeedGenerator(3)
        mixed = tf.function(lambda clips: noise(clips, tf.zeros((1, 2)), seeds)[0])
        return [np.asarray(mixed(CLIPS[:1])) for _ in range(2)]

    first, again = twice(), twice()
    np.testing.assert_array_equal(first, again)
    assert first[0].shape == (1, 1000, 1)
    assert np.abs(first[0] - first[1]).max() > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"noises": []}, "hand over one waveform"),
        ({"noises": "traffic"}, "not the name 'traffic'"),
        ({"noises": Path("traffic")}, "read that folder"),
        ({"noises": [LONG, []]}, "noise 1 has the shape"),
        ({"noises": [LONG[:, None]]}, "noise 0 has the shape"),
        ({"noises": [LONG, np.full(9, np.nan)]}, "noise 1 .* not finite"),
        ({"by": "loudness"}, "'weight' or 'snr', not 'loudness'"),
        ({"lowest": 0.6}, "from 0.6 to 0.5"),
        ({"highest": 1.5}, "0..1, not from 0.1 to 1.5"),
        ({"lowest": -0.1}, "0..1, not from -0.1 to 0.5"),
        ({"by": "snr", "highest": float("nan")}, "to nan"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        BackgroundNoise(**{"noises": NOISES, **arguments})
