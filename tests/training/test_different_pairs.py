from __future__ import annotations

import numpy as np
import pytest

from autospeech.training.different_pairs import DifferentPairs


def test_all_pairs_of_different_classes_are_equally_likely() -> None:
    classes = np.array([0, 1, 0, 2, 0, 1])
    drawn = DifferentPairs(np.eye(3)[classes]).draw(60_000, np.random.default_rng(0)).reshape(2, -1)
    assert (classes[drawn[0]] != classes[drawn[1]]).all()
    counts = np.zeros((6, 6))
    np.add.at(counts, tuple(drawn), 1)
    allowed = classes[:, None] != classes
    # 22 ordered pairs, some 2727 of each: five standard deviations are 10 %.
    np.testing.assert_allclose(counts[allowed], 60_000 / allowed.sum(), rtol=0.1)
    assert not counts[~allowed].any()


def test_clips_with_several_labels_differ_when_any_label_does() -> None:
    labels = np.array([[1, 1, 0], [1, 0, 0], [1, 1, 0], [0, 0, 0]])
    first, second = DifferentPairs(labels).draw(500, np.random.default_rng(0)).reshape(2, -1)
    assert (labels[first] != labels[second]).any(axis=1).all()
    assert set(first) == {0, 1, 2, 3}


@pytest.mark.parametrize("clips", [1, 5])
def test_clips_of_one_class_are_paired_all_the_same(clips: int) -> None:
    drawn = DifferentPairs(np.ones((clips, 2))).draw(50, np.random.default_rng(0))
    assert drawn.shape == (100,)
    assert set(drawn) == set(range(clips))


def test_no_clip_is_refused() -> None:
    with pytest.raises(ValueError, match="no clip"):
        DifferentPairs(np.zeros((0, 2)))
