"""How much the first answer looks at, and that it is what its heads say."""

from __future__ import annotations

import numpy as np
import pytest

from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.heads.kernel_ridge import KernelRidge
from autospeech.heads.lda import LDA
from autospeech.learners import first_look
from autospeech.learners.clip_views import ClipViews
from autospeech.learners.first_look import FirstLook
from autospeech.statistics.standardizer import Standardizer


def coloured(clips: int, samples: int = 8000, seed: int = 0) -> LabelledClips:
    """Noise of two colours, easily told apart."""
    rng = np.random.default_rng(seed)
    labels = np.eye(2)[np.arange(clips) % 2]
    waves = [rng.normal(scale=0.1, size=samples) for _ in range(clips)]
    waves = [wave.cumsum() / 50 if number % 2 else np.diff(wave, prepend=0) for number, wave in enumerate(waves)]
    return LabelledClips([wave.astype("float32") for wave in waves], labels)


def costing(seconds: float, monkeypatch: pytest.MonkeyPatch) -> ClipViews:
    """Views whose cost is so many seconds for a second of sound."""
    views = ClipViews()
    monkeypatch.setattr(views, "cost_of_a_second", lambda name: seconds)
    return views


def test_scores_are_those_of_its_heads() -> None:
    train, asked = coloured(20), coloured(9, 5000, seed=1).clips
    views = ClipViews()
    look = FirstLook(views)
    look.learn(train, test_clips=9)
    standardizer = Standardizer(views.vectors("rich", train.clips), views.weights("rich", 1492))
    learnt = standardizer.by_training(views.vectors("rich", train.clips))
    standard = standardizer.by_themselves(views.vectors("rich", asked))
    scores = look.scores([*look.heads], asked)
    assert list(scores) == ["first-lda", "first-kernel_ridge"]
    for head, name in ((LDA(), "first-lda"), (KernelRidge(), "first-kernel_ridge")):
        head.fit(learnt, train.labels)
        np.testing.assert_allclose(scores[name], head.scores(standard), atol=1e-4)
        np.testing.assert_array_equal(scores[name].argmax(axis=1), np.arange(9) % 2)


def test_whole_clips_where_they_can_be_afforded(monkeypatch: pytest.MonkeyPatch) -> None:
    look = FirstLook(costing(0.001, monkeypatch))
    look.learn(coloured(20, 80000), test_clips=20)
    assert look.seconds == np.inf
    assert not look.multi_label


def test_no_pitch_where_it_is_dear_and_no_crop_that_crops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    train = coloured(20, 16000)
    for cost, vectors in {0.001: "rich", 0.1: "log_mel"}.items():
        look = FirstLook(costing(cost, monkeypatch))
        look.learn(train, test_clips=20)
        assert (look.vectors, look.seconds) == (vectors, np.inf)
        assert look.scores([*look.heads], train.clips)["first-lda"].shape == (20, 2)


@pytest.mark.parametrize(
    ("cost", "test_clips", "budget", "seconds"),
    [
        # 20 clips of 10 s, 0.3 s to spend: 200 s of sound where there is nothing to ask about.
        (0.3 / 201, 0, np.inf, np.inf),
        (0.3 / 199, 0, np.inf, 8.0),
        (0.3 / 101, 0, np.inf, 5.0),
        (0.3 / 51, 0, np.inf, 2.5),
        (1.0, 0, np.inf, 2.0),
        # As many to ask about as to learn from cost as much again.
        (0.3 / 201, 20, np.inf, 5.0),
        # A quarter of a short budget, or what is left of none.
        (0.3 / 201, 0, 0.6, 5.0),
        (0.3 / 201, 0, 0.0, 2.0),
        (0.3 / 201, 0, -1.0, 2.0),
    ],
)
def test_the_first_seconds_where_they_cannot(
    monkeypatch: pytest.MonkeyPatch, cost: float, test_clips: int, budget: float, seconds: float
) -> None:
    train = coloured(20, 160_000)
    look = FirstLook(costing(cost, monkeypatch))
    look.learn(train, test_clips, budget)
    assert look.seconds == seconds
    # What lies behind does not matter.
    if seconds < np.inf:
        most = int(16000 * seconds)
        asked = [np.concatenate([clip[:most], clip[:500]]) for clip in train.clips]
        for name, scores in look.scores([*look.heads], asked).items():
            np.testing.assert_allclose(scores, look.scores([*look.heads], train.clips)[name], atol=1e-4)


def test_of_too_many_clips_it_learns_from_some_of_each_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_look, "MOST_CLIPS", 30)
    monkeypatch.setattr(first_look, "LEAST_CLIPS", 30)
    monkeypatch.setattr(first_look, "OF_A_CLASS", 2)
    train = coloured(100, 2000)
    rare = LabelledClips(train.clips, np.pad(train.labels, ((0, 0), (0, 1))))
    rare.labels[[7, 50]] = [0, 0, 1]
    views = ClipViews()
    seen: list[int] = []
    vectors = views.vectors
    monkeypatch.setattr(
        views, "vectors", lambda name, clips, most: seen.append(len(clips)) or vectors(name, clips, most)
    )
    look = FirstLook(views, seed=1)
    look.learn(rare, test_clips=10)
    # Both clips of the rare class are among them.
    assert seen == [32]
    scores = look.scores([*look.heads], coloured(10, 2000, seed=2).clips)["first-lda"]
    np.testing.assert_array_equal(scores[:, :2].argmax(axis=1), np.arange(10) % 2)


