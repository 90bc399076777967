"""Weights follow the evidence, whatever part of the clips was judged, and the answers survive printing."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import scipy.optimize
import scipy.special

from autospeech.schedule.blend import Blend

CLIPS, CLASSES = 200, 4


def truth(multi_label: bool = False, clips: int = CLIPS) -> np.ndarray:
    if multi_label:
        return (np.random.default_rng(0).random((clips, CLASSES)) < 0.35).astype("float32")
    return np.eye(CLASSES, dtype="float32")[np.random.default_rng(0).integers(0, CLASSES, clips)]


def member(labels: np.ndarray, good: float, seed: int, scale: float = 1.0) -> np.ndarray:
    """Logits with the truth in them, the more the better the member; 0 is useless."""
    noise = np.random.default_rng(seed).normal(size=labels.shape)
    return (scale * (good * (2 * labels - 1) + noise)).astype("float32")


def partial(logits: np.ndarray, rows: slice | np.ndarray) -> np.ndarray:
    judged = np.full_like(logits, np.nan)
    judged[rows] = logits[rows]
    return judged


def likelihood(
    weights: dict[str, float], judged: dict[str, np.ndarray], labels: np.ndarray, multi_label: bool
) -> float:
    """The blend's objective without its prior."""
    values = {name: logits.astype("float64") for name, logits in judged.items()}
    if multi_label:
        total = sum(weights[name] * logits for name, logits in values.items())
        return -float(np.sum(np.logaddexp(0, total) - labels * total)) / labels.shape[1]
    total = sum(weights[name] * scipy.special.log_softmax(logits, axis=1) for name, logits in values.items())
    return float(np.sum(labels * scipy.special.log_softmax(total, axis=1)))


@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("scale", [0.1, 1.0, 10.0, 1e5])
@pytest.mark.parametrize("prior", [{"a": 0.5, "b": 0.5}, {"a": 0.0, "b": 1.0}, {"a": 0.0, "b": 0.0}])
def test_weights_fit_at_least_as_well_as_the_prior(multi_label: bool, scale: float, prior: dict[str, float]) -> None:
    labels = truth(multi_label)
    judged = {"a": member(labels, 1.0, 1, scale), "b": member(labels, 0.4, 2, scale)}
    blend = Blend(prior, multi_label=multi_label)
    blend.fit(judged, labels)
    assert all(weight >= 0 for weight in blend.weights.values())
    assert likelihood(blend.weights, judged, labels, multi_label) >= likelihood(prior, judged, labels, multi_label)
    assert np.isfinite(blend.score).all()
    assert blend.score.auc > 0.8


@pytest.mark.parametrize("multi_label", [False, True])
def test_weights_are_the_optimum_by_another_optimizer(multi_label: bool) -> None:
    labels = truth(multi_label)
    judged = {name: member(labels, good, seed) for seed, (name, good) in enumerate({"a": 1, "b": 0.5, "c": 0}.items())}
    prior = np.array([0.5, 0.3, 0.2])

    def loss(weights: np.ndarray) -> float:
        fit = likelihood(dict(zip(judged, weights, strict=True)), judged, labels, multi_label)
        return -fit + 10 * float(np.sum((weights - prior) ** 2))

    blend = Blend(dict(zip(judged, prior.tolist(), strict=True)), multi_label=multi_label)
    blend.fit(judged, labels)
    expected = scipy.optimize.minimize(loss, prior, method="SLSQP", bounds=[(0, None)] * 3, tol=1e-10).x
    np.testing.assert_allclose(list(blend.weights.values()), expected, atol=5e-3)


@pytest.mark.parametrize("multi_label", [False, True])
def test_a_useless_member_gets_about_nothing(multi_label: bool) -> None:
    labels = truth(multi_label, 2000)
    judged = {"good": member(labels, 1.0, 1), "noise": member(labels, 0.0, 2), "wrong": -member(labels, 0.5, 3)}
    blend = Blend(dict.fromkeys(judged, 1 / 3), multi_label=multi_label)
    blend.fit(judged, labels)
    assert blend.weights["noise"] < 0.05
    assert blend.weights["wrong"] == 0
    assert "wrong" not in blend.members
    assert blend.weights["good"] > 1


def test_the_sum_of_weights_mends_the_temperature() -> None:
    labels = truth(clips=3000)
    fair = np.log(scipy.special.softmax(member(labels, 0.5, 1, 2.0), axis=1))
    for factor in (0.5, 3.0):
        blend = Blend({"only": 1.0})
        blend.fit({"only": (fair * factor).astype("float32")}, labels)
        probabilities = blend.probabilities({"only": (fair * factor).astype("float32")})
        sure = probabilities.max(axis=1)
        right = labels[np.arange(len(labels)), probabilities.argmax(axis=1)]
        assert abs(sure.mean() - right.mean()) < 0.02


