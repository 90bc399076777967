"""Numbers of fixed size for clips of any length: what their log-mel frames look like and how they move."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.fft

from autospeech.statistics.log_mel_frames import MELS, LogMelFrames

Floats = npt.NDArray[np.float32]

CEPSTRA = 20
# Frames from one to the other of a difference.
DELTA = 2
# Covariances across time: of the first 16 cepstra with those 3 and 8 frames later.
LAGGED, LAGS = 16, (3, 8)
SEGMENTS = 8
# Modulation spectra: 16 bands of 4 mel bins, windows of 32 frames (half a second), 8 ranges of rates.
BANDS, MODULATION_WINDOW, MODULATION_HOP = 16, 32, 16
_RATES = np.array([1, 2, 3, 4, 5, 7, 9, 12, 17])
RICH = 5 * MELS + 3 * CEPSTRA + CEPSTRA * (CEPSTRA + 1) // 2 + 2 * LAGGED**2 + SEGMENTS * CEPSTRA + 8 * BANDS
# Frames that are looked at together.
_PARTS = 2048


class ClipStatistics(NamedTuple):
    """Statistics of clips, one row a clip.

    Args:
        simple: Mean and standard deviation of 20 MFCCs, `(clips, 40)`: few numbers, which few clips cannot overfit.
        rich: All statistics, `(clips, RICH)`.

    Example:
        >>> clips = [np.sin(np.arange(samples) / 9).astype("float32") for samples in (100, 16000, 40000)]
        >>> statistics = ClipStatistics.of(LogMelFrames.of(clips))
        >>> statistics.simple.shape, statistics.rich.shape
        ((3, 40), (3, 1390))

    References:
        Lags and modulation spectra are of the kind of S. Dubnov et al. (2005) and S. Sukittanon et al. (2004).
    """

    simple: Floats
    rich: Floats

    @classmethod
    def of(cls, frames: LogMelFrames, pool: ThreadPoolExecutor | None = None) -> ClipStatistics:
        """Compute the statistics of clips from their frames.

        Of the 64 log-mel bins: mean, deviation, maximum, minimum, deviation of the difference. Of 20
        MFCCs: deviation, also of the first and second difference, covariance, and means over 8 equal segments of the
        clip; of 16 MFCCs the covariances 3 and 8 frames apart. Of 16 bands the modulation spectrum at 8 rates.
        Covariances are under a signed square root. Differences are between frames two apart; what a clip is too short
        for is 0.

        Args:
            frames: Log-mel frames.
            pool: Threads to share the work among.

        Returns:
            Finite numbers for every clip, those of a single frame too.
        """
        parts = frames.parts(_PARTS)
        if not parts:
            return cls(np.empty((0, 2 * CEPSTRA), np.float32), np.empty((0, RICH), np.float32))
        done = list((map if pool is None else pool.map)(lambda part: _statistics(frames, *part), parts))
        return cls(np.concatenate([simple for simple, _ in done]), np.concatenate([rich for _, rich in done]))


def cepstra_of(log_mel: Floats) -> Floats:
    """Return 20 MFCCs `(frames, 20)` of log-mel frames `(frames, 64)`."""
    return log_mel @ _cosines()


@cache
def _cosines() -> Floats:
    return scipy.fft.dct(np.eye(MELS), norm="ortho", axis=1)[:, :CEPSTRA].astype(np.float32)


def _statistics(frames: LogMelFrames, first: int, last: int) -> tuple[Floats, Floats]:
    begin, end = frames.starts[first], frames.starts[last]
    log_mel = frames.values[begin:end]
    starts = frames.starts[first : last + 1] - begin
    counts = np.diff(starts)
    heads = starts[:-1]
    many = counts[:, None].astype(np.float32)
    mean = np.add.reduceat(log_mel, heads, axis=0) / many
    centred = log_mel - np.repeat(mean, counts, axis=0)
    cepstra = centred @ _cosines()
    mean_cepstra = mean @ _cosines()

    position = np.arange(end - begin) - np.repeat(heads, counts)
    to_come = np.repeat(counts, counts) - position

    def deviation_of_difference(values: Floats, order: int) -> tuple[Floats, Floats]:
        difference = np.zeros_like(values)
        difference[:-DELTA] = values[DELTA:] - values[:-DELTA]
        difference[to_come <= order * DELTA] = 0
        left = np.maximum(many - order * DELTA, 1)
        average = np.add.reduceat(difference, heads, axis=0) / left
        power = np.add.reduceat(np.square(difference), heads, axis=0) / left
        return np.sqrt(np.maximum(power - np.square(average), 0)), difference

    deviation = np.sqrt(np.add.reduceat(np.square(centred), heads, axis=0) / many)
    moved = deviation_of_difference(centred, 1)[0]
    moved_cepstra, difference = deviation_of_difference(cepstra, 1)
    moved_twice = deviation_of_difference(difference, 2)[0]

    # One product a clip gives all covariances: of the cepstra with themselves and with those some frames later.
    later = np.zeros((len(cepstra), CEPSTRA + LAGGED * len(LAGS)), np.float32)
    later[:, :CEPSTRA] = cepstra
    for number, lag in enumerate(LAGS):
        place = slice(CEPSTRA + number * LAGGED, CEPSTRA + (number + 1) * LAGGED)
        later[:-lag, place] = cepstra[lag:, :LAGGED]
        later[to_come <= lag, place] = 0
    products = np.empty((len(counts), CEPSTRA, later.shape[1]), np.float32)
    bounds = starts.tolist()
    for number, (a, b) in enumerate(itertools.pairwise(bounds)):
        np.matmul(cepstra[a:b].T, later[a:b], out=products[number])
    products /= many[:, :, None]
    for number, lag in enumerate(LAGS):
        products[:, :, CEPSTRA + number * LAGGED : CEPSTRA + (number + 1) * LAGGED] *= (
            many / np.maximum(many - lag, 1)
        )[:, :, None]
    products = np.sign(products) * np.sqrt(np.abs(products))
    rows, columns = np.triu_indices(CEPSTRA)
    covariance = products[:, rows, columns]
    lagged = products[:, :LAGGED, CEPSTRA:].reshape(len(counts), -1)
    deviation_of_cepstra = products[:, np.arange(CEPSTRA), np.arange(CEPSTRA)]

    edges = heads[:, None] + (np.arange(SEGMENTS + 1) * counts[:, None]) // SEGMENTS
    sizes = np.maximum(np.diff(edges, axis=1), 1)
    segments = np.add.reduceat(cepstra, np.minimum(edges[:, :-1], starts[1:, None] - 1).ravel(), axis=0)
    segments = segments.reshape(len(counts), SEGMENTS, CEPSTRA) / sizes[:, :, None].astype(np.float32)
    segments += mean_cepstra[:, None]

    rich = [
        mean,
        deviation,
        np.maximum.reduceat(log_mel, heads, axis=0),
        np.minimum.reduceat(log_mel, heads, axis=0),
        moved,
        deviation_of_cepstra,
        moved_cepstra,
        moved_twice,
        covariance,
        lagged,
        segments.reshape(len(counts), -1),
        _modulation(centred, heads, counts),
    ]
    return np.concatenate([mean_cepstra, deviation_of_cepstra], axis=1), np.concatenate(rich, axis=1)


def _modulation(centred: Floats, heads: npt.NDArray[np.intp], counts: npt.NDArray[np.intp]) -> Floats:
    bands = centred.reshape(len(centred), BANDS, MELS // BANDS).mean(axis=2)
    windows = 1 + np.maximum(counts - MODULATION_WINDOW, 0) // MODULATION_HOP
    clip = np.repeat(np.arange(len(counts)), windows)
    begins = np.concatenate([[0], np.cumsum(windows)[:-1]])
    offset = (np.arange(len(clip)) - begins[clip]) * MODULATION_HOP
    # A clip shorter than the window stays at its last frame.
    frames = np.minimum(offset[:, None] + np.arange(MODULATION_WINDOW), counts[clip][:, None] - 1)
    pieces = bands[heads[clip][:, None] + frames].transpose(0, 2, 1)
    pieces = (pieces - pieces.mean(axis=2, keepdims=True)) * np.hanning(MODULATION_WINDOW).astype(np.float32)
    spectrum = scipy.fft.rfft(pieces, axis=2)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    power = np.add.reduceat(power, begins, axis=0) / windows[:, None, None]
    rates = np.add.reduceat(power, _RATES[:-1], axis=2) / np.diff(_RATES)
    return np.log(rates + 1e-2).reshape(len(counts), -1).astype(np.float32)
