"""Evenly spaced windows of clips: where they begin, and the mean of what is said of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from autospeech.statistics.log_mel_frames import LogMelFrames

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.intp]

# Frames that a thread looks at together: small batches are faster, since they stay in the cache.
FRAMES_AT_A_TIME = 500


def spread_windows(counts: Integers, many: Integers, length: int) -> tuple[Integers, Integers]:
    """Spread windows of one length over clips.

    The first window begins with the clip and the last ends with it; a single one stands in the middle.

    Args:
        counts: Frames of each clip, `(clips,)`.
        many: Windows of each clip, `(clips,)`, 1 or more.
        length: Frames of a window.

    Returns:
        Of each window the number of its clip and the frame that it begins with, `(windows,)` both. A clip shorter than
        the window begins with its first frame.

    Example:
        >>> owner, begins = spread_windows(np.array([10, 20]), np.array([1, 3]), 8)
        >>> owner.tolist(), begins.tolist()
        ([0, 1, 1, 1], [1, 0, 6, 12])
    """
    owner = np.repeat(np.arange(len(counts)), many)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(many) - many, many)
    extra, last = np.maximum(counts - length, 0)[owner], many[owner] - 1
    # In whole numbers: a product of fractions may fall short of the frame that it means.
    begins = np.where(last > 0, number * extra // np.maximum(last, 1), extra // 2)
    return owner, begins.astype(np.intp)


def mean_over_windows(
    forward: Callable[[Floats], Floats],
    frames: LogMelFrames,
    many: Integers,
    length: int,
    *,
    clips: Integers | None = None,
    pool: ThreadPoolExecutor | None = None,
) -> Floats:
    """Return the mean of what is said of each clip's windows.

    Args:
        forward: From windows `(windows, length, bins)` to numbers `(windows, numbers)`, each row by itself.
        frames: Of all clips.
        many: Windows of each clip, `(clips,)`.
        length: Frames of a window. A clip shorter than that repeats.
        clips: Numbers of the clips that are asked about; None for all, and `many` is of these.
        pool: Threads to share the windows among; None for this thread alone.

    Returns:
        `(clips, numbers)`.

    Example:
        >>> frames = LogMelFrames.of([np.ones(16000, "float32"), np.zeros(3, "float32")])
        >>> mean_over_windows(lambda windows: windows[:, 0], frames, np.array([2, 1]), 10).shape
        (2, 64)
    """
    clips = np.arange(len(frames)) if clips is None else clips
    counts = np.diff(frames.starts)[clips]
    owner, begins = spread_windows(counts, many, length)
    step = max(1, FRAMES_AT_A_TIME // length)

    def said(first: int) -> Floats:
        part = slice(first, first + step)
        rows = (begins[part, None] + np.arange(length)) % counts[owner[part], None]
        return forward(frames.values[frames.starts[clips[owner[part]], None] + rows])

    said_of = np.concatenate(list((map if pool is None else pool.map)(said, range(0, len(owner), step))))
    total = np.zeros((len(clips), said_of.shape[1]), np.float32)
    np.add.at(total, owner, said_of)
    total /= many[:, None]
    return total
