"""Settings of the ladder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from autospeech.learners.feature_ensemble_settings import FeatureEnsembleSettings
from autospeech.learners.fold_networks_settings import FoldNetworksSettings
from autospeech.learners.member import Member


@dataclass(frozen=True)
class LadderSettings:
    """Which rungs a ladder has.

    Args:
        probes: Of each rung of heads, by its name, the heads; those on the encoder's embedding need an encoder.
        encoder: Whether there is an encoder.
        networks: How networks are trained; None for none.
        features: Which ensemble of features there is, trained from scratch; None for none.
        prior: The weight of each member in the blend before there is evidence; 0 for those that are not named.
        gains: Of each rung, the share of what is missing to a perfect score that it is expected to win.
        clustered: Whether the folds that judge keep apart clips that sound alike.
        calibrate: Whether the blend's weights follow the evidence.

    Raises:
        ValueError: A gain is not in 0..1.
    """

    probes: Mapping[str, tuple[Member, ...]]
    encoder: bool = True
    networks: FoldNetworksSettings | None = None
    features: FeatureEnsembleSettings | None = None
    prior: Mapping[str, float] = field(default_factory=dict)
    gains: Mapping[str, float] = field(default_factory=dict)
    clustered: bool = True
    calibrate: bool = True

    def __post_init__(self) -> None:
        for rung, gain in self.gains.items():
            if not 0 <= gain <= 1:
                raise ValueError(f"the gain of {rung} is {gain}; it is a share, 0..1")
