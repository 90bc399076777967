"""Dempster's results by hand, Li's four paradoxes, and input that would give NaN."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autospeech.fusion import FUSIONS, find_fusion
from autospeech.fusion.dempster_shafer import dempster_shafer, improved_dempster_shafer
from autospeech.fusion.weighted_average import weighted_average

# Li et al. 2017: the masses of each body of evidence; the class that must come out; what our reading of the improved
# rule gives; and Dempster's rule by hand (products, divided by their sum).
PARADOXES: dict[str, tuple[list[tuple[float, ...]], int, list[float], list[float] | None]] = {
    "complete conflict": (
        [(1, 0, 0), (0, 1, 0), (0.8, 0.1, 0.1), (0.8, 0.1, 0.1)],
        0,
        [0.9995, 0.0005, 0],
        None,
    ),
    "0 trust": (
        [(0.5, 0.2, 0.3), (0.5, 0.2, 0.3), (0, 0.9, 0.1), (0.5, 0.2, 0.3)],
        0,
        [0.5954, 0.2990, 0.1057],
        [0, 0.0072 / 0.0099, 0.0027 / 0.0099],
    ),
    "1 trust": (
        [(0.9, 0.1, 0), (0, 0.1, 0.9), (0.1, 0.15, 0.75), (0.1, 0.15, 0.75)],
        2,
        [0.0016, 0.0010, 0.9974],
        [0, 1, 0],
    ),
    "high conflict": (
        [
            (0.7, 0.1, 0.1, 0, 0.1),
            (0, 0.5, 0.2, 0.1, 0.2),
            (0.6, 0.1, 0.15, 0, 0.15),
            (0.55, 0.1, 0.1, 0.15, 0.1),
            (0.6, 0.1, 0.2, 0, 0.1),
        ],
        0,
        [0.9965, 0.0015, 0.0014, 0, 0.0006],
        [0, 50 / 140, 60 / 140, 0, 30 / 140],
    ),
}


@pytest.mark.parametrize("paradox", PARADOXES)
def test_the_paradoxes(paradox: str) -> None:
    evidence, truth, improved, dempster = PARADOXES[paradox]
    masses = np.array(evidence)[:, None]
    np.testing.assert_allclose(improved_dempster_shafer(masses)[0], improved, atol=5e-5)
    assert improved_dempster_shafer(masses)[0].argmax() == truth
    # Where the conflict is complete Dempster's rule has no answer; the mean stands in.
    expected = np.mean(evidence, axis=0) if dempster is None else dempster
    np.testing.assert_allclose(dempster_shafer(masses)[0], expected, atol=1e-9)
    np.testing.assert_allclose(weighted_average(masses)[0], np.mean(evidence, axis=0), atol=1e-12)


def test_the_improved_rule_by_hand_for_two_models() -> None:
    # Two are as far from each other: credibility 1/2 each. Certainties .68 and .52, so weights in the ratio e^.16 to 1,
    # .539915 and .460085; mean .6 + .2 * .539915 = .707983; combined with itself .707983^2 / (.707983^2 + .292017^2).
    np.testing.assert_allclose(
        improved_dempster_shafer([[[0.8, 0.2]], [[0.6, 0.4]]]), [[0.854609, 0.145391]], atol=5e-7
    )


def test_the_improved_rule_does_not_depend_on_the_order() -> None:
    masses = np.random.default_rng(2).dirichlet(np.ones(4), (5, 7))
    np.testing.assert_allclose(improved_dempster_shafer(masses[::-1]), improved_dempster_shafer(masses), atol=1e-12)


def test_one_of_two_readings_of_the_certainty_fails_a_paradox() -> None:
    """What the docstring says of the exponential, step by step in other words than the rule's."""
    evidence = np.array(PARADOXES["0 trust"][0])
    distances = np.array([[np.linalg.norm(one - other) / np.sqrt(2) for other in evidence] for one in evidence])
    support = (1 - distances).sum(axis=1) - 1
    certainty = (evidence**2).sum(axis=1)
    found = {}
    for name, trust in (("exp", np.exp(certainty)), ("minus impurity", np.exp(certainty - 1)), ("plain", certainty)):
        weights = support * trust / (support * trust).sum()
        combined = (weights @ evidence) ** len(evidence)
        found[name] = combined / combined.sum()
    np.testing.assert_allclose(found["exp"], improved_dempster_shafer(evidence[:, None])[0], atol=1e-12)
    np.testing.assert_allclose(found["minus impurity"], found["exp"], atol=1e-12)
    assert found["exp"].argmax() == 0 and found["plain"].argmax() == 1


