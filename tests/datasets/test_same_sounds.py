"""Copies are found, and neither folds nor splits divide them."""

from __future__ import annotations

import numpy as np
import pytest

from autospeech.datasets.clustered_folds import clustered_folds
from autospeech.datasets.same_sounds import fingerprints_of, joined_groups, same_sounds
from autospeech.datasets.splitting import stratified_split
from autospeech.datasets.undivided_split import undivided_split

RNG = np.random.default_rng(0)


def noise(samples: int = 8000) -> np.ndarray:
    return RNG.normal(scale=0.1, size=samples).astype("float32")


def test_the_same_samples_are_one_sound() -> None:
    one, other = noise(), noise()
    changed = one.copy()
    changed[3] += 0.01
    clips = [one, other, one.copy(), changed, one[:-1], other.copy(), one]
    assert same_sounds(clips).tolist() == [0, 1, 0, 2, 3, 1, 0]


@pytest.mark.parametrize("silence", [np.zeros(0, np.float32), np.zeros(8000, np.float32)])
def test_silent_clips_are_no_copies(silence: np.ndarray) -> None:
    assert same_sounds([silence] * 3).tolist() == [0, 1, 2]


def test_copies_at_another_rate_are_found() -> None:
    rates = np.random.default_rng(0).uniform(0.05, 0.5, (2, 40))
    tunes = 0.1 * np.sin(np.cumsum(np.repeat(rates, 2205, axis=1), axis=1)).astype("float32")
    clips = [tunes[0], tunes[1], 0.4 * tunes[0][9000:]]
    assert same_sounds(clips, fingerprints_of(clips, 44100)).tolist() == [0, 1, 0]


def test_groups_are_joined_along_chains() -> None:
    # The first and the third clip share a group, the third and the fourth a sound.
    assert joined_groups(["a", "b", "a", "c", "d"], [0, 1, 2, 2, 3]).tolist() == [0, 1, 0, 0, 2]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("clustered", [False, True])
def test_folds_divide_no_sound(seed: int, grouped: bool, clustered: bool) -> None:
    rng = np.random.default_rng(seed)
    sounds = rng.permutation(np.concatenate([np.arange(60), rng.integers(0, 60, 30)]))
    labels = np.eye(3)[rng.integers(0, 3, 90)]
    groups = rng.permutation(np.arange(90) % 45) if grouped else None
    fold = clustered_folds(
        rng.normal(size=(90, 4)), labels, groups=groups, sounds=sounds, clustered=clustered, seed=seed
    )
    assert all(len(set(fold[sounds == sound])) == 1 for sound in range(60))
    if groups is None:
        assert len(set(fold)) == 4
        assert np.bincount(fold).max() <= 60
    else:
        assert all(len(set(fold[groups == group])) == 1 for group in range(45))


@pytest.mark.parametrize("sounds", [np.arange(40), np.zeros(40, np.intp)], ids=["all different", "all the same"])
def test_sounds_that_say_nothing_change_nothing(sounds: np.ndarray) -> None:
    vectors, labels = np.random.default_rng(0).normal(size=(40, 3)), np.eye(2)[np.arange(40) % 2]
    np.testing.assert_array_equal(clustered_folds(vectors, labels, sounds=sounds), clustered_folds(vectors, labels))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("grouped", [False, True])
def test_splits_divide_no_sound(seed: int, grouped: bool) -> None:
    rng = np.random.default_rng(seed)
    sounds = np.concatenate([np.arange(40), rng.integers(0, 40, 10)])
    labels = np.eye(2, dtype=np.float32)[np.arange(50) % 2]
    groups = [f"speaker {number % 12}" for number in range(50)] if grouped else None
    train, held_out = undivided_split(labels, groups, sounds, 0.2, seed)
    assert sorted([*train, *held_out]) == list(range(50)) and 3 <= len(held_out) <= 25
    assert not set(sounds[train]) & set(sounds[held_out])


def test_without_copies_it_is_the_stratified_split() -> None:
    labels = np.eye(2, dtype=np.float32)[[0, 0, 0, 0, 1, 1]]
    for found, wanted in zip(
        undivided_split(labels, None, np.arange(6), 0.3), stratified_split(labels, 0.3), strict=True
    ):
        np.testing.assert_array_equal(found, wanted)
    assert [len(part) for part in undivided_split(labels[:2], None, np.array([0, 0]), 0.5)] == [2, 2]
