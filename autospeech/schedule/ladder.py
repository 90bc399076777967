"""Answer at once, then spend each second where it is expected to gain most."""

from __future__ import annotations

import logging
import math
import traceback
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from autospeech.clock import Clock
from autospeech.datasets.clustered_folds import clustered_folds
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners.clip_views import ClipViews
from autospeech.learners.first_look import SECONDS_TO_SPEND, FirstLook
from autospeech.learners.rung import Rung, Scores
from autospeech.learners.task import Task
from autospeech.schedule.best_offer import CAUTION, MARGIN, best_offer
from autospeech.schedule.blend import Blend
from autospeech.schedule.evidence import Evidence, rehearse
from autospeech.schedule.late_rungs import LateRungs
from autospeech.schedule.trace import Trace
from autospeech.statistics.trunk import Trunk
from autospeech.training.validation_score import ValidationScore

if TYPE_CHECKING:
    from autospeech.schedule.fold_comparison import FoldComparison

Floats = npt.NDArray[np.float32]
_log = logging.getLogger("autospeech")

# A score is seldom quite perfect, however it looks on the training clips.
_LEAST_MISSING = 0.002
# With fewer clips there is no evidence.
_FEWEST = 4
# A new blend may look this much worse by chance.
_TIE = 5e-4


