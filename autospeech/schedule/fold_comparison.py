"""Whether answers that look good out of fold are good for clips that sound unlike those learnt from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from autospeech.datasets.alike_folds import alike_folds
from autospeech.datasets.clustered_folds import clustered_folds
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.same_sounds import joined_groups
from autospeech.datasets.splitting import rarest_label, stratified_subset
from autospeech.heads.kernel_ridge import KernelRidge
from autospeech.learners.clip_views import ClipViews
from autospeech.schedule.blend import Blend
from autospeech.statistics.standardizer import Standardizer
from autospeech.training.validation_score import ValidationScore

Numbers = npt.NDArray[np.intp]

# Clips that are judged, at most and at least, and how many of a class make clusters of it.
_MOST_CLIPS, _LEAST_CLIPS, OF_A_CLASS = 600, 40, 8
# Which clusters of two classes share a fold is chance, which eight deals even out.
_DEALS = 8
# Measured, NAUC by likeness as a share of that in random folds: on nine tasks .66 to 1; on sets in which each of twelve
# speakers has one class .34 to .53.
_GOOD, _KEPT_SHARE = 0.5, 0.6


class FoldComparison(NamedTuple):
    """NAUC (2*AUC-1) of kernel ridge out of fold, the folds dealt out in two ways.

    Args:
        random: By chance, each class alike.
        alike: So that clips of a class that sound alike are in one fold; the mean of several such deals.
    """

    random: float
    alike: float

    @property
    def is_wide(self) -> bool:
        """Whether good answers are bad ones, or much worse ones, for clips that sound unlike those learnt from.

        Example:
            >>> [FoldComparison(*naucs).is_wide for naucs in [(0.97, 0.78), (0.95, 0.47), (0.4, -0.1)]]
            [False, True, False]
        """
        return self.random >= _GOOD and self.alike < _KEPT_SHARE * self.random

    @classmethod
    def of(
        cls, views: ClipViews, train: LabelledClips, sounds: Numbers, seconds: float = np.inf, seed: int = 0
    ) -> FoldComparison | None:
        """Judge training clips, or some hundreds of them; it takes some tenths of a second.

        Args:
            views: Of the clips.
            train: The clips; those of one group are judged as one.
            sounds: The sound of each clip, `(clips,)`; copies are judged as one, too.
            seconds: How much of each clip is looked at.
            seed: Seeds the choice of clips and the folds.

        Returns:
            The comparison; None where clips are too few, in all or of most classes.
        """
        whole = sounds if train.groups is None else joined_groups(train.groups.tolist(), sounds.tolist())
        _, first, item = np.unique(whole, return_index=True, return_inverse=True)
        labels = train.labels[first]
        chosen = stratified_subset(labels, min(1.0, _MOST_CLIPS / len(first)), seed)
        counts = np.bincount(rarest_label(labels[chosen] > 0))
        if len(chosen) < _LEAST_CLIPS or 2 * counts[counts >= OF_A_CLASS].sum() < len(chosen):
            return None
        shares = (1 / np.bincount(item))[item].astype(np.float32)
        of_item = csr_array((shares, (item, np.arange(len(item)))))
        # Pitch is looked at where that is done already.
        name = "log_mel" if views.cost("rich", train.clips, seconds) > 0 else "rich"

        def means(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
            return np.asarray((of_item @ vectors)[chosen], np.float32)

        vectors = means(views.vectors(name, train.clips, seconds))
        simple = means(views.vectors("simple", train.clips, seconds))
        standard = Standardizer(vectors, views.weights(name, vectors.shape[1])).by_training(vectors)
        several = train.is_multilabel

        def nauc(folds: Numbers) -> float:
            logits = KernelRidge().out_of_fold(standard, labels[chosen], folds)
            said = Blend({"": 1.0}, multi_label=several, one_by_one=True).probabilities({"": logits})
            return 2 * ValidationScore.of(labels[chosen], said).auc - 1

        alike = alike_folds(simple, labels[chosen], deals=_DEALS, least=OF_A_CLASS, seed=seed)
        return cls(
            nauc(clustered_folds(simple, labels[chosen], clustered=False, seed=seed)),
            float(np.mean([nauc(folds) for folds in alike])),
        )
