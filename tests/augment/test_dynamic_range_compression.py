"""Compression against sox, and the level's recursion against a loop over the samples."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import soundfile
import tensorflow as tf
from scipy import signal

from autospeech.audio.decode import decode
from autospeech.augment.compander import PRESETS, Compander
from autospeech.augment.dynamic_range_compression import DynamicRangeCompression

LENGTH = 48000
FILES = sorted(Path("sample_data").rglob("*.flac"))[::120]
ALL = [
    *PRESETS.values(),
    # Loud enough to be cut off, it would find sox 14.4.2 wrapping around in the last `delay` seconds.
    Compander(0.5, 0.01, ((-60, -30), (-20, -20)), gain=-12, start=-30, delay=0.05),
    Compander(0, 2, ((-80, -50), (-30, -40)), gain=-3, start=-90),
    Compander(0, 0, ((-60, -30),)),
    Compander(0.02, 0.02, ((-40, -40),), gain=12),
]
needs_sox = pytest.mark.skipif(shutil.which("sox") is None, reason="install sox to run this test")


@pytest.fixture(scope="module")
def clips() -> np.ndarray:
    """Speech that comes back after a second of nothing, loud, less and soft: `(3, 48000, 1)`."""
    waveforms = [np.concatenate([decode(file), np.zeros(16000, "float32")]) for file in FILES]
    loudness = np.geomspace(1, 0.003, len(FILES), dtype="float32")
    return np.stack([np.resize(each, LENGTH) * gain for each, gain in zip(waveforms, loudness, strict=True)])[..., None]


@pytest.fixture(scope="module")
def compressed(clips: np.ndarray) -> np.ndarray:
    """Each clip by each compander, all in one batch of a traced graph: `(companders, clips, samples)`."""
    compression = DynamicRangeCompression(ALL)
    batch, drawn = np.tile(clips, (len(ALL), 1, 1)), np.repeat(np.arange(len(ALL)), len(clips))
    traced = tf.function(lambda batch, drawn: compression.apply(batch, "labels", drawn)[0])
    return np.asarray(traced(batch, drawn)).reshape(len(ALL), len(clips), LENGTH)


def compand(waveform: np.ndarray, how: Compander, folder: Path) -> np.ndarray:
    soundfile.write(folder / "in.wav", waveform, 16000, subtype="FLOAT")
    points = ",".join(f"{level},{to}" for level, to in how.points)
    command = ["sox", "-D", "in.wav", "-e", "floating-point", "-b", "32", "out.wav", "compand"]
    command += [f"{how.attack},{how.release}", points, str(how.gain), str(how.start), str(how.delay)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return soundfile.read(folder / "out.wav", dtype="float32")[0]


@needs_sox
@pytest.mark.parametrize("index", range(len(ALL)))
def test_is_what_sox_does(index: int, clips: np.ndarray, compressed: np.ndarray, tmp_path: Path) -> None:
    for clip, same in zip(clips[..., 0], compressed[index], strict=True):
        expected = compand(clip, ALL[index], tmp_path)
        np.testing.assert_allclose(same, expected, atol=2e-4)
        # Sox has 32-bit integers, so that soft samples are rounded, and corners that are rounded by 0.01 dB.
        loud = np.abs(expected) > 1e-4
        decibels = 20 * np.log10(np.abs(same[loud] / expected[loud]))
        assert np.abs(decibels).max() < 0.01


@needs_sox
@pytest.mark.parametrize("samples", [1, 129, 1601])
def test_short_clips_are_what_sox_makes_of_them(samples: int, clips: np.ndarray, tmp_path: Path) -> None:
    stretch = clips[:1, 5000 : 5000 + samples]
    found, labels = DynamicRangeCompression(["speech"]).apply(stretch, "labels", np.zeros(1, int))
    assert labels == "labels"
    expected = compand(stretch[0, :, 0], PRESETS["speech"], tmp_path)
    np.testing.assert_allclose(np.asarray(found)[0, :, 0], expected, atol=1e-5)


def test_levels_are_those_of_a_loop() -> None:
    times = [(0.01, 1.0), (1.0, 0.01), (0.1, 0.1), (0.0, 0.3), (0.2, 0.0)]
    rng = np.random.default_rng(0)
    clip = np.clip(rng.normal(scale=0.1, size=3000) * np.exp(3 * np.sin(np.arange(3000) / 300)), -0.9, 0.9)
    # By this curve -40 dB come out whatever the level, so 0.01 clip / level.
    companders = [Compander(*each, ((-200, -40), (0, -40)), start=-20) for each in times]
    found, _ = DynamicRangeCompression(companders).apply(np.tile(clip, (5, 1))[..., None], None, np.arange(5))
    for same, (attack, release) in zip(np.asarray(found)[..., 0], times, strict=True):
        rising, falling = (1 - np.exp(-1 / (16000 * time)) if time else 1.0 for time in (attack, release))
        levels, level = [], 0.1
        for amplitude in np.abs(clip):
            level += (rising if amplitude > level else falling) * (amplitude - level)
            levels.append(max(level, 1e-10))
        np.testing.assert_allclose(same, np.clip(0.01 * clip / levels, -1, 1), rtol=1e-3, atol=1e-6)


def test_with_one_rate_levels_are_a_filter_s() -> None:
    clip = np.abs(np.random.default_rng(1).normal(scale=0.2, size=2000))
    how = Compander(0.05, 0.05, ((-100, -60), (0, -60)))
    found, _ = DynamicRangeCompression(how).apply(clip.reshape(1, -1, 1), None, np.zeros(1, int))
    rate = 1 - np.exp(-1 / (16000 * 0.05))
    levels = signal.lfilter([rate], [1, rate - 1], clip, zi=[1 - rate])[0]
    np.testing.assert_allclose(np.asarray(found)[0, :, 0], np.clip(1e-3 * clip / levels, -1, 1), rtol=1e-3)


def test_a_clip_alone_gets_what_it_gets_in_a_batch(clips: np.ndarray, compressed: np.ndarray) -> None:
    for preset in ("film", "radio"):
        alone, _ = DynamicRangeCompression(preset).apply(clips[:1], None, np.array([0]))
        together = compressed[list(PRESETS).index(preset), 0]
        # Rounds end when all clips of a batch are near enough, see `NEAR`.
        np.testing.assert_allclose(together, np.asarray(alone)[0, :, 0], rtol=2e-5, atol=1e-7)


def test_changes_stand_in_place_of_the_presets_own(clips: np.ndarray) -> None:
    changed = DynamicRangeCompression(["film", "radio"], points=[[-50, -20]], gain=-2, attack=0.01)
    own = [Compander(0.01, 0.3, ((-50, -20),), -2, delay=0.1), Compander(0.01, 1.0, ((-50, -20),), -2)]
    stretch = clips[:2, 3000:7000]
    first, second = (each.apply(stretch, None, np.array([0, 1]))[0] for each in (changed, DynamicRangeCompression(own)))
    np.testing.assert_array_equal(first, second)


def test_soft_and_loud_clips_come_closer(clips: np.ndarray, compressed: np.ndarray) -> None:
    # The last second: by then the level has fallen from where it starts.
    loudness = np.std(compressed[:4, :, -16000:], axis=2)
    before = np.std(clips[:, -16000:, 0], axis=1)
    assert np.all(loudness[:, 0] / loudness[:, 2] < 0.5 * before[0] / before[2])


def test_draws_are_seeded_and_of_all_presets() -> None:
    draws = [DynamicRangeCompression().draw((400, 9, 1), keras.random.SeedGenerator(4)) for _ in range(2)]
    np.testing.assert_array_equal(*draws)
    assert np.bincount(np.asarray(draws[0])).min() > 70


def test_is_traced_for_one_clip_and_silence_stays() -> None:
    seeds = keras.random.SeedGenerator(0)
    compression = DynamicRangeCompression()
    traced = tf.function(lambda clips: compression(clips, tf.zeros((1, 2)), seeds)[0])
    assert not np.asarray(traced(tf.zeros((1, 3000, 1)))).any()
    waveform = np.random.default_rng(0).normal(scale=0.2, size=(1, 3000, 1)).astype("float32")
    for _ in range(3):
        compressed = np.asarray(traced(waveform))
        assert np.isfinite(compressed).all()
        assert np.abs(compressed).max() <= 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"presets": []}, "name one of music"),
        ({"presets": ["musik"]}, "no preset 'musik'; use one of music, film"),
        ({"sample_rate": 0}, "above 0 Hz, not 0"),
        ({"attack": -1}, "attack .* not -1"),
        ({"release": float("nan")}, "release .* not nan"),
        ({"delay": float("inf")}, "delay .* not inf"),
        ({"gain": float("nan")}, "not nan and 0"),
        ({"start": 3}, "not 0.0 and 3"),
        ({"points": []}, "points need levels"),
        ({"points": [(-20, -20), (-40, -30)]}, "rise from each to the next"),
        ({"points": [(-20, -20), (-20, -30)]}, "rise from each to the next"),
        ({"points": [(-20, 5)]}, "at most 0"),
        ({"points": [-20, -5]}, "pairs"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DynamicRangeCompression(**arguments)
