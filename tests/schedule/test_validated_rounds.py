from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners.base import Learner
from autospeech.learners.task import Task
from autospeech.schedule.validated_rounds import ValidatedRounds
from autospeech.training.validation_score import ValidationScore


class Time:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class ScriptedLearner(Learner):
    """Gets the scores of a script, a round of 10 s each; chooses an augmentation if it is told to."""

    def __init__(self, time: Time, scores: Sequence[float], choosing: bool = False) -> None:
        self.time, self.scores, self.rounds, self.answers, self.choosing = time, scores, 0, 0, choosing
        self.splits: list[tuple[int, int]] = []
        self.deadlines: list[float] = []
        self.answer_deadlines: list[float] = []
        self.searches: list[tuple[int, int, float, float]] = []

    def warm_up(self, task: Task) -> None:
        self.task = task

    def fit(self, train: LabelledClips, valid: LabelledClips, deadline: Clock) -> ValidationScore | None:
        if not self.scores:
            return None
        self.splits.append((len(train), len(valid)))
        self.deadlines.append(deadline.left())
        self.time.seconds += 10
        self.rounds += 1
        return ValidationScore(max(self.scores[: self.rounds]), -1.0)

    def choose_augmentation(
        self, train: LabelledClips, valid: LabelledClips, seconds: float, deadline: Clock
    ) -> dict[str, Any] | None:
        if not self.choosing:
            return None
        self.searches.append((self.rounds, self.answers, seconds, deadline.left()))
        if not 0 < seconds < math.inf:
            return {"augmentation": "mixup", "tried": "none"}
        self.time.seconds += seconds
        return {"augmentation": "specmix", "tried": {"mixup": 0.8, "specmix": 0.9}, "search_seconds": seconds}

    def predict_proba(self, clips: Sequence[np.ndarray], deadline: Clock) -> np.ndarray:
        self.answer_deadlines.append(deadline.left())
        self.answers += 1
        return np.full((len(clips), 2), self.rounds)

    def cost_to_predict(self, clips: int) -> float:
        return 0.1 * clips


class SteppingLearner(ScriptedLearner):
    """Trains in steps of 0.4 s until the deadline, or for a round of 25 s, then validates for 0.5 s; each is better."""

    def __init__(self, time: Time, begin: float = 0.0) -> None:
        super().__init__(time, [])
        self.begin, self.trained_at = begin, [0.0]

    def fit(self, train: LabelledClips, valid: LabelledClips, deadline: Clock) -> ValidationScore | None:
        self.time.seconds += self.begin
        self.begin, steps = 0.0, 0
        while steps < 62 and deadline.fits(0.4 + 0.5):
            self.time.seconds += 0.4
            self.trained_at.append(self.time.seconds)
            steps += 1
        if not steps:
            return None
        self.time.seconds += 0.5
        self.rounds += 1
        return ValidationScore(1 - 1 / self.rounds, -1.0)


TRAIN = LabelledClips([np.zeros(10, "float32")] * 100, np.eye(2)[np.arange(100) % 2])
TEST = [np.zeros(10, "float32")] * 20


def run(
    scores: Sequence[float], budget: float, choosing: bool = False
) -> tuple[ScriptedLearner, ValidatedRounds, list[tuple[float, int]]]:
    time = Time()
    learner = ScriptedLearner(time, scores, choosing)
    schedule = ValidatedRounds(learner, search_share=0.2)
    return learner, schedule, drive(schedule, time, budget)


def drive(schedule: ValidatedRounds, time: Time, budget: float) -> list[tuple[float, int]]:
    schedule.warm_up(Task(2, len(TEST)))
    answers = []
    clock = Clock(now=time)
    while not schedule.done:
        clock.begin(budget - time.seconds)
        schedule.improve(TRAIN, clock)
        answers.append((time.seconds, int(schedule.answer(TEST, clock)[0, 0])))
    return answers


def test_answers_at_each_new_best_and_stops_at_an_eighth_of_the_budget() -> None:
    learner, _, answers = run([0.6, 0.5, 0.7, 0.7, 0.7, 0.8, 0.9, 0.6, 0.6, 0.6], 100)
    # Rounds 1, 3, 6, 7 are new bests; after round 9, at 90 s, less than 12.5 s are left.
    assert answers == [(10, 1), (30, 3), (60, 6), (70, 7), (90, 7)]
    assert learner.answers == 4


@pytest.mark.parametrize("budget", [30, 61, 100, 113.9, 300])
def test_nothing_trains_in_the_last_eighth_of_the_budget(budget: float) -> None:
    time = Time()
    learner = SteppingLearner(time)
    answers = drive(ValidatedRounds(learner), time, budget)
    assert learner.rounds == answers[-1][1] == math.ceil((0.875 * budget - 0.9) / 25.3) >= 2
    # To the last step that fits before it, the validation included.
    assert 0.875 * budget - 1.5 < learner.trained_at[-1] <= 0.875 * budget - 0.5
    assert time.seconds <= 0.875 * budget


