"""Blocks of samples at one rate and with one number of channels, where a file changes them on its way."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import soxr

# No file goes from one rate to another so many times as high or low, and resampling it would take memory without bound.
_MOST_RATIO = 64


def matching_blocks(
    blocks: Iterator[tuple[int, npt.NDArray[np.float32]]], sample_rate: int, channels: int
) -> Iterator[npt.NDArray[np.float32]]:
    """Bring blocks to one rate and one number of channels.

    Args:
        blocks: The rate in Hz and the samples `(frames, channels)` of each.
        sample_rate: The wanted rate in Hz.
        channels: The wanted number; where a block has another, each gets the mean of the block's.

    Yields:
        Blocks `(frames, channels)`, never empty; most often those that came in.

    Raises:
        ValueError: A rate is more than 64 times as high or low as the wanted one.

    Example:
        >>> blocks = iter([(16000, np.ones((160, 2), "float32")), (8000, np.ones((80, 1), "float32"))])
        >>> [block.shape for block in matching_blocks(blocks, 16000, 2)]
        [(160, 2), (160, 2)]
    """
    stream: soxr.ResampleStream | None = None
    before = sample_rate
    for rate, block in blocks:
        if rate != before:
            if not sample_rate <= _MOST_RATIO * rate <= _MOST_RATIO**2 * sample_rate:
                raise ValueError(f"its sample rate changes from {before} to {rate} Hz")
            if stream is not None:
                yield from _last(stream, channels)
            stream = None if rate == sample_rate else soxr.ResampleStream(rate, sample_rate, channels, dtype="float32")
            before = rate
        if block.shape[1] != channels:
            block = np.repeat(block.mean(axis=1, keepdims=True, dtype=np.float32), channels, axis=1)
        if stream is not None:
            block = stream.resample_chunk(block).reshape(-1, channels)
        if len(block):
            yield block
    if stream is not None:
        yield from _last(stream, channels)


def _last(stream: soxr.ResampleStream, channels: int) -> Iterator[npt.NDArray[np.float32]]:
    block = stream.resample_chunk(np.zeros((0, channels), np.float32), last=True).reshape(-1, channels)
    if len(block):
        yield block
