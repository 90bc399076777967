"""What rungs see of clips, computed once for each set of clips."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.clock import Clock
from autospeech.machine import threads
from autospeech.statistics.clip_statistics import ClipStatistics
from autospeech.statistics.log_mel_frames import SAMPLE_RATE, LogMelFrames

Floats = npt.NDArray[np.float32]
Clips = Sequence[Floats]
# Sets of clips whose views are kept, the last used: to train and to test, whole and cropped.
KEPT_SETS = 4
# Frames that a set of clips may have in all, 8 hours: beyond, the longest clips are cropped to one length.
MOST_FRAMES = 1_800_000


class ClipViews:
    """Log-mel frames, statistics and embeddings of sets of clips; what was computed for a set is kept.

    Args:
        embed: Makes embeddings `(clips, numbers)` of frames; None where there is no encoder.

    Example:
        >>> clips = [np.ones(16000, "float32"), np.zeros(80000, "float32")]
        >>> views = ClipViews()
        >>> views.statistics(clips, 2.0).rich.shape, len(views.frames(clips).clip(1))
        ((2, 1390), 311)
    """

    def __init__(self, embed: Callable[[LogMelFrames], Floats] | None = None) -> None:
        self.costs = Clock()
        self._embed = embed
        # By identity, since comparing clips is neither quick nor meant; holding the clips keeps their identity theirs.
        self._made: dict[tuple[int, float], tuple[Clips, dict[Hashable, Any]]] = {}

    def warm_up(self) -> None:
        """Rehearse on noise, to learn what a second of sound costs."""
        noise = np.random.default_rng(0).normal(scale=0.1, size=(60, 2 * SAMPLE_RATE)).astype(np.float32)
        for _ in range(2):
            self.costs = Clock()
            clips = list(noise)
            self.statistics(clips)
            if self._embed is not None:
                self.embedding(clips[:24])
        self._made.clear()

    def frames(self, clips: Clips, seconds: float = np.inf) -> LogMelFrames:
        """Return the log-mel frames of clips, of their first seconds alone where that is asked for."""
        return self._kept(clips, seconds, "frames", lambda: self._frames(clips, seconds))

    def statistics(self, clips: Clips, seconds: float = np.inf) -> ClipStatistics:
        """Return the statistics of clips, of their first seconds alone where that is asked for."""
        return self._kept(clips, seconds, "statistics", lambda: self._statistics(clips, seconds))

    def embedding(self, clips: Clips) -> Floats:
        """Return the encoder's embedding of clips, `(clips, numbers)`."""
        return self._kept(clips, np.inf, "embedding", lambda: self._embedding(clips))

    def cost(self, view: str, clips: Clips, seconds: float = np.inf) -> float:
        """Return the expected seconds to make a view (`statistics` or `embedding`) of clips; 0 where it is there."""
        made = self._made.get((id(clips), seconds), (None, {}))[1]
        if view in made:
            return 0.0
        length = audio_seconds(clips, seconds)
        cost = 0.0 if "frames" in made else self.costs.cost("frames") * length
        return cost + self.costs.cost(view) * (length if view == "statistics" else len(clips))

    def _kept(self, clips: Clips, seconds: float, view: str, make: Callable[[], Any]) -> Any:
        key = id(clips), seconds
        entry = self._made.pop(key, (clips, {}))
        self._made[key] = entry
        if len(self._made) > KEPT_SETS:
            del self._made[next(iter(self._made))]
        if view not in entry[1]:
            entry[1][view] = make()
        return entry[1][view]

    def _frames(self, clips: Clips, seconds: float) -> LogMelFrames:
        lengths = np.array([len(clip) for clip in clips])
        most = min(seconds * SAMPLE_RATE, _evenly(lengths, MOST_FRAMES * 256))
        cropped = clips if lengths.max(initial=0) <= most else [clip[: int(most)] for clip in clips]
        with self.costs.measure("frames", max(1, round(audio_seconds(cropped)))):
            return LogMelFrames.of(cropped, threads())

    def _statistics(self, clips: Clips, seconds: float) -> ClipStatistics:
        frames = self.frames(clips, seconds)
        with self.costs.measure("statistics", max(1, round(audio_seconds(clips, seconds)))):
            return ClipStatistics.of(frames, threads())

    def _embedding(self, clips: Clips) -> Floats:
        if self._embed is None:
            raise ValueError("there is no encoder to embed with")
        frames = self.frames(clips)
        with self.costs.measure("embedding", len(clips)):
            return self._embed(frames)


def audio_seconds(clips: Clips, seconds: float = np.inf) -> float:
    """Return how long clips are together, each counted with at most so many seconds."""
    most = seconds * SAMPLE_RATE
    return sum(min(len(clip), most) for clip in clips) / SAMPLE_RATE


def _evenly(lengths: npt.NDArray[np.intp], most: int) -> float:
    """Return the length at which to crop so that all clips together have at most `most` samples."""
    if lengths.sum() <= most:
        return np.inf
    ordered = np.sort(lengths)
    before = np.concatenate([[0], np.cumsum(ordered)[:-1]])
    # With the first k clips whole and all others cropped at x: before[k] + (n - k) x = most.
    crops = (most - before) / np.arange(len(ordered), 0, -1)
    return float(crops[np.argmax(crops <= ordered)])
