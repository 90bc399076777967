from __future__ import annotations

from functools import cache
from pathlib import Path

import keras
import numpy as np
import pytest
import scipy.signal

from autospeech.networks.raw_cnn import RawCNN
from autospeech.networks.size import trainable_parameters

# Dai et al., table 1: channels of the convolutions of 3 in order; the first takes 80 samples.
LAYERS = {
    "m3": (256, [256]),
    "m5": (128, [128, 256, 512]),
    "m11": (64, [64] * 2 + [128] * 2 + [256] * 3 + [512] * 2),
    "m18": (64, [64] * 4 + [128] * 4 + [256] * 4 + [512] * 4),
    "m34-res": (48, [48] * 6 + [96] * 8 + [192] * 12 + [384] * 6),
    "m5-32": (32, [32, 64, 64]),
}


@cache
def built(name: str) -> keras.Model:
    return RawCNN.named(name).build(10, (32000, 1))


def parameters(name: str, classes: int) -> int:
    """Count by the table: kernels, a bias and a gain and a shift of the normalisation for each channel."""
    first, rest = LAYERS[name]
    total = (80 + 3) * first + sum(3 * i * o + 3 * o for i, o in zip([first, *rest], rest, strict=False))
    if name == "m34-res":
        total += sum(i * o + 3 * o for i, o in ((48, 96), (96, 192), (192, 384)))
    return total + rest[-1] * classes + classes


# The paper gives its counts with one digit after the point: M5's is cut off there (0.56), the others are rounded.
@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("m3", 0.15e6, 0.25e6),
        ("m5", 0.5e6, 0.6e6),
        ("m11", 1.75e6, 1.85e6),
        ("m18", 3.65e6, 3.75e6),
        ("m34-res", 3.5e6, 4.5e6),
    ],
)
def test_has_as_many_parameters_as_published(name: str, least: float, most: float) -> None:
    counted = trainable_parameters(built(name))
    assert counted == parameters(name, 10)
    assert least <= counted < most


def test_the_tutorials_network_has_as_many_parameters_as_it_prints() -> None:
    assert trainable_parameters(RawCNN.named("m5-32").build(35)) == parameters("m5-32", 35) == 26915


@pytest.mark.parametrize(
    ("name", "pools"), [("m3", 2), ("m5", 4), ("m11", 4), ("m18", 4), ("m34-res", 4), ("m5-32", 4)]
)
def test_time_shrinks_by_the_stride_and_the_pools(name: str, pools: int) -> None:
    network = built(name)
    stride = 16 if name == "m5-32" else 4
    lengths = [layer.output.shape[1] for layer in network.layers if layer.name.startswith("pool_")]
    assert lengths == [-(-32000 // (stride * 4**pool)) for pool in range(1, pools + 1)]
    kinds = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv1D) and layer.kernel_size != (1,)]
    assert [layer.filters for layer in kinds] == [LAYERS[name][0], *LAYERS[name][1]]
    assert network.name == name.replace("-", "_")


def test_equals_scipy_convolutions() -> None:
    network = RawCNN(3, ((2, 1),), stride=2, last_pool=True).build(4, seed=5)
    rng = np.random.default_rng(0)
    network.set_weights(
        [np.abs(w + rng.normal(0.1, 0.1, w.shape)) if w.ndim == 1 else w for w in network.get_weights()]
    )
    wave = rng.normal(size=(1, 64, 1)).astype("float32")
    maps, weights = wave[0].T, iter(network.get_weights())
    for kernel_size, stride in ((80, 2), (3, 1)):
        kernel, bias, gain, shift, mean, variance = (next(weights) for _ in range(6))
        before = (kernel_size - stride) // 2
        padded = np.pad(maps, ((0, 0), (before, kernel_size)))
        maps = np.stack(
            [
                sum(scipy.signal.correlate(padded[i], kernel[:, i, o], "valid") for i in range(len(padded)))
                for o in range(kernel.shape[2])
            ]
        )[:, : maps.shape[1] : stride]
        scaled = (maps + bias[:, None] - mean[:, None]) / np.sqrt(variance[:, None] + 1e-3)
        maps = np.maximum(scaled * gain[:, None] + shift[:, None], 0)
        maps = maps.reshape(len(maps), -1, 4).max(axis=2)
    kernel, bias = weights
    np.testing.assert_allclose(network(wave)[0], maps.mean(axis=1) @ kernel + bias, rtol=1e-4, atol=1e-4)


def test_a_residual_block_that_adds_nothing_changes_nothing() -> None:
    network = RawCNN(4, ((4, 4),), residual=True).build(3)
    for layer in network.layers:
        if isinstance(layer, keras.layers.Conv1D) and layer.kernel_size == (3,):
            layer.kernel.assign(np.zeros(layer.kernel.shape))
    wave = np.random.default_rng(0).normal(size=(2, 500, 1)).astype("float32")
    maps = keras.Model(network.input, network.get_layer("pool_1").output)(wave)
    expected = network.get_layer("logits")(np.mean(maps, axis=1))
    np.testing.assert_allclose(network(wave), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("residual", [False, True])
def test_takes_any_length(residual: bool) -> None:
    network = RawCNN(4, ((4, 2), (8, 4)), last_pool=True, residual=residual).build(3)
    for samples in (1, 79, 4001):
        logits = np.asarray(network(np.ones((2, samples, 1), "float32")))
        assert logits.shape == (2, 3)
        assert np.isfinite(logits).all()


def test_learns_and_survives_a_file(tmp_path: Path) -> None:
    network = RawCNN.named("m5-32").build(2)
    rng = np.random.default_rng(0)
    labels = np.arange(16) % 2
    pitch = np.where(labels, 300, 900)[:, None]
    waves = np.sin(2 * np.pi * pitch * np.arange(500) / 8000 + rng.uniform(0, 6, (16, 1)))[..., None]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(0.01), loss, jit_compile=False)
    for _ in range(15):
        reached = network.train_on_batch(waves, labels)
    assert float(reached) < 0.2
    network.save(tmp_path / "raw.keras")
    again = keras.models.load_model(tmp_path / "raw.keras")
    np.testing.assert_allclose(again(waves[:, :300]), network(waves[:, :300]), atol=1e-5)


def test_the_seed_decides_the_weights() -> None:
    first, same, other = (RawCNN.named("m5-32").build(2, seed=seed).get_weights() for seed in (0, 0, 1))
    assert all(np.array_equal(a, b) for a, b in zip(first, same, strict=True))
    assert any(not np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_first_weights_are_he_normal() -> None:
    kernels = [w for w in built("m11").get_weights() if w.ndim == 3]
    for kernel in kernels:
        assert kernel.std() == pytest.approx(np.sqrt(2 / np.prod(kernel.shape[:2])), rel=0.05)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"groups": ()}, "a group"),
        ({"groups": ((8, 0),)}, "at least 1"),
        ({"groups": ((8, 1),), "stride": 0}, "at least 1"),
        ({"groups": ((8, 3),), "residual": True}, "even number"),
    ],
)
def test_wrong_settings_are_told(settings: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        RawCNN(8, **settings)


def test_wrong_names_and_classes_are_told() -> None:
    with pytest.raises(ValueError, match="choose one of: m3, m5"):
        RawCNN.named("m4")
    with pytest.raises(ValueError, match="classes"):
        RawCNN.named("m3").build(0)
    assert RawCNN(8, ((8, 1),)).name == "raw-cnn"