def test_many_classes_need_more_clips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_look, "MOST_CLIPS", 20)
    monkeypatch.setattr(first_look, "LEAST_CLIPS", 20)
    monkeypatch.setattr(first_look, "OF_A_CLASS", 12)
    few, many = LabelledClips(coloured(60, 2000).clips, np.eye(2)[[0, 1] * 30]), coloured(60, 2000)
    many = LabelledClips(many.clips, np.eye(4)[[0, 1, 2, 3] * 15])
    rare = LabelledClips(many.clips, np.eye(2)[[0] * 45 + [1] * 15])
    for train, clips in ((few, 24), (many, 48), (many.subset(np.arange(40)), 40), (rare, 18 + 12)):
        look = FirstLook(ClipViews())
        look.learn(train, test_clips=3)
        assert look.clips == clips


def test_of_long_clips_it_learns_from_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_look, "OF_A_CLASS", 2)
    monkeypatch.setattr(first_look, "LEAST_CLIPS", 10)
    monkeypatch.setattr(first_look, "LEARNT_SECONDS", 20.0)
    for samples, clips in ((2000, 50), (16000, 20), (48000, 10)):
        look = FirstLook(ClipViews())
        look.learn(coloured(50, samples), test_clips=3)
        assert look.clips == clips


def test_of_many_clips_one_head_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_look, "FEW_CLIPS", 19)
    look = FirstLook(ClipViews())
    look.learn(coloured(20, 2000), test_clips=3)
    assert list(look.scores([*look.heads], coloured(3).clips)) == ["first-lda"]


def test_several_labels_a_clip_stay_so_in_a_part_that_has_one_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_look, "MOST_CLIPS", 20)
    monkeypatch.setattr(first_look, "LEAST_CLIPS", 20)
    monkeypatch.setattr(first_look, "OF_A_CLASS", 2)
    train = coloured(60, 2000)
    # By the split's own rule; a single clip has both labels, and is not among those that are learnt from.
    for both in range(60):
        labels = train.labels.copy()
        labels[both] = 1
        several = LabelledClips(train.clips, labels)
        _, some = first_look.stratified_split(labels, 20 / 60, 0)
        if both not in some:
            break
    views = ClipViews()
    look = FirstLook(views)
    look.learn(several, test_clips=4)
    assert look.multi_label
    asked = coloured(4, 2000, seed=1).clips
    learnt = several.subset(some)
    standardizer = Standardizer(views.vectors("rich", learnt.clips), views.weights("rich", 1492))
    head = LDA()
    head.fit(standardizer.by_training(views.vectors("rich", learnt.clips)), learnt.labels, multi_label=True)
    expected = head.scores(standardizer.by_themselves(views.vectors("rich", asked)))
    np.testing.assert_allclose(look.scores([*look.heads], asked)["first-lda"], expected, atol=1e-4)


@pytest.mark.parametrize("clips", [1, 2, 3])
def test_hardly_any_clips(clips: int) -> None:
    look = FirstLook(ClipViews())
    look.learn(coloured(clips, 300), test_clips=1)
    for scores in look.scores([*look.heads], [np.zeros(0, "float32")]).values():
        assert scores.shape == (1, 2)
        assert np.isfinite(scores).all()


@pytest.mark.parametrize("one_by_one", [False, True])
@pytest.mark.parametrize("every", [True, False])
def test_out_of_fold_is_what_a_look_without_that_fold_says(
    monkeypatch: pytest.MonkeyPatch, every: bool, one_by_one: bool
) -> None:
    monkeypatch.setattr(first_look, "MOST_CLIPS", 24)
    monkeypatch.setattr(first_look, "LEAST_CLIPS", 24)
    monkeypatch.setattr(first_look, "OF_A_CLASS", 2)
    train, folds = coloured(40, 4000), np.arange(40) // 2 % 4
    views = ClipViews()
    look = FirstLook(views, one_by_one=one_by_one)
    look.learn(train, test_clips=3)
    if not every:
        monkeypatch.setattr(first_look, "JUDGING_SECONDS", -1.0)
        look.seconds = 0.2
    found = look.out_of_fold(train, folds)
    assert set(found) == {"first-lda", "first-kernel_ridge"}
    _, chosen = first_look.stratified_split(train.labels, 24 / 40, 0)
    assert np.isnan(found["first-lda"]).any(axis=1).sum() == (0 if every else 16)
    vectors = views.vectors("rich", train.clips, look.seconds)
    standardize = look.standardizer.by_training if one_by_one else look.standardizer.by_themselves
    for fold in range(4):
        rows = np.flatnonzero(folds == fold) if every else np.intersect1d(np.flatnonzero(folds == fold), chosen)
        others = chosen[folds[chosen] != fold]
        head = LDA()
        head.fit(look.standardizer.by_training(vectors[others]), train.labels[others], multi_label=False)
        np.testing.assert_allclose(found["first-lda"][rows], head.scores(standardize(vectors[rows])), atol=1e-4)
    # What is learnt stays as it was.
    assert look.scores(["first-lda"], train.clips)["first-lda"].shape == (40, 2)


def test_a_fold_that_holds_all_that_was_learnt_from_is_not_judged() -> None:
    train = coloured(4, 2000)
    look = FirstLook(ClipViews())
    look.learn(train, test_clips=1)
    found = look.out_of_fold(train, np.zeros(4, np.intp))
    assert np.isnan(found["first-lda"]).all()
