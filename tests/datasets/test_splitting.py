"""What holds of every split, over many seeds and label matrices of every kind."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.model_selection import StratifiedShuffleSplit

from autospeech.datasets.splitting import grouped_split, stratified_split, stratified_subset


def single_label(*counts: int) -> np.ndarray:
    return np.eye(len(counts))[np.repeat(np.arange(len(counts)), counts)]


def multi_label(seed: int, clips: int, classes: int, density: float) -> np.ndarray:
    return (np.random.default_rng(seed).random((clips, classes)) < density).astype(float)


CASES = {
    "one clip": single_label(1, 0),
    "two clips of one class": single_label(2, 0),
    "two clips of two classes": single_label(1, 1),
    "singles only": single_label(*[1] * 7),
    "a single among many": single_label(50, 1, 30),
    "a class missing": single_label(20, 0, 20),
    "one class only": single_label(20),
    "100 classes of 3": single_label(*[3] * 100),
    "unbalanced": single_label(500, 40, 3, 2, 1),
    "multi-label": multi_label(0, 200, 6, 0.3),
    "rare labels": multi_label(1, 60, 20, 0.05),
    "no labels at all": np.zeros((10, 3)),
    "dense": multi_label(2, 30, 4, 0.9),
    "shared rare labels": np.array([[1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 1]]),
}


@pytest.mark.parametrize("labels", CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
def test_every_split_is_whole_and_leaves_every_class_in_train(labels: np.ndarray, share: float) -> None:
    counts = labels.sum(axis=0)
    for seed in range(40):
        train, held_out = stratified_split(labels, share, seed)
        assert len(train)
        assert len(held_out)
        assert np.all(labels[train].sum(axis=0)[counts > 0] >= 1)
        if len(held_out) == len(labels):
            assert len(train) == len(labels)
            assert np.all(counts[labels.any(axis=0)] == 1)
        else:
            assert sorted([*train, *held_out]) == list(range(len(labels)))
            assert len(held_out) <= max(1, round(share * len(labels)))
            assert not labels[held_out][:, counts == 1].any()
        again = stratified_split(labels, share, seed)
        np.testing.assert_array_equal(train, again[0])
        np.testing.assert_array_equal(held_out, again[1])


@pytest.mark.parametrize("counts", [(100, 100), (50, 30, 20), (200, 10, 10, 33), tuple(range(10, 40))])
def test_the_shares_are_those_of_scikit_learn(counts: tuple[int, ...]) -> None:
    labels = single_label(*counts)
    reference = StratifiedShuffleSplit(1, test_size=round(0.2 * len(labels)), random_state=0)
    _, expected = next(reference.split(labels, labels.argmax(axis=1)))
    for seed in range(20):
        _, held_out = stratified_split(labels, 0.2, seed)
        assert len(held_out) == len(expected)
        assert np.abs(labels[held_out].sum(axis=0) - labels[expected].sum(axis=0)).max() <= 1


def test_seeds_differ_and_reach_every_clip() -> None:
    labels = single_label(30, 30)
    held_out = {int(clip) for seed in range(200) for clip in stratified_split(labels, 0.1, seed)[1]}
    assert held_out == set(range(60))


@pytest.mark.parametrize(
    ("labels", "share"), [(np.zeros((0, 3)), 0.1), (np.zeros(3), 0.1), (np.eye(3), 0), (np.eye(3), 1)]
)
def test_wrong_arguments(labels: np.ndarray, share: float) -> None:
    with pytest.raises(ValueError, match=r"labels have the shape|share is"):
        stratified_split(labels, share)


@pytest.mark.parametrize("groups", [2, 3, 5, 12])
def test_groups_stay_together(groups: int) -> None:
    for seed in range(15):
        rng = np.random.default_rng(seed)
        labels = np.eye(4)[rng.integers(0, 4, 120)]
        group = [f"speaker{number}" for number in rng.permutation(np.arange(120) % groups)]
        train, held_out = grouped_split(labels, group, 0.2, seed)
        assert sorted([*train, *held_out]) == list(range(120))
        assert not {group[clip] for clip in train} & {group[clip] for clip in held_out}
        assert labels[train].any(axis=0).all()
        if groups >= 5:
            assert 0.1 <= len(held_out) / 120 <= 0.35


def test_groups_that_are_classes_leave_most_classes_in_train() -> None:
    train, held_out = grouped_split(single_label(2, 2, 2), ["a", "a", "b", "b", "c", "c"], 0.3)
    assert len(train) == 4
    assert len(held_out) == 2


def test_one_group_cannot_be_held_out() -> None:
    with pytest.raises(ValueError, match="one group"):
        grouped_split(np.eye(3), ["a", "a", "a"])


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 1.0])
def test_a_subset_has_its_share_of_each_class_and_one_at_least(share: float) -> None:
    labels = single_label(40, 8, 2)
    chosen = stratified_subset(labels, share, seed=3)
    assert np.array_equal(chosen, np.unique(chosen))
    assert labels[chosen].sum(axis=0).tolist() == [max(1, round(count * share)) for count in (40, 8, 2)]


def test_subsets_of_a_seed_are_nested_and_those_of_another_differ() -> None:
    labels = np.random.default_rng(0).permutation(single_label(30, 17, 5))
    smaller = stratified_subset(labels, 0.1)
    for share in (0.2, 0.5, 0.8, 1.0):
        larger = stratified_subset(labels, share)
        assert set(smaller) < set(larger)
        smaller = larger
    assert set(stratified_subset(labels, 0.5)) != set(stratified_subset(labels, 0.5, seed=1))


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, float("nan")])
def test_a_subset_of_no_share_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match=f"share is {share}"):
        stratified_subset(single_label(3, 3), share)
