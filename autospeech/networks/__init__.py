"""Architectures: an image or a waveform in, logits out."""

from __future__ import annotations

from typing import Any

_SAMPLE_RATE, _HOP = 44100, 320
_RAW_CNNS = ("m3", "m5", "m11", "m18", "m34-res", "m5-32", "m5-s16")
_ENVNETS = ("envnet", "envnet-w512", "envnet-v2", "envnet-v2-w512")
# What `python -m autospeech networks` lists. Any other RANN, and an EnvNet of any width, is built by its name too.
NETWORKS = (
    "kon_cnn",
    "encoder",
    "rann-8x1-6",
    "rann-8x2-6",
    "rann-8x4-6",
    "rann-8x8-6",
    "rann-8x4-5",
    "rann-8x4-4",
    "rann-8x4-2",
    "rann-8x4-1",
    "rann-4x8-1-d10",
    *_RAW_CNNS,
    *_ENVNETS,
)


def build_network(name: str, classes: int, input_shape: tuple[int, ...] | None = None, *, seed: int = 0) -> Any:
    """Build a network by its name.

    Args:
        name: One of `NETWORKS`, or that of any RANN, or of an EnvNet with N units in its dense layers, `envnet-wN` or
            `envnet-v2-wN`.
        classes: How many classes.
        input_shape: `(frames, bins, channels)` of an image or `(samples, channels)` of a waveform; that of the paper if
            left out.
        seed: Seeds the initial weights.

    Returns:
        A `keras.Model` from images or waveforms to logits.

    Raises:
        ValueError: There is none of that name, or the shape does not suit it.

    Example:
        >>> build_network("rann-4x8-1-d10", 10, (157, 64, 1)).output_shape
        (None, 10)
    """
    shape: Any = input_shape
    if name == "kon_cnn":
        from autospeech.networks.kon_cnn import kon_cnn

        return kon_cnn(shape or (64, 64, 1), classes, seed=seed)
    if name == "encoder":
        from autospeech.networks.encoder import MELS, encoder, with_heads

        frames, *rest = shape or (124, MELS, 1)
        if rest != [MELS, 1]:
            raise ValueError(f"the encoder takes images of {MELS} bins and one channel, not of shape {shape}")
        return with_heads(encoder(frames=frames, seed=seed), {"classes": classes}, seed=seed)
    if name.startswith("rann-"):
        from autospeech.networks.rann import MELS as RANN_MELS
        from autospeech.networks.rann import RANN

        rann = RANN.named(name)
        frames = 1 + rann.crop_seconds * _SAMPLE_RATE // _HOP
        return rann.build(classes, shape or (frames, RANN_MELS, 1), seed=seed)
    if name in _RAW_CNNS:
        from autospeech.networks.raw_cnn import RawCNN

        return RawCNN.named(name).build(classes, shape or (8000 if name == "m5-32" else 32000, 1), seed=seed)
    if name.startswith("envnet"):
        from autospeech.networks.envnet import EnvNet

        return EnvNet.named(name).build(classes, shape, seed=seed)
    raise ValueError(
        f"there is no network {name!r}; choose one of: {', '.join(NETWORKS)}, or a RANN such as rann-8x4-3, or an "
        "EnvNet such as envnet-v2-w1024"
    )
