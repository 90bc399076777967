"""Multinomial logistic regression."""

from __future__ import annotations

import numpy as np

from autospeech.heads.base import Floats, Head, exclusive


class Logistic(Head):
    """Logistic regression with a quadratic penalty, a few steps of L-BFGS from the origin.

    Several labels a clip: each label against the rest, all at once.

    Args:
        strength: Inverse of the penalty, scikit-learn's `C`.
        iterations: How many steps; few of them regularise too.

    Raises:
        ValueError: An argument is not above 0.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> labels = np.eye(2, dtype="float32")[[0, 1] * 20]
        >>> vectors = (labels @ [[1, 0, 0], [0, 1, 0]] + 0.3 * rng.normal(size=(40, 3))).astype("float32")
        >>> head = Logistic(strength=1.0)
        >>> head.fit(vectors, labels)
        >>> float(np.mean(head.scores(vectors).argmax(axis=1) == labels.argmax(axis=1)))
        1.0

    References:
        Byrd et al. (1995): A limited memory algorithm for bound constrained optimization. SIAM J. Sci. Comput. 16.
    """

    def __init__(self, strength: float = 0.01, iterations: int = 20) -> None:
        for name, value in {"strength": strength, "iterations": iterations}.items():
            if not value > 0:
                raise ValueError(f"{name} is {value}; it must be above 0")
        self.strength = strength
        self.iterations = iterations

    def fit(self, vectors: Floats, labels: Floats, *, multi_label: bool | None = None) -> None:
        """Learn from vectors `(clips, numbers)` and labels `(clips, classes)`; see `Head`."""
        # It takes longer to import than whoever only asks a head has.
        import scipy.optimize

        clips, numbers = vectors.shape
        classes = labels.shape[1]
        alone = exclusive(labels) if multi_label is None else not multi_label
        odds = np.log((labels.sum(axis=0) + 1) / (clips - labels.sum(axis=0) + 1)).astype(np.float32)

        def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
            table = flat.astype(np.float32).reshape(numbers + 1, classes)
            logits = vectors @ table[:-1] + table[-1]
            if alone:
                logs = scipy.special.log_softmax(logits, axis=1)
                value, error = -float(np.sum(labels * logs)), np.exp(logs) - labels
            else:
                value = float(np.sum(np.logaddexp(0, logits) - labels * logits))
                error = scipy.special.expit(logits) - labels
            value += 0.5 / self.strength * float(np.sum(np.square(table[:-1])))
            gradient = np.concatenate([vectors.T @ error + table[:-1] / self.strength, error.sum(axis=0)[None]])
            return value, gradient.astype(np.float64).ravel()

        start = np.zeros((numbers + 1, classes))
        start[-1] = odds
        found = scipy.optimize.minimize(
            loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": self.iterations, "maxcor": 5}
        )
        self._table = found.x.astype(np.float32).reshape(numbers + 1, classes)

    @property
    def linear(self) -> tuple[Floats, Floats]:
        """What vectors are multiplied by, `(numbers, classes)`, and what is added, `(classes,)`, to make logits."""
        return self._table[:-1], self._table[-1]

    def scores(self, vectors: Floats) -> Floats:
        """Return the logits of vectors, `(clips, classes)`."""
        return vectors @ self._table[:-1] + self._table[-1]
