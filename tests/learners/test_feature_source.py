from __future__ import annotations

import numpy as np
import pytest

from autospeech import features
from autospeech.features import FEATURES
from autospeech.learners import feature_source
from autospeech.learners.feature_source import IMAGES, FeatureSource
from autospeech.learners.task import Task

RNG = np.random.default_rng(0)
CLIPS = [
    RNG.normal(size=samples).astype("float32") * level for samples, level in ((0, 1), (1, 1), (700, 5), (30000, 1e-3))
]


def source(name: str) -> FeatureSource:
    made = FeatureSource(name, "rann-2x8-1-d10")
    made.network = made.build(Task(3, 5))
    return made


@pytest.mark.parametrize("name", FEATURES)
def test_frames_suit_the_network_and_do_not_depend_on_other_clips(name: str) -> None:
    made = source(name)
    values, starts = made.frames(CLIPS)
    assert len(starts) == 5 and starts[-1] == len(values) and (np.diff(starts) >= 1).all()
    assert values.dtype == np.float32 and np.isfinite(values).all() and values.shape[1] == made.bins
    for number, clip in enumerate(CLIPS):
        alone = made.frames([clip])[0]
        np.testing.assert_allclose(alone, values[starts[number] : starts[number + 1]], atol=2e-3)
    for frames in made.crops:
        crops = RNG.normal(size=(2, frames, made.bins, 1)).astype("float32")
        assert made.network(crops).shape == (2, 3)


@pytest.mark.parametrize("name", ["log_mel", "gfcc", "wavegram"])
def test_loudness_does_not_matter(name: str) -> None:
    made = source(name)
    clip = np.sin(np.arange(16000) * 0.3).astype("float32")
    np.testing.assert_allclose(made.frames([0.9 * clip])[0], made.frames([0.002 * clip])[0], atol=1e-3)


def test_images_are_the_features_standardised() -> None:
    clip = RNG.normal(scale=0.1, size=20000).astype("float32")
    level = np.float32(0.05 / np.sqrt(np.mean(clip**2)))
    image = np.asarray(features.get("cqt", **IMAGES["cqt"])((level * clip)[None, :, None]))[0, ..., 0]
    values, _ = source("cqt").frames([clip])
    assert values.shape == image.shape
    np.testing.assert_allclose(values, (image - image.mean()) / image.std(), atol=2e-3)


def test_frames_are_kept_for_two_sets_and_cost_nothing_then() -> None:
    made = source("log_mel")
    sets = [[CLIPS[2]], [CLIPS[3]]]
    first = made.frames(sets[0])[0]
    assert made.frames(sets[0])[0] is first
    # Test clips about as long are still to come; of the second set no more is.
    assert 0 < 2 * made.cost(sets[0], 1) == pytest.approx(made.cost(sets[0], 2))
    for other in (sets[1], CLIPS):
        made.frames(other)
    assert made.cost(CLIPS, 4) == 0 < made.cost(sets[0], 4)
    assert made.frames(sets[0])[0] is not first


def test_of_too_much_sound_the_longest_clips_are_cropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_source, "_MOST", 40000)
    clips = [np.ones(samples, "float32") for samples in (5000, 30000, 90000)]
    for name, frames in (("log_mel", [10, 35, 35]), ("wavegram", [16, 55, 55])):
        assert np.diff(source(name).frames(clips)[1]).tolist() == frames


def test_augmentations_that_do_not_suit_a_feature_are_left_out() -> None:
    text = "speed,random_crop,mixup,cutout,specmix"
    names = {
        name: [type(each).__name__ for each in source(name).augmentation(text).augmentations]
        for name in ("log_mel", "wavegram")
    }
    assert names == {"log_mel": ["Mixup", "Cutout", "SpecMix"], "wavegram": ["Mixup"]}
