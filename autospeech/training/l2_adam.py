"""Adam with L2 in the gradient."""

from __future__ import annotations

from typing import Any

import keras

from autospeech.training.l2_gradient import L2Gradient


@keras.saving.register_keras_serializable("autospeech")
class L2Adam(L2Gradient, keras.optimizers.Adam):
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
