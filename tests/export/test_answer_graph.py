"""The model answers as the blend does, member by member and all together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest

from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.export.answer_graph import answer_graph
from autospeech.export.blend_layer import BlendLayer
from autospeech.export.export_error import ExportError
from autospeech.export.fitted_model import FittedModel
from autospeech.export.kernel_ridge_layer import KernelRidgeLayer
from autospeech.export.model_file import read_model, write_model
from autospeech.export.networks_member import NetworksMember
from autospeech.export.standardize_layer import StandardizeLayer
from autospeech.heads.kernel_ridge import KernelRidge
from autospeech.learners.clip_views import ClipViews
from autospeech.learners.embedder import Embedder
from autospeech.learners.feature_source import FeatureSource
from autospeech.learners.first_look import FirstLook
from autospeech.learners.fold_networks import FoldNetworks
from autospeech.learners.member import HEADS, VECTORS
from autospeech.learners.probe import Probe
from autospeech.learners.rung import Rung
from autospeech.schedule.blend import Blend
from autospeech.statistics.standardizer import Standardizer

Floats = npt.NDArray[np.float32]
MEMBERS = [f"{vectors}-{head}" for vectors in VECTORS for head in HEADS]


def right(rungs: Sequence[tuple[Rung, list[str]]], blend: Blend, clips: list[Floats]) -> npt.NDArray[np.float64]:
    """Ask for one clip after the other."""
    answers = []
    for clip in clips:
        scores = {name: logits for rung, names in rungs for name, logits in rung.scores(names, [clip], Clock()).items()}
        answers.append(blend.probabilities(scores))
    return np.concatenate(answers)


def both(fitted: FittedModel, clips: list[Floats]) -> tuple[npt.NDArray[np.float64], Floats]:
    """Answer by the arrays, for all clips at once, and by the graph, for one after the other."""
    return fitted.probabilities(clips), said(answer_graph(fitted), clips)


def said(model: keras.Model, clips: list[Floats]) -> Floats:
    return np.concatenate([np.asarray(model(clip[None])) for clip in clips])


@pytest.mark.parametrize("member", MEMBERS)
def test_each_member_answers_as_it_does(probe: Probe, embedder: Embedder, asked: list[Floats], member: str) -> None:
    fitted = FittedModel.of({member: 1.0}, [(probe, [member])], trunk=embedder.trunk)
    blend = Blend({member: 1.0}, one_by_one=True)
    for answers in both(fitted, asked):
        np.testing.assert_allclose(answers, right([(probe, [member])], blend, asked), rtol=0, atol=1e-4)


@pytest.mark.parametrize("change", [{"length": 10**9}, {"most": 10**9}, {"step": 0}, {"networks": []}])
def test_networks_that_cannot_be_are_refused(networks: FoldNetworks, change: dict[str, Any]) -> None:
    member = NetworksMember.of(networks)
    with pytest.raises(ValueError, match=r"there are|must be above 0|no network"):
        replace(member, **change)


def test_networks_answer_as_they_do(networks: FoldNetworks, asked: list[Floats]) -> None:
    fitted = FittedModel.of({"network": 1.0}, [(networks, ["network"])])
    assert len(networks.answering_weights) == 2
    blend = Blend({"network": 1.0}, one_by_one=True)
    for answers in both(fitted, asked):
        np.testing.assert_allclose(answers, right([(networks, ["network"])], blend, asked), rtol=0, atol=1e-4)


@pytest.mark.parametrize("multi_label", [False, True])
def test_the_blend_of_all_answers_as_it_does_and_is_loaded_again(
    probe: Probe,
    networks: FoldNetworks,
    embedder: Embedder,
    asked: list[Floats],
    multi_label: bool,
    tmp_path: Path,
) -> None:
    weights = {"rich-lda": 0.3, "rich+embedding-kernel_ridge": 0.5, "simple-logistic": 0.01, "network": 1.5}
    rungs: list[tuple[Rung, list[str]]] = [(probe, [*weights][:3]), (networks, ["network"])]
    fitted = FittedModel.of(weights, rungs, multi_label=multi_label, trunk=embedder.trunk)
    model = answer_graph(fitted)
    assert model.input_shape == (1, None)
    assert model.input.name == "waveform"
    assert not model.trainable_variables
    answers = said(model, asked)
    blend = Blend(weights, multi_label=multi_label, one_by_one=True)
    np.testing.assert_allclose(answers, right(rungs, blend, asked), rtol=0, atol=1e-4)
    write_model(tmp_path / "model.autospeech", fitted, {"of": "voices"})
    found, about = read_model(tmp_path / "model.autospeech")
    assert about["of"] == "voices"
    np.testing.assert_array_equal(found.probabilities(asked), fitted.probabilities(asked))
    np.testing.assert_allclose(found.probabilities(asked), answers, rtol=0, atol=1e-4)
    model.save(tmp_path / "model.keras")
    np.testing.assert_allclose(said(keras.models.load_model(tmp_path / "model.keras"), asked), answers, atol=1e-6)


@pytest.mark.parametrize("vectors", ["rich", "log_mel"])
@pytest.mark.parametrize("seconds", [np.inf, 1.25])
def test_the_first_look_answers_as_it_does(
    train: LabelledClips, asked: list[Floats], vectors: str, seconds: float
) -> None:
    views = ClipViews()
    look = FirstLook(views, one_by_one=True)
    look.learn(train, len(asked))
    # As a slow machine would have had it.
    look.vectors, look.seconds = vectors, seconds
    seen = views.vectors(vectors, train.clips, seconds)
    look.standardizer = Standardizer(seen, views.weights(vectors, seen.shape[1]))
    for head in look.heads.values():
        head.fit(look.standardizer.by_training(seen), train.labels)
    fitted = FittedModel.of(dict.fromkeys(look.heads, 1.0), [(look, [*look.heads])])
    blend = Blend(dict.fromkeys(look.heads, 1.0), one_by_one=True)
    want = np.concatenate([blend.probabilities(look.scores([*look.heads], [clip])) for clip in asked])
    for answers in both(fitted, asked):
        np.testing.assert_allclose(answers, want, rtol=0, atol=1e-4)


def test_landmarks_that_stand_for_more_clips_say_the_same() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(300, 30)).astype(np.float32)
    labels = np.eye(3, dtype=np.float32)[rng.integers(0, 3, 300)]
    vectors[:, :3] += 2 * labels
    head = KernelRidge(whole=100, landmarks=60)
    head.fit(vectors, labels)
    layer = KernelRidgeLayer.of(*head.expansion)
    assert layer.landmarks == 60
    np.testing.assert_allclose(np.asarray(layer(vectors)), head.scores(vectors), rtol=0, atol=2e-3)


def test_standardised_vectors_are_clipped_weighted_and_still_where_nothing_varies() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(3, 2, size=(50, 4)).astype(np.float32)
    vectors[:, 2] = 7
    standardizer = Standardizer(vectors, np.array([1, 2, 3, 4], np.float32))
    layer = StandardizeLayer.of(*standardizer.scaling)
    for row in (vectors[:1], vectors[:1] + 100):
        np.testing.assert_allclose(np.asarray(layer(row)), standardizer.by_training(row), rtol=0, atol=1e-5)


@pytest.mark.parametrize("multi_label", [False, True])
def test_blends_of_far_logits_are_bent_alike(multi_label: bool) -> None:
    rng = np.random.default_rng(0)
    for size in (1.0, 30.0, 300.0, 1e5, 1e7):
        scores = {name: (size * rng.normal(size=(1, 5))).astype(np.float32) for name in "ab"}
        blend = Blend({"a": 0.7, "b": 0.2}, multi_label=multi_label, one_by_one=True)
        layer = BlendLayer([0.7, 0.2], multi_label=multi_label)
        again = BlendLayer.from_config(layer.get_config())
        right = blend.probabilities(scores)
        # Single precision keeps six digits, of large logits too.
        np.testing.assert_allclose(np.asarray(again([*scores.values()])), right, rtol=0, atol=1e-4)


def test_what_cannot_be_exported_is_told(probe: Probe, networks: FoldNetworks) -> None:
    with pytest.raises(ExportError, match="standardises a whole set"):
        FittedModel.of({"rich-lda-own": 1.0}, [(probe, ["rich-lda-own"])])
    with pytest.raises(ExportError, match="no encoder"):
        FittedModel.of({"embedding-lda": 1.0}, [(probe, ["embedding-lda"])])
    with pytest.raises(ExportError, match="nobody answers"):
        FittedModel.of({"network": 1.0, "rich-lda": 1.0}, [(probe, ["rich-lda"])])
    with pytest.raises(ExportError, match="nobody answers"):
        FittedModel.of({}, [])
    others = FoldNetworks(FeatureSource("chroma", "rann-2x8-1-d10"), 0.1, networks.settings)
    others._trained[0] = [np.zeros(1, np.float32)]
    with pytest.raises(ExportError, match="the chroma network cannot be written"):
        FittedModel.of({"chroma network": 1.0}, [(others, ["chroma network"])])
    unlearnt = FoldNetworks(networks.source, 0.1, networks.settings)
    with pytest.raises(ExportError, match="FoldNetworks 'network' cannot be exported"):
        FittedModel.of({"network": 1.0}, [(unlearnt, ["network"])])
