"""Pairs of clips from two disjoint halves of an epoch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def mixed_batches(clips: int, batch: int, generator: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield one epoch of batches for mixup.

    The clips are shuffled and cut in two halves; each batch takes `batch` clips from the one and `batch` from the
    other, so that no clip is mixed with itself and each is used at most once. Of fewer than 2 `batch` clips, some stand
    several times in the epoch's only batch.

    Args:
        clips: How many there are, at least 1.
        batch: How many mixtures a batch makes.
        generator: The source of randomness.

    Yields:
        Indices `(2 * batch,)`, the first half to be mixed with the second.

    Raises:
        ValueError: There is no clip.

    Example:
        >>> [len(indices) for indices in mixed_batches(140, 32, np.random.default_rng(0))]
        [64, 64]
    """
    if clips < 1:
        raise ValueError("there is no clip to train on")
    order = generator.permutation(clips)
    halves = [order[: clips // 2], order[clips // 2 :]] if clips > 1 else [order, order]
    if clips < 2 * batch:
        halves = [np.resize(half, batch) for half in halves]
    steps = min(len(half) for half in halves) // batch
    for step in range(steps):
        part = slice(step * batch, (step + 1) * batch)
        yield np.concatenate([half[part] for half in halves])
