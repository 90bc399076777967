"""Each statistic against a plain computation, clip by clip, and that a clip's row is its own."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest

from autospeech.statistics.pitch_statistics import pitch_statistics
from autospeech.statistics.pitch_track import PitchTrack

NUMBERS = 42


def made_up_track(seed: int = 0) -> PitchTrack:
    """Tracks of 1 to 700 frames that move as those of speech do."""
    rng = np.random.default_rng(seed)
    counts = [1, 2, 3, 7, 8, 9, 15, 16, 17, 30, 61, 700, 1, 40]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
    frames = starts[-1]
    pitch = 7.5 + np.sin(np.arange(frames) / 9) / 3 + rng.normal(scale=0.05, size=frames) + (rng.random(frames) < 0.02)
    voicing = np.clip(0.5 + np.sin(np.arange(frames) / 7) / 2 + rng.normal(scale=0.1, size=frames), 0, 1)
    level = rng.normal(size=frames).cumsum() % 3 - 2
    loudness = rng.normal(size=len(counts)) - 3
    return PitchTrack(*(part.astype("float32") for part in (pitch, voicing, level, loudness)), starts)


def clips_of(track: PitchTrack) -> list[PitchTrack]:
    return [
        PitchTrack(*(part[a:b] for part in track[:3]), track.loudness[number : number + 1], np.array([0, b - a]))
        for number, (a, b) in enumerate(itertools.pairwise(track.starts))
    ]


def weighted_quantile(values: np.ndarray, weight: np.ndarray, share: float) -> float:
    """The least value that, with all below it, has the share of the weight."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order]) / weight.sum()
    return float(values[order][np.flatnonzero(reached >= share - 1e-6)[0]])


def plain(track: PitchTrack) -> np.ndarray:
    """The statistics of a single clip, by loops and NumPy."""
    pitch, voicing, level = (part.astype("float64") for part in track[:3])
    frames = len(pitch)
    weight = np.clip(voicing - 0.3, 0, 1) * np.exp(level / 2) + 1e-6
    mean = np.average(pitch, weights=weight)
    time = np.linspace(-1, 1, frames) if frames > 1 else np.zeros(1)
    time = time - np.average(time, weights=weight)
    numbers = [mean, np.sqrt(np.average((pitch - mean) ** 2, weights=weight))]
    numbers.append((time * (pitch - mean) * weight).sum() / ((time**2 * weight).sum() + 1e-3))
    numbers += [voicing.mean(), voicing.std(), np.mean(voicing > 0.5), np.mean(voicing > 0.7)]
    quantiles = [weighted_quantile(pitch, weight, share) for share in (0.05, 0.25, 0.5, 0.75, 0.95)]
    numbers += [*quantiles, quantiles[4] - quantiles[0], quantiles[3] - quantiles[1]]
    moved = np.clip(np.diff(pitch), -0.2, 0.2)
    both = np.minimum(weight[1:], weight[:-1])
    some = both.sum() + 1e-9
    numbers += [np.sqrt((moved**2 * both).sum() / some), (moved * both).sum() / some]
    numbers.append((np.abs(moved) * both).sum() / some)
    numbers += [np.diff(values).std() if frames > 1 else 0.0 for values in (voicing, level)]
    numbers.append(np.abs(np.diff(voicing > 0.5)).mean() if frames > 1 else 0.0)
    # The last frame stands for a step of 0.
    numbers += [np.append(np.diff(level), 0).max(), np.append(np.diff(level), 0).min()]
    quiet, usual, loud = (weighted_quantile(level, np.ones(frames), share) for share in (0.1, 0.5, 0.9))
    numbers += [level.std(), loud - usual, usual - quiet, track.loudness[0]]
    edges = [part * frames // 8 for part in range(9)]
    parts = [slice(first, max(last, first + 1)) for first, last in itertools.pairwise(edges)]
    away = (pitch - mean) * weight
    numbers += [away[part].sum() / (weight[part].sum() + 1e-2) for part in parts]
    numbers += [voicing[part].mean() for part in parts]
    return np.array(numbers)


def test_equals_a_plain_computation() -> None:
    track = made_up_track()
    got = pitch_statistics(track)
    assert got.dtype == np.float32
    expected = np.stack([plain(clip) for clip in clips_of(track)])
    np.testing.assert_allclose(got, expected, atol=2e-5, rtol=1e-5)


def odd_clips() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    clips = [rng.normal(scale=0.1, size=samples) for samples in (0, 1, 63, 1024, 1535, 1536, 2048, 9000, 48000)]
    clips += [np.zeros(0), np.zeros(1), np.zeros(40000), np.ones(5000), rng.normal(size=5000) * 1e-9]
    clips += [np.sin(np.arange(30000) / 12), rng.normal(size=20000).cumsum()]
    return [clip.astype("float32") for clip in clips]


def test_odd_clips_give_finite_numbers_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        numbers = pitch_statistics(PitchTrack.of(odd_clips()))
    assert numbers.shape == (len(odd_clips()), NUMBERS)
    assert np.isfinite(numbers).all()


def test_no_clips() -> None:
    assert pitch_statistics(PitchTrack.of([])).shape == (0, NUMBERS)


def test_a_row_is_its_clips_own() -> None:
    clips = odd_clips()
    order = np.random.default_rng(1).permutation(np.repeat(np.arange(len(clips)), 20))
    numbers = pitch_statistics(PitchTrack.of([clips[number] for number in order]))
    alone = np.concatenate([pitch_statistics(PitchTrack.of([clip])) for clip in clips])
    np.testing.assert_allclose(numbers, alone[order], atol=2e-4)


@pytest.mark.parametrize("frames", [10, 20, 30, 70, 140])
def test_quantiles_of_equal_weights_do_not_depend_on_rounding(frames: int) -> None:
    # With all frames unvoiced and as many of them as make the shares whole numbers, each quantile is a tie.
    values = np.random.default_rng(frames).permutation(frames).astype("float32") / frames
    many = 300
    pitch = np.tile(values, many)
    track = PitchTrack(
        pitch, np.zeros_like(pitch), pitch, np.zeros(many, "float32"), np.arange(many + 1, dtype=np.intp) * frames
    )
    rows = pitch_statistics(track)
    np.testing.assert_allclose(rows, np.tile(rows[:1], (many, 1)), atol=1e-6)


def test_a_rising_voice_rises() -> None:
    time = np.arange(32000) / 16000
    rising = np.sin(2 * np.pi * np.cumsum(np.geomspace(100, 200, 32000)) / 16000).astype("float32")
    steady = np.sin(2 * np.pi * 141 * time).astype("float32")
    up, down, level = pitch_statistics(PitchTrack.of([rising, rising[::-1].copy(), steady]))
    # One octave from one end to the other: half of it a unit of time.
    assert (up[2], down[2], level[2]) == pytest.approx((0.5, -0.5, 0), abs=0.03)
    assert up[15] > 0 > down[15]
    assert np.all(np.diff(up[26:34]) > 0)
