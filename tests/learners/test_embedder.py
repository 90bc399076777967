"""Embeddings of clips of any length, alone and among others, and where memory is short."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from autospeech.learners.embedder import WINDOWS, Embedder, embedded_frames
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
    embedded = [np.asarray(embedder.network(window[None, :, :, None], training=False))[0] for window in windows]
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
    assert numbers.shape == (5, embedder.network.output_shape[1])
    assert np.isfinite(numbers).all()


def test_no_clips(embedder: Embedder) -> None:
    assert embedder(LogMelFrames.of([])).shape == (0, embedder.network.output_shape[1])


def test_after_the_warm_up_nothing_is_traced() -> None:
    embedder = Embedder()
    embedder.warm_up()
    traced = embedder._forward.experimental_get_tracing_count()
    assert traced == len(WINDOWS)
    embedder(made_up_frames(COUNTS))
    assert embedder._forward.experimental_get_tracing_count() == traced


def short_of_memory(embedder: Embedder, most: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let the device hold so many frames at a time; return the list of the batches that are tried."""
    tried: list[int] = []
    real = embedder._forward

    def forward(batch: tf.Tensor) -> Any:
        tried.append(batch.shape[0])
        if batch.shape[0] * batch.shape[1] > most:
            raise tf.errors.ResourceExhaustedError(None, None, "out of memory")
        return real(batch)

    monkeypatch.setattr(embedder, "_forward", forward)
    return tried


@pytest.mark.parametrize("most", [1000, 130, 0])
def test_where_memory_is_short_the_answer_is_the_same(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = made_up_frames([*COUNTS, *[70] * 100])
    embedder = Embedder()
    expected = embedder(frames)
    tried = short_of_memory(embedder, most, monkeypatch)
    np.testing.assert_allclose(embedder(frames), expected, atol=2e-5, rtol=1e-4)
    # What does not fit is not tried again and again: each failure halves, until there is the CPU.
    assert tried[:2] == [32, 16]
    assert sum(1 for size, after in itertools.pairwise(tried) if after < size) <= 2 * len(WINDOWS)
    again = len(tried)
    embedder(frames)
    if most < min(WINDOWS):
        assert len(tried) == again
    else:
        assert tried.count(32) == 1


def test_where_the_cpu_has_too_little_memory_too_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = Embedder()
    short_of_memory(embedder, 0, monkeypatch)

    def exhausted(*_: Any, **__: Any) -> Any:
        raise tf.errors.ResourceExhaustedError(None, None, "out of memory")

    monkeypatch.setattr(embedder, "network", exhausted)
    exhausted.output_shape = (None, 8)  # type: ignore[attr-defined]
    with pytest.raises(tf.errors.ResourceExhaustedError):
        embedder(made_up_frames([100]))


@pytest.mark.parametrize(
    ("count", "frames"), [(1, 62), (62, 62), (63, 124), (124, 124), (125, 248), (187, 248), (400, 400), (5000, 1200)]
)
def test_embedded_frames(count: int, frames: int) -> None:
    assert embedded_frames(np.array([count, count])) == 2 * frames
    assert embedded_frames(np.zeros(0, np.intp)) == 0


def test_weights_from_a_file_that_is_not_there(tmp_path: Any) -> None:
    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        Embedder(tmp_path / "none.npz")
