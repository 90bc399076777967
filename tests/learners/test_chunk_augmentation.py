from __future__ import annotations

import keras
import numpy as np

from autospeech.augment.text_form import parse_augmentations
from autospeech.features.log_mel import LogMel
from autospeech.features.standardize import Standardize
from autospeech.learners.chunk_augmentation import ChunkAugmentation

RNG = np.random.default_rng(0)
LAYERS = [LogMel(n_mels=16), Standardize()]
CHUNKS = RNG.normal(scale=0.1, size=(4, 12, 512, 1)).astype("float32")
LABELS = np.eye(4, dtype="float32")


def images_of(waveforms: np.ndarray) -> np.ndarray:
    decibels = np.asarray(LAYERS[0](waveforms.reshape(len(waveforms), -1, 1)))
    centred = decibels - decibels.mean(axis=(1, 2, 3), keepdims=True)
    return centred / centred.std(axis=(1, 2, 3), keepdims=True)


def made(text: str) -> ChunkAugmentation:
    return ChunkAugmentation(*parse_augmentations(text), LAYERS)


def test_without_augmentation_chunks_become_standardised_images() -> None:
    images, labels = made("none")(CHUNKS, LABELS, keras.random.SeedGenerator(0))
    assert images.shape == (4, 13, 16, 1)
    np.testing.assert_allclose(images, images_of(CHUNKS), atol=1e-4)
    np.testing.assert_array_equal(labels, LABELS)


def test_waveforms_are_changed_before_images_are_made_and_images_afterwards() -> None:
    both = made("cutout,between_class")
    assert both.clips_each == 2
    ratios, starts, widths = np.array([1.0, 0.0]), np.array([3, 0]), np.array([2, 0])
    images, labels = both.apply(CHUNKS, LABELS, ((ratios,), ((starts, widths),)))
    # Of the first pair the first clip alone, of the second the second; then bins 3 and 4 of the first image are blank.
    expected = images_of(CHUNKS[[0, 3]])
    expected[0, :, 3:5] = 0
    np.testing.assert_allclose(images, expected, atol=1e-4)
    np.testing.assert_allclose(labels, LABELS[[0, 3]], atol=1e-6)


def test_the_draw_suits_both_and_a_shape_is_traced_once() -> None:
    both = made("random_scale,pitch_shift,gaussian_noise,between_class,spec_augment")
    seeds = keras.random.SeedGenerator(1)
    first, _ = both(CHUNKS, LABELS, seeds)
    second, labels = both(CHUNKS, LABELS, seeds)
    # 9 chunks of 12 are left when a clip may be played 1.25 times as fast.
    assert both.needed(9) == 12
    assert first.shape == second.shape == (2, 10, 16, 1)
    assert np.isfinite(first).all() and np.abs(np.asarray(first) - second).max() > 0.1
    np.testing.assert_allclose(np.sum(labels, axis=1), 1, atol=1e-5)
    assert both._traced.experimental_get_tracing_count() == 1


def test_a_clip_that_is_played_faster_leaves_no_silence_at_the_end() -> None:
    scaled = ChunkAugmentation(*parse_augmentations("random_scale(slowest=0.5,fastest=2.0)"), [])
    chunks = np.ones((4, scaled.needed(5), 64, 1), "float32")
    waveforms, _ = scaled.apply(chunks, LABELS, ((np.array([0.5, 1.0, 1.7, 2.0]),), ()))
    assert waveforms.shape == (4, 5 * 64, 1)
    np.testing.assert_allclose(waveforms[:, 40:-40], 1, atol=0.05)
    assert np.abs(np.asarray(waveforms)[:, -1]).min() > 0.4
