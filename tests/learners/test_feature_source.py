from __future__ import annotations

import numpy as np
import pytest
import soxr

from autospeech import features
from autospeech.features import FEATURES
from autospeech.learners import feature_source
from autospeech.learners.feature_images import IMAGES
from autospeech.learners.feature_source import FeatureSource
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
    image = np.asarray(features.get("cqt", **IMAGES["small"]["cqt"])((level * clip)[None, :, None]))[0, ..., 0]
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
    monkeypatch.setattr(feature_source, "_MOST", 2.5)
    clips = [np.ones(samples, "float32") for samples in (5000, 30000, 90000)]
    for name, frames in (("log_mel", [10, 35, 35]), ("wavegram", [16, 55, 55])):
        assert np.diff(source(name).frames(clips)[1]).tolist() == frames


def test_augmentations_that_do_not_suit_a_feature_are_left_out() -> None:
    text = "speed,random_crop,mixup,cutout,specmix"
    left = {name: source(name).suited(text) for name in ("log_mel", "wavegram")}
    assert left == {"log_mel": "mixup,cutout,specmix", "wavegram": "mixup"}
    assert [type(each).__name__ for each in source("log_mel").augmentation(text).augmentations] == [
        "Mixup",
        "Cutout",
        "SpecMix",
    ]
    assert repr(source("wavegram").augmentation(text)) == repr(source("wavegram").augmentation("mixup"))


@pytest.mark.parametrize("name", sorted(set(FEATURES) - {"wavegram"}))
def test_from_the_waveform_crops_become_standardised_images(name: str) -> None:
    made = FeatureSource(name, "rann-2x8-1-d10", from_waveforms=True)
    network = made.build(Task(3, 5))
    hop = made.bins
    assert made.crops == (-(-(32000 // hop) // 2), 32000 // hop)
    clip = np.sin(np.arange(2 * 16000) * 0.3).astype("float32")
    chunks, starts = made.frames([clip])
    assert starts.tolist() == [0, len(chunks)] == [0, -(-len(clip) // hop)]
    np.testing.assert_allclose(np.sqrt(np.mean(chunks[:10] ** 2)), 0.05, rtol=0.02)
    crop = chunks[None, : made.crops[1], :, None]
    image = np.asarray(features.get(name, **IMAGES["small"][name])(crop.reshape(1, -1, 1)))
    seen = np.asarray(made.inputs(crop))
    assert seen.shape[1] == made.crops[1] + 1
    np.testing.assert_allclose(seen, (image - image.mean()) / (image.std() + 1e-6), atol=2e-3)
    assert network(seen).shape == (1, 3)


def test_waveforms_are_augmented_only_where_crops_are_of_them() -> None:
    text = "gaussian_noise,mixup,cutout,speed"
    made = FeatureSource("log_mel", "rann-2x8-1-d10", from_waveforms=True)
    assert made.suited(text) == "gaussian_noise,mixup,cutout"
    assert source("wavegram").suited(text) == "gaussian_noise,mixup"
    with pytest.raises(ValueError, match="GaussianNoise changes waveforms"):
        source("log_mel").augmentation(text)


@pytest.mark.parametrize("from_waveforms", [False, True])
def test_clips_are_resampled(from_waveforms: bool) -> None:
    clip = np.sin(2 * np.pi * 440 * np.arange(44100) / 44100).astype("float32")
    there, here = (
        FeatureSource("log_mel", "rann-2x8-1-d10", clip_rate=rate, from_waveforms=from_waveforms)
        for rate in (44100, 16000)
    )
    for made in (there, here):
        made.build(Task(2))
    expected, _ = here.frames([soxr.resample(clip, 44100, 16000)])
    np.testing.assert_allclose(there.frames([clip])[0], expected, atol=1e-3)
    assert there.cost([clip, clip], 1) > 0
    # As many frames as the clip has seconds, whatever its rate.
    assert there.frames_a_second == here.frames_a_second
    assert there.frames([np.zeros(0, "float32"), np.ones(1, "float32")])[1].tolist() == [0, 1, 2]


def test_the_published_images() -> None:
    settings = {"sample_rate": 44100, "images": "published"}
    assert FeatureSource("log_mel", "rann-8x4-6", **settings).crops == (552, 1103)
    made = FeatureSource("log_mel", "rann-8x4-6", from_waveforms=True, **settings)
    assert made.inputs(np.zeros((1, made.crops[1], made.bins, 1), "float32")).shape == (1, 1103, 128, 1)
    assert made.given["between_class"] == {"sample_rate": 44100}
