"""Sections of one length, cut from clips of any length with silence around them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]


class Sections:
    """Clips in one piece of memory, from which sections are cut.

    A clip with its margins that is shorter than a section stands at the section's beginning, silence after it.

    Args:
        clips: Waveforms `(samples,)`.
        samples: Length of a section.
        margin: Samples of silence on both sides of each clip.

    Example:
        >>> sections = Sections([np.arange(1.0, 4), np.ones(1)], samples=2, margin=1)
        >>> clips, begins = sections.spaced(2)
        >>> clips.tolist(), sections.cut(clips, begins).tolist()
        ([0, 1, 0, 1], [[0.0, 1.0], [0.0, 1.0], [3.0, 0.0], [1.0, 0.0]])
    """

    def __init__(self, clips: Sequence[npt.ArrayLike], samples: int, margin: int = 0) -> None:
        self.samples = samples
        self.margin = margin
        lengths = np.array([np.size(clip) for clip in clips], np.intp)
        self._starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.intp)
        self._values = np.concatenate([np.asarray(clip, np.float32) for clip in clips] or [np.zeros(0, np.float32)])

    def __len__(self) -> int:
        return len(self._starts) - 1

    def random(
        self, clips: Indices, generator: np.random.Generator, speeds: npt.NDArray[np.floating] | None = None
    ) -> Floats:
        """Return a section of each clip, from anywhere: `(clips, samples)`.

        Args:
            clips: Which clips.
            generator: The source of randomness.
            speeds: How many times as fast each clip is played, pitch and all, before its margins are added and the
                section is cut, `(clips,)`, above 0; by linear interpolation. None for as it is.
        """
        if speeds is None:
            return self.cut(clips, generator.integers(0, self._room(clips) + 1))
        lengths = (self._lengths(clips) / speeds).astype(np.intp)
        room = np.maximum(lengths + 2 * self.margin - self.samples, 0)
        begins = generator.integers(0, room + 1) - self.margin
        cut = np.zeros((len(clips), self.samples), np.float32)
        for row, clip, begin, length, speed in zip(cut, clips, begins, lengths, speeds, strict=True):
            whole = self._values[self._starts[clip] : self._starts[clip + 1]]
            places = np.arange(max(begin, 0), max(min(begin + self.samples, length), 0)) * speed
            if len(places):
                first = max(-begin, 0)
                row[first : first + len(places)] = np.interp(places, np.arange(len(whole)), whole)
        return cut

    def spaced(self, many: int) -> tuple[Indices, Indices]:
        """Return where evenly spaced sections of each clip begin, the first at its beginning and the last at its end.

        Args:
            many: Sections a clip; fewer where there are fewer different ones, one in the middle where it is the only.

        Returns:
            Of which clip each is and where it begins, as `cut` takes them; a section of every clip before the next.
        """
        room = self._room(np.arange(len(self)))
        counts = np.minimum(room + 1, many)
        clips, begins = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
        for turn in range(counts.max(initial=0)):
            left = np.flatnonzero(counts > turn)
            place = np.where(counts[left] > 1, turn / np.maximum(counts[left] - 1, 1), 0.5)
            clips.append(left)
            begins.append(np.round(place * room[left]).astype(np.intp))
        return np.concatenate(clips), np.concatenate(begins)

    def _room(self, clips: Indices) -> Indices:
        """Return how far a section can be moved."""
        return np.maximum(self._lengths(clips) + 2 * self.margin - self.samples, 0)

    def _lengths(self, clips: Indices) -> Indices:
        return self._starts[clips + 1] - self._starts[clips]

    def cut(self, clips: Indices, begins: Indices) -> Floats:
        """Return sections `(sections, samples)` of clips that begin at given samples, margins counted."""
        cut = np.zeros((len(clips), self.samples), np.float32)
        for row, clip, begin in zip(cut, clips, begins - self.margin, strict=True):
            whole = self._values[self._starts[clip] : self._starts[clip + 1]]
            part = whole[max(begin, 0) : max(begin + self.samples, 0)]
            first = max(-begin, 0)
            row[first : first + len(part)] = part
        return cut
