"""What holds for every feature layer: its reference, the batch, round trips, gradients, XLA, odd lengths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from check_layer import check_layer

from autospeech import features
from autospeech.audio.decode import decode
from benchmarks.feature_references import REFERENCES

# How far from the reference: in dB, or as a share of the image's largest value.
DECIBELS = {"log_mel": 0.002, "cqt": 0.05}
SHARES = {"mfcc": 1e-5, "gfcc": 1e-4, "chroma": 1e-4, "tempogram": 1e-3, "wavegram": 1e-5}
SETTINGS: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in features.FEATURES),
    ("log_mel", {"sample_rate": 8000, "n_mels": 128, "n_fft": 2048, "hop_length": 160}),
    ("mfcc", {"deltas": 2, "n_mfcc": 13}),
    ("gfcc", {"compression": "log", "deltas": 1, "n_filters": 32}),
    # Beside a pure tone, bins 80 dB below it are rounding.
    ("cqt", {"sample_rate": 44100, "n_bins": 60, "hop_length": 1024, "top_db": 70.0}),
    ("cqt", {"n_bins": 100, "bins_per_octave": 24, "fmin": 110.0, "hop_length": 320}),
    ("chroma", {"n_chroma": 24, "tuning": 0.2, "hop_length": 320}),
    ("tempogram", {"win_length": 64, "hop_length": 320}),
    ("wavegram", {"filters": (8, 16), "kernel_size": (64, 3), "strides": (16, 2)}),
]
IDENTITIES = [f"{name}{'-' if settings else ''}{'-'.join(map(str, settings.values()))}" for name, settings in SETTINGS]


def largest_error(name: str, layer: Any, image: np.ndarray, clip: np.ndarray) -> float:
    """Return the largest difference from the reference as a share of what is allowed."""
    expected = REFERENCES[name](clip, layer)
    assert image.shape == expected.shape
    allowed = DECIBELS[name] if name in DECIBELS else SHARES[name] * max(np.abs(expected).max(), 1e-3)
    return float(np.abs(image - expected).max() / allowed)


@pytest.mark.parametrize(("name", "settings"), SETTINGS, ids=IDENTITIES)
def test_equals_the_reference_on_made_up_clips(name: str, settings: dict[str, Any], made_up_clips: np.ndarray) -> None:
    layer = features.get(name, **settings)
    # Where librosa decimates by more than two at a time, soxr forgets the clip's edges after its first step.
    made_up_clips[:, :1000] = made_up_clips[:, -1000:] = 0
    images = np.asarray(layer(made_up_clips))[..., 0]
    for clip, image in zip(made_up_clips[..., 0], images, strict=True):
        assert np.isfinite(image).all()
        if clip.any() or name != "cqt":  # librosa's constant-Q transform of silence is lost in the decibels of nothing
            assert largest_error(name, layer, image, clip) <= 1


@pytest.mark.parametrize("name", features.FEATURES)
def test_equals_the_reference_on_recordings(name: str, data_dir: Path) -> None:
    layer = features.get(name)
    for corpus in ("emodb", "esc10", "fsdd"):
        clip = decode(sorted((data_dir / corpus / "audio").iterdir())[5])
        image = np.asarray(layer(clip[None, :, None]))[0, ..., 0]
        assert largest_error(name, layer, image, clip) <= 1, corpus


@pytest.mark.parametrize(
    ("name", "settings"),
    [*((name, {}) for name in features.FEATURES), ("mfcc", {"deltas": 2})],
)
def test_shape_configuration_batch_and_round_trips(
    name: str, settings: dict[str, Any], tmp_path: Path, made_up_clips: np.ndarray
) -> None:
    layer = features.get(name, **settings)
    images = check_layer(layer, made_up_clips, tmp_path)
    assert images.shape[2:] == (layer.bins, 1)


@pytest.mark.parametrize("name", features.FEATURES)
def test_a_gradient_reaches_every_clip_that_sounds(name: str, made_up_clips: np.ndarray) -> None:
    layer, waveforms = features.get(name), tf.constant(made_up_clips)
    with tf.GradientTape() as tape:
        tape.watch(waveforms)
        total = tf.reduce_sum(tf.square(layer(waveforms)))
    gradient = tape.gradient(total, waveforms).numpy()
    assert np.isfinite(gradient).all()
    assert (np.abs(gradient[:3]).max(axis=(1, 2)) > 0).all()


@pytest.mark.parametrize("name", features.FEATURES)
def test_xla_and_open_shapes_give_the_same(name: str, made_up_clips: np.ndarray) -> None:
    layer = features.get(name)
    expected = np.asarray(layer(made_up_clips))
    scale = np.abs(expected).max()
    np.testing.assert_allclose(tf.function(layer, jit_compile=True)(made_up_clips) / scale, expected / scale, atol=1e-4)
    opened = tf.function(layer, input_signature=[tf.TensorSpec((None, None, 1))])(made_up_clips)
    np.testing.assert_allclose(opened / scale, expected / scale, atol=1e-4)


@pytest.mark.parametrize("samples", [0, 1, 511, 512, 1023, 1024, 5000])
@pytest.mark.parametrize("name", features.FEATURES)
def test_clips_of_any_length_give_an_image(name: str, samples: int) -> None:
    layer = features.get(name)
    clip = 0.1 * np.random.default_rng(0).normal(size=(1, samples, 1)).astype("float32")
    image = np.asarray(layer(clip))
    assert image.shape == tuple(layer.compute_output_shape(clip.shape))
    assert image.shape[1] == (max(1, -(-samples // layer.hop_length)) if name == "wavegram" else 1 + samples // 512)
    assert np.isfinite(image).all()


@pytest.mark.parametrize("name", features.FEATURES)
def test_works_under_a_half_precision_policy(name: str, made_up_clips: np.ndarray) -> None:
    expected = np.asarray(features.get(name)(made_up_clips))
    keras.config.set_dtype_policy("mixed_float16")
    try:
        image = features.get(name)(made_up_clips)
    finally:
        keras.config.set_dtype_policy("float32")
    np.testing.assert_allclose(image, expected, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize(
    ("name", "settings", "named"),
    [
        ("log_mel", {"n_fft": 0}, "n_fft"),
        ("log_mel", {"n_fft": 1023}, "even"),
        ("log_mel", {"hop_length": -1}, "hop_length"),
        ("log_mel", {"fmax": 9000.0}, "9000"),
        ("log_mel", {"fmin": 500.0, "fmax": 400.0}, "fmin"),
        ("log_mel", {"top_db": 0.0}, "top_db"),
        ("mfcc", {"n_mfcc": 200}, "200"),
        ("mfcc", {"deltas": 3}, "deltas"),
        ("gfcc", {"compression": "root"}, "compression"),
        ("gfcc", {"fmin": 0.0}, "fmin"),
        ("gfcc", {"n_gfcc": 0}, "coefficients"),
        ("cqt", {"n_bins": 120}, "fewer bins"),
        ("cqt", {"sample_rate": 0}, "sample_rate"),
        ("chroma", {"n_chroma": 0}, "n_chroma|bins"),
        ("tempogram", {"win_length": 63}, "even"),
        ("wavegram", {"strides": (2, 2)}, "one number for each"),
        ("wavegram", {"filters": ()}, "filters"),
        ("spectrogram", {}, "log_mel, mfcc"),
    ],
)
def test_wrong_settings_are_named(name: str, settings: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        features.get(name, **settings)
