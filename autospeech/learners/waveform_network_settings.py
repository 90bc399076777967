"""Settings of a network that is trained on waveforms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OPTIMIZERS = ("adam", "sgd")


@dataclass(frozen=True)
class WaveformNetworkSettings:
    """How a network hears clips, trains and answers.

    Args:
        network: Name of a network, see `networks.build_network`: of waveforms, or of images where there is a feature.
        sample_rate: To which clips are resampled, in Hz.
        seconds: Length of the sections that the network takes.
        margin: Seconds of silence on both sides of a clip, before sections are cut from it.
        feature: Name of one of `features.FEATURES`, whose standardised image the network takes; None for the waveform.
        feature_settings: Arguments of the feature, such as `n_fft`, `hop_length` and `n_mels`.
        augment: Augmentations of training clips, as `augment.text_form` reads them: `random_scale` of whole clips,
            before their margins and their sections; then those of waveforms and those of images on the sections.
        mix_at: Names of layers after which pairs of clips are mixed, by a draw for each batch (SpeechMix); `input`
            alone is between-class learning; none for plain training. Pairs have different labels.
        mix_gain: Whose gains weigh a pair, see `networks.speechmix.SpeechMix`: `hidden`, `waveform` or `none`.
        optimizer: `adam`, or `sgd` with Nesterov's momentum.
        learning_rate: At the start.
        momentum: Of `sgd`.
        weight_decay: L2 regularisation of all trainable weights, added to the gradient.
        batch: Sections a step, after mixing.
        step_epochs: After so many epochs the learning rate falls, and again and again.
        step_factor: By which it is multiplied then.
        drops: In place of `step_epochs`, shares of the whole training after which the learning rate falls, each above 0
            and below 1: of the budget where there is one, else of the epochs of a round.
        epochs_a_round: Epochs between validations.
        crops: Evenly spaced sections of a clip whose probabilities are averaged.
        seed: Seeds everything.

    Raises:
        ValueError: A setting is out of range.
    """

    network: str = "m5"
    sample_rate: int = 8000
    seconds: float = 1.0
    margin: float = 0.0
    feature: str | None = None
    feature_settings: Mapping[str, Any] = field(default_factory=dict)
    augment: str = "none"
    mix_at: tuple[str, ...] = ()
    mix_gain: str = "hidden"
    optimizer: str = "adam"
    learning_rate: float = 0.01
    momentum: float = 0.9
    weight_decay: float = 1e-4
    batch: int = 32
    step_epochs: int = 20
    step_factor: float = 0.1
    drops: tuple[float, ...] = ()
    epochs_a_round: int = 1
    crops: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        positive = ("sample_rate", "seconds", "learning_rate", "batch", "step_epochs", "epochs_a_round", "crops")
        for name in positive:
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name)}")
        if not 0 <= self.momentum < 1:
            raise ValueError(f"momentum must be 0 or more and below 1, not {self.momentum}")
        if not 0 < self.step_factor <= 1:
            raise ValueError(f"step_factor must be above 0 and at most 1, not {self.step_factor}")
        for name in ("margin", "weight_decay"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must not be below 0, not {getattr(self, name)}")
        for share in self.drops:
            if not 0 < share < 1:
                raise ValueError(f"drops are shares above 0 and below 1, not {share}")
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"there is no optimizer {self.optimizer!r}; choose one of: {', '.join(OPTIMIZERS)}")
        if self.mix_at and self.feature:
            raise ValueError("mix_at mixes waveforms at the input; with a feature, write between_class in augment")
