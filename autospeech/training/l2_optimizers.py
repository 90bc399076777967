"""Optimizers with L2 regularisation in the gradient."""

from __future__ import annotations

from typing import Any

import keras


class _L2:
    """Add the gradient of `l2 / 2 * |variable|^2` to that of each trainable variable."""

    l2: float

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        variables = self._trainable_variables if trainable_variables is None else trainable_variables  # type: ignore[attr-defined]
        decayed = [
            grad if grad is None else grad + self.l2 * keras.ops.cast(variable, grad.dtype)
            for grad, variable in zip(grads, variables, strict=True)
        ]
        super().apply(decayed, trainable_variables)  # type: ignore[misc]

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()  # type: ignore[misc]
        # Keras' own decay, which is decoupled from the gradient, stays off.
        del config["weight_decay"]
        return {**config, "l2": self.l2}


@keras.saving.register_keras_serializable("autospeech")
class L2SGD(_L2, keras.optimizers.SGD):
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


@keras.saving.register_keras_serializable("autospeech")
class L2Adam(_L2, keras.optimizers.Adam):
    """Adam whose weight decay is part of the gradient, as in PyTorch's Adam (not AdamW).

    Args:
        learning_rate: Step size.
        l2: What each trainable variable is multiplied by and added to its gradient, 0 or more; PyTorch's
            `weight_decay`.
        **kwargs: Passed on to `keras.optimizers.Adam`.

    Example:
        >>> weight = keras.Variable(1.0)
        >>> optimizer = L2Adam(0.01, l2=1e-4)
        >>> optimizer.build([weight])
        >>> for _ in range(400):
        ...     optimizer.apply([keras.ops.zeros(())])
        >>> abs(float(weight)) < 0.01
        True

    References:
        Loshchilov, Hutter (2019): Decoupled weight decay regularization, on the difference between the two.
    """

    def __init__(self, learning_rate: float = 0.001, *, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(learning_rate, **kwargs)
        self.l2 = l2
