"""SpecAugment."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from autospeech.augment.base import Augmentation
from autospeech.augment.masks import Bands, draw_bands, in_bands


class SpecAugment(Augmentation):
    """Warp images in time, then blank bands of bins and bands of frames; labels stay.

    Sizes are shares of an image, so that they suit images of any size.

    Args:
        warp: How far a frame drawn at random is moved, at the most, to either side; what is before and after it is
            squeezed and stretched. 0 for none.
        frequency_masks: Bands of bins.
        widest_frequency: The widest of them.
        time_masks: Bands of frames.
        widest_time: The widest of them.
        fill: What stands in the masks; 0 is the mean of a standardised image.

    Raises:
        ValueError: A share is not in 0..1, the warp not below a half, or a number of masks is negative.

    Example:
        >>> import numpy as np
        >>> bins, frames = (np.array([[1]]), np.array([[2]])), (np.array([[0]]), np.array([[1]]))
        >>> drawn = np.array([1.0]), np.array([1.0]), bins, frames
        >>> images, _ = SpecAugment().apply(np.ones((1, 3, 4, 1)), np.ones((1, 1)), drawn)
        >>> np.asarray(images)[0, :, :, 0].tolist()
        [[0.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0]]

    References:
        Park et al. (Interspeech 2019): SpecAugment: a simple data augmentation method for automatic speech recognition.
    """

    domain = "image"

    def __init__(
        self,
        warp: float = 0.1,
        frequency_masks: int = 2,
        widest_frequency: float = 0.2,
        time_masks: int = 2,
        widest_time: float = 0.2,
        fill: float = 0.0,
    ) -> None:
        for name, value in {"widest_frequency": widest_frequency, "widest_time": widest_time}.items():
            if not 0 <= value <= 1:
                raise ValueError(f"{name} is a share and must be in 0..1, not {value}")
        if not 0 <= warp < 0.5:
            raise ValueError(f"warp is a share and must be 0 or more and below 0.5, not {warp}")
        for name, many in {"frequency_masks": frequency_masks, "time_masks": time_masks}.items():
            if not (isinstance(many, int) and many >= 0):
                raise ValueError(f"{name} must be a whole number, not below 0, not {many}")
        self.warp = warp
        self.frequency_masks = frequency_masks
        self.widest_frequency = widest_frequency
        self.time_masks = time_masks
        self.widest_time = widest_time
        self.fill = fill

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> tuple[Any, Any, Bands, Bands]:
        """Draw the frame that is moved and where to, two times `(batch,)`, then the bands of bins and of frames."""
        batch, frames, bins = shape[:3]
        reach = self.warp * (frames - 1)
        centre = reach + keras.random.uniform((batch,), seed=seeds) * (frames - 1 - 2 * reach)
        moved = centre + reach * keras.random.uniform((batch,), -1, 1, seed=seeds)
        return (
            centre,
            moved,
            draw_bands(batch, self.frequency_masks, bins, int(self.widest_frequency * bins), seeds),
            draw_bands(batch, self.time_masks, frames, int(self.widest_time * frames), seeds),
        )

    def apply(self, clips: Any, labels: Any, parameters: tuple[Any, Any, Bands, Bands]) -> tuple[Any, Any]:
        """Move frame `centre[i]` of image i to `moved[i]`, then blank the bands."""
        centre, moved, bins, frames = parameters
        clips = ops.convert_to_tensor(clips)
        warped = _warped(clips, centre, moved) if self.warp else clips
        in_frequency = ops.reshape(in_bands(bins, clips.shape[2]), (-1, 1, clips.shape[2], 1))
        in_time = ops.reshape(in_bands(frames, clips.shape[1]), (-1, clips.shape[1], 1, 1))
        return ops.where(ops.logical_or(in_frequency, in_time), ops.cast(self.fill, warped.dtype), warped), labels


def _warped(images: Any, centre: Any, moved: Any) -> Any:
    """Read each image at frames that come from either side of the moved one, linear between frames."""
    last = images.shape[1] - 1
    places = ops.expand_dims(ops.arange(last + 1, dtype="float32"), 0)
    centre, moved = (ops.expand_dims(ops.cast(part, "float32"), 1) for part in (centre, moved))
    before = places * centre / ops.maximum(moved, 1e-6)
    after = last - (last - places) * (last - centre) / ops.maximum(last - moved, 1e-6)
    read = ops.clip(ops.where(places < moved, before, after), 0, last)
    lower = ops.floor(read)
    upper = ops.minimum(lower + 1, last)
    rows = ops.expand_dims(ops.arange(ops.shape(images)[0], dtype="int32") * (last + 1), 1)
    flat = ops.reshape(images, (-1, *images.shape[2:]))
    frames = [ops.take(flat, rows + ops.cast(place, "int32"), axis=0) for place in (lower, upper)]
    share = ops.cast(ops.reshape(read - lower, (-1, last + 1, 1, 1)), images.dtype)
    return (1 - share) * frames[0] + share * frames[1]
