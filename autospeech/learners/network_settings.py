"""Settings of the network learner."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NetworkSettings:
    """How the network learner sees, trains and answers.

    Args:
        sample_rate: Of the clips, in Hz.
        seconds: Length to which clips are cropped or repeated.
        n_fft: Window of the log-mel, in samples.
        hop_length: Samples from a frame to the next.
        n_mels: Mel bins.
        fmin: Lower edge of the lowest bin, in Hz.
        fmax: Upper edge of the highest bin, in Hz.
        crop_frames: Length of the training and inference crops, in frames of the log-mel.
        augment: Augmentations of the training crops, as `augment.text_form` reads them.
        portfolio: Augmentations that are tried beside `augment` when time allows; the best takes its place. Empty: none
            is tried.
        learning_rate: Of SGD at the first step.
        momentum: Of SGD.
        decay: The learning rate is divided by `1 + decay * step`.
        batch: Mixtures a training step; an epoch has as many steps as whole batches of clips, at least 1.
        epochs_a_round: Epochs between validations.
        valid_crops: Crops a validation clip whose probabilities are averaged, drawn anew for each validation.
        crops: Crops a clip whose probabilities are averaged for an answer.
        warm_start: Name of the shipped weights to start from; None to start from scratch.
        seed: Seeds everything.

    Raises:
        ValueError: A setting is out of range.
    """

    sample_rate: int = 16000
    seconds: float = 5.0
    n_fft: int = 1024
    hop_length: int = 512
    n_mels: int = 64
    fmin: float = 20.0
    fmax: float = 8000.0
    crop_frames: int = 64
    augment: str = "mixup(alpha=0.2),cutout(probability=0.5,largest=0.2)"
    portfolio: tuple[str, ...] = ()
    learning_rate: float = 0.01
    momentum: float = 0.9
    decay: float = 1e-6
    batch: int = 32
    epochs_a_round: int = 5
    valid_crops: int = 1
    crops: int = 10
    warm_start: str | None = "kon_speakers"
    seed: int = 0

    def __post_init__(self) -> None:
        above = (
            "sample_rate",
            "seconds",
            "crop_frames",
            "learning_rate",
            "batch",
            "epochs_a_round",
            "valid_crops",
            "crops",
        )
        for name in above:
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name)}")
        if not 0 <= self.momentum < 1:
            raise ValueError(f"momentum must be in 0..1, not {self.momentum}")
        if self.decay < 0:
            raise ValueError(f"decay must not be below 0, not {self.decay}")
