"""Stochastic gradient descent with L2 in the gradient."""

from __future__ import annotations

from typing import Any

import keras

from autospeech.training.l2_gradient import L2Gradient


@keras.saving.register_keras_serializable("autospeech")
class L2SGD(L2Gradient, keras.optimizers.SGD):
    """Stochastic gradient descent whose weight decay is part of the gradient, as in PyTorch's and Chainer's SGD.

    Keras' own `weight_decay` multiplies each variable by `1 - learning_rate * weight_decay` and bypasses the momentum,
    which shrinks the weights ten times more slowly at a momentum of 0.9.

    Args:
        learning_rate: Step size.
        momentum: Share of the last step that is kept, 0..1.
        nesterov: Whether to use Nesterov's momentum.
        l2: What each trainable variable is multiplied by and added to its gradient, 0 or more; PyTorch's
            `weight_decay`.
        **kwargs: Passed on to `keras.optimizers.SGD`.

    Example:
        >>> weight = keras.Variable(1.0)
        >>> optimizer = L2SGD(0.1, momentum=0.9, nesterov=True, l2=5e-4)
        >>> optimizer.build([weight])
        >>> for _ in range(400):
        ...     optimizer.apply([keras.ops.zeros(())])
        >>> round(float(weight), 3)
        0.821
    """

    def __init__(
        self,
        learning_rate: float = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        *,
        l2: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, momentum, nesterov, **kwargs)
        self.l2 = l2
