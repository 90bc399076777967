from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from autospeech.networks.rann import RANN
from autospeech.networks.size import multiply_adds, trainable_parameters

# Verbitskiy's (2020) table: trainable parameters with 527 classes.
PUBLISHED = {
    "rann-8x1-6": 54_435_473,
    "rann-8x2-6": 54_532_241,
    "rann-8x4-6": 54_919_313,
    "rann-8x8-6": 56_467_601,
    "rann-8x4-5": 38_198_545,
    "rann-8x4-4": 24_504_849,
}
# On 1024 frames.
MULTIPLY_ADDS = {"rann-8x4-6": "47.137e9"}

# The others differ by a few kernels or by their width alone.
ALWAYS = ("rann-8x4-6", "rann-8x4-4")


@pytest.mark.parametrize(
    ("name", "parameters"),
    [pytest.param(name, count, marks=() if name in ALWAYS else pytest.mark.slow) for name, count in PUBLISHED.items()],
)
def test_is_as_large_as_published(name: str, parameters: int) -> None:
    network = RANN.named(name).build(527, (1024, 128, 1))
    assert trainable_parameters(network) == parameters
    if name in MULTIPLY_ADDS:
        assert f"{multiply_adds(network) / 1e9:.3f}e9" == MULTIPLY_ADDS[name]


@pytest.mark.parametrize(("reduction", "frames"), [(1, 64), (2, 32), (4, 16), (8, 8)])
def test_final_maps_are_as_large_as_published(reduction: int, frames: int) -> None:
    network = RANN(temporal_reduction=reduction, width=1).build(3, (1024, 128, 1))
    assert network.get_layer("group_5").output.shape[1:] == (frames, 8, 128)


@pytest.mark.parametrize(("depth", "convolutions"), [(10, 10), (16, 20), (28, 40)])
def test_depth_counts_two_convolutions_a_block(depth: int, convolutions: int) -> None:
    network = RANN(8, 4, 1, depth).build(3)
    kernels = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    assert sum(layer.kernel_size != (1, 1) for layer in kernels) == convolutions
    assert sum(layer.kernel_size in ((6, 3), (5, 3)) for layer in kernels) == 4


def test_learns_takes_any_length_and_survives_a_file(tmp_path: Path) -> None:
    network = RANN.named("rann-1x8-1-d10").build(2, (None, 32, 1))
    rng = np.random.default_rng(0)
    labels = np.arange(32) % 2
    images = rng.normal(size=(32, 24, 32, 1)).astype("float32")
    images[:, :, 8:12] += 3 * labels[:, None, None, None]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(2e-3), loss, jit_compile=False)
    for _ in range(12):
        reached = network.train_on_batch(images, labels)
    assert float(reached) < 0.2
    network.save(tmp_path / "rann.keras")
    longer = rng.normal(size=(3, 130, 32, 1)).astype("float32")
    again = keras.models.load_model(tmp_path / "rann.keras")
    np.testing.assert_allclose(again(longer), network(longer), atol=1e-5)
    assert network(longer[:, :1]).shape == (3, 2)


def test_the_seed_decides_the_weights() -> None:
    first, same, other = (RANN.named("rann-1x8-1-d10").build(2, seed=seed).get_weights() for seed in (0, 0, 1))
    assert all(np.array_equal(a, b) for a, b in zip(first, same, strict=True))
    assert any(not np.array_equal(a, b) for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("rann-8x3-6", "temporal_reduction"),
        ("rann-0x4-6", "crop_seconds"),
        ("rann-8x4-0", "width"),
        ("rann-8x4-1-d11", "depth"),
        ("rann-8x4", "rann-8x4-6"),
        ("wrn-28", "wrn-28"),
    ],
)
def test_wrong_names_are_told(name: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        RANN.named(name)


def test_wants_a_class() -> None:
    with pytest.raises(ValueError, match="classes"):
        RANN().build(0)


def test_no_convolution_of_single_pixels_is_strided() -> None:
    """TensorFlow 2.20 on the CPU corrupts memory in the gradient of one; what stands for it gives the same."""
    network = RANN.named("rann-1x8-1-d10").build(2, (None, 32, 1))
    single = [each for each in network.layers if isinstance(each, keras.layers.Conv2D) and each.kernel_size == (1, 1)]
    assert len(single) == 5 and all(each.strides == (1, 1) for each in single)
    maps = np.random.default_rng(0).normal(size=(2, 24, 10, 3)).astype("float32")
    strided, plain = keras.layers.Conv2D(5, 1, (4, 2), "same"), keras.layers.Conv2D(5, 1)
    for convolution in (strided, plain):
        convolution.build(maps.shape)
    plain.set_weights(strided.get_weights())
    np.testing.assert_allclose(plain(keras.layers.MaxPooling2D(1, (4, 2))(maps)), strided(maps), atol=1e-5)
