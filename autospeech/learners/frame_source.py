"""What the networks of folds see of clips, and what they start as."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from autospeech.augment.base import Augmentation
from autospeech.augment.text_form import parse_image_augmentations, without
from autospeech.learners.task import Task
from autospeech.statistics.trunk import Pooling

Floats = npt.NDArray[np.float32]


class FrameSource(ABC):
    """Frames of clips, and a network that takes crops of them.

    Attributes:
        name: Of what the networks say.
        crops: How many frames a crop has, of short clips and of others.
        frames_a_second: How many frames a second of sound has.
        bins: How many values a frame has.
        given: Arguments of augmentations that follow from the frames, by the augmentation's name.
        clip_rate: Sample rate of the clips, in Hz.
        unsuited: Names of augmentations that would make nonsense of the frames and are left out.
        pooling: Of the encoder's trunk, where that is what the networks are made of; None for others.
    """

    name: str
    crops: tuple[int, int]
    frames_a_second: float
    bins: int
    given: Mapping[str, Mapping[str, Any]]
    clip_rate: int = 16000
    unsuited: Collection[str] = ()
    pooling: Pooling | None = None

    @abstractmethod
    def build(self, task: Task) -> keras.Model:
        """Return a network from what `inputs` and `augmentation` give to logits, as each fold starts."""

    @abstractmethod
    def frames(self, clips: Sequence[Floats]) -> tuple[Floats, npt.NDArray[np.intp]]:
        """Return the frames of all clips, one after the other, `(frames, bins)`, and where each begins and ends."""

    @abstractmethod
    def cost(self, clips: Sequence[Floats], test_clips: int) -> float:
        """Return the expected seconds for the frames of training clips and so many to test; 0 where they are there."""

    def suited(self, text: str) -> str:
        """Return augmentations without those that do not suit these frames, since one text may serve several features.

        Args:
            text: As `augment.text_form` reads it.

        Raises:
            ValueError: The text cannot be read.
        """
        # Crops are cut already, as long as these networks want them.
        return without(text, {*self.unsuited, "random_crop"})

    def inputs(self, crops: Floats) -> Any:
        """Return what the network takes of crops `(batch, frames, bins, 1)` without augmentation: these themselves."""
        return crops

    def augmentation(self, text: str) -> Augmentation:
        """Return what training crops go through.

        Args:
            text: As `augment.text_form` reads it; what does not suit is left out.

        Raises:
            ValueError: The text cannot be read, or changes waveforms, of which only frames are left here.
        """
        return parse_image_augmentations(self.suited(text), self.given)
