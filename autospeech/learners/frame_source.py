"""What the networks of folds see of clips, and what they start as."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from autospeech.augment.compose import Compose
from autospeech.augment.text_form import parse_image_augmentations
from autospeech.learners.task import Task

Floats = npt.NDArray[np.float32]


class FrameSource(ABC):
    """Frames of clips, and a network that takes crops of them.

    Attributes:
        name: Of what the networks say.
        crops: How many frames a crop has, of short clips and of others.
        frames_a_second: How many frames a second of sound has.
        bins: How many values a frame has.
        given: Arguments of augmentations that follow from the frames, by the augmentation's name.
        unsuited: Names of augmentations that would make nonsense of the frames and are left out.
    """

    name: str
    crops: tuple[int, int]
    frames_a_second: float
    bins: int
    given: Mapping[str, Mapping[str, Any]]
    unsuited: Collection[str] = ()

    @abstractmethod
    def build(self, task: Task) -> keras.Model:
        """Return a network from crops `(batch, frames, bins, 1)` to logits, as each fold starts."""

    @abstractmethod
    def frames(self, clips: Sequence[Floats]) -> tuple[Floats, npt.NDArray[np.intp]]:
        """Return the frames of all clips, one after the other, `(frames, bins)`, and where each begins and ends."""

    @abstractmethod
    def cost(self, clips: Sequence[Floats], test_clips: int) -> float:
        """Return the expected seconds for the frames of training clips and so many to test; 0 where they are there."""

    def augmentation(self, text: str) -> Compose:
        """Return what training crops go through.

        Args:
            text: As `augment.text_form` reads it. What does not suit these frames is left out, since one text may serve
                several features.

        Raises:
            ValueError: The text cannot be read, or changes waveforms, of which only frames are left here.
        """
        # Crops are cut already, as long as these networks want them.
        return parse_image_augmentations(text, self.given, leave_out={*self.unsuited, "random_crop"})
