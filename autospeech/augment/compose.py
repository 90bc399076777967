"""Several augmentations, one after the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras

from autospeech.augment.base import Augmentation, Domain


class Compose(Augmentation):
    """Apply augmentations of one domain in turn; none at all leave a batch as it is.

    Args:
        augmentations: All of waveforms, or all of images.

    Raises:
        ValueError: Waveforms and images are mixed up.

    Example:
        >>> import numpy as np
        >>> from autospeech.augment.mixup import Mixup
        >>> from autospeech.augment.random_crop import RandomCrop
        >>> both = Compose([RandomCrop(2), Mixup()])
        >>> images, labels = both(np.ones((8, 5, 3, 1)), np.eye(8), keras.random.SeedGenerator(0))
        >>> tuple(images.shape), tuple(labels.shape), both.clips_each
        ((4, 2, 3, 1), (4, 8), 2)
    """

    def __init__(self, augmentations: Sequence[Augmentation]) -> None:
        domains: set[Domain] = {each.domain for each in augmentations}
        if len(domains) > 1:
            raise ValueError("some of these change waveforms and some images; make a Compose for each")
        self.augmentations = tuple(augmentations)
        self.domain = domains.pop() if domains else "image"
        self.clips_each = math.prod(each.clips_each for each in augmentations)

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> tuple[Any, ...]:
        """Draw the parameters of each, for what those before it leave."""
        drawn = []
        for augmentation in self.augmentations:
            drawn.append(augmentation.draw(shape, seeds))
            shape = augmentation.shape_after(shape)
        return tuple(drawn)

    def apply(self, clips: Any, labels: Any, parameters: tuple[Any, ...]) -> tuple[Any, Any]:
        """Apply each with its own parameters."""
        for augmentation, drawn in zip(self.augmentations, parameters, strict=True):
            clips, labels = augmentation.apply(clips, labels, drawn)
        return clips, labels

    def shape_after(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of what all together leave."""
        for augmentation in self.augmentations:
            shape = augmentation.shape_after(shape)
        return shape

    def needed(self, length: int) -> int:
        """Return how many frames a clip must have so that so many are left."""
        for augmentation in reversed(self.augmentations):
            length = augmentation.needed(length)
        return length
