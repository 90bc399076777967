"""Which clips hold the same recording, however it was encoded, cut or amplified."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from autospeech.statistics.log_mel_frames import MELS, LogMelFrames

Words = npt.NDArray[np.uint32]
Pairs = npt.NDArray[np.intp]

# Bits of a word: the differences between 31 overlapping bands of 4 mel bins, and one that tells whether anything moves.
BITS, MOVES = 30, np.uint32(1 << 30)
# Frames that are averaged, 0.13 s, so that it matters little where a clip is cut; and from one average to the other.
AVERAGED, APART = 8, 4
SPAN = AVERAGED + APART
# Mean magnitude of the differences, in natural logarithms of power, below which nothing moves: silence, a steady tone.
_LEAST_MOVE = 0.05
# Words that must move where two clips are laid upon each other, and the share of those of the shorter clip.
_FEWEST, _LEAST_SHARE = 16, 0.5
# The share of different bits that two recordings of one word by one speaker stay above: the fewer words are compared,
# the nearer such pairs come by chance.
_MOST_ERRORS, _CHANCE = 0.22, 0.55
# Pairs of clips that are compared bit by bit, for each clip; more of them are only found where much sounds alike.
_COMPARED = 30
_FRAMES_AT_A_TIME = 4096


class Fingerprints(NamedTuple):
    """The words of some clips, one clip after the other; a word says how the spectrum changes around a frame.

    Loudness does not matter, and coding changes few bits.

    Args:
        words: `(words of all clips,)`, one a frame of 16 ms.
        starts: Where each clip begins and, at last, where the last one ends, `(clips + 1,)`.

    Example:
        >>> rates = np.random.default_rng(0).uniform(0.1, 2.0, (2, 40))
        >>> tune, other = np.sin(np.cumsum(np.repeat(rates, 800, axis=1), axis=1)).astype("float32")
        >>> prints = Fingerprints.of(LogMelFrames.of([tune, other, 0.1 * tune[5000:]]))
        >>> prints.copies().tolist()
        [[0, 2]]

    References:
        Haitsma, Kalker (2002): A highly robust audio fingerprinting system.
    """

    words: Words
    starts: npt.NDArray[np.intp]

    @classmethod
    def of(cls, frames: LogMelFrames, pool: ThreadPoolExecutor | None = None) -> Fingerprints:
        """Compute the words of clips; a clip shorter than 0.2 s has none.

        Args:
            frames: Log-mel frames.
            pool: Threads to share the work among; none for this thread alone.
        """
        counts = np.maximum(np.diff(frames.starts) - SPAN + 1, 0)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
        parts = frames.parts(_FRAMES_AT_A_TIME)
        words = list((map if pool is None else pool.map)(lambda part: _words(frames.part(*part)), parts))
        return cls(np.concatenate([np.zeros(0, np.uint32), *words]), starts)

    @classmethod
    def joined(cls, clips: Sequence[Words]) -> Fingerprints:
        """Put the words of clips together."""
        starts = np.concatenate([[0], np.cumsum([len(words) for words in clips])]).astype(np.intp)
        return cls(np.concatenate([np.zeros(0, np.uint32), *clips]), starts)

    def copies(self) -> Pairs:
        """Return pairs of clips that hold the same recording, `(pairs, 2)`; not all pairs, but all are connected.

        One of the two may be a part of the other, or they overlap by half. Found are pairs in which some word is the
        same, to the bit; they are then compared word by word.
        """
        clips = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        places = np.arange(len(self.words)) - self.starts[clips]
        moving = np.flatnonzero(self.words & MOVES)
        order = moving[np.lexsort((moving, self.words[moving]))]
        first, second = order[:-1], order[1:]
        same = (self.words[first] == self.words[second]) & (clips[first] != clips[second])
        first, second = first[same], second[same]
        found = np.stack([clips[first], clips[second], places[second] - places[first]], axis=1)
        found, votes = np.unique(found, axis=0, return_counts=True)
        likeliest = np.argsort(-votes, kind="stable")[: _COMPARED * len(self.starts)]
        pairs = [(one, other) for one, other, shift in found[likeliest].tolist() if self._is_copy(one, other, shift)]
        return np.unique(np.array(pairs, np.intp).reshape(-1, 2), axis=0)

    def _is_copy(self, one: int, other: int, shift: int) -> bool:
        """Tell whether a clip is another one, so many frames later."""
        a, b = (self.words[self.starts[clip] : self.starts[clip + 1]] for clip in (one, other))
        begin, end = max(0, -shift), min(len(a), len(b) - shift)
        upon, under = a[begin:end], b[begin + shift : end + shift]
        moving = ((upon | under) & MOVES) > 0
        compared = int(moving.sum())
        shorter = min(np.count_nonzero(a & MOVES), np.count_nonzero(b & MOVES))
        if compared < max(_FEWEST, _LEAST_SHARE * shorter):
            return False
        errors = np.bitwise_count((upon ^ under)[moving] & (MOVES - np.uint32(1))).mean() / BITS
        return bool(errors < _MOST_ERRORS - _CHANCE / compared**0.5)


@cache
def _band_differences() -> npt.NDArray[np.float32]:
    """Return what makes differences between neighbouring bands of log-mel frames, `(64, 30)`."""
    bands = np.zeros((MELS, BITS + 1), np.float32)
    for band in range(BITS + 1):
        bands[2 * band : 2 * band + 4, band] = 0.25
    return bands[:, 1:] - bands[:, :-1]


def _words(frames: LogMelFrames) -> Words:
    sums = np.zeros((len(frames.values) + 1, BITS))
    np.cumsum(frames.values @ _band_differences(), axis=0, dtype=np.float64, out=sums[1:])
    averages = (sums[AVERAGED:] - sums[:-AVERAGED]) / AVERAGED
    changes = averages[APART:] - averages[:-APART]
    bits = np.zeros((len(changes), 32), bool)
    np.greater(changes, 0, out=bits[:, :BITS])
    bits[:, BITS] = np.abs(changes).mean(axis=1) > _LEAST_MOVE
    words = np.packbits(bits, axis=1, bitorder="little").view("<u4")[:, 0]
    # What reaches into the next clip is of neither.
    own = [words[begin : max(begin, end - SPAN + 1)] for begin, end in itertools.pairwise(frames.starts.tolist())]
    return np.concatenate([np.zeros(0, np.uint32), *own]).astype(np.uint32, copy=False)
