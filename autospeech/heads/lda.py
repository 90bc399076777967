"""Linear discriminant analysis with shrinkage."""

from __future__ import annotations

import numpy as np

from autospeech.heads.base import Floats, Head, exclusive
from autospeech.heads.solve_positive import solve_positive


class LDA(Head):
    """Gaussian classes with one covariance, shrunk towards a multiple of the identity.

    Where there are fewer clips than numbers the system is solved in the space of the clips (matrix inversion lemma), so
    the cost grows with the smaller of both squared. Several labels a clip: each label against the rest, with the
    covariance of all clips. One clip more a class in the priors keeps a class without clips possible.

    Args:
        shrinkage: Share of the identity in the covariance, above 0, at most 1.
        temperature: What the logits are divided by: in many dimensions they are far too sure.

    Raises:
        ValueError: An argument is out of its range.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> labels = np.eye(2, dtype="float32")[[0, 1] * 20]
        >>> vectors = (labels @ [[1, 0, 0], [0, 1, 0]] + 0.3 * rng.normal(size=(40, 3))).astype("float32")
        >>> head = LDA()
        >>> head.fit(vectors, labels)
        >>> float(np.mean(head.scores(vectors).argmax(axis=1) == labels.argmax(axis=1)))
        1.0

    References:
        Friedman (1989): Regularized discriminant analysis. J. Am. Stat. Assoc. 84.
    """

    def __init__(self, shrinkage: float = 0.45, temperature: float = 8.0) -> None:
        if not 0 < shrinkage <= 1:
            raise ValueError(f"shrinkage is {shrinkage}; it must be above 0 and at most 1")
        if not temperature > 0:
            raise ValueError(f"temperature is {temperature}; it must be above 0")
        self.shrinkage = shrinkage
        self.temperature = temperature

    def fit(self, vectors: Floats, labels: Floats, *, multi_label: bool | None = None) -> None:
        """Learn from vectors `(clips, numbers)` and labels `(clips, classes)`; see `Head`."""
        clips = len(vectors)
        counts = labels.sum(axis=0)
        self._centre = vectors.mean(axis=0)
        centred = vectors - self._centre
        # A class without clips gets the mean of all: it is neither near nor far.
        means = (labels.T @ centred) / np.maximum(counts, 1)[:, None]
        alone = exclusive(labels) if multi_label is None else not multi_label
        within = centred - means[labels.argmax(axis=1)] if alone else centred
        if not alone:
            others = -(means * counts[:, None]) / np.maximum(clips - counts, 1)[:, None]
        targets = means if alone else means - others
        weights = self._solve(within, targets)
        self._weights = (weights / self.temperature).astype(np.float32)
        middles = means / 2 if alone else (means + others) / 2
        odds = np.log((counts + 1) / (clips + len(counts) if alone else clips - counts + 1))
        self._bias = (odds - np.einsum("ck,kc->c", middles, weights)).astype(np.float32) / self.temperature

    @property
    def linear(self) -> tuple[Floats, Floats]:
        """What vectors are multiplied by, `(numbers, classes)`, and what is added, `(classes,)`, to make logits."""
        bias = self._bias - self._centre.astype(np.float64) @ self._weights
        return self._weights, bias.astype(np.float32)

    def scores(self, vectors: Floats) -> Floats:
        """Return the logits of vectors, `(clips, classes)`."""
        return (vectors - self._centre) @ self._weights + self._bias

    def _solve(self, within: Floats, targets: Floats) -> Floats:
        """Return the shrunk covariance's inverse times the targets, `(numbers, classes)`."""
        clips, numbers = within.shape
        scale = float(np.mean(np.square(within))) + 1e-6
        ridge = self.shrinkage * scale
        within = within * np.float32(np.sqrt((1 - self.shrinkage) / clips))
        if numbers <= clips:
            matrix = within.T @ within
            matrix[np.diag_indices(numbers)] += ridge
            return solve_positive(matrix, targets.T)
        matrix = within @ within.T
        matrix[np.diag_indices(clips)] += ridge
        solved: Floats = targets.T - within.T @ solve_positive(matrix, within @ targets.T)
        return solved / np.float32(ridge)
