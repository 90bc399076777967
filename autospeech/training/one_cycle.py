"""The one-cycle learning rate."""

from __future__ import annotations

import math


def one_cycle(done: float, warm_up: float = 0.3, first: float = 1 / 25, last: float = 1 / 250_000) -> float:
    """Return by what the largest learning rate is multiplied.

    It rises from `first` to 1 and falls to `last`, each along half a cosine. It goes by the share of the training that
    is done rather than by steps, since under a budget no one knows how many steps there will be.

    Args:
        done: Share of the training that is over, 0..1; what is beyond counts as its end.
        warm_up: Share in which the rate rises, 0..1.
        first: Where it begins.
        last: Where it ends.

    Returns:
        The factor, between the smaller of `first` and `last`, and 1.

    Example:
        >>> [round(one_cycle(done), 3) for done in (0.0, 0.15, 0.3, 0.65, 1.0)]
        [0.04, 0.52, 1.0, 0.5, 0.0]

    References:
        Smith, Topin (2018): Super-convergence: very fast training of neural networks using large learning rates; the
        cosines and the ends are those of fastai's and PyTorch's `OneCycleLR`.
    """
    done = min(max(done, 0.0), 1.0)
    if done < warm_up:
        return _between(first, 1.0, done / warm_up)
    return _between(1.0, last, (done - warm_up) / (1 - warm_up)) if warm_up < 1 else 1.0


def _between(start: float, end: float, share: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2
