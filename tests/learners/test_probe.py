"""Out-of-fold scores against an honest loop, what fits before the deadline, and planning."""

from __future__ import annotations

import numpy as np
import pytest

from autospeech.audio.play_faster import play_faster
from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners import probe as probe_module
from autospeech.learners.clip_views import ClipViews
from autospeech.learners.embedder import Embedder
from autospeech.learners.member import HEADS, VECTORS, Member
from autospeech.learners.probe import _NUMBERS, Probe
from autospeech.learners.task import Task
from autospeech.statistics.standardizer import Standardizer

CLIPS, CLASSES = 40, 3
FOLDS = np.random.default_rng(3).permutation(np.arange(CLIPS) % 4)


def clips(many: int = CLIPS, seed: int = 0) -> list[np.ndarray]:
    """Noise of three colours that are hard to tell apart."""
    rng = np.random.default_rng(seed)
    waves = [rng.normal(scale=0.1, size=int(rng.integers(3000, 20000))) for _ in range(many)]
    return [(wave + 0.05 * (number % 3) * np.roll(wave, 1)).astype("float32") for number, wave in enumerate(waves)]


def train(*, several: bool = False) -> LabelledClips:
    labels = np.eye(CLASSES)[np.arange(CLIPS) % CLASSES]
    if several:
        labels[::7] = 1
    return LabelledClips(clips(), labels)


@pytest.fixture(scope="module")
def views() -> ClipViews:
    return ClipViews(Embedder())


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize(
    ("vectors", "head"), [("rich", "lda"), ("simple", "logistic"), ("embedding", "lda"), ("rich+embedding", "lda")]
)
def test_out_of_fold_scores_equal_an_honest_loop(
    views: ClipViews, vectors: str, head: str, own: bool, several: bool
) -> None:
    learnt = train(several=several)
    member = Member(vectors, head, by_themselves=own)
    got = Probe("probe", [member], views, gain=0.1).learn(learnt, FOLDS, Clock())[member.name]
    raw = views.vectors(vectors, learnt.clips)
    standardizer = Standardizer(raw, views.weights(vectors, raw.shape[1]))
    expected = np.full_like(got, np.nan)
    for fold in range(4):
        out = fold == FOLDS
        asked = standardizer.by_themselves(raw[out]) if own else standardizer.by_training(raw[out])
        alone = HEADS[head]()
        alone.fit(standardizer.by_training(raw[~out]), learnt.labels[~out], multi_label=several)
        expected[out] = alone.scores(asked)
    np.testing.assert_allclose(got, expected, atol=1e-3)


@pytest.mark.parametrize("head", HEADS)
def test_no_clip_is_judged_by_its_own_label(views: ClipViews, head: str) -> None:
    learnt = train()
    labels = learnt.labels.copy()
    labels[FOLDS == 1] = np.roll(labels[FOLDS == 1], 1, axis=1)
    member = Member("rich", head, by_themselves=True)
    before, after = (
        Probe("probe", [member], views, gain=0.1).learn(LabelledClips(learnt.clips, given), FOLDS, Clock())[member.name]
        for given in (learnt.labels, labels)
    )
    np.testing.assert_allclose(after[FOLDS == 1], before[FOLDS == 1], atol=1e-4)
    assert np.abs(after[FOLDS == 2] - before[FOLDS == 2]).max() > 1e-2


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("head", HEADS)
def test_answers_are_by_a_head_that_learnt_from_all(views: ClipViews, head: str, own: bool) -> None:
    learnt, asked = train(), clips(17, seed=1)
    member = Member("simple", head, by_themselves=own)
    probe = Probe("probe", [member, Member("rich", "lda")], views, gain=0.1)
    probe.learn(learnt, FOLDS, Clock())
    raw = views.vectors("simple", learnt.clips)
    standardizer = Standardizer(raw, views.weights("simple", 40))
    alone = HEADS[head]()
    alone.fit(standardizer.by_training(raw), learnt.labels)
    standardize = standardizer.by_themselves if own else standardizer.by_training
    got = probe.scores([member.name], asked, Clock())
    assert list(got) == [member.name]
    np.testing.assert_allclose(got[member.name], alone.scores(standardize(views.vectors("simple", asked))), atol=1e-4)
    # Clips that come one by one, where the set does not matter, get the answer they get among others.
    if not own:
        one = probe.scores([member.name], asked[3:4], Clock())[member.name]
        np.testing.assert_allclose(one[0], got[member.name][3], atol=1e-3)


