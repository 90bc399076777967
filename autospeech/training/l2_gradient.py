"""L2 regularisation in the gradient of an optimizer."""

from __future__ import annotations

from typing import Any

import keras


class L2Gradient(keras.optimizers.Optimizer):
    """An optimizer that adds the gradient of `l2 / 2 * |variable|^2` to that of each trainable variable.

    It stands before the optimizer among the bases of a class, as in `L2SGD`.

    Attributes:
        l2: What each variable is multiplied by and added to its gradient.
    """

    l2: float

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        """Update the variables by their gradients and the decay."""
        variables = self._trainable_variables if trainable_variables is None else trainable_variables
        decayed = [
            grad if grad is None else grad + self.l2 * keras.ops.cast(variable, grad.dtype)
            for grad, variable in zip(grads, variables, strict=True)
        ]
        super().apply(decayed, trainable_variables)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        config: dict[str, Any] = super().get_config()
        # Keras' own decay, which is decoupled from the gradient, stays off.
        del config["weight_decay"]
        return {**config, "l2": self.l2}
