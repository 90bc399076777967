"""Embeddings of clips of any length, alone and among others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from autospeech.learners.embedder import WINDOWS, Embedder, embedded_frames
from autospeech.networks.encoder import encoder_of
from autospeech.statistics.log_mel_frames import MELS, LogMelFrames

COUNTS = (1, 2, 61, 62, 63, 123, 124, 125, 186, 187, 248, 399, 400, 401, 1200, 1201, 5000)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder()


def made_up_frames(counts: Sequence[int]) -> LogMelFrames:
    """Frames of clips; those of one length are the same clip."""
    clips = [np.random.default_rng(count).normal(size=(count, MELS)).cumsum(axis=1) / 4 - 4 for count in counts]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
    return LogMelFrames(np.concatenate(clips).astype("float32"), starts)


def plain(embedder: Embedder, frames: np.ndarray) -> np.ndarray:
    """The mean over windows of one clip, each given to the network alone."""
    length = max((window for window in WINDOWS if window <= len(frames)), default=WINDOWS[0])
    if len(frames) < length:
        windows = [np.resize(frames, (length, MELS))]
    else:
        many = min(3, int(np.ceil(len(frames) / length)))
        last = len(frames) - length
        begins = [int(last * number / (many - 1)) for number in range(many)] if many > 1 else [last // 2]
        windows = [frames[begin : begin + length] for begin in begins]
    network = encoder_of(embedder.trunk)
    embedded = [np.asarray(network(window[None, :, :, None], training=False))[0] for window in windows]
    return np.mean(embedded, axis=0)


def test_equals_the_network_on_the_windows(embedder: Embedder) -> None:
    frames = made_up_frames(COUNTS)
    got = embedder(frames)
    expected = np.stack([plain(embedder, frames.clip(number)) for number in range(len(frames))])
    assert got.dtype == np.float32
    assert expected.std() > 0.01
    np.testing.assert_allclose(got, expected, atol=2e-5, rtol=1e-4)


def test_a_clips_embedding_does_not_depend_on_its_batch(embedder: Embedder) -> None:
    order = np.random.default_rng(0).permutation(np.repeat(COUNTS, 7))
    alone = {count: embedder(made_up_frames([count]))[0] for count in COUNTS}
    together = embedder(made_up_frames(order.tolist()))
    np.testing.assert_allclose(together, np.stack([alone[count] for count in order]), atol=1e-5, rtol=1e-5)


def test_real_waveforms_of_any_length(embedder: Embedder) -> None:
    rng = np.random.default_rng(0)
    clips = [rng.normal(size=samples).astype("float32") for samples in (0, 1, 320, 16000, 33000)]
    numbers = embedder(LogMelFrames.of(clips))
    assert numbers.shape == (5, embedder.trunk.numbers)
    assert np.isfinite(numbers).all()


def test_no_clips(embedder: Embedder) -> None:
    assert embedder(LogMelFrames.of([])).shape == (0, embedder.trunk.numbers)


@pytest.mark.parametrize(
    ("count", "frames"), [(1, 62), (62, 62), (63, 124), (124, 124), (125, 248), (187, 248), (400, 400), (5000, 1200)]
)
def test_embedded_frames(count: int, frames: int) -> None:
    assert embedded_frames(np.array([count, count])) == 2 * frames
    assert embedded_frames(np.zeros(0, np.intp)) == 0


def test_weights_from_a_file_that_is_not_there(tmp_path: Any) -> None:
    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        Embedder(tmp_path / "none.npz")
