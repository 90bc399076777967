"""LDA against scikit-learn's, whose priors lack the one clip more a class."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from autospeech.heads.lda import LDA


def task(counts: tuple[int, ...], numbers: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    label = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    mixing = rng.normal(size=(numbers, numbers)) / np.sqrt(numbers)
    vectors = rng.normal(size=(len(counts), numbers))[label] + rng.normal(size=(len(label), numbers)) @ mixing
    return (vectors + 3).astype("float32"), np.eye(len(counts), dtype="float32")[label]


@pytest.mark.parametrize("shrinkage", [0.05, 0.45, 1.0])
@pytest.mark.parametrize(
    ("counts", "numbers"), [((40, 40, 40), 10), ((100, 20, 5, 31), 20), ((12, 9, 15), 200), ((30, 30), 60)]
)
def test_equals_scikit_learn(counts: tuple[int, ...], numbers: int, shrinkage: float) -> None:
    vectors, labels = task(counts, numbers)
    asked = task(tuple(reversed(counts)), numbers)[0] + np.float32(0.2)
    head = LDA(shrinkage=shrinkage, temperature=1.0)
    head.fit(vectors, labels)
    got = scipy.special.log_softmax(head.scores(asked).astype("float64"), axis=1)
    reference = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage)
    reference.fit(vectors.astype("float64"), labels.argmax(axis=1))
    smooth = np.log((np.array(counts) + 1) / (sum(counts) + len(counts))) - np.log(reference.priors_)
    logits = asked.astype("float64") @ (reference.means_ @ np.linalg.inv(reference.covariance_)).T
    logits -= 0.5 * np.einsum("kn,nm,km->k", reference.means_, np.linalg.inv(reference.covariance_), reference.means_)
    expected = scipy.special.log_softmax(logits + np.log(reference.priors_) + smooth, axis=1)
    # The reference's own probabilities are those of its covariance, means and priors.
    theirs = scipy.special.log_softmax(logits + np.log(reference.priors_), axis=1)
    np.testing.assert_allclose(np.exp(theirs), reference.predict_proba(asked.astype("float64")), atol=1e-6)
    np.testing.assert_allclose(got, expected, atol=2e-3, rtol=2e-3)


def test_temperature_divides_the_logits() -> None:
    vectors, labels = task((20, 30, 10), 15)
    cold, warm = LDA(temperature=1.0), LDA(temperature=8.0)
    cold.fit(vectors, labels)
    warm.fit(vectors, labels)
    np.testing.assert_allclose(warm.scores(vectors), cold.scores(vectors) / 8, atol=1e-4)


@pytest.mark.parametrize("multi_label", [False, True])
def test_the_space_of_clips_and_that_of_numbers_give_the_same(multi_label: bool) -> None:
    vectors, labels = task((15, 20, 12), 30)
    if multi_label:
        labels = np.maximum(labels, labels[:, [1, 2, 0]] * (np.arange(47) % 2)[:, None]).astype("float32")
    # Columns of zeros change the mean variance that the identity is scaled by, and nothing else.
    padded = np.pad(vectors, ((0, 0), (0, 30)))
    few, many = LDA(shrinkage=0.4, temperature=1.0), LDA(shrinkage=0.4, temperature=1.0)
    few.fit(vectors, labels)
    many.fit(padded, labels)
    assert vectors.shape[1] < len(vectors) < padded.shape[1]
    # With 0.4 of half the variance as ridge, the same as 0.25 of 4/3 of 0.6 the covariance.
    ridge = 0.4 / 2 / (0.6 + 0.4 / 2)
    matched = LDA(shrinkage=ridge, temperature=1.0)
    matched.fit(vectors, labels)
    prior = np.asarray(many.scores(padded) - _constant(many, padded))
    expected = np.asarray(matched.scores(vectors) - _constant(matched, vectors)) * (1 - ridge) / 0.6
    np.testing.assert_allclose(prior, expected, atol=5e-3, rtol=1e-3)


def _constant(head: LDA, vectors: np.ndarray) -> np.ndarray:
    return head.scores(vectors).mean(axis=0)


def test_several_labels_are_each_against_the_rest() -> None:
    vectors, labels = task((40, 40, 40), 10)
    labels = np.maximum(labels, labels[:, [1, 2, 0]] * (np.arange(120) % 2)[:, None]).astype("float32")
    head = LDA(shrinkage=1e-3, temperature=1.0)
    head.fit(vectors, labels)
    for number in range(3):
        # The covariance of all clips leaves the direction of Fisher's discriminant as it is.
        reference = LinearDiscriminantAnalysis(solver="lsqr").fit(vectors.astype("float64"), labels[:, number])
        got = head.scores(vectors)[:, number]
        assert np.corrcoef(got, reference.decision_function(vectors.astype("float64")))[0, 1] > 0.999
