"""The pitch of each frame, by autocorrelation."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.fft

Floats = npt.NDArray[np.float32]

# Half of 16 kHz is enough for pitch and costs half.
SAMPLE_RATE = 8000
WINDOW, HOP = 512, 256
# Lags of 500 to 60 Hz. The transform is long enough that the largest lag does not wrap around.
_SHORTEST, _LONGEST = 16, 134
_TRANSFORM = 648
# A pitch an octave too low fits as well as the right one; shorter lags are preferred a little.
_FAVOUR_SHORT = 1.2e-3
_NOISE = 1e-3
# Quieter clips count as silent.
_SILENCE = 1e-6
_AT_A_TIME = 256


class PitchTrack(NamedTuple):
    """The pitch of clips, frame by frame, one clip after the other.

    Args:
        pitch: Binary logarithm of the frequency in Hz, about 60 to 500 Hz, `(frames of all clips,)`; without meaning
            where `voicing` is low.
        voicing: Normalised autocorrelation at that pitch, 0 to 1.
        level: Natural logarithm of the frame's power, relative to the clip's.
        loudness: Natural logarithm of each clip's RMS, `(clips,)`.
        starts: Where each clip begins and, at last, where the last one ends, `(clips + 1,)`.

    Example:
        >>> tone = np.sin(2 * np.pi * 200 * np.arange(16000) / 16000).astype("float32")
        >>> track = PitchTrack.of([tone])
        >>> round(float(2 ** np.median(track.pitch))), bool(track.voicing.min() > 0.95)
        (200, True)

    References:
        Boersma (1993): Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a
        sampled sound. IFA Proceedings 17.
    """

    pitch: Floats
    voicing: Floats
    level: Floats
    loudness: Floats
    starts: npt.NDArray[np.intp]

    @classmethod
    def of(cls, clips: Sequence[npt.NDArray[np.float32]], pool: ThreadPoolExecutor | None = None) -> PitchTrack:
        """Track the pitch of clips.

        Args:
            clips: Waveforms `(samples,)`, float32, finite, 16 kHz.
            pool: Threads to share the work among; none for this thread alone.

        Returns:
            The track, at least a frame a clip; of silence it is unvoiced.
        """
        counts = np.array([1 + max(len(clip) // 2 - WINDOW, 0) // HOP for clip in clips], np.intp)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
        values = np.empty((3, starts[-1]), np.float32)
        loudness = np.empty(len(clips), np.float32)
        cuts = np.unique(np.searchsorted(starts, np.arange(0, starts[-1] + 2048, 2048)).clip(max=len(clips)))
        _window()

        def fill(part: tuple[int, int]) -> None:
            _fill(values, loudness, clips, starts, *part)

        list((map if pool is None else pool.map)(fill, itertools.pairwise(cuts.tolist())))
        return cls(values[0], values[1], values[2], loudness, starts)


@cache
def _window() -> tuple[Floats, Floats, Floats]:
    """Return the window, the inverse of its own autocorrelation, and the same with shorter lags favoured."""
    window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    power = np.abs(scipy.fft.rfft(window, _TRANSFORM)) ** 2
    own = scipy.fft.irfft(power, _TRANSFORM)[: _LONGEST + 2]
    inverse = (own[0] / own).astype(np.float32)
    lags = np.arange(_SHORTEST, _LONGEST)
    return window, inverse, (inverse[lags] * (1 - _FAVOUR_SHORT * lags)).astype(np.float32)


def _fill(
    values: Floats,
    loudness: Floats,
    clips: Sequence[npt.NDArray[np.float32]],
    starts: npt.NDArray[np.intp],
    first: int,
    last: int,
) -> None:
    window, _, _ = _window()
    rows = np.empty((_AT_A_TIME, WINDOW), np.float32)
    used, done = 0, int(starts[first])
    for number in range(first, last):
        clip = clips[number]
        half = np.add(clip[: len(clip) // 2 * 2 : 2], clip[1::2], dtype=np.float32)
        half *= 0.5
        # Before it is padded: an offset that ends with the clip would sound like a voice.
        offset = half.sum() / max(len(half), 1)
        half -= offset
        rms = float(np.sqrt(np.dot(half, half) / max(len(half), 1)))
        # What is left of a constant clip is rounding.
        half *= np.float32(1 / rms if rms > _SILENCE * max(1.0, abs(float(offset))) else 0)
        if len(half) < WINDOW:
            half = np.pad(half, (0, WINDOW - len(half)))
        loudness[number] = np.log(rms + _SILENCE)
        count, begun = int(starts[number + 1] - starts[number]), 0
        while begun < count:
            new = min(count - begun, _AT_A_TIME - used)
            view = np.ndarray((new, WINDOW), np.float32, half, begun * HOP * 4, (HOP * 4, 4))
            np.multiply(view, window, out=rows[used : used + new])
            used, begun = used + new, begun + new
            if used == _AT_A_TIME:
                _track(rows, values[:, done : done + used])
                done, used = done + used, 0
    if used:
        _track(rows[:used], values[:, done : done + used])


def _track(rows: Floats, out: Floats) -> None:
    _, inverse, favour = _window()
    spectrum = scipy.fft.rfft(rows, _TRANSFORM, axis=1)
    power = np.square(spectrum.real)
    power += np.square(spectrum.imag)
    correlation = scipy.fft.irfft(power, _TRANSFORM, axis=1)
    energy = correlation[:, 0]
    best = (correlation[:, _SHORTEST:_LONGEST] * favour).argmax(axis=1) + _SHORTEST
    row = np.arange(len(rows))
    whole = energy + _NOISE * WINDOW
    before, peak, after = (correlation[row, lag] * inverse[lag] / whole for lag in (best - 1, best, best + 1))
    # A parabola through the peak and its neighbours tells the lag between samples.
    bend = before - 2 * peak + after
    shift = np.clip(0.5 * (before - after) / np.where(bend < -1e-9, bend, -1e-9), -0.5, 0.5)
    out[0] = np.log2(SAMPLE_RATE / (best + shift))
    out[1] = np.clip(peak, 0, 1)
    out[2] = np.log(energy / WINDOW + 1e-4)
