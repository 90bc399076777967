"""The first answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.splitting import stratified_split
from autospeech.heads.base import Head
from autospeech.heads.kernel_ridge import KernelRidge
from autospeech.heads.lda import LDA
from autospeech.learners.clip_views import ClipViews
from autospeech.learners.rung import Scores
from autospeech.statistics.standardizer import Standardizer

Floats = npt.NDArray[np.float32]

# Whole clips where they cost no more than this; else their first seconds, but not fewer than two: one is too
# short for many tasks.
SECONDS_TO_SPEND = 0.3
SHORTEST_CROP = 2.0
# Pitch is left out of the first look where that costs so many times more than it should.
DEAR = 1.2
# Clips to learn from where there are more: as many as make so much sound, within these limits, but so many of each
# class. A tenth of a second counts for more than the hundredths of a score that the next answer brings.
LEARNT_SECONDS, LEAST_CLIPS, MOST_CLIPS, OF_A_CLASS = 300.0, 150, 400, 12
# Up to so many clips a second head costs next to nothing.
FEW_CLIPS = 900
# What it may take to look at training clips that were not learnt from, only to be judged by them.
JUDGING_SECONDS = 0.5


class FirstLook:
    """Heads on the statistics of as much of the clips as can be looked at in a moment.

    Args:
        views: Makes the statistics.
        seed: Seeds the choice of clips where there are too many.
        one_by_one: Whether the answer for a clip depends on that clip alone; see `Standardizer`.

    Attributes:
        seconds: How much of each clip it looks at.
        vectors: What it makes of them, `rich` or `log_mel`.
        clips: How many it learnt from.
        multi_label: Whether clips have several labels.
        heads: What it learnt, by name; its members in a blend.
        standardizer: What standardises the vectors for them.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> clips = [rng.normal(size=4000).astype("float32") for _ in range(8)]
        >>> look = FirstLook(ClipViews())
        >>> look.learn(LabelledClips(clips, np.eye(2)[[0, 1] * 4]), test_clips=3)
        >>> look.scores(["first-lda"], clips[:3])["first-lda"].shape
        (3, 2)
    """

    name = "first look"

    def __init__(self, views: ClipViews, seed: int = 0, *, one_by_one: bool = False) -> None:
        self._views = views
        self._seed = seed
        self._one_by_one = one_by_one
        self._train: Sequence[Floats] = ()
        self._learnt: LabelledClips | None = None

    def learn(
        self, train: LabelledClips, test_clips: int, budget: float = np.inf, spend: float = SECONDS_TO_SPEND
    ) -> None:
        """Learn from the training clips, as long as there are not too many, and from as much of each as pays.

        Args:
            train: Clips to learn from.
            test_clips: How many will be asked about.
            budget: Seconds that are left; a short one makes the look shorter.
            spend: Seconds that it may take.
        """
        learnt, self._chosen = train, np.arange(len(train))
        affordable = LEARNT_SECONDS * len(train) / max(self._views.audio_seconds(train.clips), 1e-9)
        most = max(int(np.clip(affordable, LEAST_CLIPS, MOST_CLIPS)), OF_A_CLASS * train.class_num)
        if len(train) > most:
            self._chosen = _some(train.labels, most, self._seed)
            learnt = train.subset(self._chosen)
        self.clips = len(learnt)
        self._train, self._learnt = train.clips, learnt
        more = 1 + test_clips / len(learnt)
        spend = min(spend, budget / 4)
        self.vectors = "rich"
        self.seconds = self._crop(learnt.clips, spend / max(self._views.cost_of_a_second("rich") * more, 1e-9))
        cost = self._views.cost_of_a_second("rich") * more * self._views.audio_seconds(learnt.clips, self.seconds)
        if cost > DEAR * spend:
            # Pitch is a third of the cost, and worth less than the time on so many clips.
            self.vectors = "log_mel"
            self.seconds = self._crop(learnt.clips, spend / max(self._views.cost_of_a_second("log_mel") * more, 1e-9))
        self.multi_label = train.is_multilabel
        vectors = self._views.vectors(self.vectors, learnt.clips, self.seconds)
        self.standardizer = Standardizer(vectors, self._views.weights(self.vectors, vectors.shape[1]))
        standard = self.standardizer.by_training(vectors)
        self.heads: dict[str, Head] = {"first-lda": LDA()}
        if len(learnt) <= FEW_CLIPS:
            self.heads["first-kernel_ridge"] = KernelRidge()
        for head in self.heads.values():
            # By all clips: those that are learnt from may have one label each by chance.
            head.fit(standard, learnt.labels, multi_label=self.multi_label)

    def scores(self, members: Sequence[str], clips: Sequence[Floats], deadline: Clock | None = None) -> Scores:
        """Return the logits of a whole set of clips by some of the heads; see `Rung`."""
        standardize = self.standardizer.by_training if self._one_by_one else self.standardizer.by_themselves
        standard = standardize(self._views.vectors(self.vectors, clips, self.seconds))
        return {name: self.heads[name].scores(standard) for name in members}

    def forget(self, clips: Sequence[Floats]) -> None:
        """Keep no clips of a set that will not be learnt from again; it cannot be judged by them any more."""
        if clips is self._train and self._learnt is not None:
            self._views.forget(self._learnt.clips)
            self._train, self._learnt = (), None

    def out_of_fold(self, train: LabelledClips, folds: npt.NDArray[np.intp]) -> Scores:
        """Return what each head would have said of the training clips, had it not learnt from their fold.

        Args:
            train: As it was given to `learn`.
            folds: The fold of each clip, `(clips,)`.

        Returns:
            Logits `(clips, classes)` by name. Of all clips where they can be looked at in a moment, else of those that
            were learnt from; NaN for the others.
        """
        assert self._learnt is not None
        view = "statistics" if self.vectors == "log_mel" else self.vectors
        # Whole clips are looked at sooner or later, and what is made of them is kept.
        every = np.isinf(self.seconds) or self._views.cost(view, train.clips, self.seconds) <= JUDGING_SECONDS
        judged, rows = (train, np.arange(len(train))) if every else (self._learnt, self._chosen)
        vectors = self._views.vectors(self.vectors, judged.clips, self.seconds)
        learnt = self.standardizer.by_training(vectors[self._chosen] if every else vectors)
        logits = {name: np.full(train.labels.shape, np.nan, np.float32) for name in self.heads}
        for fold in np.unique(folds[rows]):
            here, others = folds[rows] == fold, folds[self._chosen] != fold
            if not others.any():
                continue
            standardize = self.standardizer.by_training if self._one_by_one else self.standardizer.by_themselves
            asked = standardize(vectors[here])
            for name, head in self.heads.items():
                without = type(head)()
                without.fit(learnt[others], self._learnt.labels[others], multi_label=self.multi_label)
                logits[name][rows[here]] = without.scores(asked)
        return logits

    def _crop(self, clips: Sequence[Floats], affordable: float) -> float:
        """Return at how many seconds to crop so that the clips are together about as long as is affordable."""
        audio_seconds = self._views.audio_seconds
        if audio_seconds(clips) <= affordable:
            return float(np.inf)
        crops = (8.0, 6.0, 5.0, 4.0, 3.0, 2.5, SHORTEST_CROP)
        crop = next((seconds for seconds in crops if audio_seconds(clips, seconds) <= affordable), SHORTEST_CROP)
        # A crop that crops nothing would be computed again for the whole clips.
        return crop if audio_seconds(clips, crop) < audio_seconds(clips) else float(np.inf)


def _some(labels: Floats, many: int, seed: int) -> npt.NDArray[np.intp]:
    """Choose about so many clips, of each class its share or `OF_A_CLASS`, whichever is more."""
    _, some = stratified_split(labels, many / len(labels), seed)
    chosen = np.zeros(len(labels), bool)
    chosen[some] = True
    for label in np.flatnonzero(labels[chosen].sum(axis=0) < OF_A_CLASS):
        others = np.flatnonzero((labels[:, label] > 0) & ~chosen)
        chosen[others[: OF_A_CLASS - int(labels[chosen, label].sum())]] = True
    return np.flatnonzero(chosen)
