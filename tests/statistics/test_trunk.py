"""The trunk in NumPy against the Keras model of the same weights."""

from __future__ import annotations

import numpy as np
import pytest

from autospeech.networks.encoder import POOLING, encoder, encoder_of, load_encoder
from autospeech.statistics.trunk import Pooling, Trunk


def drawn(widths: tuple[int, ...], pooling: Pooling) -> Trunk:
    """Weights of a trunk that was never trained, its batch normalisations far from their first state."""
    rng = np.random.default_rng(0)
    arrays = [
        np.abs(array) + 0.5 if np.ndim(array) == 1 else array
        for array in (rng.normal(scale=0.3, size=weights.shape) for weights in encoder(widths, pooling).get_weights())
    ]
    return Trunk(pooling, [array.astype(np.float32) for array in arrays])


@pytest.mark.parametrize("frames", [16, 17, 62, 63, 131])
def test_the_shipped_trunk_is_the_shipped_encoder(frames: int) -> None:
    windows = np.random.default_rng(frames).normal(-4.5, 3, size=(3, frames, 64)).astype(np.float32)
    trunk = Trunk.load()
    assert (trunk.widths, trunk.numbers, tuple(trunk.pooling)) == ([32, 64, 96, 128], 1280, POOLING)
    want = np.asarray(load_encoder()(windows[..., None], training=False))
    np.testing.assert_allclose(trunk(windows), want, rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize(
    ("widths", "pooling"), [((3,), ((1, "std"),)), ((4, 5), ((2, "max"), (1, "mean"))), ((2, 3, 4), ((3, "mean"),))]
)
def test_any_trunk_is_the_keras_model_of_its_weights(widths: tuple[int, ...], pooling: Pooling) -> None:
    trunk = drawn(widths, pooling)
    windows = np.random.default_rng(1).normal(-4.5, 3, size=(2, 40, 64)).astype(np.float32)
    want = np.asarray(encoder_of(trunk)(windows[..., None], training=False))
    assert want.std() > 0.01
    np.testing.assert_allclose(trunk(windows), want, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda trunk: Trunk(trunk.pooling, trunk.arrays[:-1]), "must be convolutions"),
        (lambda trunk: Trunk(trunk.pooling, []), "must be convolutions"),
        (lambda trunk: Trunk(trunk.pooling, [*trunk.arrays[:5], *trunk.arrays[:5]]), "must be convolutions"),
        (lambda trunk: Trunk(((3, "mean"),), trunk.arrays), "pooling is"),
        (lambda trunk: Trunk(((1, "median"),), trunk.arrays), "pooling is"),
        (lambda trunk: Trunk((), trunk.arrays), "pooling is"),
        (lambda trunk: Trunk(((1, "max"),), [np.ones((500, 3, 1, 4), "f4"), *trunk.arrays[1:5]]), "kernels are larger"),
    ],
)
def test_arrays_of_no_trunk_are_refused(change: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        change(drawn((4, 5), ((2, "max"),)))  # type: ignore[operator]