def test_the_prior_stands_where_told() -> None:
    labels = truth()
    blend = Blend({"a": 0.7, "b": 0.3}, calibrate=False)
    blend.fit({"a": member(labels, 0.0, 1), "b": member(labels, 1.0, 2)}, labels)
    assert blend.weights == {"a": 0.7, "b": 0.3}
    assert blend.score is not None


@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("calibrate", [False, True])
def test_a_member_that_has_judged_nothing_is_ignored(multi_label: bool, calibrate: bool) -> None:
    labels = truth(multi_label)
    judged = {"a": member(labels, 1.0, 1), "late": np.full_like(labels, np.nan)}
    blend = Blend({"a": 0.5, "late": 0.5}, multi_label=multi_label, calibrate=calibrate)
    blend.fit(judged, labels)
    alone = Blend({"a": 0.5}, multi_label=multi_label, calibrate=calibrate)
    alone.fit({"a": judged["a"]}, labels)
    assert blend.weights == {"a": alone.weights["a"], "late": 0.0}
    assert blend.score == alone.score
    assert blend.members == ["a"]


def test_nobody_has_judged_anything() -> None:
    labels = truth()
    blend = Blend({"a": 0.5, "b": 0.5})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        blend.fit({"a": np.full_like(labels, np.nan), "b": np.full_like(labels, np.nan)}, labels)
        assert blend.score == type(blend.score).worst()
        np.testing.assert_allclose(blend.probabilities({"a": labels, "b": labels}), 0.25)


@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("good", [0.0, 1.0])
def test_a_partial_member_is_weighed_on_what_it_has_judged(multi_label: bool, good: float) -> None:
    labels = truth(multi_label, 800)
    judged = {"whole": member(labels, 0.4, 1), "part": partial(member(labels, good, 2), slice(0, 400))}
    blend = Blend({"whole": 0.5, "part": 0.5}, multi_label=multi_label)
    blend.fit(judged, labels)
    if good:
        assert blend.weights["part"] > blend.weights["whole"] > 0.1
    else:
        assert blend.weights["part"] < 0.1
    alone = Blend({"whole": blend.weights["whole"], "part": blend.weights["part"]}, multi_label=multi_label)
    # Once it has no weight, the blend is judged on all clips again.
    clips = 400 if "part" in blend.members else 800
    assert blend.score == alone.judge({name: logits[:clips] for name, logits in judged.items()}, labels[:clips])


@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("with_whole", [False, True])
def test_members_that_judged_different_clips(multi_label: bool, with_whole: bool) -> None:
    labels = truth(multi_label, 800)
    judged = {
        "good": partial(member(labels, 1.0, 1), slice(0, 400)),
        "noise": partial(member(labels, 0.0, 2), slice(400, 800)),
        "fair": partial(member(labels, 0.5, 3), slice(400, 800)),
    }
    if with_whole:
        judged["whole"] = member(labels, 0.3, 4)
    blend = Blend(dict.fromkeys(judged, 1 / len(judged)), multi_label=multi_label)
    blend.fit(judged, labels)
    assert blend.weights["good"] > blend.weights["fair"] > 3 * blend.weights["noise"]
    # Both halves together are no surer than either: all would judge a new clip.
    fresh = truth(multi_label, 4000)
    asked = {name: member(fresh, {"good": 1.0, "noise": 0.0, "fair": 0.5, "whole": 0.3}[name], 10 + seed)
             for seed, name in enumerate(judged)}  # fmt: skip
    halved = {name: weight / 2 for name, weight in blend.weights.items()}
    assert likelihood(blend.weights, asked, fresh, multi_label) > likelihood(halved, asked, fresh, multi_label)
    assert 0.75 < blend.score.auc < 1
    assert np.isfinite(blend.score.log_likelihood)


def test_nested_members_join_one_after_the_other() -> None:
    labels = truth(clips=800)
    judged = {
        "small": partial(member(labels, 0.8, 3), slice(0, 20)),
        "large": partial(member(labels, 1.0, 2), slice(0, 700)),
        "whole": member(labels, 0.0, 1),
    }
    blend = Blend(dict.fromkeys(judged, 1 / 3))
    blend.fit(judged, labels)
    # What 20 clips say of the small one does not undo what 700 say of the large one.
    assert blend.weights["large"] > 1
    assert blend.weights["whole"] < 0.1
    assert blend.weights["small"] > 0.1


def test_the_order_of_members_does_not_matter() -> None:
    labels = truth()
    judged = {name: partial(member(labels, 0.5, seed), slice(50 * seed, 200)) for seed, name in enumerate("abc")}
    one, other = Blend({"a": 0.2, "b": 0.3, "c": 0.5}), Blend({"c": 0.5, "b": 0.3, "a": 0.2})
    one.fit(judged, labels)
    other.fit(dict(reversed(judged.items())), labels)
    for name in "abc":
        assert one.weights[name] == pytest.approx(other.weights[name], abs=1e-3)


