"""The interface of what the ladder is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners.task import Task

Scores = Mapping[str, npt.NDArray[np.float32]]


class Rung(ABC):
    """A way of learning that tells what it would have said of clips that it did not learn from.

    A rung has one or more members; each gives logits `(clips, classes)` by its name, as `heads.base.Head` defines them.

    Attributes:
        name: What the trace calls it.
        gain: Share of what is missing to a perfect score that it is expected to win, 0..1, before it has run; the
            schedule corrects it by what was seen.
    """

    name: str
    gain: float

    @abstractmethod
    def warm_up(self, task: Task) -> None:
        """Do all work that needs no data, and rehearse each step, to trace it and to learn its cost."""

    def begin(self, budget: float) -> None:  # noqa: B027
        """Take note of the whole budget in seconds, by which shares of it are meant; most rungs need not know."""

    @abstractmethod
    def cost(self, train: LabelledClips, test_clips: int) -> float:
        """Return the expected seconds of the next `learn` and of the answer after it, by measured costs."""

    @abstractmethod
    def learn(self, train: LabelledClips, folds: npt.NDArray[np.intp], deadline: Clock) -> Scores:
        """Learn.

        Args:
            train: Clips to learn from, the same at each call.
            folds: The fold of each clip; no clip is judged by what was learnt from its fold.
            deadline: When it must be over; it ends early rather than late.

        Returns:
            For each member the logits of the training clips, out of fold; NaN for clips that are not judged yet.
            Members keep their names from call to call; nothing when there was no time.
        """

    @abstractmethod
    def scores(self, members: Sequence[str], clips: Sequence[npt.NDArray[np.float32]], deadline: Clock) -> Scores:
        """Return the logits of clips by some of the members, in their best state so far."""

    def decided(self) -> Mapping[str, Any]:
        """Return what the last `learn` decided by the way, for the trace."""
        return {}

    @property
    def answering_weights(self) -> list[Any]:
        """The weights of each network that answers, as `network.get_weights` gives them; none where no network does."""
        return []

    @property
    def rounds_left(self) -> bool:
        """Whether a further call of `learn` would go on rather than repeat."""
        return False
