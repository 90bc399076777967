"""Settings of the networks of folds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FoldNetworksSettings:
    """How the networks are trained.

    Args:
        learning_rate: The highest of one cycle.
        warm_up: Share of the time in which the learning rate rises.
        first_rate: Where it begins, as a share of the highest.
        last_rate: Where it ends.
        weight_decay: Of the optimizer, AdamW.
        ema_momentum: Of the moving average of the weights, which answers; 0 for none.
        label_smoothing: Share of a label that is spread over all classes.
        batch: Mixtures a step.
        mixup_alpha: Parameter of mixup's Beta distribution.
        cutout_probability: Share of the images with a frequency mask.
        cutout_largest: Widest mask, as a share of the bins.
        slowest: The slowest speed at which a crop is played, of networks that start from the encoder.
        fastest: The fastest, likewise.
        dropout: Share of the encoder's embedding that is dropped.
        crops: Windows a clip whose logits are averaged.
        share: Share of the whole budget for one network.
        least_seconds: The least that a network gets.
        most_epochs: No network trains for longer.

    Raises:
        ValueError: A share is out of range.
    """

    learning_rate: float = 2e-3
    warm_up: float = 0.1
    first_rate: float = 0.01
    last_rate: float = 0.01
    weight_decay: float = 0.004
    ema_momentum: float = 0.0
    label_smoothing: float = 0.0
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

    def __post_init__(self) -> None:
        for name in ("warm_up", "ema_momentum", "label_smoothing"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be 0 or more and below 1")
