"""What all augmentations share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Literal

import keras
from keras import ops

Domain = Literal["waveform", "image"]


class Augmentation(ABC):
    """Change a batch of clips and their labels together, from one draw of random parameters.

    All work is `keras.ops`' on the whole batch, so that it goes into a traced training step, and each clip has its own
    parameters.

    Attributes:
        domain: What it changes: waveforms `(batch, samples, 1)` or images `(batch, frames, bins, channels)`.
        clips_each: How many clips go into each that comes out: 1, or 2 where clip i is mixed with clip i + batch / 2.
    """

    domain: Domain
    clips_each: int = 1

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in vars(self).items() if not name.startswith("_"))
        return f"{type(self).__name__}({told})"

    @abstractmethod
    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> Any:
        """Draw the parameters for a batch.

        Args:
            shape: Of the clips, see `domain`.
            seeds: The source of all randomness.

        Returns:
            What `apply` takes.
        """

    @abstractmethod
    def apply(self, clips: Any, labels: Any, parameters: Any) -> tuple[Any, Any]:
        """Apply given parameters.

        Args:
            clips: Waveforms or images, see `domain`.
            labels: `(batch, classes)`.
            parameters: As drawn for this batch.

        Returns:
            Changed clips and labels.
        """

    def __call__(self, clips: Any, labels: Any, seeds: keras.random.SeedGenerator) -> tuple[Any, Any]:
        """Draw and apply."""
        return self.apply(clips, labels, self.draw(ops.shape(clips), seeds))

    def shape_after(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of what comes out of clips of a shape."""
        return (shape[0] // self.clips_each, *shape[1:])

    def needed(self, length: int) -> int:
        """Return how long a clip must be, in frames or samples, so that it is so long afterwards."""
        return length
