"""Clips that are copies of each other, so that none of them judges what has learnt another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

from autospeech.audio.change_rate import change_rate
from autospeech.machine import one_blas_thread, threads
from autospeech.statistics.fingerprints import Fingerprints, Words
from autospeech.statistics.log_mel_frames import SAMPLE_RATE, LogMelFrames

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.intp]

# Samples of a clip by which copies of it are looked for, before all samples are compared.
_PROBED = 16
# What is quieter is silence, of which every clip has the same: -80 dBFS.
_SILENT_PEAK = 1e-4


def same_sounds(clips: Sequence[Floats], prints: Fingerprints | None = None) -> Numbers:
    """Number the sounds: clips with the same samples share a number, and so do other copies of one recording.

    Args:
        clips: Waveforms `(samples,)`.
        prints: Their fingerprints, to find copies that are encoded, cut or amplified in another way too; without them
            only the same samples are the same sound.

    Returns:
        The sound of each clip, `(clips,)`. Silent clips are a sound of their own each.

    Example:
        >>> rates = np.random.default_rng(0).uniform(0.1, 2.0, (2, 40))
        >>> tunes = 0.1 * np.sin(np.cumsum(np.repeat(rates, 800, axis=1), axis=1)).astype("float32")
        >>> clips = [tunes[0], tunes[1], tunes[0].copy(), 0.5 * tunes[1][5000:]]
        >>> same_sounds(clips).tolist(), same_sounds(clips, fingerprints_of(clips)).tolist()
        ([0, 1, 0, 2], [0, 1, 0, 1])
    """
    first = _first_of_the_same(clips)
    pairs = [np.stack([np.arange(len(clips)), first], axis=1)]
    if prints is not None:
        # One of those that are the same will do.
        alone = np.flatnonzero(first == np.arange(len(clips)))
        words = [prints.words[prints.starts[clip] : prints.starts[clip + 1]] for clip in alone]
        pairs.append(alone[Fingerprints.joined(words).copies()])
    return connected(len(clips), np.concatenate(pairs))


def fingerprints_of(clips: Sequence[Floats], sample_rate: int = SAMPLE_RATE) -> Fingerprints:
    """Return the fingerprints of clips, on all threads, with nothing else of them kept.

    Args:
        clips: Waveforms `(samples,)`.
        sample_rate: Of the clips, in Hz.
    """

    def words(clip: Floats) -> Words:
        return Fingerprints.of(LogMelFrames.of([change_rate(clip, sample_rate, SAMPLE_RATE)])).words

    with one_blas_thread():
        return Fingerprints.joined(list(threads().map(words, clips)))


def one_of_each(sounds: Numbers) -> Numbers:
    """Return the first clip of each sound, `(sounds,)`.

    Example:
        >>> one_of_each(np.array([3, 1, 3])).tolist()
        [0, 1]
    """
    return np.sort(np.unique(sounds, return_index=True)[1])


def connected(items: int, pairs: npt.NDArray[np.intp]) -> Numbers:
    """Number the sets of items that pairs of them connect, `(items,)`.

    Example:
        >>> connected(4, np.array([[0, 2], [2, 3]])).tolist()
        [0, 1, 0, 0]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), (items, items))
    return np.asarray(connected_components(graph, directed=False)[1], np.intp)


def joined_groups(*groups: Sequence[Hashable] | Numbers) -> Numbers:
    """Number the groups that are left when all clips stay together that share a group in any of several ways.

    Args:
        groups: For each way, the group of each clip, `(clips,)`.

    Example:
        >>> joined_groups(["ann", "bob", "cid"], [7, 8, 7]).tolist()
        [0, 1, 0]
    """
    pairs = []
    for way in groups:
        names: dict[Hashable, int] = {}
        pairs += [(clip, names.setdefault(name, clip)) for clip, name in enumerate(way)]
    return connected(len(groups[0]), np.array(pairs, np.intp).reshape(-1, 2))


def _first_of_the_same(clips: Sequence[Floats]) -> Numbers:
    """Return for each clip the first one with the same samples, `(clips,)`."""
    first = np.arange(len(clips))
    alike: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for number, clip in enumerate(clips):
        probed = np.asarray(clip[:: max(1, len(clip) // _PROBED)])
        alike[len(clip), probed.tobytes()].append(number)
    for numbers in alike.values():
        if len(numbers) > 1:
            seen: dict[bytes, int] = {}
            for number in numbers:
                if np.abs(clips[number]).max(initial=0) >= _SILENT_PEAK:
                    first[number] = seen.setdefault(np.asarray(clips[number]).tobytes(), number)
    return first