def test_the_first_round_trains_on_where_there_would_be_no_answer() -> None:
    time = Time()
    # Until all is read that it needs, the last eighth has begun.
    learner = SteppingLearner(time, begin=45)
    answers = drive(ValidatedRounds(learner), time, 50)
    assert learner.rounds == answers[0][1] == 1
    assert learner.trained_at[-1] > 45
    assert len(answers) == 1


def test_an_augmentation_is_chosen_after_the_first_answer_when_a_round_brings_nothing_better() -> None:
    learner, schedule, answers = run([0.6, 0.7, 0.7, 0.8, 0.8], 200, choosing=True)
    # Rounds 1 and 2 are new bests and answered; round 3 ends at 30 s and is not.
    (search,) = learner.searches
    assert search == (3, 2, pytest.approx(40), pytest.approx(200 - 30 - 25))
    assert answers[:3] == [(10, 1), (20, 2), (80, 4)]
    chose, *_ = (decision for decision in schedule.trace.decisions if decision["decision"] == "chose augmentation")
    assert chose == {
        "time": 70.0,
        "decision": "chose augmentation",
        "rung": "network",
        "augmentation": "specmix",
        "tried": {"mixup": 0.8, "specmix": 0.9},
        "search_seconds": 40.0,
    }
    learnt = [decision for decision in schedule.trace.decisions if decision["decision"] == "learnt"]
    assert [(one["time"], one["rounds"], one["before"], one["after"]) for one in learnt] == [
        (10, 1, None, pytest.approx(0.2)), (20, 2, 0.2, 0.4), (80, 4, 0.4, 0.6)
    ]  # fmt: skip
    assert schedule.trace.decisions[-1]["decision"] == "done"


def test_an_augmentation_is_chosen_by_a_quarter_of_the_budget_at_the_latest() -> None:
    learner, _, _ = run(np.linspace(0.5, 0.9, 12).tolist(), 100, choosing=True)
    assert [search[0] for search in learner.searches] == [3]


def test_where_the_first_round_is_the_last_nothing_is_tried_and_that_is_told() -> None:
    learner, schedule, _ = run([0.5], 5, choosing=True)
    assert learner.searches == [(1, 0, 0.0, pytest.approx(-5))]
    assert [decision["decision"] for decision in schedule.trace.decisions] == ["learnt", "chose augmentation", "done"]


def test_holds_out_a_tenth_and_sets_an_answer_aside() -> None:
    learner, _, _ = run([0.5, 0.6], 20)
    assert set(learner.splits) == {(90, 10)}
    assert learner.deadlines[0] == pytest.approx(20 - 1.5 * 0.1 * len(TEST) - 0.1)


@pytest.mark.parametrize(("left", "given"), [(2, 1.8), (0.1, 0), (-1, -1.1), (1000, 998), (np.inf, np.inf)])
def test_an_answer_leaves_a_tenth_alone(left: float, given: float) -> None:
    time = Time()
    learner = ScriptedLearner(time, [0.5])
    ValidatedRounds(learner).answer(TEST, Clock(left, now=time))
    assert learner.answer_deadlines == [pytest.approx(given)]


def test_gives_an_answer_even_when_the_first_round_ends_the_budget() -> None:
    _, schedule, answers = run([0.5], 5)
    assert answers == [(10, 1)]
    assert schedule.done


def test_ends_when_no_step_fits() -> None:
    learner, schedule, answers = run([], 5)
    assert schedule.done
    assert answers == [(0, 0)]
    assert learner.answers == 1


def test_without_an_end_each_round_returns() -> None:
    schedule = ValidatedRounds(ScriptedLearner(Time(), [0.5] * 9))
    schedule.warm_up(Task(2))
    for _ in range(5):
        schedule.improve(TRAIN, Clock())
        schedule.answer(TEST, Clock())
    assert not schedule.done


def test_other_clips_are_answered_for_too() -> None:
    _, schedule, _ = run([0.5], 5)
    assert schedule.answer(TEST[:3], Clock()).shape == (3, 2)


@pytest.mark.parametrize("settings", [{"valid_share": 0}, {"stop_share": 1.0}, {"search_share": 1.5}])
def test_what_is_no_share_is_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        ValidatedRounds(ScriptedLearner(Time(), []), **settings)


def test_copies_do_not_judge_each_other() -> None:
    clips = list(np.random.default_rng(0).normal(size=(20, 800)).astype("float32"))
    train = LabelledClips([*clips, *(clip.copy() for clip in clips)], np.eye(2)[np.arange(40) // 10 % 2])
    time = Time()
    rounds = ValidatedRounds(ScriptedLearner(time, [0.8]))
    rounds.warm_up(Task(2, 4))
    rounds.improve(train, Clock(100, now=time))
    judged = ~np.isnan(rounds.out_of_fold()).any(axis=1)
    assert rounds.sounds is not None and len(set(rounds.sounds)) == 20
    assert 0 < judged.sum() < 20 and (judged[:20] == judged[20:]).all()
