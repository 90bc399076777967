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
        >>> sections.spaced(np.array([0]), 4)[0].tolist()
        [[0.0, 1.0], [1.0, 2.0], [2.0, 3.0], [3.0, 0.0]]
    """

    def __init__(self, clips: Sequence[npt.ArrayLike], samples: int, margin: int = 0) -> None:
        self.samples = samples
        self.margin = margin
        lengths = np.array([np.size(clip) for clip in clips], np.intp)
        self._starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.intp)
        self._values = np.concatenate([np.asarray(clip, np.float32) for clip in clips] or [np.zeros(0, np.float32)])

    def __len__(self) -> int:
        return len(self._starts) - 1

    def random(self, clips: Indices, generator: np.random.Generator) -> Floats:
        """Return a section of each clip, from anywhere: `(clips, samples)`."""
        return self._cut(clips, generator.integers(0, self._room(clips) + 1))

    def spaced(self, clips: Indices, many: int) -> tuple[Floats, Indices]:
        """Return evenly spaced sections of each clip, the first at its beginning and the last at its end.

        Args:
            clips: Of which.
            many: Sections a clip; fewer where there are fewer different ones, one in the middle where it is the only.

        Returns:
            Sections `(sections, samples)` and of which of `clips` each is.
        """
        room = self._room(clips)
        counts = np.minimum(room + 1, many)
        owner = np.repeat(np.arange(len(clips)), counts)
        places = [np.linspace(0, 1, count) if count > 1 else np.array([0.5]) for count in counts]
        begins = np.round(np.concatenate(places or [np.zeros(0)]) * room[owner]).astype(np.intp)
        return self._cut(clips[owner], begins), owner

    def _room(self, clips: Indices) -> Indices:
        """Return how far a section can be moved."""
        lengths = self._starts[clips + 1] - self._starts[clips] + 2 * self.margin
        return np.maximum(lengths - self.samples, 0)

    def _cut(self, clips: Indices, begins: Indices) -> Floats:
        cut = np.zeros((len(clips), self.samples), np.float32)
        for row, clip, begin in zip(cut, clips, begins - self.margin, strict=True):
            whole = self._values[self._starts[clip] : self._starts[clip + 1]]
            part = whole[max(begin, 0) : max(begin + self.samples, 0)]
            first = max(-begin, 0)
            row[first : first + len(part)] = part
        return cut
