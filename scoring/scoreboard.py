"""All predictions of a run so far, scored."""

from __future__ import annotations

import bisect
import math

import numpy as np
from alc import area_under_learning_curve
from nauc import class_aucs, nauc_of
from scored_prediction import ScoredPrediction
from solution import Solution


class Scoreboard:
    """Scores predictions as they come and keeps the details of the last one that counts.

    Args:
        solution: The true labels.
        time_budget: Seconds.
    """

    def __init__(self, solution: Solution, time_budget: float) -> None:
        self.solution = solution
        self.time_budget = time_budget
        self.predictions: list[ScoredPrediction] = []
        self.counted: list[ScoredPrediction] = []  # those that count, in the order of time
        self.warnings: list[str] = []
        self.last_aucs: np.ndarray | None = None
        self.last_matrix: np.ndarray | None = None
        left_out = int((~solution.scored_classes).sum())
        if left_out == len(solution.label_names):
            self.warnings.append("the solution has no class with both a positive and a negative clip: every score is 0")
        elif left_out:
            self.warnings.append(
                f"{left_out} of {len(solution.label_names)} classes have no positive or no negative test clip"
                f" and are left out of the score"
            )

    def add(self, number: int, seconds: float, matrix: np.ndarray) -> ScoredPrediction:
        """Score a prediction.

        Args:
            number: K in NAME.predict_K.
            seconds: Since the start.
            matrix: Scores ``(clips, classes)``.

        Returns:
            The scored prediction, which is on the board now.
        """
        labels = self.solution.labels
        if matrix.shape != labels.shape:
            return self.add_invalid(number, seconds, f"has the shape {matrix.shape}, the solution {labels.shape}")
        aucs = class_aucs(labels, matrix)
        if self.solution.single_label:
            accuracy = float((matrix.argmax(axis=1) == labels.argmax(axis=1)).mean())
        else:
            accuracy = float(((matrix >= 0.5) == (labels == 1)).all(axis=1).mean())
        problem = "" if seconds <= self.time_budget else "later than the budget"
        scored = ScoredPrediction(number, seconds, nauc_of(aucs), accuracy, problem)
        self.predictions.append(scored)
        if problem:
            self.warnings.append(f"prediction {number} came at {seconds:.2f} s, {problem}: it does not count")
            return scored
        bisect.insort(self.counted, scored, key=lambda prediction: (prediction.seconds, prediction.nauc))
        if self.counted[-1] is scored:
            self.last_aucs, self.last_matrix = aucs, matrix
        return scored

    def add_invalid(self, number: int, seconds: float, problem: str) -> ScoredPrediction:
        """Put a prediction on the board that does not count.

        Args:
            number: K in NAME.predict_K.
            seconds: Since the start; may be NaN.
            problem: Why.

        Returns:
            The prediction.
        """
        scored = ScoredPrediction(number, seconds, problem=problem)
        self.predictions.append(scored)
        self.warnings.append(f"prediction {number} does not count: it {problem}")
        return scored

    @property
    def alc(self) -> float:
        """The area under the learning curve if nothing more came."""
        return area_under_learning_curve(((p.seconds, p.nauc) for p in self.counted), self.time_budget)

    @property
    def duration(self) -> float:
        """When the last prediction was made, in seconds; 0 without one."""
        return max((p.seconds for p in self.predictions if not math.isnan(p.seconds)), default=0.0)
