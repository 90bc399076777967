"""What all augmentations share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import keras


class Augmentation(ABC):
    """Change a batch of images and their labels together, from one draw of random parameters."""

    @abstractmethod
    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> Any:
        """Draw the parameters for a batch.

        Args:
            shape: Of the images, `(batch, frames, bins, channels)`.
            seeds: The source of all randomness.

        Returns:
            What `apply` takes.
        """

    @abstractmethod
    def apply(self, images: Any, labels: Any, parameters: Any) -> tuple[Any, Any]:
        """Apply given parameters.

        Args:
            images: `(batch, frames, bins, channels)`.
            labels: `(batch, classes)`.
            parameters: As drawn for this batch.

        Returns:
            Changed images and labels.
        """

    def __call__(self, images: Any, labels: Any, seeds: keras.random.SeedGenerator) -> tuple[Any, Any]:
        """Draw and apply."""
        return self.apply(images, labels, self.draw(tuple(images.shape), seeds))