def test_when_time_is_over_one_member_learns_all_the_same(views: ClipViews) -> None:
    members = [Member("simple", "lda"), Member("simple", "kernel_ridge"), Member("rich", "lda")]
    probe = Probe("probe", members, views, gain=0.1)
    probe.warm_up(Task(CLASSES))
    judged = probe.learn(train(), FOLDS, Clock(-5))
    assert list(judged) == ["simple-lda"]
    assert np.isfinite(judged["simple-lda"]).all()
    assert probe.scores(["simple-lda"], clips(3, seed=1), Clock(-5))["simple-lda"].shape == (3, CLASSES)
    assert list(probe.learn(train(), FOLDS, Clock(60))) == ["simple-lda", "simple-kernel_ridge", "rich-lda"]
    assert not probe.rounds_left


def test_costs_are_those_of_the_views_and_the_heads() -> None:
    fresh = ClipViews(Embedder())
    fresh.warm_up()
    learnt = train()
    lda, ridge = Member("rich", "lda"), Member("rich", "kernel_ridge")
    probe, both = (Probe("probe", members, fresh, gain=0.1) for members in ([lda], [lda, ridge]))
    for rung in (probe, both):
        rung.warm_up(Task(CLASSES))
    unseen = probe.cost(learnt, 0)
    assert 0 < fresh.cost("rich", learnt.clips) < unseen < 30
    # Clips to ask about have to be looked at too.
    assert probe.cost(learnt, CLIPS) == pytest.approx(unseen + fresh.cost("rich", learnt.clips))
    assert both.cost(learnt, 0) > fresh.cost("rich", learnt.clips)
    beside = Probe("probe", [Member("rich+embedding", "lda")], fresh, gain=0.1)
    assert beside.cost(learnt, 0) == fresh.cost("rich", learnt.clips) + fresh.cost("embedding", learnt.clips)
    fresh.vectors("rich", learnt.clips)
    assert probe.cost(learnt, 0) < unseen


def test_numbers_to_plan_by_are_about_those_of_the_vectors(views: ClipViews) -> None:
    assert set(_NUMBERS) == set(VECTORS)
    for vectors, numbers in _NUMBERS.items():
        assert views.vectors(vectors, clips(2)).shape[1] == pytest.approx(numbers, rel=0.5)


@pytest.mark.parametrize(("vectors", "head", "named"), [("poor", "lda", "rich"), ("rich", "tree", "kernel_ridge")])
def test_a_wrong_member_tells_the_right_ones(vectors: str, head: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Member(vectors, head)


@pytest.mark.parametrize("head", ["lda", "kernel_ridge"])
def test_a_member_at_speeds_learns_from_played_clips_and_is_asked_about_whole_ones(views: ClipViews, head: str) -> None:
    learnt, asked = train(), clips(11, seed=1)
    member = Member("rich", head, by_themselves=True, speeds=(0.85, 1.18))
    probe = Probe("probe", [member, Member("rich", head, by_themselves=True)], views, gain=0.1)
    got = probe.learn(learnt, FOLDS, Clock())
    assert member.name == f"rich-{head}-own-speeds"
    raw = views.vectors("rich", learnt.clips)
    standardizer = Standardizer(raw, views.weights("rich", raw.shape[1]))
    parts = [standardizer.by_training(raw)]
    for speed in member.speeds:
        played = [play_faster(clip, speed) for clip in learnt.clips]
        parts.append(standardizer.by_themselves(ClipViews().vectors("rich", played)))
    vectors, labels, folds = np.concatenate(parts), np.tile(learnt.labels, (3, 1)), np.tile(FOLDS, 3)
    alone = HEADS[head]()
    if head == "lda":
        for fold in range(4):
            # Not from the held-out clips at any speed.
            alone.fit(vectors[folds != fold], labels[folds != fold])
            expected = alone.scores(standardizer.by_themselves(raw[fold == FOLDS]))
            np.testing.assert_allclose(got[member.name][fold == FOLDS], expected, atol=1e-3)
    assert got[member.name].shape == learnt.labels.shape
    alone.fit(vectors, labels)
    expected = alone.scores(standardizer.by_themselves(views.vectors("rich", asked)))
    answers = probe.scores([*probe.members], asked, Clock())
    np.testing.assert_allclose(answers[member.name], expected, atol=1e-3)
    assert np.abs(answers[member.name] - answers[f"rich-{head}-own"]).max() > 1e-2


def test_so_many_clips_are_not_played_at_other_speeds(views: ClipViews, monkeypatch: pytest.MonkeyPatch) -> None:
    played = Probe("probe", [Member("rich", "lda", speeds=(0.9,))], views, gain=0.1)
    plain = Probe("probe", [Member("rich", "lda")], views, gain=0.1)
    assert plain.cost(train(), 10) < played.cost(train(), 10) < np.inf
    monkeypatch.setattr(probe_module, "MOST_PLAYED", CLIPS - 1)
    assert played.cost(train(), 10) == np.inf
    assert plain.cost(train(), 10) < np.inf


def test_speeds_must_be_above_0() -> None:
    with pytest.raises(ValueError, match=r"speeds are \(0.9, 0\)"):
        Member("rich", "lda", speeds=(0.9, 0))
