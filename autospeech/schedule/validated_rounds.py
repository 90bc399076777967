"""Train one learner in rounds and answer whenever its validation score is a new best."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.same_sounds import same_sounds
from autospeech.datasets.undivided_split import undivided_split
from autospeech.learners.base import Learner
from autospeech.learners.task import Task
from autospeech.schedule.trace import Trace
from autospeech.training.validation_score import ValidationScore


class ValidatedRounds:
    """The schedule of Kon's system.

    After each round of the learner the validation score is looked at: a new best is answered with, anything else is
    followed by a further round. In the last part of the budget no round begins, and a round that began before trains no
    further; only the first round may, so that there is an answer. The first answer does not wait for a round to end
    that would not be over in time.

    A learner that has several augmentations to choose from does so once, after the first answer: when a round brings no
    new best, or a quarter of the budget is used.

    Args:
        learner: What is trained.
        valid_share: Share of the training clips that judge, 0..1.
        stop_share: Share of the budget, its last, in which nothing is trained, 0..1.
        search_share: Share of the budget for the trainings that choose an augmentation, 0..1.
        trace: Where each new best, the choice of an augmentation and the end are told.
        seed: Seeds the split.

    Attributes:
        done: Whether nothing more will be learnt.
        sounds: The sound of each training clip, `(clips,)`; clips with the same samples share it. None at first.

    Raises:
        ValueError: A share is not in 0..1.

    References:
        Kon (NS Solutions), AutoSpeech 2019, third place, NeurIPS 2019 AutoDL workshop.
    """

    # What is set aside for an answer, in measured costs of one and in seconds: machines get busy just then.
    _CAUTION = 1.5
    _MARGIN = 0.1
    # Share of the budget after which an augmentation is chosen even if each round brings a new best.
    _CHOOSE_BY = 0.25

    def __init__(
        self,
        learner: Learner,
        *,
        valid_share: float = 0.1,
        stop_share: float = 0.125,
        search_share: float = 0.15,
        trace: Trace | None = None,
        seed: int = 0,
    ) -> None:
        shares = {"valid_share": valid_share, "stop_share": stop_share, "search_share": search_share}
        for name, value in shares.items():
            if not 0 < value < 1:
                raise ValueError(f"{name} must be between 0 and 1, not {value}")
        self.done = False
        self.trace = trace or Trace()
        self._learner = learner
        self._valid_share = valid_share
        self._stop_share = stop_share
        self._search_share = search_share
        self._seed = seed
        self._budget: float | None = None
        self._rounds = 0
        self._stalled, self._chosen = False, False
        self._best = ValidationScore.worst()
        self.sounds: npt.NDArray[np.intp] | None = None
        self._split: tuple[LabelledClips, LabelledClips] | None = None
        self._answer: tuple[Sequence[np.ndarray], ValidationScore, np.ndarray] | None = None

    def warm_up(self, task: Task) -> None:
        """Do all work that needs no data."""
        self._test_clips = task.test_clips
        self._learner.warm_up(task)

    def finish(self) -> None:
        """Learn no more."""
        self.done = True

    def improve(self, train: LabelledClips, clock: Clock) -> ValidationScore:
        """Learn until there is something better to answer, or time is short.

        Args:
            train: The clips to learn from, the same at each call.
            clock: What is left of the budget.

        Returns:
            The best validation score so far.
        """
        if self._budget is None:
            self._budget = clock.left()
        if self._split is None:
            groups = None if train.groups is None else train.groups.tolist()
            self.sounds = same_sounds(train.clips)
            learn, judge = undivided_split(train.labels, groups, self.sounds, self._valid_share, self._seed)
            self._split = train.subset(learn), train.subset(judge)
            self._clips, self._judges = len(train), judge
        endless = math.isinf(self._budget)
        kept = 0.0 if endless else self._stop_share * self._budget
        while not self.done:
            if self._rounds and clock.left() <= kept:
                self._end(clock)
                break
            clips = len(train) if self._test_clips is None else self._test_clips
            answering = self._CAUTION * self._learner.cost_to_predict(clips) + self._MARGIN
            # Where that would leave nothing to learn in, a rougher answer after some learning is worth more.
            answering = min(answering, clock.left() / 2)
            deadline = clock.reserve(max(answering, kept) if self._rounds else answering)
            late = endless or self._used(clock) > self._CHOOSE_BY * self._budget
            if self._rounds and not self._chosen and (self._stalled or late):
                self._choose(self._search_share * self._budget, deadline, clock)
                continue
            score = self._learner.fit(*self._split, deadline)
            self._rounds += score is not None
            better = score is not None and score > self._best
            if score is not None and better:
                self._tell(score, clock)
                self._best = score
            self._stalled = self._rounds > 1 and not better
            if score is None or clock.left() <= kept:
                self._end(clock)
            # As a first answer any state will do; without an end of the budget the caller decides how long it lasts.
            if better or self._answer is None or endless:
                break
        return self._best

    def _choose(self, seconds: float, deadline: Clock, clock: Clock) -> None:
        """Have the learner choose an augmentation, if it has several to choose from."""
        assert self._split is not None
        self._chosen = True
        decided = self._learner.choose_augmentation(*self._split, seconds, deadline)
        if decided is not None:
            self.trace.add(self._used(clock), "chose augmentation", rung="network", **decided)

    def _tell(self, score: ValidationScore, clock: Clock) -> None:
        assert self._split is not None
        self.trace.add(
            self._used(clock),
            "learnt",
            rung="network",
            before=2 * self._best.auc - 1 if math.isfinite(self._best.auc) else None,
            after=2 * score.auc - 1,
            log_likelihood=score.log_likelihood,
            clips=len(self._split[1]),
            rounds=self._rounds,
            accepted=True,
        )

    def _end(self, clock: Clock) -> None:
        """Learn no more."""
        self.done = True
        if not self._chosen:
            self._choose(0.0, clock, clock)
        self.trace.add(self._used(clock), "done", rounds=self._rounds)

    def _used(self, clock: Clock) -> float:
        """Return the seconds of the budget that are used; 0 where it has no end."""
        assert self._budget is not None
        return 0.0 if math.isinf(self._budget) else max(0.0, self._budget - clock.left())

    def out_of_fold(self) -> npt.NDArray[np.float64] | None:
        """Return what the best state says of the training clips, `(clips, classes)`; NaN for those it learnt from."""
        if self._split is None:
            return None
        answers = np.full((self._clips, self._split[1].class_num), np.nan)
        answers[self._judges] = self._learner.predict_proba(self._split[1].clips, Clock())
        return answers

    def compare_folds(self, train: LabelledClips) -> None:
        """There are no folds to compare."""

    def forget(self, clips: Sequence[np.ndarray]) -> None:
        """Keep no answer for clips that will not be asked about again."""
        if self._answer is not None and self._answer[0] is clips:
            self._answer = None

    def answer(self, clips: Sequence[np.ndarray], clock: Clock) -> np.ndarray:
        """Return class probabilities `(clips, classes)` by the best state so far, computed once for each state."""
        if self._answer is None or self._answer[0] is not clips or self._answer[1] != self._best:
            # A tenth is left alone, in case the machine stalls at the end of a short budget.
            deadline = clock.reserve(min(max(0.1 * clock.left(), self._MARGIN), 2.0))
            self._answer = clips, self._best, self._learner.predict_proba(clips, deadline)
        return self._answer[2]
