"""Against plain averages of MFCCs by SciPy, clip by clip."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import scipy.fft

from autospeech.statistics.log_mel_frames import LogMelFrames
from autospeech.statistics.pitch_track import PitchTrack
from autospeech.statistics.voiced_cepstra import voiced_cepstra


def clips() -> list[np.ndarray]:
    """Tones, noise, tones after noise, silence, and all of them very short."""
    rng = np.random.default_rng(0)
    tone = np.sign(np.sin(np.arange(24000) / 16))
    noise = rng.normal(size=24000)
    made = [tone, noise, np.concatenate([noise, tone]), np.concatenate([tone[:9000], np.zeros(9000)]), np.zeros(5000)]
    made += [noise[:samples] for samples in (0, 1, 63, 512, 767, 1023, 1024, 1025, 1536)]
    return [(0.1 * clip).astype("float32") for clip in made]


def both(chosen: list[np.ndarray]) -> np.ndarray:
    return voiced_cepstra(LogMelFrames.of(chosen), PitchTrack.of(chosen))


def plain(clip: np.ndarray) -> np.ndarray:
    frames, voicing = LogMelFrames.of([clip]).values.astype("float64"), PitchTrack.of([clip]).voicing.astype("float64")
    cepstra = scipy.fft.dct(frames, type=2, norm="ortho", axis=1)[:, :20]
    # The log-mel frame in the middle of each pitch frame, as far as the clip reaches.
    heard = np.stack([cepstra[min(2 * frame + 1, len(cepstra) - 1)] for frame in range(len(voicing))])
    voiced, unvoiced = np.maximum(voicing - 0.3, 0) + 1e-4, np.maximum(0.7 - voicing, 0) + 1e-4
    mean = np.average(heard, axis=0, weights=voiced)
    deviation = np.sqrt(np.average((heard - mean) ** 2, axis=0, weights=voiced))
    return np.concatenate([mean, deviation, np.average(heard, axis=0, weights=unvoiced)])


def test_equals_a_plain_computation() -> None:
    got = both(clips())
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, np.stack([plain(clip) for clip in clips()]), atol=1e-3)


def test_finite_and_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        numbers = both(clips())
    assert numbers.shape == (len(clips()), 60)
    assert np.isfinite(numbers).all()


def test_no_clips() -> None:
    assert both([]).shape == (0, 60)


def test_a_row_is_its_clips_own() -> None:
    order = np.random.default_rng(1).permutation(np.repeat(np.arange(len(clips())), 20))
    numbers = both([clips()[number] for number in order])
    alone = np.concatenate([both([clip]) for clip in clips()])
    np.testing.assert_allclose(numbers, alone[order], atol=1e-3)


def test_voiced_and_unvoiced_are_told_apart() -> None:
    tone, noise, mixed = both(clips()[:3])
    # Of a clip of both, the voiced part is like the tone's and the unvoiced part like the noise's.
    assert np.abs(mixed[:20] - tone[:20]).mean() < 0.2 * np.abs(noise[:20] - tone[:20]).mean()
    assert np.abs(mixed[40:] - noise[40:]).mean() < 0.2 * np.abs(noise[40:] - tone[40:]).mean()


def test_frames_and_track_of_different_clips_are_refused() -> None:
    with pytest.raises(ValueError, match="14 clips, the frames are of 13"):
        voiced_cepstra(LogMelFrames.of(clips()[1:]), PitchTrack.of(clips()))
