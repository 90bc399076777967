"""A clip and its images, as they are and augmented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from autospeech.audio.fix_length import fix_length
from autospeech.augment.text_form import parse_augmentations
from autospeech.features.standardize import Standardize

Floats = npt.NDArray[np.float32]


def before_and_after(
    waveform: Floats, partner: Floats, augment: str, layers: Mapping[str, Any], seed: int = 0
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Augment a clip and its images as in training.

    Args:
        waveform: The clip `(samples,)`, at the layers' sample rate.
        partner: What it is mixed with, and the noise in its background.
        augment: As `augment.text_form` reads it.
        layers: Features by their names.
        seed: Of the draw.

    Returns:
        Waveforms `(samples,)` and standardised images `(frames, bins)` by their names.

    Raises:
        ValueError: The augmentations cannot be read, or the clip is empty.

    Example:
        >>> from autospeech.features.log_mel import LogMel
        >>> clip = np.ones(16000, "float32")
        >>> waveforms, images = before_and_after(clip, clip, "gain, random_crop(frames=8)", {"log_mel": LogMel()})
        >>> list(waveforms), {name: image.shape for name, image in images.items()}
        (['waveform', 'waveform, augmented'], {'log_mel': (32, 64), 'log_mel, augmented': (8, 64)})
    """
    if not len(waveform):
        raise ValueError("the clip is empty; there is nothing to augment")
    noise = partner if np.any(partner) else np.ones(1, np.float32)
    waveforms, images = parse_augmentations(augment, {"background_noise": {"noises": [noise]}})
    many = waveforms.clips_each * images.clips_each
    batch = np.stack([waveform, *[fix_length(partner, len(waveform))] * (many - 1)])[..., None].astype(np.float32)
    seeds = keras.random.SeedGenerator(seed)
    changed, labels = waveforms(batch, np.eye(many, dtype=np.float32), seeds)
    sounds = {"waveform": waveform}
    if waveforms.augmentations:
        sounds["waveform, augmented"] = np.asarray(changed)[0, :, 0]
    standardize = Standardize()
    seen: dict[str, Floats] = {}
    for name, layer in layers.items():
        seen[name] = np.asarray(standardize(layer(batch[:1])))[0, ..., 0]
        after, _ = images(standardize(layer(changed)), labels, seeds)
        seen[f"{name}, augmented"] = np.asarray(after)[0, ..., 0]
    return sounds, seen
