"""From settings to a schedule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from autospeech.learners.clip_views import ClipViews
from autospeech.learners.embedder import Embedder
from autospeech.learners.first_look import FirstLook
from autospeech.learners.network_settings import NetworkSettings
from autospeech.learners.probe import Probe
from autospeech.learners.rung import Rung
from autospeech.schedule.fusion_choice import with_fusion
from autospeech.schedule.ladder import Ladder
from autospeech.schedule.ladder_settings import LadderSettings
from autospeech.schedule.late_rungs import LateRungs
from autospeech.schedule.mixing_layers import with_mixing
from autospeech.schedule.one_by_one import one_by_one
from autospeech.schedule.portfolio import with_augmentation
from autospeech.schedule.rounds_settings import RoundsSettings
from autospeech.schedule.trace import Trace
from autospeech.schedule.validated_rounds import ValidatedRounds

if TYPE_CHECKING:
    from autospeech.learners.base import Learner
    from autospeech.learners.feature_ensemble_settings import FeatureEnsembleSettings
    from autospeech.learners.fold_networks_settings import FoldNetworksSettings


def build_schedule(
    settings: RoundsSettings | LadderSettings,
    *,
    warm_start: bool = True,
    encoder: Path | None = None,
    augment: str | None = None,
    mix_at: str | None = None,
    fusion: str | None = None,
    seed: int = 0,
    trace: Path | None = None,
    alone: bool = False,
    beside: bool = False,
) -> ValidatedRounds | Ladder:
    """Build the schedule that settings describe.

    Args:
        settings: Its settings.
        warm_start: Whether to use shipped weights.
        encoder: Weights of a ladder's encoder; None for the shipped ones.
        augment: What all networks are trained with in place of the settings' augmentations, as `augment.text_form`
            reads it; `auto`: the best of `schedule.portfolio` by short trainings.
        mix_at: Layers after which a network on waveforms mixes clips in place of the settings', as
            `schedule.mixing_layers` reads them.
        fusion: How networks on several features become one answer, in place of the settings' way; one of
            `schedule.fusion_choice.FUSION_CHOICES`.
        seed: Seeds everything.
        trace: File for the decisions of the schedule; None for none.
        alone: Whether a ladder's answer for a clip depends on that clip alone, and not on others that it is asked about
            together.
        beside: Whether a ladder loads networks beside the learning, after its first answer, and not in its warm-up.

    Returns:
        The schedule, not yet warmed up.

    Raises:
        ValueError: The augmentations or layers cannot be read or do not suit the networks, nothing can choose among
            augmentations, or there is nothing to fuse.
    """
    if augment is not None:
        settings = with_augmentation(settings, augment)
    if mix_at is not None:
        settings = with_mixing(settings, mix_at)
    if fusion is not None:
        settings = with_fusion(settings, fusion)
    if isinstance(settings, RoundsSettings):
        return ValidatedRounds(
            _learner(settings, warm_start, seed),
            valid_share=settings.valid_share,
            stop_share=settings.stop_share,
            search_share=settings.search_share,
            trace=Trace(trace),
            seed=seed,
        )
    if alone:
        settings = one_by_one(settings)
    embedded = settings.encoder and warm_start
    views = ClipViews(Embedder(encoder) if embedded else None)
    rungs: list[Rung] = [
        Probe(name, members, views, settings.gains.get(name, 0.1))
        for name, members in settings.probes.items()
        if embedded or not any("embedding" in member.vectors for member in members)
    ]
    late: dict[str, Callable[[], Rung]] = {}
    if embedded and settings.networks is not None:
        late["networks"] = partial(_networks, settings, settings.networks, views, encoder, seed)
    if settings.features is not None:
        late["features"] = partial(_features, settings, settings.features, seed)
    if not beside:
        rungs += [make() for make in late.values()]
    return Ladder(
        FirstLook(views, seed, one_by_one=alone),
        rungs,
        views,
        prior=settings.prior,
        clustered=settings.clustered,
        calibrate=settings.calibrate,
        trace=Trace(trace),
        one_by_one=alone,
        late=LateRungs(late) if beside else None,
        seed=seed,
    )


# What follows imports Keras and TensorFlow, which takes seconds, and is not needed by all.


def _learner(settings: RoundsSettings, warm_start: bool, seed: int) -> Learner:
    if isinstance(settings.network, NetworkSettings):
        from autospeech.learners.network import NetworkLearner

        start = settings.network.warm_start if warm_start else None
        return NetworkLearner(replace(settings.network, seed=seed, warm_start=start))
    from autospeech.learners.waveform_network import WaveformNetwork

    return WaveformNetwork(replace(settings.network, seed=seed))


def _networks(
    settings: LadderSettings, networks: FoldNetworksSettings, views: ClipViews, encoder: Path | None, seed: int
) -> Rung:
    from autospeech.learners.encoder_source import EncoderSource
    from autospeech.learners.fold_networks import FoldNetworks

    source = EncoderSource(views, networks, encoder, seed)
    return FoldNetworks(source, settings.gains.get("networks", 0.1), networks, seed)


def _features(settings: LadderSettings, features: FeatureEnsembleSettings, seed: int) -> Rung:
    from autospeech.learners.feature_ensemble import FeatureEnsemble

    return FeatureEnsemble(features, settings.gains.get("features", 0.1), seed)
