"""Folds that keep apart what a random split would leave on both sides."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.datasets.same_sounds import joined_groups
from autospeech.datasets.splitting import rarest_label

# Clusters: enough to deal out among the folds, few enough that each holds a speaker rather than half of one.
CLUSTERS = 8
# Clusters are looked for among so many clips at most.
_MOST_CLIPS = 5000
# The largest share of the clips in one fold of groups: one that holds nearly all leaves too few to learn from.
_LARGEST_FOLD = 0.6


def clustered_folds(
    vectors: npt.ArrayLike,
    labels: npt.ArrayLike,
    folds: int = 4,
    *,
    groups: npt.NDArray[np.intp] | None = None,
    sounds: npt.NDArray[np.intp] | None = None,
    clustered: bool = True,
    seed: int = 0,
) -> npt.NDArray[np.intp]:
    """Deal clips out to folds so that clips that sound alike for another reason than their class stay together.

    Clips of one speaker, room or recording make a random split overrate what has learnt the speaker. Nobody tells who
    speaks; but once the mean of its class is taken from each clip, the speaker is much of what is left, and clips
    that are near each other then go to one fold.

    Args:
        vectors: What is known of each clip, `(clips, numbers)`; few, simple numbers do best.
        labels: 0 or 1 of shape `(clips, classes)`.
        folds: How many.
        groups: The group of each clip, `(clips,)`, where somebody does tell: no group is in two folds then. Where most
            groups are a single clip they say little of who speaks, and clusters of whole groups are kept together.
        sounds: The sound of each clip, `(clips,)`; copies of one recording share it, and are never in two folds.
        clustered: False for random folds, of each class alike.
        seed: The same seed gives the same folds.

    Returns:
        The fold of each clip, `(clips,)`. Fewer folds where there are too few clips; all 0 for a single clip. Random
        folds where the clips form too few clusters, or one of nearly all of them.

    Example:
        >>> speaker = np.arange(40) % 4
        >>> label = np.arange(40) // 20
        >>> vectors = np.stack([10.0 * speaker + label, 10.0 * (speaker == 2)], axis=1)
        >>> of_speaker = clustered_folds(vectors, np.eye(2)[label], folds=2)
        >>> [len(set(of_speaker[speaker == number])) for number in range(4)]
        [1, 1, 1, 1]
    """
    from sklearn.cluster import KMeans
    from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

    present = np.asarray(labels) > 0
    clips = len(present)
    known = groups is not None and len(np.unique(groups)) > 1
    whole = _undivided(groups if known else None, sounds)
    parts = clips if whole is None else len(np.unique(whole))
    folds = min(folds, clips, parts)
    if folds < 2:
        return np.zeros(clips, np.intp)
    if whole is not None and (not known or 2 * parts > clips):
        _, first, part = np.unique(whole, return_index=True, return_inverse=True)
        sums = np.zeros((parts, np.shape(vectors)[1]))
        np.add.at(sums, part, np.asarray(vectors))
        means = sums / np.bincount(part)[:, None]
        of_part = clustered_folds(means, present[first], folds, clustered=clustered, seed=seed)
        return of_part[part]
    strata = rarest_label(present)
    with warnings.catch_warnings():
        # Classes with fewer clips than folds are expected, and so are clusters that fall together.
        warnings.simplefilter("ignore")
        if known:
            often = np.bincount(strata).max() >= folds
            splitter = (StratifiedGroupKFold if often else GroupKFold)(folds, shuffle=True, random_state=seed)
            return _dealt(splitter, strata, whole)
        if np.bincount(strata).max() < folds:
            return _dealt(KFold(folds, shuffle=True, random_state=seed), strata)
        clusters = min(CLUSTERS, clips // 4)
        if clustered and clusters >= folds:
            rest = _without_class(np.asarray(vectors, np.float32), strata)
            means = KMeans(clusters, n_init=3, random_state=seed).fit(rest[:: -(-clips // _MOST_CLIPS)])
            cluster = means.predict(rest)
            if len(np.unique(cluster)) >= folds:
                fold = _dealt(StratifiedGroupKFold(folds, shuffle=True, random_state=seed), strata, cluster)
                sizes = np.bincount(fold, minlength=folds)
                if sizes.min() > 0 and sizes.max() <= _LARGEST_FOLD * clips:
                    return fold
        return _dealt(StratifiedKFold(folds, shuffle=True, random_state=seed), strata)


def _undivided(groups: npt.NDArray[np.intp] | None, sounds: npt.NDArray[np.intp] | None) -> npt.NDArray[np.intp] | None:
    """Return what must stay whole, `(clips,)`; None where every clip stands for itself."""
    different = 0 if sounds is None else len(np.unique(sounds))
    if sounds is None or different in (1, len(sounds)):
        return groups
    if groups is None:
        return sounds
    joined = joined_groups(groups.tolist(), sounds.tolist())
    return joined if joined.any() else sounds


def _dealt(splitter: Any, strata: npt.NDArray[np.intp], groups: npt.NDArray[np.intp] | None = None) -> Any:
    fold = np.zeros(len(strata), np.intp)
    for number, (_, held_out) in enumerate(splitter.split(strata, strata, groups)):
        fold[held_out] = number
    return fold


def _without_class(vectors: npt.NDArray[np.float32], strata: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
    """Standardise, and take the mean of its class from each clip."""
    standard = (vectors - vectors.mean(axis=0)) / np.maximum(vectors.std(axis=0), 1e-5)
    counts = np.bincount(strata)
    sums = np.zeros((len(counts), vectors.shape[1]), np.float32)
    np.add.at(sums, strata, standard)
    return standard - (sums / np.maximum(counts, 1)[:, None])[strata]
