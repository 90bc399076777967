"""What members said of training clips that they had not learnt from, and what that says of blends of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from autospeech.datasets.clustered_folds import clustered_folds
from autospeech.schedule.blend import Blend
from autospeech.schedule.cross_fitted import cross_fitted
from autospeech.training.validation_score import ValidationScore

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.bool_]

# With more clips, a dozen weights cannot fit chance.
_MANY = 1000


class Evidence:
    """Weighs members and judges their blends by out-of-fold logits.

    Args:
        labels: Of the training clips, `(clips, classes)`.
        prior: The weight of each member before there is evidence; those that are not named start at 0.
        multi_label: Whether clips may have several labels.
        calibrate: Whether weights follow the evidence.
        one_by_one: Whether a blend's answer for a clip depends on that clip alone.
        seed: Seeds how few clips are divided to judge by.

    Attributes:
        judged: Logits `(clips, classes)` by member; NaN for clips that it has not judged.

    Example:
        >>> labels = np.eye(2, dtype="float32")[[0, 1] * 20]
        >>> evidence = Evidence(labels, {"good": 1.0})
        >>> evidence.judged["good"] = 2 * labels - 1
        >>> evidence.nauc(["good"]), evidence.score(evidence.blend(["good"])).auc
        ({'good': 1.0}, 1.0)
    """

    def __init__(
        self,
        labels: Floats,
        prior: Mapping[str, float],
        *,
        multi_label: bool = False,
        calibrate: bool = True,
        one_by_one: bool = False,
        seed: int = 0,
    ) -> None:
        self.judged: dict[str, Floats] = {}
        self._scored: dict[tuple[str, ...], tuple[list[Floats], Rows, ValidationScore]] = {}
        self._labels = labels
        self._prior = dict(prior)
        self._multi_label, self._calibrate, self._one_by_one = multi_label, calibrate, one_by_one
        self._seed = seed

    def blend(self, names: Iterable[str]) -> Blend:
        """Return a blend of members, weighed by the evidence."""
        blend = self._unfitted(names, one_by_one=self._one_by_one)
        blend.fit(self.judged, self._labels)
        return blend

    def rows(self, names: Iterable[str]) -> Rows:
        """Return which clips all of some members have judged, `(clips,)`."""
        seen = [~np.isnan(self.judged[name]).any(axis=1) for name in names]
        return np.asarray(np.all(seen, axis=0)) if seen else np.zeros(len(self._labels), bool)

    def score(self, blend: Blend, rows: Rows | None = None) -> ValidationScore:
        """Score a blend: where clips are few, with weights that were not fitted to those that judge.

        Args:
            blend: Of members that have judged clips.
            rows: The clips to judge by, `(clips,)`; all that its weighted members have judged if left out.
        """
        rows = self.rows(blend.members) if rows is None else rows
        judged = {name: self.judged[name] for name in blend.weights}
        if not self._calibrate or len(self._labels) > _MANY:
            return blend.judge({name: logits[rows] for name, logits in judged.items()}, self._labels[rows])
        # What the blend with a rung has come to is what the next rung is compared with.
        names, logits = tuple(judged), [*judged.values()]
        kept = self._scored.get(names)
        if kept is None or any(a is not b for a, b in zip(kept[0], logits, strict=True)) or (kept[1] != rows).any():
            score = cross_fitted(
                lambda: self._unfitted(judged, one_by_one=True), judged, self._labels, rows, seed=self._seed
            )
            kept = self._scored[names] = logits, rows, score
        return kept[2]

    def compare(self, blend: Blend, other: Blend | None) -> tuple[ValidationScore, ValidationScore, Rows]:
        """Score two blends on the clips that all members of both have judged; return the scores and these clips.

        Args:
            blend: Of members that have judged clips.
            other: Likewise; None has the worst score.
        """
        rows = self.rows({*blend.members, *(other.members if other is not None else ())})
        return self.score(blend, rows), ValidationScore.worst() if other is None else self.score(other, rows), rows

    def nauc(self, names: Iterable[str]) -> dict[str, float]:
        """Return the NAUC of each member alone, on the clips that it has judged."""
        alone = {name: Blend({name: 1.0}, multi_label=self._multi_label) for name in names}
        return {name: 2 * blend.judge(self.judged, self._labels).auc - 1 for name, blend in alone.items()}

    def answers(self, blend: Blend) -> npt.NDArray[np.float64]:
        """Return what a blend says of the clips, `(clips, classes)`; NaN for clips that none of its members has judged.

        A member that has not judged a clip is left out there.
        """
        judged = {name: self.judged[name] for name in blend.members if name in self.judged}
        rows = np.any([~np.isnan(logits).any(axis=1) for logits in judged.values()], axis=0)
        answers = np.full(self._labels.shape, np.nan)
        if rows.any():
            answers[rows] = blend.probabilities({name: logits[rows] for name, logits in judged.items()})
        return answers

    def _unfitted(self, names: Iterable[str], *, one_by_one: bool) -> Blend:
        """Return a blend with the weights before there is evidence; equal ones where the prior names none of them."""
        weights = {name: self._prior.get(name, 0.0) for name in names}
        if not any(weights.values()):
            weights = dict.fromkeys(weights, 1.0)
        return Blend(weights, multi_label=self._multi_label, calibrate=self._calibrate, one_by_one=one_by_one)


def rehearse() -> None:
    """Weigh and judge a made-up blend: what this imports takes longer than what it does."""
    labels = np.eye(2, dtype=np.float32)[np.arange(64) % 2]
    clustered_folds(np.random.default_rng(0).normal(size=(64, 4)), labels)
    evidence = Evidence(labels, {"made up": 1.0})
    evidence.judged["made up"] = labels
    evidence.score(evidence.blend(["made up"]))
