"""Log-mel frames of clips of any length, computed by NumPy and SciPy on all cores."""

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

SAMPLE_RATE = 16000
WINDOW = 512
HOP = 256
MELS = 64
# Each clip is scaled to this RMS and the power gets this floor, some 30 dB below white noise of that level: what lies
# below is recording noise, which tells rooms and microphones apart rather than classes.
LEVEL = 0.05
FLOOR = 4e-4
# Quieter clips count as silent: scaling would only make rounding loud.
SILENCE = 1e-6
# Frames that are transformed at a time: they stay in a core's cache.
_AT_A_TIME = 512


class LogMelFrames(NamedTuple):
    """The log-mel frames of some clips, one clip after the other.

    Args:
        values: Natural logarithm of the mel power, `(frames of all clips, 64)`.
        starts: Where each clip begins and, at last, where the last one ends, `(clips + 1,)`.

    Example:
        >>> frames = LogMelFrames.of([np.ones(16000, "float32"), np.zeros(3, "float32")])
        >>> frames.values.shape, frames.starts.tolist()
        ((62, 64), [0, 61, 62])
    """

    values: Floats
    starts: npt.NDArray[np.intp]

    @classmethod
    def of(cls, clips: Sequence[npt.NDArray[np.float32]], pool: ThreadPoolExecutor | None = None) -> LogMelFrames:
        """Compute the frames of clips.

        Each clip is scaled to one RMS, so that loudness does not matter. Window 512 (Hann), hop 256, no padding but for
        clips shorter than a window; 64 triangular mel filters (HTK) of sum 1 from 30 to 8000 Hz.

        Args:
            clips: Waveforms `(samples,)`, finite, 16 kHz; float32 is quickest, other numbers are converted to it.
            pool: Threads to share the work among; none for this thread alone.

        Returns:
            The frames, at least one a clip.
        """
        counts = np.array([1 + max(len(clip) - WINDOW, 0) // HOP for clip in clips], np.intp)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
        values = np.empty((starts[-1], MELS), np.float32)
        parts = _parts(starts, 8 * _AT_A_TIME)
        mel_filters()

        def fill(part: tuple[int, int]) -> None:
            _fill(values, clips, starts, *part)

        list((map if pool is None else pool.map)(fill, parts))
        return cls(values, starts)

    def clip(self, number: int) -> Floats:
        """Return the frames of one clip, `(frames, 64)`."""
        return self.values[self.starts[number] : self.starts[number + 1]]

    def part(self, first: int, last: int) -> LogMelFrames:
        """Return the frames of the clips `first` up to but not including `last`."""
        starts = self.starts[first : last + 1]
        return LogMelFrames(self.values[starts[0] : starts[-1]], starts - starts[0])

    def parts(self, frames: int) -> list[tuple[int, int]]:
        """Cut the clips into runs of about so many frames: the first and one past the last clip of each."""
        return _parts(self.starts, frames)

    def __len__(self) -> int:
        return len(self.starts) - 1


@cache
def mel_filters() -> Floats:
    """Return the mel filters `(257, 64)`, each of sum 1 (HTK's mel scale: O'Shaughnessy 1987)."""
    edges = np.linspace(_mel(30.0), _mel(SAMPLE_RATE / 2), MELS + 2)
    lower, centre, upper = (700 * (10 ** (edges[part : part + MELS] / 2595) - 1) for part in range(3))
    frequency = np.arange(WINDOW // 2 + 1)[:, None] * SAMPLE_RATE / WINDOW
    filters = np.maximum(np.minimum((frequency - lower) / (centre - lower), (upper - frequency) / (upper - centre)), 0)
    # The lowest filters are narrower than a bin of the transform and may fall between two.
    empty = np.flatnonzero(filters.sum(axis=0) == 0)
    filters[np.abs(frequency - centre).argmin(axis=0)[empty], empty] = 1
    return (filters / filters.sum(axis=0)).astype(np.float32)


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))


@cache
def _hann() -> Floats:
    return np.hanning(WINDOW + 1)[:-1].astype(np.float32)


def _parts(starts: npt.NDArray[np.intp], frames: int) -> list[tuple[int, int]]:
    """Cut the clips into runs of about so many frames: the first and one past the last clip of each."""
    cuts = np.unique(np.searchsorted(starts, np.arange(0, starts[-1] + frames, frames)).clip(max=len(starts) - 1))
    return [(int(first), int(last)) for first, last in itertools.pairwise(cuts)]


def _fill(
    values: Floats, clips: Sequence[npt.NDArray[np.float32]], starts: npt.NDArray[np.intp], first: int, last: int
) -> None:
    """Compute the frames of the clips `first` to `last` into `values`."""
    window, filters = _hann(), mel_filters()
    rows = np.empty((_AT_A_TIME, WINDOW), np.float32)
    gains = np.empty((_AT_A_TIME, 1), np.float32)
    used, done = 0, int(starts[first])
    last = min(last, len(clips))
    for number in range(first, last):
        # First of all: squares of 16-bit integers would overflow.
        clip = np.ascontiguousarray(clips[number], np.float32)
        rms = float(np.sqrt(np.dot(clip, clip) / max(len(clip), 1)))
        gain = (LEVEL / rms) ** 2 if rms > SILENCE else 0.0
        if len(clip) < WINDOW:
            clip = np.pad(clip, (0, WINDOW - len(clip)))
        count = int(starts[number + 1] - starts[number])
        begun = 0
        while begun < count:
            new = min(count - begun, _AT_A_TIME - used)
            step = clip.strides[0]
            view = np.ndarray((new, WINDOW), np.float32, clip, begun * HOP * step, (HOP * step, step))
            np.multiply(view, window, out=rows[used : used + new])
            gains[used : used + new] = gain
            used, begun = used + new, begun + new
            if used == _AT_A_TIME:
                _log_mel(rows, gains, filters, values[done : done + used])
                done, used = done + used, 0
    if used:
        _log_mel(rows[:used], gains[:used], filters, values[done : done + used])


def _log_mel(rows: Floats, gains: Floats, filters: Floats, out: Floats) -> None:
    spectrum = scipy.fft.rfft(rows, axis=1)
    power = np.square(spectrum.real)
    power += np.square(spectrum.imag)
    np.matmul(power, filters, out=out)
    out *= gains
    out += FLOOR
    np.log(out, out=out)
