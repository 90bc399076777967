from __future__ import annotations

from collections.abc import Sequence

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
    """Gets the scores of a script, a round of 10 s each."""

    def __init__(self, time: Time, scores: Sequence[float]) -> None:
        self.time, self.scores, self.rounds, self.answers = time, scores, 0, 0
        self.splits: list[tuple[int, int]] = []
        self.deadlines: list[float] = []
        self.answer_deadlines: list[float] = []

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

    def predict_proba(self, clips: Sequence[np.ndarray], deadline: Clock) -> np.ndarray:
        self.answer_deadlines.append(deadline.left())
        self.answers += 1
        return np.full((len(clips), 2), self.rounds)

    def cost_to_predict(self, clips: int) -> float:
        return 0.1 * clips


TRAIN = LabelledClips([np.zeros(10, "float32")] * 100, np.eye(2)[np.arange(100) % 2])
TEST = [np.zeros(10, "float32")] * 20


def run(scores: Sequence[float], budget: float) -> tuple[ScriptedLearner, ValidatedRounds, list[tuple[float, int]]]:
    time = Time()
    learner = ScriptedLearner(time, scores)
    schedule = ValidatedRounds(learner)
    schedule.warm_up(Task(2, len(TEST)))
    answers = []
    clock = Clock(now=time)
    while not schedule.done:
        clock.begin(budget - time.seconds)
        schedule.improve(TRAIN, clock)
        answers.append((time.seconds, int(schedule.answer(TEST, clock)[0, 0])))
    return learner, schedule, answers


def test_answers_at_each_new_best_and_stops_at_an_eighth_of_the_budget() -> None:
    learner, _, answers = run([0.6, 0.5, 0.7, 0.7, 0.7, 0.8, 0.9, 0.6, 0.6, 0.6], 100)
    # Rounds 1, 3, 6, 7 are new bests; after round 9, at 90 s, less than 12.5 s are left.
    assert answers == [(10, 1), (30, 3), (60, 6), (70, 7), (90, 7)]
    assert learner.answers == 4


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


@pytest.mark.parametrize("settings", [{"valid_share": 0}, {"stop_share": 1.0}])
def test_what_is_no_share_is_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        ValidatedRounds(ScriptedLearner(Time(), []), **settings)
