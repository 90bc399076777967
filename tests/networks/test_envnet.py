from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from autospeech.networks import build_network
from autospeech.networks.envnet import EnvNet
from autospeech.networks.size import multiply_adds, trainable_parameters

# Tokozume et al.: weights of each convolution's kernel (height x width x in x out), with its channels.
CONVOLUTIONS = {
    "envnet": [(8 * 40, 40), (8 * 40 * 40, 40), (8 * 13 * 50, 50), (5 * 50 * 50, 50)],
    "envnet-v2": [
        (64 * 32, 32),
        (16 * 32 * 64, 64),
        (8 * 8 * 32, 32),
        (8 * 8 * 32 * 32, 32),
        (4 * 32 * 64, 64),
        (4 * 64 * 64, 64),
        (2 * 64 * 128, 128),
        (2 * 128 * 128, 128),
        (2 * 128 * 256, 256),
        (2 * 256 * 256, 256),
    ],
}
FLAT = {"envnet": 50 * 11 * 14, "envnet-v2": 256 * 10 * 8}


def parameters(name: str, width: int, classes: int) -> int:
    dense = FLAT[name] * width + width + width * width + width + width * classes + classes
    return sum(kernel + 2 * channels for kernel, channels in CONVOLUTIONS[name]) + dense


@pytest.mark.parametrize(
    ("name", "image", "pools"),
    [
        ("envnet", (150, 40, 1), [(150, 40), (46, 11, 50), (14, 11, 50)]),
        ("envnet-v2", (260, 64, 1), [(260, 64), (82, 10, 32), (38, 10, 64), (18, 10, 128), (8, 10, 256)]),
    ],
)
def test_maps_are_as_large_as_published(name: str, image: tuple[int, ...], pools: list[tuple[int, ...]]) -> None:
    network = EnvNet.named(name, width=8).build(50)
    assert network.get_layer("image").output.shape[1:] == image
    assert [layer.output.shape[1:] for layer in network.layers if layer.name.startswith("pool_")] == pools
    assert network.get_layer("flat").output.shape[1:] == (FLAT[name],)
    assert trainable_parameters(network) == parameters(name, 8, 50)
    assert network.name == f"{name.replace('-', '_')}_w8"


def test_the_published_width_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    # Quicker than a hundred million random numbers.
    monkeypatch.setattr("autospeech.networks.envnet._he", lambda seeds: "zeros")
    network = build_network("envnet-v2", 50)
    assert network.input_shape == (None, 66650, 1)
    assert trainable_parameters(network) == parameters("envnet-v2", 4096, 50) == 101_251_186
    dense = 256 * 10 * 8 * 4096 + 4096 * 4096 + 4096 * 50
    assert dense < multiply_adds(network) < 60 * dense


@pytest.mark.parametrize("name", ["envnet", "envnet-v2"])
def test_a_name_may_say_the_width_of_the_dense_layers(name: str) -> None:
    envnet = EnvNet.named(f"{name}-w8")
    assert envnet == EnvNet.named(name, width=8)
    assert (envnet.name, EnvNet.named(name).name) == (f"{name}-w8", name)
    network = build_network(f"{name}-w8", 50)
    assert trainable_parameters(network) == parameters(name, 8, 50)
    with pytest.raises(ValueError, match="choose one of: envnet, envnet-v2, or"):
        build_network(f"{name}-w8-x", 50)


def test_the_channels_of_the_filters_become_the_bins() -> None:
    network = EnvNet.named("envnet", width=8).build(2, (6000, 1))
    wave = np.random.default_rng(0).normal(size=(1, 6000, 1)).astype("float32")
    maps = keras.Model(network.input, [network.get_layer("pool_1").output, network.get_layer("image").output])(wave)
    np.testing.assert_array_equal(maps[0], np.asarray(maps[1])[..., 0])


# By hand, from the last map of 1 back: a pool multiplies, a kernel adds its length less 1, a stride multiplies.
@pytest.mark.parametrize(("name", "least"), [("envnet", 5294), ("envnet-v2", 23642)])
def test_the_shortest_input_leaves_one_frame_and_less_is_told(name: str, least: int) -> None:
    envnet = EnvNet.named(name, width=8)
    assert envnet.least_samples == least
    network = envnet.build(2, (least, 1))
    assert network.get_layer("flat").input.shape[1] == 1
    assert network(np.zeros((1, least, 1), "float32")).shape == (1, 2)
    for samples in (least - 1, None):
        with pytest.raises(ValueError, match=f"at least {least} samples, not"):
            envnet.build(2, (samples, 1))


def test_learns_and_survives_a_file(tmp_path: Path) -> None:
    envnet = EnvNet(8000, 1000, ((8, 8, 1), (8, 8, 2)), 20, ((8, (3, 3), 1, (2, 2)),), width=32)
    network = envnet.build(2, momentum=0.5)
    rng = np.random.default_rng(0)
    labels = np.arange(16) % 2
    pitch = np.where(labels, 500, 2500)[:, None]
    waves = np.sin(2 * np.pi * pitch * np.arange(1000) / 8000 + rng.uniform(0, 6, (16, 1)))[..., None]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(0.003), loss, jit_compile=False)
    for _ in range(15):
        network.train_on_batch(waves, labels)
    assert (np.argmax(network(waves), axis=1) == labels).all()
    network.save(tmp_path / "envnet.keras")
    np.testing.assert_allclose(keras.models.load_model(tmp_path / "envnet.keras")(waves), network(waves), atol=1e-5)


@pytest.mark.parametrize("name", ["envnet", "envnet-v2"])
def test_takes_a_step(name: str) -> None:
    envnet = EnvNet.named(name, width=8)
    network = envnet.build(2, (envnet.least_samples, 1))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile("sgd", loss, run_eagerly=True)
    before = network.get_weights()
    waves = np.random.default_rng(0).normal(size=(2, envnet.least_samples, 1))
    assert np.isfinite(network.train_on_batch(waves, np.arange(2)))
    assert all(not np.array_equal(a, b) for a, b in zip(before, network.get_weights(), strict=True) if a.ndim > 1)


def test_hidden_dense_layers_drop_half() -> None:
    network = EnvNet.named("envnet", width=8).build(2, (6000, 1))
    assert [layer.rate for layer in network.layers if isinstance(layer, keras.layers.Dropout)] == [0.5, 0.5]


def test_the_seed_decides_the_weights() -> None:
    first, same, other = (
        EnvNet.named("envnet", width=8).build(2, (6000, 1), seed=seed).get_weights() for seed in (0, 0, 1)
    )
    assert all(np.array_equal(a, b) for a, b in zip(first, same, strict=True))
    assert any(not np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_wrong_settings_are_told() -> None:
    with pytest.raises(ValueError, match="choose one of: envnet, envnet-v2"):
        EnvNet.named("envnet-v3")
    with pytest.raises(ValueError, match="width must be at least 1, not 0"):
        EnvNet.named("envnet-w0")
    with pytest.raises(ValueError, match="filters and groups"):
        EnvNet(16000, 24014, (), 160, ())
    with pytest.raises(ValueError, match="classes"):
        EnvNet.named("envnet").build(0)
    assert EnvNet(8000, 1000, ((4, 8, 1),), 16, ((4, (3, 3), 1, (2, 2)),)).name == "envnet-like"
