"""What the networks of folds see of clips, and what they start as."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import keras
import numpy as np
import numpy.typing as npt

from autospeech.augment.base import Augmentation
from autospeech.learners.task import Task

Floats = npt.NDArray[np.float32]


class FrameSource(ABC):
    """Frames of clips, and a network that takes crops of them.

    Attributes:
        name: Of what the networks say.
        crops: How many frames a crop has, of short clips and of others.
        frames_a_second: How many frames a second of sound has.
        bins: How many values a frame has.
        augmentations: What training crops go through, one after the other.
    """

    name: str
    crops: tuple[int, int]
    frames_a_second: float
    bins: int
    augmentations: Sequence[Augmentation]

    @abstractmethod
    def build(self, task: Task) -> keras.Model:
        """Return a network from crops `(batch, frames, bins, 1)` to logits, as each fold starts."""

    @abstractmethod
    def frames(self, clips: Sequence[Floats]) -> tuple[Floats, npt.NDArray[np.intp]]:
        """Return the frames of all clips, one after the other, `(frames, bins)`, and where each begins and ends."""

    @abstractmethod
    def cost(self, clips: Sequence[Floats], test_clips: int) -> float:
        """Return the expected seconds for the frames of training clips and so many to test; 0 where they are there."""

    def needed(self, frames: int) -> int:
        """Return how many frames a crop must have so that the augmentations leave so many."""
        return frames
