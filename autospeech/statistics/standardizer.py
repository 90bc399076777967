"""Vectors brought to zero mean and unit deviation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

# Values further out say no more than this one does.
_CLIP = 4.0
# Clips that a set of its own needs before its mean and deviation count as much as the training clips'.
_PRIOR_CLIPS = 20


class Standardizer:
    """Standardise vectors by the training clips, or a whole set of new clips by itself.

    Where all clips that are asked about come at once, standardising them by their own mean and deviation takes away
    what sets them apart as a set: other speakers, another room. It is wrong for clips that come one by one.

    Args:
        vectors: Those of the training clips, `(clips, numbers)`.
        weights: What each number is multiplied by in the end, `(numbers,)`; None for 1.

    Example:
        >>> standardizer = Standardizer(np.array([[0.0], [2.0]], "float32"))
        >>> standardizer.by_training(np.array([[3.0]], "float32")).tolist()
        [[2.0]]
        >>> standardizer.by_themselves(np.array([[5.0], [7.0]] * 500, "float32"))[:2].round(1).astype(str).tolist()
        [['-0.9'], ['1.1']]
    """

    def __init__(self, vectors: Floats, weights: Floats | None = None) -> None:
        self._weights = weights
        self._mean, self._deviation = _mean_and_deviation(vectors)

    @property
    def scaling(self) -> tuple[Floats, Floats, float, Floats]:
        """Mean, factor, limit and weights of `by_training`: `clip((v - mean) * factor, -limit, limit) * weights`."""
        weights = np.ones_like(self._mean) if self._weights is None else self._weights
        return self._mean, _factor(self._mean, self._deviation), _CLIP, weights

    def by_training(self, vectors: Floats) -> Floats:
        """Return vectors standardised by the training clips, clipped at 4; numbers that never vary become 0."""
        return self._standard(vectors, self._mean, self._deviation)

    def by_themselves(self, vectors: Floats) -> Floats:
        """Return the vectors of a whole set of clips standardised by the set; a small one leans on the training."""
        if not len(vectors):
            return self.by_training(vectors)
        share = len(vectors) / (len(vectors) + _PRIOR_CLIPS)
        own_mean, own_deviation = _mean_and_deviation(vectors)
        mean = share * own_mean + (1 - share) * self._mean
        variance = share * np.square(own_deviation) + (1 - share) * np.square(self._deviation)
        return self._standard(vectors, mean, np.sqrt(variance))

    def _standard(self, vectors: Floats, mean: Floats, deviation: Floats) -> Floats:
        scaled = np.subtract(vectors, mean, dtype=np.float32)
        scaled *= _factor(mean, deviation)
        np.clip(scaled, -_CLIP, _CLIP, out=scaled)
        return scaled if self._weights is None else np.multiply(scaled, self._weights, out=scaled)


def _factor(mean: Floats, deviation: Floats) -> Floats:
    varies = deviation > np.maximum(1e-5, 1e-6 * np.abs(mean))
    return np.where(varies, 1 / np.where(varies, deviation, 1), 0).astype(np.float32)


def _mean_and_deviation(vectors: Floats) -> tuple[Floats, Floats]:
    # Sums in single precision would make a number that is the same for some thousand clips vary.
    mean = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean, vectors.std(axis=0, mean=mean[None])