class Ladder:
    """A first look, then rungs in the order of what they are expected to gain a second, blended on evidence.

    The first look is judged out of fold like any rung, as soon as it has answered, and stays in the blend: what comes
    after it must do better on the same clips.

    Args:
        first: The first answer.
        rungs: What may follow it.
        views: Of the clips, shared by all rungs.
        prior: The weight of each member before there is evidence; those that are not named start at 0.
        clustered: Whether the folds keep apart clips that sound alike.
        calibrate: Whether the blend's weights follow the evidence.
        one_by_one: Whether the answer for a clip depends on that clip alone; the rungs must be made for that too.
        late: Rungs that are made beside the learning, after the first answer; the warm-up is then for that alone.
            Where nothing is timed they are waited for, so that the same seed gives the same answers.
        trace: Where decisions are told.
        seed: Seeds the folds.

    Attributes:
        done: Whether nothing more will be learnt.
        sounds: The sound of each training clip, `(clips,)`; copies share it. None before folds are dealt.
    """

    def __init__(
        self,
        first: FirstLook,
        rungs: Sequence[Rung],
        views: ClipViews,
        *,
        prior: Mapping[str, float],
        clustered: bool = True,
        calibrate: bool = True,
        one_by_one: bool = False,
        late: LateRungs | None = None,
        trace: Trace | None = None,
        seed: int = 0,
    ) -> None:
        self.done = False
        self.sounds: npt.NDArray[np.intp] | None = None
        self.trace = trace or Trace()
        self._first = first
        self._rungs = list(rungs)
        self._views = views
        self._prior = dict(prior)
        self._clustered, self._calibrate, self._one_by_one = clustered, calibrate, one_by_one
        self._late = late
        self._seed = seed
        self._budget: float | None = None
        self._looked = False
        # How much of all training clips there are statistics of; whole clips are looked at sooner or later.
        self._seen = np.inf
        self._folds: npt.NDArray[np.intp] | None = None
        self._blend: Blend | None = None
        self._evidence: Evidence | None = None
        self._rung_of: dict[str, Rung | FirstLook] = {}
        # Bumped whenever members have learnt on, so that their old answers are not used again.
        self._state: dict[str, int] = {}
        # What each rung won when it was judged last, of what was missing without it.
        self._won: dict[str, float] = {}
        self._asked: dict[tuple[int, str], tuple[Sequence[Floats], int, Floats]] = {}
        self._answered: tuple[Sequence[Floats], Blend | None, np.ndarray] | None = None

    def warm_up(self, task: Task) -> None:
        """Do all work that needs no data; where some is left for later, what the first answer needs of it."""
        self._task, self._test_clips = task, task.test_clips
        self._views.clip_rate = task.sample_rate
        self._views.warm_up(brief=self._late is not None)
        if self._late is None:
            self._warm_up_rungs()

    def _warm_up_rungs(self) -> None:
        rehearse()
        for rung in list(self._rungs):
            try:
                rung.warm_up(self._task)
            except Exception:
                self._rungs.remove(rung)
                self._failed(rung.name, "warm-up", Clock())

    def _take_late(self, clock: Clock) -> None:
        """Begin to load what was left for later, or take in what was loaded since."""
        if self._late is None:
            return
        if not self._late.started:
            self._late.start(self._task)
            self._warm_up_rungs()
            if clock.stands:
                self._late.wait()
        for name, made in self._late.taken():
            try:
                rung = made.result()
                rung.begin(self._budget or math.inf)
                self._rungs.append(rung)
            except Exception:
                self._failed(name, "warm-up", clock)

    def improve(self, train: LabelledClips, clock: Clock) -> ValidationScore:
        """Learn until there is a better answer, or nothing pays any more.

        Args:
            train: The clips to learn from, the same at each call.
            clock: What is left of the budget.

        Returns:
            The out-of-fold score of the answer there is now; the worst before there is evidence, as at the first call.
        """
        test_clips = len(train) if self._test_clips is None else self._test_clips
        if self._budget is None:
            self._budget = clock.left()
            for rung in self._rungs:
                rung.begin(self._budget)
            self._multi_label = train.is_multilabel
            self._shares = train.labels.mean(axis=0, dtype=np.float64)
            self._evidence = Evidence(
                train.labels,
                self._prior,
                multi_label=self._multi_label,
                calibrate=self._calibrate,
                one_by_one=self._one_by_one,
                seed=self._seed,
            )
            try:
                self._first.learn(train, test_clips, clock.left(), math.inf if clock.stands else SECONDS_TO_SPEND)
                self.trace.add(
                    self._used(clock), "first look", seconds_of_clips=self._first.seconds, clips=self._first.clips
                )
                self._looked = True
                if self._first.clips == len(train):
                    self._seen = self._first.seconds
            except Exception:
                self._failed("first look", "learning", clock)
            return ValidationScore.worst()
        if self._folds is None and len(train) >= _FEWEST:
            looking = self._views.cost("rich", train.clips, self._seen)
            if clock.fits(CAUTION * looking + MARGIN):
                self._folds = self._dealt(train, clock)
                if self._folds is not None and self._looked:
                    self._judge_first_look(train, clock)
        if self._folds is None and not self.done:
            # Nothing can be judged, and nothing that is still loading is of use.
            self.done = True
            self.trace.add(self._used(clock), "done")
        while not self.done:
            self._take_late(clock)
            chosen = self._next(train, test_clips, clock)
            if chosen is None and self._late is not None and self._late.pending and clock.fits(MARGIN):
                self._late.wait(min(1.0, clock.left() - MARGIN))
            elif chosen is None:
                self.done = True
                self.trace.add(self._used(clock), "done")
            elif self._climb(chosen, train, test_clips, clock):
                break
        return self._score()

    def finish(self) -> None:
        """Learn no more, and load nothing more for it."""
        self.done = True
        if self._late is not None:
            self._late.stop()

    def answer(self, clips: Sequence[Floats], clock: Clock) -> np.ndarray:
        """Return class probabilities `(clips, classes)` by the best blend so far.

        A rung that fails is left out, of later answers too.
        """
        if self._answered is not None and self._answered[0] is clips and self._answered[1] is self._blend:
            return self._answered[2]
        scores = None
        while self._blend is not None and scores is None:
            blend = self._blend
            scores = self._ask(blend, clips, clock)
        answer = self._first_answer(clips, clock) if scores is None else blend.probabilities(scores)
        self._answered = clips, self._blend, answer
        return answer

    def forget(self, clips: Sequence[Floats]) -> None:
        """Keep nothing of clips that will not be asked about, or learnt from, again."""
        self._views.forget(clips)
        self._first.forget(clips)
        self._asked = {key: kept for key, kept in self._asked.items() if kept[0] is not clips}
        if self._answered is not None and self._answered[0] is clips:
            self._answered = None

    @property
    def trunk(self) -> Trunk | None:
        """What embeds frames; None where there is no encoder."""
        return self._views.trunk

    def answering(self) -> tuple[Blend, list[tuple[Rung | FirstLook, list[str]]]]:
        """Return the blend that answers now, and those whose members it blends with these members' names.

        Raises:
            RuntimeError: Nothing has been learnt that could answer.
        """
        if self._blend is None:
            if not self._looked:
                raise RuntimeError("nothing has been learnt yet")
            names = [*self._first.heads]
            return self._first_blend(names), [(self._first, names)]
        members: dict[str, tuple[Rung | FirstLook, list[str]]] = {}
        for name in self._blend.members:
            rung = self._rung_of[name]
            members.setdefault(rung.name, (rung, []))[1].append(name)
        return self._blend, [*members.values()]

    def out_of_fold(self) -> npt.NDArray[np.float64] | None:
        """Return what the present blend says of the training clips, see `Evidence.answers`; None without evidence."""
        if self._blend is None or self._evidence is None:
            return None
        return self._evidence.answers(self._blend)

    def compare_folds(self, train: LabelledClips) -> FoldComparison | None:
        """Judge heads in random folds and in folds by likeness; None where clips are too few to tell."""
        from autospeech.schedule.fold_comparison import FoldComparison

        whole = self.sounds
        return None if whole is None else FoldComparison.of(self._views, train, whole, self._seen, self._seed)

    def _first_answer(self, clips: Sequence[Floats], clock: Clock) -> np.ndarray:
        """Answer by the first look; where even that fails, by how common the classes are."""
        if self._looked:
            try:
                scores = self._first.scores([*self._first.heads], clips, clock)
                return self._first_blend(scores).probabilities(scores)
            except Exception:
                self._failed("first look", "answering", clock)
        return np.tile(self._shares, (len(clips), 1))

    def _first_blend(self, names: Iterable[str]) -> Blend:
        return Blend(dict.fromkeys(names, 1.0), multi_label=self._multi_label, one_by_one=self._one_by_one)

    def _dealt(self, train: LabelledClips, clock: Clock) -> npt.NDArray[np.intp] | None:
        """Deal the training clips out to folds."""
        try:
            simple = self._views.statistics(train.clips, self._seen).simple
            self.sounds = self._views.sounds(train.clips, near=self._one_by_one)
            labels, groups, sounds = train.labels, train.groups, self.sounds
            return clustered_folds(
                simple, labels, groups=groups, sounds=sounds, clustered=self._clustered, seed=self._seed
            )
        except Exception:
            self._failed("folds", "dealing", clock)
            return None

    def _judge_first_look(self, train: LabelledClips, clock: Clock) -> None:
        """Weigh the first answer by what it says of clips out of fold."""
        assert self._folds is not None
        try:
            judged = self._first.out_of_fold(train, self._folds)
        except Exception:
            self._failed(self._first.name, "being judged", clock)
            return
        evidence = self._take(judged, self._first)
        blend = evidence.blend(judged)
        if blend.score is None or math.isinf(blend.score.auc):
            return
        self._blend = blend
        self.trace.add(
            self._used(clock),
            "judged",
            rung=self._first.name,
            evidence=evidence.nauc(judged),
            after=2 * blend.score.auc - 1,
            log_likelihood=blend.score.log_likelihood,
            clips=int(evidence.rows(judged).sum()),
            weights=blend.weights,
        )

    def _take(self, judged: Scores, rung: Rung | FirstLook) -> Evidence:
        """Keep what members say of the training clips."""
        assert self._evidence is not None
        self._evidence.judged.update(judged)
        for name in judged:
            self._rung_of[name] = rung
            self._state[name] = self._state.get(name, 0) + 1
        return self._evidence

    def _next(self, train: LabelledClips, test_clips: int, clock: Clock) -> Rung | None:
        """Return the rung with the largest expected gain a second among those that fit."""
        missing = max(1 - (2 * self._score().auc - 1), _LEAST_MISSING) if self._blend is not None else 0.1
        used, budget = self._used(clock), self._budget
        best, offers = best_offer(self._rungs, train, test_clips, clock, missing=missing, used=used, budget=budget)
        if best is not None:
            self.trace.add(self._used(clock), "chose", rung=best.name, offers=offers)
        return best

    def _climb(self, rung: Rung, train: LabelledClips, test_clips: int, clock: Clock) -> bool:
        """Let a rung learn and weigh it; tell whether there is a better answer."""
        assert self._folds is not None
        try:
            judged = rung.learn(train, self._folds, clock.reserve(MARGIN))
        except Exception:
            self._rungs.remove(rung)
            self._failed(rung.name, "learning", clock)
            return False
        evidence = self._take(judged, rung)
        if not judged or not rung.rounds_left:
            self._rungs.remove(rung)
        if not judged:
            return False
        without = self._without(rung)
        blend = evidence.blend(dict.fromkeys([*(without.weights if without is not None else ()), *judged]))
        new, old, rows = evidence.compare(blend, without)
        accepted = new.log_likelihood > old.log_likelihood and new.auc > old.auc - _TIE
        if without is not None and not math.isinf(old.auc):
            won = (new.auc - old.auc) / max(1 - old.auc, _LEAST_MISSING)
            if rung.rounds_left:
                rung.gain = max(0.0, 0.5 * (rung.gain + won - self._won.get(rung.name, 0.0)))
            self._won[rung.name] = won
        self.trace.add(
            self._used(clock),
            "learnt",
            rung=rung.name,
            evidence=evidence.nauc(judged),
            before=2 * old.auc - 1 if math.isfinite(old.auc) else None,
            after=2 * new.auc - 1,
            log_likelihood=new.log_likelihood,
            log_likelihood_before=old.log_likelihood,
            clips=int(rows.sum()),
            weights={name: weight for name, weight in blend.weights.items() if weight > 1e-3},
            accepted=accepted,
            **rung.decided(),
        )
        before, self._blend = self._blend, blend if accepted else without
        return self._blend is not before

    def _without(self, rung: Rung) -> Blend | None:
        """Return the present blend without a rung that may be part of it; None where there is no other."""
        if self._blend is None:
            return None
        others = [name for name in self._blend.weights if self._rung_of[name] is not rung]
        if len(others) == len(self._blend.weights):
            return self._blend
        return self._evidence.blend(others) if others and self._evidence is not None else None

    def _ask(self, blend: Blend, clips: Sequence[Floats], clock: Clock) -> dict[str, Floats] | None:
        """Ask the members of a blend; None where a rung failed, and the blend is another one then."""
        answers: dict[str, Floats] = {}
        to_ask: dict[str, tuple[Rung | FirstLook, list[str]]] = {}
        for name in blend.members:
            kept = self._asked.get((id(clips), name))
            if kept is not None and kept[1] == self._state[name]:
                answers[name] = kept[2]
            else:
                to_ask.setdefault(self._rung_of[name].name, (self._rung_of[name], []))[1].append(name)
        for rung, names in to_ask.values():
            try:
                answered = rung.scores(names, clips, clock)
            except Exception:
                self._failed(rung.name, "answering", clock)
                self._leave_out(rung)
                return None
            for name, logits in answered.items():
                answers[name] = np.nan_to_num(logits)
                self._asked[id(clips), name] = clips, self._state[name], answers[name]
        # Only what these clips were asked about can be asked for again.
        self._asked = {key: kept for key, kept in self._asked.items() if kept[0] is clips}
        return answers

    def _leave_out(self, rung: Rung | FirstLook) -> None:
        """Go on without a rung that cannot answer."""
        self._rungs = [other for other in self._rungs if other is not rung]
        if self._blend is not None and self._evidence is not None:
            others = [name for name in self._blend.weights if self._rung_of[name] is not rung]
            self._blend = self._evidence.blend(others) if others else None

    def _failed(self, what: str, doing: str, clock: Clock) -> None:
        """Tell of what failed; the ladder goes on without it."""
        _log.error("%s failed in %s, going on without it:\n%s", what, doing, traceback.format_exc())
        error = traceback.format_exc(limit=0).strip().splitlines()[-1]
        self.trace.add(self._used(clock), "failed", rung=what, doing=doing, error=error)

    def _score(self) -> ValidationScore:
        if self._blend is None or self._blend.score is None:
            return ValidationScore.worst()
        return self._blend.score

    def _used(self, clock: Clock) -> float:
        if self._budget is None:
            return 0.0
        return max(0.0, self._budget - clock.left()) if math.isfinite(self._budget) else 0.0
