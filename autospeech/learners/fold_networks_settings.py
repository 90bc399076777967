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
        augment: Augmentations of training images, as `augment.text_form` reads them.
        portfolio: Augmentations that are tried when time allows, the likelier ones first; the best takes the place of
            `augment`. Empty: none is tried.
        search: What trying them may take, in times of one network.
        dropout: Share of the encoder's embedding that is dropped.
        crops: Windows a clip whose logits are averaged.
        share: Share of the whole budget for one network.
        least_seconds: The least that a network gets.
        most_epochs: No network trains for longer.
        epochs_untimed: How long each trains where nothing is timed.

    Raises:
        ValueError: A share is out of range, or the portfolio leaves no choice.
    """

    learning_rate: float = 2e-3
    warm_up: float = 0.1
    first_rate: float = 0.01
    last_rate: float = 0.01
    weight_decay: float = 0.004
    ema_momentum: float = 0.0
    label_smoothing: float = 0.0
    batch: int = 32
    augment: str = "speed(slowest=0.8,fastest=1.25),mixup(alpha=0.3),cutout(probability=0.5,largest=0.2)"
    portfolio: tuple[str, ...] = ()
    search: float = 2.0
    dropout: float = 0.3
    crops: int = 10
    share: float = 0.12
    least_seconds: float = 4.0
    most_epochs: int = 60
    epochs_untimed: int = 20

    def __post_init__(self) -> None:
        for name in ("warm_up", "ema_momentum", "label_smoothing"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be 0 or more and below 1")
        if len(self.portfolio) == 1 or len(set(self.portfolio)) < len(self.portfolio):
            raise ValueError(f"a portfolio has two different augmentations or more, or none, not {self.portfolio}")
        if not self.search > 0:
            raise ValueError(f"search is {self.search}; it must be above 0; an empty portfolio leaves it out")
