"""The interface of all heads."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class Head(ABC):
    """A classifier of vectors whose training takes milliseconds.

    Labels are 0 or 1, `(clips, classes)`; rows of one label each are classes that exclude each other, anything else is
    several labels a clip. Scores are logits: differences of log probabilities between classes that exclude each other,
    log odds of each label otherwise.
    """

    @abstractmethod
    def fit(self, vectors: Floats, labels: Floats, *, multi_label: bool | None = None) -> None:
        """Learn from clips.

        Args:
            vectors: `(clips, numbers)`, about standardised.
            labels: `(clips, classes)`.
            multi_label: Whether clips may have several labels or none; None for what these labels show. Some clips
                of a multi-label task may have one label each.
        """

    @abstractmethod
    def scores(self, vectors: Floats) -> Floats:
        """Return the logits of vectors, `(clips, classes)`."""

    def out_of_fold(
        self,
        vectors: Floats,
        labels: Floats,
        folds: npt.NDArray[np.intp],
        asked: Floats | None = None,
        *,
        multi_label: bool | None = None,
    ) -> Floats:
        """Return the logits of each clip by a head that learnt from the other folds alone.

        Args:
            vectors: `(clips, numbers)`.
            labels: `(clips, classes)`.
            folds: The fold of each clip, `(clips,)`; two or more of them.
            asked: Vectors of the first clips, or of all, as they are when asked about, where that differs from how
                they are learnt; the other clips are only learnt from.
            multi_label: See `fit`.

        Returns:
            Logits `(clips, classes)` of the clips that are asked about.
        """
        asked = vectors if asked is None else asked
        asked_folds = folds[: len(asked)]
        scores = np.empty((len(asked), labels.shape[1]), np.float32)
        multi_label = not exclusive(labels) if multi_label is None else multi_label
        for fold in np.unique(folds):
            out = folds == fold
            self.fit(vectors[~out], labels[~out], multi_label=multi_label)
            scores[asked_folds == fold] = self.scores(asked[asked_folds == fold])
        return scores


def exclusive(labels: Floats) -> bool:
    """Tell whether each clip has exactly one label."""
    return bool(np.all(labels.sum(axis=1) == 1))
