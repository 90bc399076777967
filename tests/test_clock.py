from __future__ import annotations

import pytest

from autospeech.clock import Clock


class Time:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_counts_down_and_starts_anew() -> None:
    time = Time()
    clock = Clock(10, now=time)
    time.seconds += 4
    assert clock.left() == 6
    assert clock.fits(6)
    assert not clock.fits(6.1)
    clock.begin(3)
    assert clock.left() == 3
    assert clock.reserve(2).left() == 1


def test_costs_follow_a_machine_that_gets_slower_and_outlast_a_new_start() -> None:
    time = Time()
    clock = Clock(1000, now=time)
    assert clock.cost("step") == 0
    for seconds in [1] * 5 + [3] * 20:
        with clock.measure("step", units=2):
            time.seconds += seconds
    clock.begin(5)
    assert clock.cost("step", 2) == pytest.approx(3, abs=0.01)
    assert clock.reserve(1).cost("step") == clock.cost("step")


def test_no_end_is_allowed_and_nan_is_not() -> None:
    assert Clock().fits(1e9)
    with pytest.raises(ValueError, match="NaN"):
        Clock(float("nan"))
