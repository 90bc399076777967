"""Kernel ridge regression onto the labels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.linalg

from autospeech.heads.base import Floats, Head


class KernelRidge(Head):
    """Least squares onto the labels in the space of a Gaussian kernel, its width the median distance of the clips.

    With more clips than landmarks, so many of them span the space (Nystroem's method) and the cost grows linearly with
    the clips.

    Args:
        ridge: Regularisation, relative to the number of clips.
        temperature: What the regressed labels, about 0 to 1, are divided by to make logits.
        landmarks: The largest number of clips whose kernel matrix is solved as a whole.

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

    def __init__(self, ridge: float = 1e-4, temperature: float = 0.167, landmarks: int = 3000) -> None:
        for name, value in {"ridge": ridge, "temperature": temperature, "landmarks": landmarks}.items():
            if not value > 0:
                raise ValueError(f"{name} is {value}; it must be above 0")
        self.ridge = ridge
        self.temperature = temperature
        self.landmarks = landmarks

    def fit(self, vectors: Floats, labels: Floats) -> None:
        """Learn from vectors `(clips, numbers)` and labels `(clips, classes)`."""
        kernel = self._prepare(vectors)
        self._coefficients = self._solve(kernel, labels)

    def scores(self, vectors: Floats) -> Floats:
        """Return the logits of vectors, `(clips, classes)`."""
        return self._regressed(self._kernel(vectors), self._coefficients)

    def out_of_fold(
        self, vectors: Floats, labels: Floats, folds: npt.NDArray[np.intp], asked: Floats | None = None
    ) -> Floats:
        """Return the logits of each clip by a head that learnt from the other folds alone; one kernel serves all."""
        kernel = self._prepare(vectors)
        asking = kernel if asked is None else self._kernel(asked)
        whole = len(self._landmarks) == len(vectors)
        scores = np.empty(labels.shape, np.float32)
        for fold in np.unique(folds):
            out = folds == fold
            learnt = kernel[np.ix_(~out, ~out)] if whole else kernel[~out]
            coefficients = self._solve(learnt, labels[~out])
            kept = asking[np.ix_(out, ~out)] if whole else asking[out]
            scores[out] = self._regressed(kept, coefficients)
        return scores

    def _prepare(self, vectors: Floats) -> Floats:
        """Choose landmarks and width; return the kernel of the clips with the landmarks."""
        if len(vectors) > self.landmarks:
            chosen = np.random.default_rng(0).permutation(len(vectors))[: self.landmarks]
            self._landmarks = vectors[np.sort(chosen)]
        else:
            self._landmarks = vectors
        some = self._landmarks[:: max(1, len(self._landmarks) // 500)]
        distances = _squared_distances(some, some)[np.triu_indices(len(some), 1)]
        self._width = max(float(np.median(distances)), 1e-6) if len(distances) else 1.0
        self._among = self._kernel(self._landmarks)
        return self._among if self._landmarks is vectors else self._kernel(vectors)

    def _kernel(self, vectors: Floats) -> Floats:
        squared = _squared_distances(vectors, self._landmarks)
        squared *= np.float32(-1 / self._width)
        return np.exp(squared, out=squared)

    def _solve(self, kernel: Floats, labels: Floats) -> tuple[Floats, Floats]:
        mean = labels.mean(axis=0)
        clips = len(kernel)
        if clips == kernel.shape[1]:
            matrix = kernel.copy()
            matrix[np.diag_indices(clips)] += self.ridge * clips + 1e-5
            right = labels - mean
        else:
            matrix = kernel.T @ kernel + np.float32(self.ridge * clips) * self._among
            matrix[np.diag_indices(len(matrix))] += 1e-4 * clips / len(matrix)
            right = kernel.T @ (labels - mean)
        try:
            solved = scipy.linalg.solve(matrix, right, assume_a="pos", overwrite_a=True, check_finite=False)
        except np.linalg.LinAlgError:
            # Many equal clips leave the matrix singular to single precision.
            solved = np.linalg.lstsq(matrix.astype(np.float64), right, rcond=1e-6)[0]
        return solved.astype(np.float32), mean

    def _regressed(self, kernel: Floats, coefficients: tuple[Floats, Floats]) -> Floats:
        solved, mean = coefficients
        return (kernel @ solved + mean) / np.float32(self.temperature)


def _squared_distances(a: Floats, b: Floats) -> Floats:
    products = a @ b.T
    products *= -2
    products += np.einsum("ij,ij->i", a, a)[:, None]
    products += np.einsum("ij,ij->i", b, b)
    return np.maximum(products, 0, out=products)
