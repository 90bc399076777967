"""What is kept of an epoch of training."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EpochRecord:
    """Loss and accuracy after an epoch.

    Args:
        epoch: Its number, from 1.
        seconds: Since the training began.
        train_loss: Mean over the epoch's batches.
        valid_loss: Of the validation clips, after the epoch.
        valid_accuracy: Share of the validation clips that are answered right, 0..1.
    """

    epoch: int
    seconds: float
    train_loss: float
    valid_loss: float
    valid_accuracy: float
