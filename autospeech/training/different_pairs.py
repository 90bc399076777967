"""Pairs of clips that differ in their labels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.intp]


class DifferentPairs:
    """Draw pairs of clips with different labels, as between-class learning does.

    All such pairs are equally likely, which is what drawing two clips until their labels differ comes to. Where all
    clips have the same labels, any two are paired.

    Args:
        labels: `(clips, classes)` of 0 and 1; two clips are alike when their rows are equal. At least one clip.

    Raises:
        ValueError: There is no clip.

    Example:
        >>> pairs = DifferentPairs(np.eye(2)[[0, 0, 0, 1]])
        >>> first, second = pairs.draw(100, np.random.default_rng(0)).reshape(2, 100)
        >>> bool(((first == 3) != (second == 3)).all())
        True

    References:
        Tokozume, Ushiku, Harada (ICLR 2018): Learning from between-class examples for deep sound recognition, and its
        public code.
    """

    def __init__(self, labels: npt.ArrayLike) -> None:
        rows = np.asarray(labels)
        if not len(rows):
            raise ValueError("there is no clip to draw pairs of")
        kinds, kind, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
        # Clips of one kind stand together, so that those of all others are what is before and behind them.
        self._order = np.argsort(kind.reshape(-1), kind="stable")
        self._ends = np.cumsum(counts)
        self._starts = self._ends - counts
        self._same = len(kinds) == 1
        likely = np.repeat((len(rows) - counts).astype(np.float64), counts)
        self._likely = np.full(len(rows), 1 / len(rows)) if self._same else likely / likely.sum()
        self._kind = np.repeat(np.arange(len(kinds)), counts)

    def draw(self, pairs: int, generator: np.random.Generator) -> Indices:
        """Draw pairs.

        Args:
            pairs: How many.
            generator: The source of randomness.

        Returns:
            Indices `(2 * pairs,)`: the first clip of each pair, then the second of each.
        """
        clips = len(self._order)
        first = generator.choice(clips, pairs, p=self._likely)
        if self._same:
            second = generator.integers(0, clips, pairs)
        else:
            start, end = self._starts[self._kind[first]], self._ends[self._kind[first]]
            second = generator.integers(0, clips - (end - start))
            second = np.where(second < start, second, second + end - start)
        return np.asarray(np.concatenate([self._order[first], self._order[second]]), np.intp)