def test_dempsters_rule_does_not_depend_on_the_order_and_works_one_by_one() -> None:
    masses = np.random.default_rng(0).dirichlet(np.ones(4), (5, 7))
    together = dempster_shafer(masses)
    np.testing.assert_allclose(dempster_shafer(masses[::-1]), together, atol=1e-12)
    step = masses[0]
    for model in masses[1:]:
        step = step * model / (step * model).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(together, step, atol=1e-12)


def test_clips_are_fused_by_themselves() -> None:
    masses = np.random.default_rng(1).dirichlet(np.ones(3), (4, 6))
    for fusion in FUSIONS.values():
        whole = fusion(masses)
        for clip in range(6):
            np.testing.assert_allclose(fusion(masses[:, clip : clip + 1])[0], whole[clip], atol=1e-12)


ODD: dict[str, Any] = {
    "one model": [[[0.3, 0.7], [1.0, 0.0]]],
    "two models that exclude each other": [[[1.0, 0.0]], [[0.0, 1.0]]],
    "all zeros": [[[0.0, 0.0]], [[0.0, 0.0]]],
    "zeros of one model": [[[0.0, 0.0]], [[0.2, 0.8]]],
    "not normalised": [[[3.0, 1.0]], [[10.0, 30.0]]],
    "tiny": [[[1e-310, 1e-312]], [[1e-300, 1e-308]]],
    "hundreds of models": np.random.default_rng(0).dirichlet(np.ones(5), (400, 3)),
    "one class": [[[1.0]], [[0.5]]],
    "no clips": np.zeros((2, 0, 3)),
}


@pytest.mark.parametrize("case", ODD)
@pytest.mark.parametrize("rule", [dempster_shafer, improved_dempster_shafer])
def test_odd_input_has_a_defined_answer(rule: Callable[..., np.ndarray], case: str) -> None:
    answer = rule(ODD[case])
    assert answer.shape == np.shape(ODD[case])[1:]
    assert np.isfinite(answer).all()
    np.testing.assert_allclose(answer.sum(axis=1), 1, atol=1e-9)
    assert np.isfinite(weighted_average(ODD[case])).all()


def test_what_odd_answers_are() -> None:
    for rule in (dempster_shafer, improved_dempster_shafer):
        np.testing.assert_allclose(rule(ODD["one model"]), ODD["one model"][0], atol=1e-12)
        np.testing.assert_allclose(rule(ODD["two models that exclude each other"]), [[0.5, 0.5]])
        np.testing.assert_allclose(rule(ODD["all zeros"]), [[0.5, 0.5]])
    # One that knows nothing changes nothing for Dempster.
    np.testing.assert_allclose(dempster_shafer(ODD["zeros of one model"]), [[0.2, 0.8]])
    np.testing.assert_allclose(dempster_shafer(ODD["not normalised"]), [[0.5, 0.5]])


@pytest.mark.parametrize("fusion", FUSIONS)
@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (np.zeros((0, 2, 2)), "a model or more"),
        (np.zeros((2, 2)), r"\(2, 2\)"),
        (np.zeros((2, 2, 0)), r"\(2, 2, 0\)"),
        ([[[0.5, np.nan]]], "model 0 gives clip 0 for class 1 nan"),
        ([[[0.5, 0.5]], [[-0.1, 1.1]]], "model 1 gives clip 0 for class 0 -0.1"),
    ],
)
def test_wrong_input_is_named(fusion: str, wrong: Any, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        find_fusion(fusion)(wrong)


def test_an_unknown_fusion_is_named() -> None:
    with pytest.raises(ValueError, match="weighted_average, dempster_shafer"):
        find_fusion("vote")
