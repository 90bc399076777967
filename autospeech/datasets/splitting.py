"""Which clips to learn from and which to hold out."""

from __future__ import annotations

import math
import warnings
from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.intp]


def stratified_split(labels: npt.ArrayLike, share: float = 0.1, seed: int = 0) -> tuple[Indices, Indices]:
    """Hold out a share of the clips, of each class alike, whatever the classes look like.

    Each class with two clips or more keeps one in train, a class with a single clip keeps that one. In multi-label data
    a clip counts towards the rarest of its labels. The counts are those of scikit-learn's `StratifiedShuffleSplit`
    to within one clip a class; unlike it, this also splits where there are more classes than clips to hold out.

    Args:
        labels: 0 or 1 of shape `(clips, classes)`, at least one clip.
        share: How much to hold out, between 0 and 1.
        seed: The same seed gives the same split.

    Returns:
        Sorted indices to train on and to hold out. Never empty: where no clip can be spared, both are all clips.

    Raises:
        ValueError: No clips, labels that are no matrix, or a share that is not between 0 and 1.

    Example:
        >>> train, held_out = stratified_split(np.eye(2)[[0, 0, 0, 0, 1, 1]], share=0.3)
        >>> len(train), len(held_out)
        (4, 2)
    """
    present = np.asarray(labels) > 0
    if present.ndim != 2 or not len(present):
        raise ValueError(f"labels have the shape {present.shape}; they must be (clips, classes) with at least one clip")
    if not 0 < share < 1:
        raise ValueError(f"share is {share}; it must lie between 0 and 1")
    wanted = max(1, round(share * len(present)))
    left = present.sum(axis=0)
    held_out: list[int] = []
    for clip in spread_order(rarest_label(present), seed):
        if len(held_out) == wanted:
            break
        if np.all(left[present[clip]] > 1) and len(held_out) < len(present) - 1:
            left -= present[clip]
            held_out.append(int(clip))
    everything = np.arange(len(present))
    if not held_out:
        return everything, everything
    return np.setdiff1d(everything, held_out), np.sort(np.array(held_out, np.intp))


def stratified_subset(labels: npt.ArrayLike, share: float, seed: int = 0) -> Indices:
    """Choose a share of the clips, of each class alike.

    The subsets of one seed are nested: a smaller share is part of each larger one. A clip of several labels counts
    towards the first of them.

    Args:
        labels: 0 or 1 of shape `(clips, classes)`, at least one clip.
        share: How much to choose, above 0 and at most 1; rounded for each class, and one clip of it at least.
        seed: The same seed gives the same subset.

    Returns:
        Sorted indices.

    Raises:
        ValueError: The share is not above 0 and at most 1.

    Example:
        >>> chosen = stratified_subset(np.eye(2)[[0, 0, 0, 0, 1, 1]], share=0.5)
        >>> [int((chosen < 4).sum()), int((chosen >= 4).sum())]
        [2, 1]
    """
    if not 0 < share <= 1:
        raise ValueError(f"share is {share}; it must be above 0 and at most 1")
    matrix = np.asarray(labels)
    order = np.random.default_rng(seed).permutation(len(matrix))
    kinds = matrix[order].argmax(axis=1)
    chosen = []
    for kind in np.unique(kinds):
        of_kind = order[kinds == kind]
        chosen.append(of_kind[: max(1, round(len(of_kind) * share))])
    return np.sort(np.concatenate(chosen))


def grouped_split(
    labels: npt.ArrayLike, groups: Sequence[Hashable], share: float = 0.2, seed: int = 0
) -> tuple[Indices, Indices]:
    """Hold out whole groups (speakers, recordings), about a share of the clips, of each class as alike as groups allow.

    Args:
        labels: 0 or 1 of shape `(clips, classes)`.
        groups: The group of each clip; at least two different ones.
        share: About how much to hold out, between 0 and 1.
        seed: The same seed gives the same split.

    Returns:
        Sorted indices to train on and to hold out; no group is in both. Of the folds that `StratifiedGroupKFold` offers
        this is the one that leaves the most classes in train, then in the held-out part.

    Raises:
        ValueError: There is only one group.

    Example:
        >>> train, held_out = grouped_split(np.eye(2)[[0, 1, 0, 1]], ["ann", "ann", "bob", "bob"], share=0.5)
        >>> len(train), len(held_out)
        (2, 2)
    """
    from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

    present = np.asarray(labels) > 0
    numbers = np.unique([repr(group) for group in groups], return_inverse=True)[1]
    if numbers.max(initial=0) == 0:
        raise ValueError("all clips are of one group; groups can only be held out where there are two or more")
    strata = rarest_label(present)
    folds = min(max(2, round(1 / share)), int(numbers.max()) + 1)
    splitter = StratifiedGroupKFold if np.bincount(strata).max() >= folds else GroupKFold
    with warnings.catch_warnings():
        # It warns of classes with fewer clips than folds; such classes are expected here.
        warnings.simplefilter("ignore", UserWarning)
        splits = list(splitter(folds, shuffle=True, random_state=seed).split(present, strata, numbers))

    def worth(split: tuple[Indices, Indices]) -> tuple[int, int, float]:
        train, held_out = split
        learnt, judged = (int(present[part].any(axis=0).sum()) for part in (train, held_out))
        return learnt, judged, -abs(len(held_out) - share * len(present))

    train, held_out = max((split for split in splits if len(split[0]) and len(split[1])), key=worth)
    return np.sort(train), np.sort(held_out)


def rarest_label(present: npt.NDArray[np.bool_]) -> Indices:
    """Name the stratum of each clip: the rarest of its labels, or the number of classes where it has none.

    Args:
        present: Which labels a clip has, of shape `(clips, classes)`.

    Returns:
        One number a clip, of shape `(clips,)`.
    """
    counts = np.where(present, present.sum(axis=0), math.inf)
    return np.where(present.any(axis=1), counts.argmin(axis=1), present.shape[1])


def spread_order(strata: Indices, seed: int = 0) -> Indices:
    """Order clips so that any first part of them holds each stratum in proportion (systematic sampling).

    Args:
        strata: The stratum of each clip, `(clips,)`.
        seed: The same seed gives the same order.

    Returns:
        The clips' numbers, `(clips,)`.

    Example:
        >>> strata = np.array([0, 0, 0, 0, 1, 1])
        >>> sorted(strata[spread_order(strata)[:3]].tolist())
        [0, 0, 1]
    """
    rng = np.random.default_rng(seed)
    position = np.empty(len(strata))
    for stratum in np.unique(strata):
        members = rng.permutation(np.flatnonzero(strata == stratum))
        position[members] = (np.arange(len(members)) + rng.random()) / len(members)
    return np.argsort(position, kind="stable")
