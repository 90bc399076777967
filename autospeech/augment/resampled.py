"""The clips of a batch, each at a speed of its own."""

from __future__ import annotations

import math
from typing import Any

from keras import ops

# Zero crossings of the sinc on each side.
CROSSINGS = 16
# Samples that come out of one matrix product.
BLOCK = 32
# Samples that are gathered together.
ROW = 4
# Fractions of a sample at which a block may start with exact weights; what comes out is interpolated between them, to
# -74 dB for a tone at a quarter of the sample rate. They are Chebyshev's with both ends: at a factor of 1 all blocks
# start at 0 and the clip stays as it is.
FRACTIONS = tuple(0.5 - 0.5 * math.cos(math.pi * node / 4) for node in range(5))


def resampled(waveforms: Any, factors: Any, fastest: float, samples: int | None = None) -> Any:
    """Play each clip at its own speed, by windowed-sinc interpolation.

    Where the factor is above 1, what would come to lie above half the sample rate is filtered out.

    Args:
        waveforms: `(batch, samples, 1)`.
        factors: `(batch,)`, how many times as fast; above 0.
        fastest: What no factor exceeds.
        samples: Length of the clips that come out; None for that of `waveforms`.

    Returns:
        Waveforms `(batch, samples, 1)`, cut where the clip goes on, silent where it has ended.

    Example:
        >>> import numpy as np
        >>> tone = np.sin(np.arange(1000) / 5).astype("float32").reshape(1, -1, 1)
        >>> slower = np.ravel(resampled(tone, np.array([0.5]), fastest=1.0))
        >>> bool(np.allclose(slower[100:900], np.sin(np.arange(100, 900) / 10), atol=1e-3))
        True

    References:
        Smith, Gossett (1984): A flexible sampling-rate conversion method. ICASSP.
    """
    batch, length = waveforms.shape[:2]
    samples = length if samples is None else samples
    blocks = math.ceil(samples / BLOCK)
    reach = math.ceil(CROSSINGS * max(fastest, 1.0))
    span = ROW * math.ceil(((BLOCK - 1) * fastest + 2 * reach + 1) / ROW)
    factors = ops.reshape(ops.cast(factors, waveforms.dtype), (-1, 1))

    # Whole samples are counted in integers: float32 has not the digits for a place in a long clip and its fraction.
    steps = ops.floor(factors * BLOCK)
    drift = (factors * BLOCK - steps) * ops.arange(blocks, dtype=waveforms.dtype)
    starts = ops.cast(steps, "int32") * ops.arange(blocks, dtype="int32") + ops.cast(ops.floor(drift), "int32")
    fractions = drift - ops.floor(drift)
    padded = ops.pad(waveforms[..., 0], ((0, 0), (reach, reach + span)))
    heard = _stretches(padded, ops.minimum(starts, length + reach), span)

    played = 0.0
    for fraction in FRACTIONS:
        others = [other for other in FRACTIONS if other != fraction]
        share = math.prod((fractions - other) / (fraction - other) for other in others)
        played += ops.expand_dims(share, -1) * ops.matmul(heard, _weights(factors, fraction + reach, span))
    played = ops.reshape(played, (batch, -1))[:, :samples]
    inside = factors * ops.arange(samples, dtype=waveforms.dtype) < length
    return ops.expand_dims(ops.where(inside, played, ops.zeros_like(played)), -1)


def _stretches(clips: Any, starts: Any, span: int) -> Any:
    """Return the `span` samples from each start on: `(batch, starts, span)`."""
    # Gathering rows takes half as long as single samples. A stretch may start anywhere in a row: the samples are laid
    # out in rows from each of these places on.
    batch, length = clips.shape
    rows = math.ceil(length / ROW)
    clips = ops.pad(clips, ((0, 0), (0, (rows + 1) * ROW - length)))
    table = ops.stack([clips[:, place : place + rows * ROW] for place in range(ROW)])
    clip = ops.expand_dims(ops.arange(batch, dtype="int32"), 1)
    firsts = ((starts % ROW) * batch + clip) * rows + starts // ROW
    wanted = ops.expand_dims(firsts, -1) + ops.arange(span // ROW, dtype="int32")
    return ops.reshape(ops.take(ops.reshape(table, (-1, ROW)), wanted, axis=0), (batch, -1, span))


def _weights(factors: Any, start: float, span: int) -> Any:
    """Return what each of `span` samples gives to each of a block that starts `start` samples after the first."""
    factors = ops.expand_dims(factors, -1)
    places = start + factors * ops.arange(BLOCK, dtype=factors.dtype)
    away = places - ops.expand_dims(ops.arange(span, dtype=factors.dtype), -1)
    band = 1 / ops.maximum(factors, 1)
    angle = ops.clip(math.pi * band * ops.abs(away), 1e-6, math.pi * CROSSINGS)
    return band * (0.5 + 0.5 * ops.cos(angle / CROSSINGS)) * ops.sin(angle) / angle
