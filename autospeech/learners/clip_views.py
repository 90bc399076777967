"""What rungs see of clips, computed once for each set of clips."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.audio.change_rate import change_rate
from autospeech.audio.even_crop import even_crop
from autospeech.audio.play_faster import play_faster
from autospeech.clock import Clock
from autospeech.datasets.same_sounds import same_sounds
from autospeech.learners.embedder import Embedder, embedded_frames
from autospeech.machine import threads
from autospeech.statistics.clip_statistics import ClipStatistics
from autospeech.statistics.fingerprints import Fingerprints
from autospeech.statistics.log_mel_frames import HOP, SAMPLE_RATE, WINDOW, LogMelFrames
from autospeech.statistics.pitch_statistics import pitch_statistics
from autospeech.statistics.pitch_track import PitchTrack
from autospeech.statistics.trunk import Trunk
from autospeech.statistics.voiced_cepstra import voiced_cepstra

Floats = npt.NDArray[np.float32]
Clips = Sequence[Floats]
# What the rich vectors are made of: how many numbers, and what each of them counts.
RICH = ((1390, 1.0), (42, 3.0), (60, 2.0))
# Frames whose pitch is looked for at a time.
_PART = 8192
# Sets of clips whose views are kept, the last used: to train and to test, whole and cropped.
KEPT_SETS = 4
# Frames that a set of clips may have in all, 8 hours: beyond, the longest clips are cropped to one length.
MOST_FRAMES = 1_800_000
# Seconds of sound that are played at another speed at a time: of many clips no second set is ever whole in memory.
_PLAYED = 1000.0
# What has to be done for a view.
_STEPS = {
    "frames": ("frames",),
    "simple": ("frames", "statistics"),
    "statistics": ("frames", "statistics"),
    "rich": ("frames", "statistics", "pitch"),
    "embedding": ("frames", "embedding"),
}


class ClipViews:
    """Log-mel frames, statistics and embeddings of sets of clips; what was computed for a set is kept.

    Args:
        embedder: Makes embeddings of frames; None where there is no encoder.

    Attributes:
        clip_rate: Sample rate of the clips, in Hz. All views are of sound at 16 kHz, to which others are resampled.

    Example:
        >>> clips = [np.ones(16000, "float32"), np.zeros(80000, "float32")]
        >>> views = ClipViews()
        >>> views.vectors("rich", clips, 2.0).shape, len(views.frames(clips).clip(1))
        ((2, 1492), 311)
    """

    def __init__(self, embedder: Embedder | None = None) -> None:
        self.costs = Clock()
        self.clip_rate = SAMPLE_RATE
        self._embedder = embedder
        # By identity, since comparing clips is neither quick nor meant; holding the clips keeps their identity theirs.
        self._made: dict[tuple[int, float], tuple[Clips, dict[Hashable, Any]]] = {}

    def forget(self, clips: Clips) -> None:
        """Keep nothing of a set of clips any longer."""
        for key in [key for key in self._made if key[0] == id(clips)]:
            del self._made[key]

    @property
    def trunk(self) -> Trunk | None:
        """What embeds frames; None where there is no encoder."""
        return None if self._embedder is None else self._embedder.trunk

    def warm_up(self, *, brief: bool = False) -> None:
        """Rehearse on noise, to learn what a second of sound costs; in brief, on little noise."""
        shape = (20 if brief else 60, 2 * self.clip_rate)
        noise = np.random.default_rng(0).normal(scale=0.1, size=shape).astype(np.float32)
        for _ in range(2):
            self.costs = Clock()
            clips = list(noise)
            self.vectors("rich", clips)
            self._played(clips[:20], 1.1)
            if self._embedder is not None:
                self.embedding(clips)
        self._made.clear()

    def frames(self, clips: Clips, seconds: float = np.inf) -> LogMelFrames:
        """Return the log-mel frames of clips, of their first seconds alone where that is asked for."""
        return self._kept(clips, seconds, "frames", lambda: self._frames(clips, seconds))

    def statistics(self, clips: Clips, seconds: float = np.inf) -> ClipStatistics:
        """Return the statistics of clips, of their first seconds alone where that is asked for."""
        return self._kept(clips, seconds, "statistics", lambda: self._statistics(clips, seconds))

    def sounds(self, clips: Clips, *, near: bool = False) -> npt.NDArray[np.intp]:
        """Return the sound of each clip, `(clips,)`, see `same_sounds`.

        Args:
            clips: The clips.
            near: Whether to look for copies that are encoded, cut or amplified in another way too; it takes the frames
                of all clips, and some 30 ms for 1000 s of sound.
        """
        return same_sounds(clips, Fingerprints.of(self.frames(clips), threads()) if near else None)

    def vectors(self, name: str, clips: Clips, seconds: float = np.inf) -> Floats:
        """Return vectors `(clips, numbers)` of one of the kinds of `member.VECTORS`."""
        if name == "embedding":
            return self.embedding(clips)
        if name == "simple":
            return self.statistics(clips, seconds).simple
        if name == "log_mel":
            return self.statistics(clips, seconds).rich
        rich = self._kept(clips, seconds, "rich", lambda: self._rich(clips, seconds))
        return np.concatenate([rich, self.embedding(clips)], axis=1) if name == "rich+embedding" else rich

    def at_speed(self, name: str, clips: Clips, speed: float) -> Floats:
        """Return the vectors of clips played so many times as fast; only these are kept, neither sound nor frames."""
        if "+" in name:
            return np.concatenate([self.at_speed(part, clips, speed) for part in name.split("+")], axis=1)
        return self._kept(clips, np.inf, (name, speed), lambda: self._at_speed(name, clips, speed))

    def weights(self, name: str, numbers: int) -> Floats:
        """Return what the standardised vectors of a kind are multiplied by, `(numbers,)`."""
        weights = np.ones(numbers, np.float32)
        if name.startswith("rich"):
            rich = np.concatenate([np.full(many, weight, np.float32) for many, weight in RICH])
            weights[: len(rich)] = rich
        return weights

    def embedding(self, clips: Clips) -> Floats:
        """Return the encoder's embedding of clips, `(clips, numbers)`."""
        return self._kept(clips, np.inf, "embedding", lambda: self._embedding(clips))

    def cost(self, view: str, clips: Clips, seconds: float = np.inf) -> float:
        """Return the expected seconds for a view of clips, one of `_STEPS`; 0 where it is there."""
        made = self._made.get((id(clips), seconds), (None, {}))[1]
        if view in made:
            return 0.0
        cropped = self._cropped(clips, seconds)
        steps = [step for step in _STEPS[view] if step not in made]
        return sum(self.costs.cost(step, _units(step, cropped)) for step in steps)

    def cost_at_speed(self, view: str, clips: Clips, speed: float) -> float:
        """Return the expected seconds for a view of clips played so many times as fast; 0 where it is there."""
        if (view, speed) in self._made.get((id(clips), np.inf), (None, {}))[1]:
            return 0.0
        cropped = self._cropped(clips, np.inf)
        playing = self.costs.cost("playing", _units("playing", cropped))
        return playing + sum(self.costs.cost(step, _units(step, cropped)) for step in _STEPS[view]) / speed

    def cost_of_a_second(self, name: str) -> float:
        """Return the expected seconds for the `rich` or the `log_mel` vectors of a second of sound."""
        return sum(self.costs.cost(step) for step in _STEPS["statistics" if name == "log_mel" else name])

    def _kept(self, clips: Clips, seconds: float, view: Hashable, make: Callable[[], Any]) -> Any:
        key = id(clips), seconds
        entry = self._made.pop(key, (clips, {}))
        self._made[key] = entry
        if len(self._made) > KEPT_SETS:
            del self._made[next(iter(self._made))]
        if view not in entry[1]:
            entry[1][view] = make()
        return entry[1][view]

    def _frames(self, clips: Clips, seconds: float) -> LogMelFrames:
        cropped = self._cropped(clips, seconds)
        with self.costs.measure("frames", _units("frames", cropped)):
            return LogMelFrames.of(cropped, threads())

    def audio_seconds(self, clips: Clips, seconds: float = np.inf) -> float:
        """Return how long clips are together, each counted with at most so many seconds."""
        return _audio_seconds(clips, seconds, self.clip_rate)

    def _cropped(self, clips: Clips, seconds: float) -> Clips:
        """Return clips at 16 kHz, or their first seconds."""
        if self.clip_rate != SAMPLE_RATE:
            clips = self._kept(clips, np.inf, "resampled", lambda: self._resampled(clips))
        lengths = np.array([len(clip) for clip in clips])
        most = min(seconds * SAMPLE_RATE, even_crop(lengths, MOST_FRAMES * HOP))
        return clips if lengths.max(initial=0) <= most else [clip[: int(most)] for clip in clips]

    def _resampled(self, clips: Clips) -> Clips:
        return list(threads().map(lambda clip: change_rate(clip, self.clip_rate, SAMPLE_RATE), clips))

    def _statistics(self, clips: Clips, seconds: float) -> ClipStatistics:
        frames = self.frames(clips, seconds)
        with self.costs.measure("statistics", _units("statistics", self._cropped(clips, seconds))):
            return ClipStatistics.of(frames, threads())

    def _rich(self, clips: Clips, seconds: float) -> Floats:
        statistics = self.statistics(clips, seconds).rich
        cropped = self._cropped(clips, seconds)
        frames = self.frames(clips, seconds)

        def of_part(part: tuple[int, int]) -> Floats:
            track = PitchTrack.of(cropped[slice(*part)])
            return np.concatenate([pitch_statistics(track), voiced_cepstra(frames.part(*part), track)], axis=1)

        if not len(cropped):
            return np.zeros((0, sum(many for many, _ in RICH)), np.float32)
        with self.costs.measure("pitch", _units("pitch", cropped)):
            parts = list(threads().map(of_part, frames.parts(_PART)))
            return np.concatenate([statistics, np.concatenate(parts)], axis=1)

    def _at_speed(self, name: str, clips: Clips, speed: float) -> Floats:
        cropped = self._cropped(clips, np.inf)
        vectors = []
        # About even parts, since a small one would tell a wrong cost.
        parts = max(1, min(round(_audio_seconds(cropped) / _PLAYED), len(cropped)))
        for part in np.array_split(np.arange(len(cropped)), parts):
            passing = ClipViews(self._embedder)
            passing.costs = self.costs
            vectors.append(passing.vectors(name, self._played([cropped[number] for number in part], speed)))
        return np.concatenate(vectors)

    def _played(self, clips: Clips, speed: float) -> Clips:
        with self.costs.measure("playing", _units("playing", clips)):
            return list(threads().map(lambda clip: play_faster(clip, speed), clips))

    def _embedding(self, clips: Clips) -> Floats:
        if self._embedder is None:
            raise ValueError("there is no encoder to embed with")
        frames = self.frames(clips)
        with self.costs.measure("embedding", _units("embedding", self._cropped(clips, np.inf))):
            return self._embedder(frames)


def _units(step: str, clips: Clips) -> int:
    """Return by what the cost of a step grows: frames that the encoder sees, or else seconds of sound."""
    if step == "embedding":
        lengths = np.array([len(clip) for clip in clips], np.intp)
        return max(1, embedded_frames(1 + np.maximum(lengths - WINDOW, 0) // HOP))
    return max(1, round(_audio_seconds(clips)))


def _audio_seconds(clips: Clips, seconds: float = np.inf, rate: int = SAMPLE_RATE) -> float:
    lengths = np.fromiter(map(len, clips), np.float64, len(clips))
    return float(np.minimum(lengths, seconds * rate).sum()) / rate
