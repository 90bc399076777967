"""What is said of labels that make a score worthless, and that nothing is said in vain."""

from __future__ import annotations

import re

import numpy as np
import pytest

from autospeech.datasets.evidence_warnings import copies_with_different_labels, groups_and_classes


@pytest.mark.parametrize(
    ("classes", "groups", "said"),
    [
        ("aabb", "1212", ""),
        ("aabb", "1234", ""),
        # Each group has one class, but each class several groups: as with birds.
        ("aaaabbbb", "11223344", ""),
        ("aabbc", "12123", ""),
        ("aabb", "1122", r"groups and classes coincide: .*\(a: 1, b: 2\).*the score says nothing"),
        ("aabb", "1111", r"all clips are of one group \(1\)"),
        ("aabbcc", "121233", r"1 class has clips of one group only \(c: 3\)"),
        ("aabbccdd", "12344455", r"2 of 4 classes have clips of one group only \(c: 4, d: 5\)"),
    ],
)
def test_groups_and_classes(classes: str, groups: str, said: str) -> None:
    names = sorted(set(classes))
    labels = np.array([[name == of_clip for name in names] for of_clip in classes])
    found = groups_and_classes(labels, list(groups), names)
    assert len(found) == bool(said)
    assert not said or re.search(said, found[0])


def test_many_names_are_cut() -> None:
    labels = np.repeat(np.eye(9, dtype=bool), 2, axis=0)
    (said,) = groups_and_classes(labels, [str(number) for number in range(9) for _ in range(2)], list("abcdefghi"))
    assert "(a: 0, b: 1, c: 2, d: 3, e: 4 and 4 more)" in said


def test_copies_with_different_labels_are_named_in_pairs() -> None:
    labels = np.array([[1, 0], [0, 1], [1, 0], [1, 1], [0, 0]], bool)
    names = ["0.wav", "1.wav", "2.wav", "3.wav", "4.wav"]
    assert copies_with_different_labels(labels, np.array([0, 1, 0, 2, 3]), names, ["x", "y"]) == []
    (said,) = copies_with_different_labels(labels, np.array([0, 1, 0, 0, 1]), names, ["x", "y"])
    assert said.startswith("2 sounds stand in clips with different labels")
    assert said.endswith(": 0.wav (x) and 3.wav (x|y)")
