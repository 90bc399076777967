"""Closed-form heads on fixed vectors of the clips."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.heads.base import Head
from autospeech.heads.kernel_ridge import LANDMARKS, WHOLE
from autospeech.learners.clip_views import ClipViews
from autospeech.learners.member import HEADS, Member
from autospeech.learners.rung import Rung, Scores
from autospeech.learners.task import Task
from autospeech.machine import cores, threads
from autospeech.statistics.standardizer import Standardizer

Floats = npt.NDArray[np.float32]

# How many numbers they are, about, to plan by; and how often a head learns from all clips or most, folds included.
_NUMBERS = {"simple": 40, "rich": 1492, "embedding": 1280, "rich+embedding": 2772}
_RUNS = 4
# Played at other speeds are no more clips than this: so many bring variety enough, and all of it stays in memory.
MOST_PLAYED = 6000
# Clips, numbers and classes of the rehearsal; what a head costs grows with the operations that they take.
_REHEARSED = (600, 800, 10)


class Probe(Rung):
    """Heads on statistics or embeddings: learnt and judged out of fold within fractions of a second.

    Args:
        name: What the trace calls it.
        members: The heads.
        views: Makes the vectors.
        gain: See `Rung`.

    Example:
        >>> views = ClipViews()
        >>> probe = Probe("statistics", [Member("simple", "lda")], views, gain=0.5)
        >>> rng = np.random.default_rng(0)
        >>> clips = [rng.normal(size=4000).astype("float32").cumsum() * [1e-3, 1][number % 2] for number in range(8)]
        >>> train = LabelledClips([clip.astype("float32") for clip in clips], np.eye(2)[[0, 1] * 4])
        >>> scores = probe.learn(train, np.arange(8) // 4, Clock())
        >>> {name: logits.shape for name, logits in scores.items()}
        {'simple-lda': (8, 2)}
    """

    def __init__(self, name: str, members: Sequence[Member], views: ClipViews, gain: float) -> None:
        self.name = name
        self.gain = gain
        self.members = {member.name: member for member in members}
        self._views = views
        self._costs = Clock()
        self._heads: dict[str, Head] = {}
        self._standardizers: dict[str, Standardizer] = {}

    def head(self, member: str) -> Head:
        """Return what a member has learnt."""
        return self._heads[member]

    def standardizer(self, vectors: str) -> Standardizer:
        """Return what standardises the vectors of a kind."""
        return self._standardizers[vectors]

    def warm_up(self, task: Task) -> None:
        """Rehearse the heads on noise."""
        clips, numbers, classes = _REHEARSED
        rng = np.random.default_rng(0)
        vectors = rng.normal(size=(clips, numbers)).astype(np.float32)
        labels = np.eye(classes, dtype=np.float32)[np.arange(clips) % classes]
        folds = np.arange(clips) % 4
        # Twice, since the first pass loads what the second only uses.
        for _ in range(2):
            self._costs = Clock()
            for head in {member.head for member in self.members.values()}:
                with self._costs.measure(head, _RUNS * _operations(head, *_REHEARSED)):
                    HEADS[head]().out_of_fold(vectors, labels, folds)

    def cost(self, train: LabelledClips, test_clips: int) -> float:
        """Return the expected seconds of learning out of fold, learning from all and asking."""
        more = 1 + test_clips / max(len(train), 1)
        members = self.members.values()
        if len(train) > MOST_PLAYED and any(member.speeds for member in members):
            return math.inf
        views = {view for member in members for view in member.vectors.split("+")}
        cost = sum(self._views.cost(view, train.clips) for view in views) * more
        played = {(view, speed) for each in members for view in each.vectors.split("+") for speed in each.speeds}
        cost += sum(self._views.cost_at_speed(view, train.clips, speed) for view, speed in played)
        return cost + sum(self._cost_of(member, train) for member in self.members.values()) / cores()

    def learn(self, train: LabelledClips, folds: npt.NDArray[np.intp], deadline: Clock) -> Scores:
        """Learn all heads that fit before the deadline; see `Rung`."""
        vectors: dict[str, Floats] = {}
        standard: dict[tuple[str, bool], Floats] = {}
        together: dict[tuple[str, tuple[float, ...]], Floats] = {}
        chosen: list[str] = []
        cost = 0.0
        for name, member in self.members.items():
            if member.vectors not in vectors:
                vectors[member.vectors] = self._views.vectors(member.vectors, train.clips)
                self._standardizers[member.vectors] = Standardizer(
                    vectors[member.vectors],
                    self._views.weights(member.vectors, vectors[member.vectors].shape[1]),
                )
            cost += self._cost_of(member, train) / cores()
            if chosen and not deadline.fits(cost):
                break
            chosen.append(name)
            key = member.vectors, member.by_themselves
            if key not in standard:
                standard[key] = self._standardized(vectors[member.vectors], member, folds)
            if member.speeds and (member.vectors, member.speeds) not in together:
                standardizer = self._standardizers[member.vectors]
                parts = [standardizer.by_training(vectors[member.vectors])]
                for speed in member.speeds:
                    raw = self._views.at_speed(member.vectors, train.clips, speed)
                    parts.append(standardizer.by_themselves(raw))
                together[member.vectors, member.speeds] = np.concatenate(parts)

        def judge(name: str) -> Floats:
            member = self.members[name]
            asked = standard[member.vectors, member.by_themselves]
            if member.speeds:
                learnt = together[member.vectors, member.speeds]
            elif member.by_themselves:
                learnt = self._standardizers[member.vectors].by_training(vectors[member.vectors])
            else:
                learnt = asked
            labels = np.tile(train.labels, (1 + len(member.speeds), 1))
            its_folds = np.tile(folds, 1 + len(member.speeds))
            self._heads[name] = HEADS[member.head]()
            with self._costs.measure(member.head, _RUNS * self._operations_of(member, train)):
                several = train.is_multilabel
                logits = self._heads[name].out_of_fold(learnt, labels, its_folds, asked, multi_label=several)
                self._heads[name].fit(learnt, labels, multi_label=several)
            return logits

        return dict(zip(chosen, threads().map(judge, chosen), strict=True))

    def scores(self, members: Sequence[str], clips: Sequence[Floats], deadline: Clock) -> Scores:
        """Return the logits of clips by some of the members."""
        answers: dict[str, Floats] = {}
        for name in members:
            member = self.members[name]
            standardizer = self._standardizers[member.vectors]
            standardize = standardizer.by_themselves if member.by_themselves else standardizer.by_training
            answers[name] = self._heads[name].scores(standardize(self._views.vectors(member.vectors, clips)))
        return answers

    def _standardized(self, vectors: Floats, member: Member, folds: npt.NDArray[np.intp]) -> Floats:
        """Standardise the training clips, all together or each fold by itself."""
        standardizer = self._standardizers[member.vectors]
        if not member.by_themselves:
            return standardizer.by_training(vectors)
        standard = np.empty_like(vectors)
        for fold in np.unique(folds):
            standard[folds == fold] = standardizer.by_themselves(vectors[folds == fold])
        return standard

    def _cost_of(self, member: Member, train: LabelledClips) -> float:
        return _RUNS * self._costs.cost(member.head) * self._operations_of(member, train)

    def _operations_of(self, member: Member, train: LabelledClips) -> int:
        learnt = len(train) * (1 + len(member.speeds))
        return _operations(member.head, learnt, _NUMBERS[member.vectors], train.class_num)


def _operations(head: str, clips: int, numbers: int, classes: int) -> int:
    """Return about how many multiplications a head takes to learn."""
    if head == "logistic":
        return 40 * clips * numbers * classes
    if head == "lda":
        few = min(clips, numbers)
        return few * clips * numbers + few**3 // 3
    if clips <= WHOLE:
        return clips**2 * numbers + clips**3 // 3
    return clips * LANDMARKS * numbers + clips * LANDMARKS**2
