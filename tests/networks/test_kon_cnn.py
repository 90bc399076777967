from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from autospeech.networks.kon_cnn import HEAD, kon_cnn


def parameters(blocks: int, flat: int, classes: int) -> int:
    """Count by the published description."""
    convolutions = (9 * 64 + 64) + (blocks - 1) * (9 * 64 * 64 + 64)
    return convolutions + blocks * 4 * 64 + (flat * 64 + 64) + (64 * classes + classes)


@pytest.mark.parametrize(
    ("shape", "classes", "blocks", "flat"),
    [
        ((64, 64, 1), 100, 5, 256),
        ((64, 32, 1), 7, 4, 4 * 2 * 64),
        ((157, 64, 1), 3, 5, 4 * 2 * 64),
        ((64, 4, 1), 2, 1, 32 * 2 * 64),
    ],
)
def test_size_follows_the_description(shape: tuple[int, int, int], classes: int, blocks: int, flat: int) -> None:
    network = kon_cnn(shape, classes)
    assert network.count_params() == parameters(blocks, flat, classes)
    assert sum(isinstance(layer, keras.layers.Conv2D) for layer in network.layers) == blocks
    assert network(np.zeros((2, *shape), "float32")).shape == (2, classes)


def test_layers_stand_in_the_published_order() -> None:
    kinds = [type(layer).__name__ for layer in kon_cnn((64, 64, 1), 5).layers]
    block = ["Conv2D", "ReLU", "BatchNormalization", "MaxPooling2D"]
    assert kinds == ["InputLayer", *block * 5, "Flatten", "Dense", "Dropout", "ReLU", "Dense"]


def test_all_but_the_last_layer_serve_any_number_of_classes(tmp_path: Path) -> None:
    bodies = [
        keras.Model(n.input, n.get_layer(HEAD).input)
        for n in (kon_cnn((64, 64, 1), 3, seed=1), kon_cnn((64, 64, 1), 9, seed=2))
    ]
    image = np.random.default_rng(0).normal(size=(1, 64, 64, 1)).astype("float32")
    assert not np.allclose(bodies[0](image), bodies[1](image))
    bodies[0].save_weights(tmp_path / "body.weights.h5")
    bodies[1].load_weights(tmp_path / "body.weights.h5")
    np.testing.assert_allclose(bodies[0](image), bodies[1](image), rtol=1e-5)


def test_the_seed_decides_the_first_weights() -> None:
    def first(seed: int) -> np.ndarray:
        return kon_cnn((64, 64, 1), 2, seed=seed).get_weights()[0]

    np.testing.assert_array_equal(first(1), first(1))
    assert not np.array_equal(first(1), first(2))


@pytest.mark.parametrize(("shape", "classes", "named"), [((3, 64, 1), 2, "3 frames"), ((64, 64, 1), 0, "classes")])
def test_what_cannot_be_built_is_refused(shape: tuple[int, int, int], classes: int, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        kon_cnn(shape, classes)
