"""Which augmentation suits the clips at hand, by short trainings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autospeech.training.validation_score import ValidationScore

# Trains further from a state (None: from where all begin) with an augmentation for so many seconds, and judges it; None
# where the time is over.
GoOn = Callable[[str, Any, float], tuple[Any, ValidationScore] | None]


@dataclass(frozen=True)
class Choice:
    """An augmentation and why it was chosen.

    Args:
        augmentation: The best, as text.
        scores: Of each candidate that was judged, the last it got.
        rounds: How many candidates took part in each round that came to its end.
    """

    augmentation: str
    scores: dict[str, ValidationScore]
    rounds: list[int]


def shares_of(candidates: int) -> list[tuple[int, float]]:
    """Return how many candidates take part in each round, and the share of all the time that each of them gets there.

    Example:
        >>> [(many, round(share, 3)) for many, share in shares_of(5)]
        [(5, 0.067), (3, 0.111), (2, 0.167)]
    """
    many = [candidates]
    while many[-1] > 2:
        many.append(-(-many[-1] // 2))
    return [(left, 1 / (len(many) * left)) for left in many]


def search_augmentation(candidates: Sequence[str], go_on: GoOn, seconds: float) -> Choice:
    """Choose among augmentations by successive halving.

    All candidates train for a while, the better half goes on for as long again together, and so on until two are left.

    Args:
        candidates: Augmentations as text, two or more, the likelier ones first: the first of equals wins.
        go_on: Trains and judges.
        seconds: For all of it.

    Returns:
        The choice.

    Raises:
        ValueError: There are fewer than two candidates, or one stands twice.

    Example:
        >>> def go_on(name, seen, seconds):  # as good as its name is long
        ...     return (seen or 0) + seconds, ValidationScore(len(name), 0.0)
        >>> choice = search_augmentation(["none", "mixup", "specmix"], go_on, 12)
        >>> choice.augmentation, choice.rounds
        ('specmix', [3, 2])

    References:
        Jamieson, Talwalkar (AISTATS 2016): Non-stochastic best arm identification and hyperparameter optimization.
    """
    if len(candidates) < 2 or len(set(candidates)) < len(candidates):
        raise ValueError(f"wanted two different augmentations or more to choose from, not {list(candidates)}")
    left = list(candidates)
    states: dict[str, Any] = dict.fromkeys(left)
    scores: dict[str, ValidationScore] = {}
    rounds: list[int] = []
    for many, share in shares_of(len(left)):
        left = left[:many]
        for name in left:
            reached = go_on(name, states[name], share * seconds)
            if reached is None:
                # Of unequal trainings only those of the last whole round can be compared.
                return Choice(left[0], scores, rounds)
            states[name], scores[name] = reached
        rounds.append(many)
        left.sort(key=lambda name: scores[name], reverse=True)
        for name in states.keys() - set(left[: max(2, -(-many // 2))]):
            states[name] = None
    return Choice(left[0], scores, rounds)
