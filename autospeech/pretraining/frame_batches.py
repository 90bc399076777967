"""Batches of log-mel crops for pretraining, disturbed afresh each time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from autospeech.pretraining.frame_store import FrameStore
from autospeech.statistics.log_mel_frames import FLOOR, MELS

Floats = npt.NDArray[np.float32]
# Crops of one, one and a half and two seconds; all of a batch are equally long.
CROPS = (62, 93, 124)


class FrameBatches:
    """Draws batches from a store, rare corpora more often than their size would have it.

    Args:
        store: Where the frames are.
        batch: Clips a batch.
        temperature: A corpus is drawn in proportion to its clips to this power: 1 drowns small corpora, 0 repeats them.
        seed: Seeds all draws.
    """

    def __init__(self, store: FrameStore, batch: int = 64, *, temperature: float = 0.5, seed: int = 0) -> None:
        self.store, self.batch, self.temperature, self.seed = store, batch, temperature, seed
        sizes = np.bincount(store.corpora, minlength=len(store.names)).astype(np.float64)
        self._share = sizes**temperature / (sizes**temperature).sum()
        self._members = [np.flatnonzero(store.corpora == corpus) for corpus in range(len(store.names))]

    def __iter__(self) -> Iterator[tuple[Floats, npt.NDArray[np.int64]]]:
        """Yield crops `(batch, frames, 64, 1)` and labels `(batch, heads)`, -1 where there is none, for ever."""
        rng = np.random.default_rng(self.seed)
        while True:
            corpora = rng.choice(len(self._share), self.batch, p=self._share)
            clips = np.array([rng.choice(self._members[corpus]) for corpus in corpora])
            frames = int(rng.choice(CROPS))
            image = np.stack([crop(self._clip(clip), frames, rng) for clip in clips])
            yield disturb_frames(image, rng)[..., None], self.store.labels[clips]

    def _clip(self, number: int) -> npt.NDArray[np.float16]:
        return self.store.frames[self.store.starts[number] : self.store.starts[number + 1]]


def crop(clip: npt.NDArray[np.floating], frames: int, rng: np.random.Generator) -> Floats:
    """Cut a random piece out of a clip; a shorter clip is repeated.

    Args:
        clip: Frames `(any number, 64)`.
        frames: Length of the piece.
        rng: Where the draw comes from.

    Returns:
        The piece, `(frames, 64)`.

    Example:
        >>> crop(np.arange(3.0)[:, None], 4, np.random.default_rng(1)).ravel().tolist()
        [1.0, 2.0, 0.0, 1.0]
    """
    if len(clip) > frames:
        first = int(rng.integers(len(clip) - frames + 1))
        return clip[first : first + frames].astype(np.float32)
    first = int(rng.integers(len(clip)))
    return clip[(first + np.arange(frames)) % len(clip)].astype(np.float32)


def disturb_frames(image: Floats, rng: np.random.Generator) -> Floats:
    """Change a batch of crops as other microphones, places and speakers would.

    The power of half of them passes a smooth filter of at most 6 dB, a third are mixed with a neighbour 5 to 25 dB
    softer, a third move by one or two mel bins, half lose a stretch of time or of mel bins.

    Args:
        image: Log-mel crops `(batch, frames, 64)`.
        rng: Where the draws come from.

    Returns:
        The changed crops; the argument may be overwritten.
    """
    count, frames = image.shape[:2]
    power = np.maximum(np.exp(image, out=image) - np.float32(FLOOR), 0)
    mixed = np.flatnonzero(rng.random(count) < 0.3)
    if len(mixed):
        others = power[(mixed + rng.integers(1, max(count, 2), len(mixed))) % count]
        loudness = np.maximum(power[mixed].mean(axis=(1, 2)), FLOOR) / np.maximum(others.mean(axis=(1, 2)), FLOOR)
        snr = 10 ** (rng.uniform(-25, -5, len(mixed)) / 10)
        power[mixed] += others * (loudness * snr).astype(np.float32)[:, None, None]
    power *= _filters(count, rng)[:, None, :]
    image = np.log(power + np.float32(FLOOR), out=power)
    for row in np.flatnonzero(rng.random(count) < 0.3):
        image[row] = _shift(image[row], int(rng.choice((-2, -1, 1, 2))))
    blank = image.mean(axis=(1, 2))
    for row in np.flatnonzero(rng.random(count) < 0.5):
        length = int(rng.integers(frames // 5 + 1))
        first = int(rng.integers(frames - length + 1))
        image[row, first : first + length] = blank[row]
    for row in np.flatnonzero(rng.random(count) < 0.5):
        length = int(rng.integers(9))
        first = int(rng.integers(MELS - length + 1))
        image[row, :, first : first + length] = blank[row]
    return image


def _filters(count: int, rng: np.random.Generator) -> Floats:
    """Draw smooth gains of power over the mel bins, about half of them flat, `(count, 64)`."""
    place = np.linspace(0, np.pi, MELS)
    shapes = np.cos(np.arange(5)[:, None] * place)
    weights = rng.standard_normal((count, 5)) * (1.5, 2.5, 1.5, 1.0, 1.0)
    decibels = np.clip(weights @ shapes, -6, 6) * (rng.random((count, 1)) < 0.5)
    return (10 ** (decibels / 10)).astype(np.float32)


def _shift(image: Floats, bins: int) -> Floats:
    moved = np.roll(image, bins, axis=1)
    if bins > 0:
        moved[:, :bins] = image[:, :1]
    else:
        moved[:, bins:] = image[:, -1:]
    return moved
