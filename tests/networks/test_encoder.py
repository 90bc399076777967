from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import scipy.signal

from autospeech.networks.encoder import CENTRE, SPREAD, encoder, load_encoder, save_encoder, with_heads


def log_mel(clips: int, frames: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(CENTRE, SPREAD, (clips, frames, 64, 1)).astype("float32")


def parameters(widths: tuple[int, ...]) -> int:
    """Count by the description: a 5x5 and then 3x3 convolutions without bias, four numbers a channel to normalise."""
    sides = (25, *[9] * (len(widths) - 1))
    inputs = (1, *widths[:-1])
    return sum(k * i * o + 4 * o for k, i, o in zip(sides, inputs, widths, strict=True))


@pytest.mark.parametrize(
    ("widths", "pooling", "numbers"),
    [
        ((32, 64, 96, 128), ((3, "mean"), (3, "std"), (4, "max")), 1280),
        ((32, 64, 96, 128), ((4, "mean"), (4, "max")), 1024),
        ((8,), ((1, "std"),), 32),
    ],
)
def test_size_follows_the_description(
    widths: tuple[int, ...], pooling: tuple[tuple[int, str], ...], numbers: int
) -> None:
    model = encoder(widths, pooling)
    assert model.count_params() == parameters(widths)
    for frames in (16, 62, 125):
        vectors = keras.ops.convert_to_numpy(model(log_mel(2, frames)))
        assert vectors.shape == (2, numbers)
        assert np.isfinite(vectors).all()


@pytest.mark.parametrize("how", ["mean", "max", "std"])
@pytest.mark.parametrize("block", [1, 2])
def test_equals_scipy_convolutions(block: int, how: str) -> None:
    model = encoder((3, 2), ((block, how),), seed=4)
    rng = np.random.default_rng(0)
    # As after a training: no statistic of the normalisation is at its start.
    model.set_weights([np.abs(w + rng.normal(0.1, 0.1, w.shape)) if w.ndim == 1 else w for w in model.get_weights()])
    image = log_mel(1, 32)
    maps = (image[0].transpose(2, 0, 1) - CENTRE) / SPREAD
    weights = iter(model.get_weights())
    for side in (5, 3)[:block]:
        kernel, gain, shift, mean, variance = (next(weights) for _ in range(5))
        # TensorFlow pads an even side unevenly under stride 2: one row fewer before than after.
        before = (side - 2) // 2
        padded = np.pad(maps, ((0, 0), (before, side), (before, side)))
        frames, bins = maps.shape[1] // 2, maps.shape[2] // 2
        maps = np.stack(
            [
                sum(scipy.signal.correlate2d(padded[i], kernel[:, :, i, o], "valid") for i in range(len(padded)))
                for o in range(kernel.shape[3])
            ]
        )[:, : 2 * frames : 2, : 2 * bins : 2]
        maps = (maps - mean[:, None, None]) / np.sqrt(variance + 1e-3)[:, None, None]
        maps = np.maximum(maps * gain[:, None, None] + shift[:, None, None], 0)
    rows = maps.reshape(*maps.shape[:2], 4, -1).mean(axis=3)
    pooled = {"mean": rows.mean(axis=1), "max": rows.max(axis=1), "std": np.sqrt(rows.var(axis=1) + 1e-4)}[how]
    np.testing.assert_allclose(np.asarray(model(image))[0], pooled.T.ravel(), rtol=1e-3, atol=1e-4)


def test_a_clip_is_the_same_whatever_else_is_in_the_batch() -> None:
    model, image = encoder(), log_mel(3, 62)
    together, alone = np.asarray(model(image)), np.asarray(model(image[1:2]))
    np.testing.assert_allclose(together[1:2], alone, rtol=1e-4, atol=1e-5)


def test_heads_share_the_trunk_and_stand_side_by_side() -> None:
    model = encoder((4, 4), ((2, "mean"),))
    heads = with_heads(model, {"word": 3, "speaker": 5}, ((1, "max"), (2, "mean")))
    assert heads.output_shape == (None, 8)
    before = np.asarray(model(log_mel(2, 20)))
    heads.compile("sgd", "mse")
    heads.fit(log_mel(8, 20), np.ones((8, 8)), verbose=0)
    assert not np.allclose(before, np.asarray(model(log_mel(2, 20))))


def test_survives_its_file_in_half_precision(tmp_path: Path) -> None:
    shape = {"widths": (8, 6), "pooling": ((2, "mean"), (1, "std"))}
    model = encoder(**shape, seed=3)
    model(log_mel(16, 62), training=True)
    save_encoder(model, tmp_path / "small.npz", **shape)
    loaded = load_encoder(tmp_path / "small.npz")
    assert {w.dtype for w in loaded.get_weights()} == {np.dtype("float32")}
    assert not loaded.trainable_weights
    np.testing.assert_allclose(
        np.asarray(loaded(log_mel(2, 30))), np.asarray(model(log_mel(2, 30))), rtol=0.02, atol=0.01
    )
    assert [file.name for file in tmp_path.iterdir()] == ["small.npz"]


def test_wrong_arguments_are_named(tmp_path: Path) -> None:
    for widths in ((), (1, 2, 3, 4, 5)):
        with pytest.raises(ValueError, match="one to four convolutions, not"):
            encoder(widths)
    for pooling in ((), ((1, "median"),), ((5, "mean"),), ((0, "max"),)):
        with pytest.raises(ValueError, match="pairs of 1 to 4 and one of mean, max, std, not"):
            encoder(pooling=pooling)
    with pytest.raises(FileNotFoundError, match="pretrain"):
        load_encoder(tmp_path / "none.npz")
