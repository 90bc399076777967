from __future__ import annotations

import math

import pytest

from autospeech.training.one_cycle import one_cycle


def test_rises_and_falls_along_half_cosines() -> None:
    for share in (0.0, 0.25, 0.5, 0.9, 1.0):
        rising = 0.04 + 0.96 * (1 - math.cos(math.pi * share)) / 2
        assert one_cycle(0.3 * share) == pytest.approx(rising)
        falling = (1 + math.cos(math.pi * share)) / 2
        assert one_cycle(0.3 + 0.7 * share) == pytest.approx(falling, abs=1e-5)


def test_ends_and_odd_shares() -> None:
    assert one_cycle(0) == pytest.approx(1 / 25)
    assert one_cycle(-1) == one_cycle(0)
    assert one_cycle(2) == one_cycle(1) == pytest.approx(1 / 250_000)
    assert one_cycle(0, warm_up=0) == 1
    assert one_cycle(1, warm_up=1) == 1