EXTREMES = {
    "plain": 3.0,
    "sure": 30.0,
    "very sure": 1e3,
    "extreme": 1e6,
    "infinite": np.inf,
    "flat": 0.0,
}


@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("scale", EXTREMES.values(), ids=EXTREMES)
@pytest.mark.parametrize("classes", [1, 2, 4])
def test_probabilities_are_probabilities(multi_label: bool, scale: float, classes: int) -> None:
    logits = np.random.default_rng(0).normal(size=(50, classes))
    with np.errstate(invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        scores = {"a": (logits * scale).astype("float32"), "b": logits.astype("float32")}
        blend = Blend({"a": 0.5, "b": 0.5}, multi_label=multi_label)
        probabilities = blend.probabilities(scores)
        labels = np.eye(classes, dtype="float32")[np.arange(50) % classes]
        blend.fit(scores, labels)
        assert np.isfinite(list(blend.weights.values())).all()
        assert not np.isnan(blend.score).any()
        fitted = blend.probabilities(scores)
    for given in (probabilities, fitted):
        assert given.shape == (50, classes)
        assert np.all((given >= 0) & (given <= 1))
        if not multi_label:
            np.testing.assert_allclose(given.sum(axis=1), 1)
        if multi_label or classes > 1:
            printed = np.array([float(f"{value:g}") for value in given.ravel()])
            assert printed.max() < 1
            assert printed.min() > 0


@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("scale", [1.0, 10.0, 40.0])
def test_printing_ties_nothing(multi_label: bool, scale: float) -> None:
    logits = np.random.default_rng(0).normal(size=(300, 2)) * scale
    probabilities = Blend({"a": 1.0}, multi_label=multi_label).probabilities({"a": logits})
    printed = np.array([float(f"{value:g}") for value in probabilities[:, 0]])
    odds = logits[:, 0] if multi_label else logits[:, 0] - logits[:, 1]
    ordered = np.argsort(odds)
    assert np.all(np.diff(printed[ordered]) >= 0)
    assert len(np.unique(printed)) > 0.9 * len(printed)


@pytest.mark.parametrize("multi_label", [False, True])
def test_one_far_clip_does_not_flatten_the_others(multi_label: bool) -> None:
    logits = np.random.default_rng(0).normal(size=(300, 3))
    logits[7] = [1e6, -1e6, 0]
    probabilities = Blend({"a": 1.0}, multi_label=multi_label).probabilities({"a": logits})
    printed = np.array([float(f"{value:g}") for value in probabilities[:, 0]])
    assert len(np.unique(printed)) >= 298
    assert probabilities[7, 0] == probabilities.max() > 0.9999 * probabilities[7].max()
    assert np.delete(probabilities, 7, axis=0).max() > 0.4


def test_moderate_answers_are_the_weighted_product() -> None:
    rng = np.random.default_rng(0)
    scores = {name: rng.normal(size=(20, 3)).astype("float32") for name in "ab"}
    got = Blend({"a": 0.8, "b": 1.5}).probabilities(scores)
    product = scipy.special.softmax(scores["a"], axis=1) ** 0.8 * scipy.special.softmax(scores["b"], axis=1) ** 1.5
    np.testing.assert_allclose(got, product / product.sum(axis=1, keepdims=True), rtol=1e-5)
    several = Blend({"a": 0.8, "b": 1.5}, multi_label=True).probabilities(scores)
    np.testing.assert_allclose(several, scipy.special.expit(0.8 * scores["a"] + 1.5 * scores["b"]), rtol=1e-5)


@pytest.mark.parametrize("multi_label", [False, True])
def test_what_is_missing_in_an_answer_counts_for_nothing(multi_label: bool) -> None:
    one, other = member(truth(), 1.0, 1), partial(member(truth(), 1.0, 2), slice(0, 100))
    blend = Blend({"a": 1.0, "b": 1.0}, multi_label=multi_label)
    both = blend.probabilities({"a": one, "b": other})
    assert np.isfinite(both).all()
    alone = blend.probabilities({"a": one})
    np.testing.assert_array_equal(both[100:].argsort(axis=1), alone[100:].argsort(axis=1))
    with pytest.raises(ValueError, match="none has a weight"):
        blend.probabilities({"c": one})


def test_single_class() -> None:
    blend = Blend({"a": 1.0})
    blend.fit({"a": np.zeros((5, 1), "float32")}, np.ones((5, 1), "float32"))
    np.testing.assert_array_equal(blend.probabilities({"a": np.zeros((3, 1), "float32")}), 1)
    assert blend.score.auc == 0.5


def test_no_clips_to_answer_for() -> None:
    for multi_label in (False, True):
        assert Blend({"a": 1.0}, multi_label=multi_label).probabilities({"a": np.zeros((0, 3))}).shape == (0, 3)
