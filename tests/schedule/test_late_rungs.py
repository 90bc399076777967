"""Rungs made beside the learning: taken once, waited for where nothing is timed, given up when it is over."""

from __future__ import annotations

import math
import threading

import numpy as np
import pytest

from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners.clip_views import ClipViews
from autospeech.learners.first_look import FirstLook
from autospeech.learners.member import Member
from autospeech.learners.probe import Probe
from autospeech.learners.rung import Rung
from autospeech.learners.task import Task
from autospeech.schedule.ladder import Ladder
from autospeech.schedule.late_rungs import LateRungs

TASK = Task(2, 4)


@pytest.fixture(scope="module")
def train() -> LabelledClips:
    rng = np.random.default_rng(0)
    clips = [rng.normal(size=8000).cumsum() * 1e-3 if number % 2 else rng.normal(size=8000) for number in range(24)]
    return LabelledClips([clip.astype(np.float32) for clip in clips], np.eye(2)[np.arange(24) % 2])


def probe(views: ClipViews | None = None) -> Rung:
    return Probe("statistics", [Member("simple", "lda")], views or ClipViews(), 0.5)


def ladder(late: LateRungs) -> Ladder:
    views = ClipViews()
    return Ladder(FirstLook(views), [], views, prior={}, late=late)


def learn(schedule: Ladder, train: LabelledClips, clock: Clock) -> list[str]:
    """Learn until it is over; return what was done, in order."""
    schedule.warm_up(TASK)
    while not schedule.done:
        schedule.improve(train, clock)
    return [f"{told['decision']} {told.get('rung', '')}".strip() for told in schedule.trace.decisions]


def test_each_is_taken_once() -> None:
    late = LateRungs({"a": probe, "b": probe})
    assert not late.pending and not late.taken()
    late.start(TASK)
    late.wait()
    assert [name for name, _ in late.taken()] == ["a", "b"]
    assert not late.pending and not late.taken()


def test_the_first_answer_does_not_wait_and_the_end_does(train: LabelledClips) -> None:
    may_load = threading.Event()

    def slow() -> Rung:
        assert may_load.wait(30)
        return probe()

    schedule = ladder(LateRungs({"statistics": slow}))
    schedule.warm_up(TASK)
    clock = Clock(60)
    schedule.improve(train, clock)
    assert schedule.answer(train.clips, clock).shape == (24, 2)
    threading.Timer(0.5, may_load.set).start()
    while not schedule.done:
        schedule.improve(train, clock)
    assert "learnt" in [told["decision"] for told in schedule.trace.decisions]


def test_where_nothing_is_timed_it_is_waited_for(train: LabelledClips) -> None:
    assert "learnt statistics" in learn(ladder(LateRungs({"statistics": probe})), train, Clock.standing())


def test_what_cannot_be_loaded_is_told_and_left_out(train: LabelledClips) -> None:
    def broken() -> Rung:
        raise ImportError("no such library")

    schedule = ladder(LateRungs({"networks": broken, "statistics": probe}))
    done = learn(schedule, train, Clock(60))
    assert "failed networks" in done and "learnt statistics" in done
    failed = next(told for told in schedule.trace.decisions if told["decision"] == "failed")
    assert failed["error"] == "ImportError: no such library" and failed["doing"] == "warm-up"


def test_a_short_budget_does_not_wait_for_what_it_has_no_time_for(train: LabelledClips) -> None:
    may_load = threading.Event()

    def slow() -> Rung:
        may_load.wait(30)
        return probe()

    try:
        done = learn(ladder(LateRungs({"statistics": slow})), train, Clock(2.0))
        assert done[-1] == "done" and not any("statistics" in each for each in done)
    finally:
        may_load.set()


@pytest.mark.parametrize("clips", [2, 3])
def test_with_too_few_clips_to_judge_nothing_is_loaded(train: LabelledClips, clips: int) -> None:
    few = LabelledClips(train.clips[:clips], train.labels[:clips])
    late = LateRungs({"statistics": lambda: pytest.fail("it was begun")})
    assert learn(ladder(late), few, Clock(60)) == ["first look", "done"]
    assert not late.started


def test_what_is_given_up_is_not_warmed_up() -> None:
    may_load, made = threading.Event(), threading.Event()

    class Cold(Probe):
        def warm_up(self, task: Task) -> None:
            raise AssertionError("it is over")

    def slow() -> Rung:
        may_load.wait(30)
        made.set()
        return Cold("cold", [Member("simple", "lda")], ClipViews(), math.inf)

    late = LateRungs({"cold": slow, "never": lambda: pytest.fail("it was begun after the end")})
    late.start(TASK)
    late.stop()
    may_load.set()
    assert made.wait(30)
    assert not late.pending and not late.taken()
