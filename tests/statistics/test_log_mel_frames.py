"""The frames against librosa, and that a clip's frames are its own, whatever it is and whatever stands beside it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import librosa
import numpy as np
import pytest
import soundfile

from autospeech.statistics.log_mel_frames import FLOOR, LEVEL, MELS, LogMelFrames, mel_filters

DECIBELS = 10 / np.log(10)


def librosa_filters() -> np.ndarray:
    with warnings.catch_warnings():
        # It warns of the lowest filters, which fall between two bins.
        warnings.simplefilter("ignore", UserWarning)
        return librosa.filters.mel(sr=16000, n_fft=512, n_mels=MELS, fmin=30, fmax=8000, htk=True, norm=None).T


def librosa_frames(clip: np.ndarray, filters: np.ndarray) -> np.ndarray:
    """The frames by librosa's filters, each of sum 1, of a clip of 512 samples or more that is not silent."""
    wide = clip.astype("float64")
    wide *= LEVEL / np.sqrt(np.mean(wide**2))
    power = np.abs(librosa.stft(wide, n_fft=512, hop_length=256, window="hann", center=False)) ** 2
    return np.log(power.T @ (filters / filters.sum(axis=0)) + FLOOR)


def made_up_clips() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    time = np.arange(40000) / 16000
    clips = [rng.normal(scale=0.1, size=samples) for samples in (512, 513, 767, 768, 16000, 150_000, 700)]
    clips += [np.sin(2 * np.pi * 440 * time) * np.exp(-time), rng.normal(size=9000).cumsum(), np.ones(3000)]
    return [clip.astype("float32") for clip in clips]


def assert_equals_librosa(clips: Sequence[np.ndarray]) -> None:
    filters = librosa_filters()
    filled = filters.sum(axis=0) > 0
    assert filled.sum() >= MELS - 3
    frames = LogMelFrames.of(clips)
    for number, clip in enumerate(clips):
        expected = librosa_frames(clip, filters[:, filled])
        assert np.abs(frames.clip(number)[:, filled] - expected).max() * DECIBELS < 0.01


def test_filters_are_librosas_with_sum_one() -> None:
    expected, filters = librosa_filters(), mel_filters()
    filled = expected.sum(axis=0) > 0
    np.testing.assert_allclose(filters[:, filled], expected[:, filled] / expected[:, filled].sum(axis=0), atol=1e-6)
    np.testing.assert_allclose(filters.sum(axis=0), 1, atol=1e-6)
    assert np.all((filters[:, ~filled] > 0).sum(axis=0) == 1)
    assert np.all(np.diff(filters.argmax(axis=0)) >= 0)


def test_equals_librosa_on_made_up_clips() -> None:
    assert_equals_librosa(made_up_clips())


@pytest.mark.parametrize("corpus", ["emodb", "esc10", "fsdd", "drums", "cmn_tone"])
def test_equals_librosa_on_recordings(data_dir: Path, corpus: str) -> None:
    files = sorted((data_dir / corpus / "audio").iterdir())[::40][:8]
    clips = [soundfile.read(file, dtype="float32")[0] for file in files]
    assert_equals_librosa([clip for clip in clips if len(clip) >= 512 and np.abs(clip).max() > 1e-3])


@pytest.mark.parametrize("order", ["forward", "backward", "shuffled"])
@pytest.mark.parametrize("workers", [0, 3])
def test_a_clip_alone_equals_the_clip_among_others(order: str, workers: int) -> None:
    clips = [*made_up_clips(), np.zeros(0, "float32"), np.zeros(5000, "float32"), np.ones(1, "float32")]
    numbers = list(range(len(clips))) * 3
    if order == "backward":
        numbers.reverse()
    elif order == "shuffled":
        numbers = np.random.default_rng(1).permutation(numbers).tolist()
    chosen = [clips[number] for number in numbers]
    if workers:
        with ThreadPoolExecutor(workers) as pool:
            frames = LogMelFrames.of(chosen, pool)
        np.testing.assert_array_equal(frames.values, LogMelFrames.of(chosen).values)
    else:
        frames = LogMelFrames.of(chosen)
    alone = [LogMelFrames.of([clip]).values for clip in clips]
    for place, number in enumerate(numbers):
        np.testing.assert_allclose(frames.clip(place), alone[number], atol=1e-5)


