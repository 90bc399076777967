"""Kernel ridge regression onto the labels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.linalg

from autospeech.heads.base import Floats, Head
from autospeech.heads.solve_positive import lower_factor, solve_positive

# The largest number of clips whose kernel is solved as a whole, and how many stand for more.
WHOLE, LANDMARKS = 3000, 1500
# Added to the diagonal of the landmarks' kernel, which is about singular where they are near each other.
_JITTER = np.float32(1e-3)


class KernelRidge(Head):
    """Least squares onto the labels in the space of a Gaussian kernel, its width the median distance of the clips.

    Where there are many clips, some of them, drawn at random, span the space (Nystroem's method) and the cost grows
    linearly with the clips.

    Args:
        ridge: Regularisation, relative to the number of clips.
        temperature: What the regressed labels, about 0 to 1, less a half are divided by to make logits.
        whole: The largest number of clips whose kernel matrix is solved as a whole.
        landmarks: How many span the space where there are more.

    Raises:
        ValueError: An argument is not above 0.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> labels = np.eye(2, dtype="float32")[[0, 1] * 20]
        >>> vectors = (labels @ [[1, 0, 0], [0, 1, 0]] + 0.3 * rng.normal(size=(40, 3))).astype("float32")
        >>> head = KernelRidge()
        >>> head.fit(vectors, labels)
        >>> float(np.mean(head.scores(vectors).argmax(axis=1) == labels.argmax(axis=1)))
        1.0

    References:
        Rifkin et al. (2003): Regularized least-squares classification. Williams, Seeger (2001): Using the Nystroem
        method to speed up kernel machines.
    """

    def __init__(
        self, ridge: float = 1e-4, temperature: float = 0.167, whole: int = WHOLE, landmarks: int = LANDMARKS
    ) -> None:
        for name, value in {"ridge": ridge, "temperature": temperature, "whole": whole, "landmarks": landmarks}.items():
            if not value > 0:
                raise ValueError(f"{name} is {value}; it must be above 0")
        self.ridge = ridge
        self.temperature = temperature
        self.whole = whole
        self.landmarks = landmarks

    def fit(self, vectors: Floats, labels: Floats, *, multi_label: bool | None = None) -> None:
        """Learn from vectors `(clips, numbers)` and labels `(clips, classes)`; see `Head`."""
        self._prepare(vectors)
        self._coefficients = self._solve(self._features(self._kernel(vectors)), labels)

    @property
    def expansion(self) -> tuple[Floats, float, Floats, Floats]:
        """Landmarks, width, coefficients `(landmarks, classes)` and bias `(classes,)` of what has been learnt.

        Logits are `exp(-squared distances to landmarks / width) @ coefficients + bias`.
        """
        solved, mean = self._coefficients
        coefficients = solved.astype(np.float64)
        if self._factor is not None:
            factor = self._factor.astype(np.float64)
            coefficients = scipy.linalg.solve_triangular(factor, coefficients, lower=True, trans="T")
        logits = (coefficients / self.temperature).astype(np.float32)
        return self._landmarks, self._width, logits, ((mean - 0.5) / self.temperature).astype(np.float32)

    def scores(self, vectors: Floats) -> Floats:
        """Return the logits of vectors, `(clips, classes)`."""
        return self._regressed(self._features(self._kernel(vectors)), self._coefficients)

    def out_of_fold(
        self,
        vectors: Floats,
        labels: Floats,
        folds: npt.NDArray[np.intp],
        asked: Floats | None = None,
        *,
        multi_label: bool | None = None,
    ) -> Floats:
        """Return the logits of each clip by a head that learnt from the other folds alone; see `Head`.

        One kernel serves all folds: its width and landmarks, which know nothing of labels, are those of all clips.
        """
        self._prepare(vectors)
        features = self._features(self._kernel(vectors))
        asking = features if asked is None else self._features(self._kernel(asked))
        asked_folds = folds[: len(asking)]
        scores = np.empty((len(asking), labels.shape[1]), np.float32)
        if self._factor is not None:
            sums = {fold: _sums(features[folds == fold], labels[folds == fold]) for fold in np.unique(folds)}
        for fold in np.unique(folds):
            out, judged = folds == fold, asked_folds == fold
            if self._factor is None:
                coefficients = self._solve(features[np.ix_(~out, ~out)], labels[~out])
                scores[judged] = self._regressed(asking[np.ix_(judged, ~out)], coefficients)
            else:
                others = [part for other, part in sums.items() if other != fold]
                together = _Sums(*(np.sum(parts, axis=0) for parts in zip(*others, strict=True)))
                scores[judged] = self._regressed(asking[judged], self._solved(together))
        return scores

    def _prepare(self, vectors: Floats) -> None:
        """Choose landmarks and width."""
        few = len(vectors) <= self.whole
        chosen = np.random.default_rng(0).permutation(len(vectors))[: self.landmarks]
        self._landmarks = vectors if few else vectors[np.sort(chosen)]
        some = self._landmarks[:: max(1, len(self._landmarks) // 500)]
        distances = squared_distances(some, some)[np.triu_indices(len(some), 1)]
        # Equal clips, such as silent ones, say nothing of the width; what is left of their distance is rounding.
        distances = distances[distances > 1e-5 * float(np.square(some).sum(axis=1).max())]
        self._width = float(np.median(distances)) if len(distances) else 1.0
        self._factor: Floats | None = None
        if not few:
            among = self._kernel(self._landmarks)
            among[np.diag_indices(len(among))] += _JITTER
            self._factor = lower_factor(among)

    def _kernel(self, vectors: Floats) -> Floats:
        squared = squared_distances(vectors, self._landmarks)
        squared *= np.float32(-1 / self._width)
        return np.exp(squared, out=squared)

    def _features(self, kernel: Floats) -> Floats:
        """Return vectors whose products are Nystroem's kernel, `(clips, landmarks)`; a whole kernel stays as it is."""
        if self._factor is None:
            return kernel
        return scipy.linalg.solve_triangular(self._factor, kernel.T, lower=True, check_finite=False).T

    def _solve(self, features: Floats, labels: Floats) -> tuple[Floats, Floats]:
        if self._factor is not None:
            return self._solved(_sums(features, labels))
        mean = labels.mean(axis=0, dtype=np.float32)
        matrix = features.copy()
        matrix[np.diag_indices(len(matrix))] += np.float32(self.ridge * len(features) + 1e-5)
        return solve_positive(matrix, (labels - mean).astype(np.float32)), mean

    def _solved(self, sums: _Sums) -> tuple[Floats, Floats]:
        mean = (sums.labels / sums.clips).astype(np.float32)
        matrix = sums.squares.copy()
        matrix[np.diag_indices(len(matrix))] += np.float32(self.ridge * sums.clips + 1e-5)
        return solve_positive(matrix, sums.products - np.outer(sums.features, mean)), mean

    def _regressed(self, features: Floats, coefficients: tuple[Floats, Floats]) -> Floats:
        solved, mean = coefficients
        # Even odds where the regressed label is half way; among classes that exclude each other it makes no difference.
        regressed: Floats = features @ solved + (mean - np.float32(0.5))
        return regressed / np.float32(self.temperature)


class _Sums(NamedTuple):
    """What least squares needs to know of some clips; sums of clips' sums are those of all of them."""

    squares: Floats
    products: Floats
    features: Floats
    labels: Floats
    clips: int


def _sums(features: Floats, labels: Floats) -> _Sums:
    products = features.T @ labels.astype(np.float32)
    return _Sums(features.T @ features, products, features.sum(axis=0), labels.sum(axis=0), len(features))


def squared_distances(a: Floats, b: Floats) -> Floats:
    """Return the squared distance of each vector of `a` to each of `b`, `(vectors of a, vectors of b)`."""
    products = a @ b.T
    products *= -2
    products += np.einsum("ij,ij->i", a, a)[:, None]
    products += np.einsum("ij,ij->i", b, b)
    return np.maximum(products, 0, out=products)
