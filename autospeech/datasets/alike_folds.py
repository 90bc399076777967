"""Folds that each hold out clips of every class that sound alike."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt

from autospeech.datasets.splitting import rarest_label

_TRIALS = 5


def alike_folds(
    vectors: npt.ArrayLike,
    labels: npt.ArrayLike,
    folds: int = 4,
    *,
    deals: int = 1,
    least: int = 8,
    seed: int = 0,
) -> npt.NDArray[np.intp]:
    """Cluster the clips of each class, and deal out the clusters: one of each class to a fold.

    Where each speaker has but one class, the clusters of a class are its speakers, which `clustered_folds` cannot see:
    it looks for what is left of a clip without its class. What learns from the other folds must tell the class of a
    clip that is unlike all of that class it knows, which is harder than any real task; so this is a test of the
    evidence, and not evidence.

    Args:
        vectors: What is known of each clip, `(clips, numbers)`; few, simple numbers do best.
        labels: 0 or 1 of shape `(clips, classes)`.
        folds: How many.
        deals: How often the same clusters are dealt out: which of two classes share a fold is chance.
        least: How many clips a class must have to be clustered; those of others are dealt out by chance.
        seed: The same seed gives the same folds.

    Returns:
        The fold of each clip in each deal, `(deals, clips)`.

    Example:
        >>> speaker = np.arange(64) % 8
        >>> vectors = np.eye(8)[speaker] + np.random.default_rng(0).normal(scale=0.01, size=(64, 8))
        >>> fold = alike_folds(vectors, np.eye(2)[speaker // 4])[0]
        >>> [len(set(fold[speaker == number])) for number in range(8)]
        [1, 1, 1, 1, 1, 1, 1, 1]
    """
    numbers = np.asarray(vectors, np.float32)
    standard = (numbers - numbers.mean(axis=0)) / np.maximum(numbers.std(axis=0), 1e-5)
    strata = rarest_label(np.asarray(labels) > 0)
    rng = np.random.default_rng(seed)
    fold = np.zeros((deals, len(strata)), np.intp)
    for stratum in np.unique(strata):
        clips = np.flatnonzero(strata == stratum)
        places = np.stack([rng.permutation(folds) for _ in range(deals)])
        if len(clips) < max(least, folds):
            fold[:, clips] = places[:, rng.permutation(len(clips)) % folds]
            continue
        with warnings.catch_warnings():
            # Clips that are all the same make fewer clusters.
            warnings.simplefilter("ignore")
            fold[:, clips] = places[:, _clusters(standard[clips], folds, seed)]
    return fold


def _clusters(vectors: npt.NDArray[np.float32], clusters: int, seed: int) -> npt.NDArray[np.intp]:
    """Return the cluster of each vector: the best of a few trials, by SciPy, whose threads do not wait for others."""
    from scipy.cluster.vq import kmeans2

    trials = [kmeans2(vectors, clusters, minit="++", seed=seed + trial) for trial in range(_TRIALS)]
    return np.asarray(min(trials, key=lambda trial: float(np.square(vectors - trial[0][trial[1]]).sum()))[1], np.intp)
