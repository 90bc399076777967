from __future__ import annotations

import keras
import numpy as np
import pytest

from autospeech.training.l2_adam import L2Adam
from autospeech.training.l2_sgd import L2SGD


def by_hand_sgd(start: float, gradients: list[float], rate: float, momentum: float, l2: float) -> float:
    """PyTorch's update rule: d = g + l2 w; v = momentum v + d; w -= rate (d + momentum v)."""
    weight, velocity = start, 0.0
    for gradient in gradients:
        step = gradient + l2 * weight
        velocity = momentum * velocity + step
        weight -= rate * (step + momentum * velocity)
    return weight


def by_hand_adam(start: float, gradients: list[float], rate: float, l2: float, epsilon: float) -> float:
    """PyTorch's update rule of Adam: the decay goes into the gradient and so into both moments."""
    weight, first, second = start, 0.0, 0.0
    for number, gradient in enumerate(gradients, start=1):
        step = gradient + l2 * weight
        first = 0.9 * first + 0.1 * step
        second = 0.999 * second + 0.001 * step**2
        weight -= rate * (first / (1 - 0.9**number)) / ((second / (1 - 0.999**number)) ** 0.5 + epsilon)
    return weight


def reached(optimizer: keras.optimizers.Optimizer, start: float, gradients: list[float]) -> float:
    weight = keras.Variable(start)
    optimizer.build([weight])
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient, "float32")])
    return float(weight)


# torch.optim.SGD([w], lr=.1, momentum=.9, nesterov=True, weight_decay=5e-4), w.grad = 0, 400 steps from 1: 0.8206.
def test_sgd_without_gradients_leaves_what_pytorch_leaves() -> None:
    found = reached(L2SGD(0.1, 0.9, True, l2=5e-4), 1.0, [0.0] * 400)
    assert found == pytest.approx(by_hand_sgd(1.0, [0.0] * 400, 0.1, 0.9, 5e-4), rel=1e-4)
    assert found == pytest.approx(0.821, abs=5e-4)


# torch.optim.Adam([w], lr=.01, weight_decay=1e-4): the sign of the weight is all that Adam sees of so small a gradient.
def test_adam_without_gradients_leaves_what_pytorch_leaves() -> None:
    found = reached(L2Adam(0.01, l2=1e-4), 1.0, [0.0] * 400)
    assert found == pytest.approx(by_hand_adam(1.0, [0.0] * 400, 0.01, 1e-4, 1e-7), abs=1e-3)
    assert abs(found) < 0.01


def test_with_gradients_both_follow_the_update_rule() -> None:
    gradients = np.random.default_rng(0).normal(size=30).tolist()
    assert reached(L2SGD(0.05, 0.9, True, l2=0.1), 2.0, gradients) == pytest.approx(
        by_hand_sgd(2.0, gradients, 0.05, 0.9, 0.1), rel=1e-4
    )
    assert reached(L2Adam(0.05, l2=0.1), 2.0, gradients) == pytest.approx(
        by_hand_adam(2.0, gradients, 0.05, 0.1, 1e-7), rel=1e-4
    )


@pytest.mark.parametrize("optimizer", [L2SGD(0.1, 0.9, True, l2=0.25), L2Adam(0.1, l2=0.25)])
def test_configuration_comes_back(optimizer: keras.optimizers.Optimizer) -> None:
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert type(again) is type(optimizer)
    assert again.l2 == 0.25
    assert float(again.learning_rate) == pytest.approx(0.1)


def test_fit_decays_all_trainable_variables() -> None:
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.BatchNormalization()])
    network.compile(L2SGD(0.1, l2=0.5), lambda truth, answer: 0.0 * answer, jit_compile=False)
    before = [np.array(variable) for variable in network.trainable_variables]
    network.train_on_batch(np.zeros((4, 3)), np.zeros((4, 2)))
    for old, new in zip(before, network.trainable_variables, strict=True):
        np.testing.assert_allclose(new, 0.95 * old, rtol=1e-5)
