from __future__ import annotations

import numpy as np
import pytest

from autospeech.schedule import evidence as module
from autospeech.schedule.evidence import Evidence
from autospeech.training.validation_score import ValidationScore

RNG = np.random.default_rng(0)
LABELS = np.eye(3, dtype="float32")[np.arange(60) % 3]


def opinion(good: float, seed: int = 0) -> np.ndarray:
    return (good * LABELS + np.random.default_rng(seed).normal(size=(60, 3))).astype("float32")


def of(**judged: np.ndarray) -> Evidence:
    evidence = Evidence(LABELS, {})
    evidence.judged.update(judged)
    return evidence


def test_a_useless_member_does_not_look_useful_by_chance() -> None:
    gains = []
    for seed in range(20):
        evidence = of(good=opinion(1.5), noise=RNG.normal(size=(60, 3)).astype("float32"))
        alone, both = (evidence.score(evidence.blend(names)) for names in (["good"], ["good", "noise"]))
        gains.append(both.log_likelihood - alone.log_likelihood)
        fitted = evidence.blend(["good", "noise"]).score
        assert fitted is not None and fitted.log_likelihood >= both.log_likelihood, seed
    assert np.mean(gains) < 0


def test_a_useful_member_does() -> None:
    evidence = of(good=opinion(1.5), other=opinion(1.5, 1))
    assert evidence.score(evidence.blend(["good", "other"])) > evidence.score(evidence.blend(["good"]))


def test_many_clips_are_judged_by_weights_that_were_fitted_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MANY", 59)
    evidence = of(good=opinion(1.5), noise=opinion(0.0, 3))
    blend = evidence.blend(["good", "noise"])
    assert evidence.score(blend) == blend.score


def test_clips_that_not_all_have_judged_are_left_out() -> None:
    part = opinion(3.0, 2)
    part[20:] = np.nan
    evidence = of(good=opinion(1.5), part=part)
    assert evidence.rows(["good", "part"]).sum() == 20
    assert evidence.rows([]).sum() == 0
    assert evidence.score(evidence.blend(["good"]), np.zeros(60, bool)) == ValidationScore.worst()
    answers = evidence.answers(evidence.blend(["part"]))
    assert np.isnan(answers[20:]).all() and np.isfinite(answers[:20]).all()
    assert set(evidence.nauc(["good", "part"])) == {"good", "part"}


def test_a_score_is_kept_until_members_have_judged_more() -> None:
    evidence = of(good=opinion(1.5), other=opinion(0.5, 1))
    first = evidence.score(evidence.blend(["good", "other"]))
    assert evidence.score(evidence.blend(["good", "other"])) is first
    evidence.judged["other"] = opinion(4.0, 1)
    assert evidence.score(evidence.blend(["good", "other"])) > first
    fewer = np.arange(60) < 30
    assert evidence.score(evidence.blend(["good", "other"]), fewer) != first
