"""The interface of all learners."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners.task import Task
from autospeech.training.validation_score import ValidationScore


class Learner(ABC):
    """Learns under a deadline, a round at a time, and answers for its best state so far."""

    @abstractmethod
    def warm_up(self, task: Task) -> None:
        """Do all work that needs no data: build, load weights, trace every function once."""

    @abstractmethod
    def fit(self, train: LabelledClips, valid: LabelledClips, deadline: Clock) -> ValidationScore | None:
        """Learn for one round; a further call goes on from there.

        Args:
            train: Clips to learn from, the same at each call.
            valid: Clips to judge by, the same at each call.
            deadline: Ends the round early, so that it is over in time.

        Returns:
            The score of the best state so far, or None when there is no time for a further step.
        """

    def choose_augmentation(
        self, train: LabelledClips, valid: LabelledClips, seconds: float, deadline: Clock
    ) -> dict[str, Any] | None:
        """Choose what training clips are augmented with from now on by short trainings, after a round of `fit`.

        Args:
            train: As for `fit`.
            valid: As for `fit`.
            seconds: For all trainings together, without their judgement; infinite where the budget has no end.
            deadline: By which the choice must be over.

        Returns:
            `augmentation`, the choice as text; `tried`, the NAUC of each candidate on the validation clips, or why none
            was tried; `search_seconds`, what the trials took, if there were any. None where there is nothing to choose
            from.
        """
        return None

    @abstractmethod
    def predict_proba(self, clips: Sequence[np.ndarray], deadline: Clock) -> np.ndarray:
        """Answer for the best state so far.

        Args:
            clips: Waveforms `(samples,)`.
            deadline: Where time is short a rougher answer is given, in time.

        Returns:
            Class probabilities `(clips, classes)`.
        """

    @abstractmethod
    def cost_to_predict(self, clips: int) -> float:
        """Return the seconds that `predict_proba` is expected to take for new clips, by the costs measured so far."""
