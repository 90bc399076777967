"""Clips that are mixed, from disjoint parts of an epoch."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np


def mixed_batches(clips: int, batch: int, generator: np.random.Generator, parts: int = 2) -> Iterator[np.ndarray]:
    """Yield one epoch of batches of mixtures.

    The clips are shuffled and cut in as many parts as clips go into a mixture; each batch takes `batch` clips from each
    part, so that no clip is mixed with itself and each is used at most once. Where there are too few clips for one
    batch, some stand several times in the epoch's only one.

    Args:
        clips: How many there are, at least 1.
        batch: How many mixtures a batch makes.
        generator: The source of randomness.
        parts: Clips that go into a mixture: 1 for none, 2 for mixup.

    Yields:
        Indices `(parts * batch,)`: the first `batch` are to be mixed with the second, and so on.

    Raises:
        ValueError: There is no clip.

    Example:
        >>> [len(indices) for indices in mixed_batches(140, 32, np.random.default_rng(0))]
        [64, 64]
    """
    if clips < 1:
        raise ValueError("there is no clip to train on")
    order = generator.permutation(clips)
    ends = [part * clips // parts for part in range(parts + 1)]
    drawn = [order[start:end] for start, end in itertools.pairwise(ends)] if clips >= parts else [order] * parts
    if clips < parts * batch:
        drawn = [np.resize(part, batch) for part in drawn]
    steps = min(len(part) for part in drawn) // batch
    for step in range(steps):
        yield np.concatenate([part[step * batch : (step + 1) * batch] for part in drawn])
