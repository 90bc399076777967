"""The pitch against known tones and librosa's trackers, and that a clip's track is its own."""

from __future__ import annotations

import itertools
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import librosa
import numpy as np
import pytest
import soundfile

from autospeech.statistics.pitch_track import SAMPLE_RATE, WINDOW, PitchTrack

VOICED = 0.5


def complex_tone(hertz: float | np.ndarray, amplitudes: list[float], samples: int = 24000) -> np.ndarray:
    """Harmonics of a fundamental in Hz, one number or one for each sample, at 16 kHz."""
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(hertz, samples)) / 16000
    tone = sum(level * np.sin(number * phase) for number, level in enumerate(amplitudes, 1))
    return (0.1 * np.asarray(tone)).astype("float32")


def noise(samples: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(scale=0.1, size=samples).astype("float32")


def odd_clips() -> list[np.ndarray]:
    """Clips of lengths about the window's, silence, one sample, none, and tones."""
    clips = [noise(samples, samples) for samples in (1, 2, 63, 64, 1023, 1024, 1025, 1535, 1536, 1537, 40000)]
    clips += [np.zeros(0, "float32"), np.zeros(5000, "float32"), np.full(3000, 0.5, "float32")]
    return [*clips, complex_tone(150, [1, 0.5]), complex_tone(90, [1.0], 150_000), noise(9000).cumsum()]


def semitones(track: PitchTrack, hertz: float | np.ndarray) -> np.ndarray:
    return 12 * (track.pitch - np.log2(hertz))


TIMBRES = {
    "a sine": [1.0],
    "a saw": [1 / number for number in range(1, 11)],
    "odd harmonics": [1, 0, 1 / 3, 0, 1 / 5, 0, 1 / 7],
    "a strong second harmonic": [0.3, 1, 0.3, 0.2],
}


@pytest.mark.parametrize("timbre", TIMBRES)
@pytest.mark.parametrize("hertz", [62, 70, 98, 131, 187, 250, 333, 440, 492])
def test_a_steady_tone_has_its_pitch(timbre: str, hertz: float) -> None:
    track = PitchTrack.of([complex_tone(hertz, TIMBRES[timbre])])
    assert np.abs(semitones(track, hertz)).max() < 0.12
    assert track.voicing.min() > 0.9


@pytest.mark.parametrize("hertz", [80, 120, 210, 300, 400])
def test_a_missing_fundamental_is_heard(hertz: float) -> None:
    track = PitchTrack.of([complex_tone(hertz, [0, 1, 1, 1, 0.5])])
    assert np.abs(semitones(track, hertz)).max() < 0.1


@pytest.mark.parametrize(("first", "last"), [(100, 200), (300, 150), (70, 90)])
def test_a_glide_is_followed(first: float, last: float) -> None:
    hertz = np.geomspace(first, last, 32000)
    track = PitchTrack.of([complex_tone(hertz, [1, 0.6, 0.4], 32000)])
    middle = np.arange(len(track.pitch)) * 512 + 512
    assert np.abs(semitones(track, hertz[middle])).max() < 0.25
    assert track.voicing.min() > VOICED


def test_a_tone_in_noise_keeps_its_pitch() -> None:
    # Noise 7 dB below the tone; where both are equal one frame in eight is an octave too low.
    track = PitchTrack.of([complex_tone(160, TIMBRES["a saw"], 80000) + noise(80000) * np.float32(0.4)])
    voiced = track.voicing > VOICED
    assert voiced.mean() > 0.9
    assert np.mean(np.abs(semitones(track, 160)[voiced]) > 1) < 0.02


def test_noise_is_unvoiced() -> None:
    voicing = PitchTrack.of([noise(80000)]).voicing
    assert voicing.max() < VOICED
    assert voicing.mean() < 0.25


@pytest.mark.parametrize("value", [0.0, 0.1, -0.5, 1.0, 7.9])
@pytest.mark.parametrize("samples", [0, 1, 10, 63, 64, 600, 1000, 1023, 1024, 1025, 80000])
def test_a_constant_clip_is_silent(value: float, samples: int) -> None:
    track = PitchTrack.of([np.full(samples, value, "float32")])
    assert track.voicing.max() < 0.01
    assert track.loudness[0] < -12


@pytest.mark.parametrize("samples", [700, 1023, 24000])
def test_an_offset_does_not_matter(samples: int) -> None:
    clip = complex_tone(220, [1, 0.5], samples)
    plain, shifted = PitchTrack.of([clip]), PitchTrack.of([clip + np.float32(0.5)])
    for part in range(4):
        np.testing.assert_allclose(shifted[part], plain[part], atol=2e-3)


@pytest.mark.parametrize("loudness", [1e-3, 10.0])
def test_loudness_is_told_and_changes_nothing_else(loudness: float) -> None:
    clip = complex_tone(220, [1, 0.5]) + noise(24000) / 10
    plain, louder = PitchTrack.of([clip]), PitchTrack.of([(loudness * clip).astype("float32")])
    for part in range(3):
        np.testing.assert_allclose(louder[part], plain[part], atol=1e-3)
    assert louder.loudness[0] - plain.loudness[0] == pytest.approx(np.log(loudness), abs=0.02)


def test_the_level_is_that_of_the_frame_relative_to_the_clip() -> None:
    clip = complex_tone(200, [1.0], 64000) * np.repeat([1, 0.1], 32000).astype("float32")
    level = PitchTrack.of([clip]).level
    assert np.median(level[:50]) - np.median(level[-50:]) == pytest.approx(2 * np.log(10), abs=0.05)


@pytest.mark.parametrize(
    ("samples", "count"),
    [(0, 1), (1, 1), (63, 1), (64, 1), (1023, 1), (1024, 1), (1025, 1), (1535, 1), (1536, 2), (1537, 2), (2048, 3)],
)
def test_number_of_frames(samples: int, count: int) -> None:
    track = PitchTrack.of([noise(samples), noise(samples)])
    assert track.starts.tolist() == [0, count, 2 * count]
    assert all(np.isfinite(part).all() for part in track)


def test_no_clips() -> None:
    track = PitchTrack.of([])
    assert track.pitch.shape == track.loudness.shape == (0,)
    assert track.starts.tolist() == [0]


def test_the_clips_given_are_left_as_they_are() -> None:
    clips = odd_clips()
    before = [clip.copy() for clip in clips]
    PitchTrack.of(clips)
    for clip, kept in zip(clips, before, strict=True):
        np.testing.assert_array_equal(clip, kept)


@pytest.mark.parametrize("workers", [0, 3])
def test_a_clip_alone_equals_the_clip_among_others(workers: int) -> None:
    clips = odd_clips()
    order = np.random.default_rng(1).permutation(np.repeat(np.arange(len(clips)), 10))
    chosen = [clips[number] for number in order]
    if workers:
        with ThreadPoolExecutor(workers) as pool:
            track = PitchTrack.of(chosen, pool)
        for ours, theirs in zip(track, PitchTrack.of(chosen), strict=True):
            np.testing.assert_array_equal(ours, theirs)
    else:
        track = PitchTrack.of(chosen)
    assert len(track.pitch) > 4096
    alone = [PitchTrack.of([clip]) for clip in clips]
    for number, (first, last) in zip(order, itertools.pairwise(track.starts), strict=True):
        for part in range(3):
            np.testing.assert_allclose(track[part][first:last], alone[number][part], atol=1e-4)


def test_other_strides_and_types_are_the_same_clip() -> None:
    clip = complex_tone(180, [1, 0.3])
    expected = PitchTrack.of([clip])
    for other in (np.repeat(clip, 2)[::2], clip[::-1].copy()[::-1], clip.astype("float64")):
        for ours, theirs in zip(PitchTrack.of([other]), expected, strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-5)


def by_pyin(clip: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        hertz, voiced, _ = librosa.pyin(
            clip.astype("float64"), fmin=60, fmax=500, sr=16000, frame_length=1024, hop_length=512, center=False
        )
    return hertz, voiced & np.isfinite(hertz)


@pytest.mark.parametrize("corpus", ["emodb", "cmn_tone", "fsdd", "arspcmd", "espeak_language"])
def test_agrees_with_pyin_on_speech(data_dir: Path, corpus: str) -> None:
    files = sorted((data_dir / corpus / "audio").iterdir())
    apart, judged, agreed = [], 0, 0
    for file in files[:: len(files) // 8][:8]:
        clip = soundfile.read(file, dtype="float32")[0][:32000]
        if len(clip) < 2 * WINDOW:
            continue
        track = PitchTrack.of([clip])
        hertz, theirs = by_pyin(clip)
        assert len(hertz) == len(track.pitch)
        ours = track.voicing > VOICED
        both = ours & theirs
        apart.append(semitones(track, np.where(both, hertz, SAMPLE_RATE))[both])
        judged, agreed = judged + len(both), agreed + int((ours == theirs).sum())
    distance = np.abs(np.concatenate(apart))
    # Measured: medians of 0.06 to 0.2 semitones, octave errors of either of 1 to 4 of 100 frames.
    assert len(distance) > 40
    assert np.median(distance) < 0.5
    assert np.mean(distance > 6) < 0.06
    assert agreed / judged > 0.6