@pytest.mark.parametrize(
    ("samples", "count"), [(0, 1), (1, 1), (511, 1), (512, 1), (513, 1), (767, 1), (768, 2), (1023, 2), (1024, 3)]
)
def test_number_of_frames(samples: int, count: int) -> None:
    clip = np.random.default_rng(0).normal(size=samples).astype("float32")
    frames = LogMelFrames.of([clip, clip])
    assert frames.starts.tolist() == [0, count, 2 * count]
    assert len(frames) == 2
    assert frames.values.dtype == np.float32
    assert np.isfinite(frames.values).all()


def test_no_clips() -> None:
    frames = LogMelFrames.of([])
    assert frames.values.shape == (0, MELS)
    assert len(frames) == 0


def test_what_is_shorter_than_a_window_is_padded_behind() -> None:
    clip = np.random.default_rng(0).normal(size=300).astype("float32")
    # The padding makes the whole quieter, and the clip is scaled by itself.
    padded = np.pad(clip, (0, 212))
    louder = np.log(np.exp(LogMelFrames.of([padded]).values) - FLOOR) + np.log(300 / 512)
    np.testing.assert_allclose(LogMelFrames.of([clip]).values, np.log(np.exp(louder) + FLOOR), atol=1e-4)


@pytest.mark.parametrize("loudness", [1e4, 30.0, 1e-2, 1e-4])
def test_loudness_does_not_matter(loudness: float) -> None:
    clip = np.random.default_rng(0).normal(size=8000).astype("float32")
    louder = LogMelFrames.of([(clip * loudness).astype("float32")]).values
    np.testing.assert_allclose(louder, LogMelFrames.of([clip]).values, atol=1e-4)


@pytest.mark.parametrize("loudness", [0.0, 1e-9, 1e-20, 1e-40])
def test_what_is_as_good_as_silent_is_silent(loudness: float) -> None:
    clip = np.random.default_rng(0).normal(size=8000) * loudness
    np.testing.assert_allclose(LogMelFrames.of([clip.astype("float32")]).values, np.log(FLOOR), atol=1e-6)


def test_a_constant_clip_sounds_in_the_lowest_filters_alone() -> None:
    values = LogMelFrames.of([np.full(4000, 0.3, "float32")]).values
    np.testing.assert_allclose(values[:, 4:], np.log(FLOOR), atol=1e-3)


@pytest.mark.parametrize(
    "as_other",
    [
        lambda clip: np.repeat(clip, 2)[::2],
        lambda clip: clip[::-1].copy()[::-1],
        lambda clip: np.asfortranarray(np.stack([clip, -clip], axis=1))[:, 0],
        lambda clip: np.stack([clip, -clip], axis=1)[:, 0],
        lambda clip: clip.astype("float64"),
        lambda clip: clip.astype(">f4"),
        lambda clip: clip * 32768,
        lambda clip: (clip * 32768).astype("int16"),
    ],
    ids=["every second", "backward", "columns", "interleaved", "float64", "big endian", "as loud as int16", "int16"],
)
def test_any_strides_and_number_types(as_other: Callable[[np.ndarray], np.ndarray]) -> None:
    rng = np.random.default_rng(0)
    clip = (np.round(rng.normal(scale=3000, size=20000)) / 32768).astype("float32")
    np.testing.assert_allclose(LogMelFrames.of([as_other(clip)]).values, LogMelFrames.of([clip]).values, atol=1e-4)


def test_a_clip_of_minutes_equals_its_pieces() -> None:
    clip = np.random.default_rng(0).normal(size=3_000_000).astype("float32")
    frames = LogMelFrames.of([clip])
    assert len(frames.values) == 1 + (3_000_000 - 512) // 256
    start = 11_000
    piece = clip[start * 256 : start * 256 + 512]
    gain = np.sqrt(np.mean(clip.astype("float64") ** 2)) / np.sqrt(np.mean(piece.astype("float64") ** 2))
    alone = np.exp(LogMelFrames.of([piece]).values) - FLOOR
    np.testing.assert_allclose(np.exp(frames.values[start]) - FLOOR, alone[0] / gain**2, rtol=1e-3)
