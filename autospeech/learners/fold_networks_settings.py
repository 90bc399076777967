"""Settings of the networks that start from the encoder."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FoldNetworksSettings:
    """How the networks are trained.

    Args:
        learning_rate: The highest of a cycle that rises for a tenth of the time and falls to 0 as a cosine.
        batch: Mixtures a step.
        mixup_alpha: Parameter of mixup's Beta distribution.
        cutout_probability: Share of the images with a frequency mask.
        cutout_largest: Widest mask, as a share of the bins.
        slowest: The slowest speed at which a crop is played.
        fastest: The fastest.
        dropout: Share of the embedding that is dropped.
        crops: Windows a clip whose logits are averaged.
        share: Share of the whole budget for one network.
        least_seconds: The least that a network gets.
        most_epochs: No network trains for longer.
    """

    learning_rate: float = 2e-3
    batch: int = 32
    mixup_alpha: float = 0.3
    cutout_probability: float = 0.5
    cutout_largest: float = 0.2
    slowest: float = 0.8
    fastest: float = 1.25
    dropout: float = 0.3
    crops: int = 10
    share: float = 0.12
    least_seconds: float = 4.0
    most_epochs: int = 60
