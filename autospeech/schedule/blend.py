"""Several answers become one, on evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import scipy.optimize
import scipy.special

from autospeech.training.validation_score import ValidationScore

Floats = npt.NDArray[np.float32]

# How strongly weights are held to their prior, in log-likelihood of clips: evidence of a few dozen clips moves them.
_PRIOR_STRENGTH = 10.0
# Log odds of the surest answer: beyond, six printed digits make ties.
_SUREST = 9.0


class Blend:
    """A product of experts: weighted sums of log probabilities, the weights at most as good as the evidence for them.

    The weights maximise the likelihood of the training clips under out-of-fold answers, not below 0 and held to a
    prior; their sum is the inverse temperature, so the blend is calibrated too. A member that has judged only part of
    the clips is weighed on those, with the weights of all others as their prior.

    Args:
        prior: The weight of each member before there is evidence.
        multi_label: Whether clips may have several labels.
        calibrate: False to keep the prior's weights whatever the evidence.

    Attributes:
        weights: By member.
        score: Out-of-fold score of the blend on what was judged; None without evidence.

    Example:
        >>> labels = np.eye(2, dtype="float32")[[0, 1] * 20]
        >>> good = 2 * labels - 1
        >>> blend = Blend({"good": 0.5, "bad": 0.5})
        >>> blend.fit({"good": good, "bad": -good}, labels)
        >>> blend.weights["good"] > 1 and blend.weights["bad"] < 0.1
        True
        >>> blend.probabilities({"good": good[:1], "bad": good[:1]}).argmax()
        0

    References:
        Hinton (2002): Training products of experts by minimizing contrastive divergence. Genest, Zidek (1986):
        Combining probability distributions. Guo et al. (2017): On calibration of modern neural networks.
    """

    def __init__(self, prior: Mapping[str, float], *, multi_label: bool = False, calibrate: bool = True) -> None:
        self.weights = dict(prior)
        self.score: ValidationScore | None = None
        self._multi_label = multi_label
        self._calibrate = calibrate

    def fit(self, judged: Mapping[str, Floats], labels: Floats) -> None:
        """Weigh the members by what they said of clips that they had not learnt from.

        Args:
            judged: Logits `(clips, classes)` of each member, NaN for clips that it has not judged.
            labels: `(clips, classes)`.
        """
        names = [name for name in self.weights if name in judged]
        logits = {name: self._normal(judged[name]) for name in names}
        seen = {name: ~np.isnan(logits[name]).any(axis=1) for name in names}
        whole = [name for name in names if seen[name].all()]
        if self._calibrate:
            self._weigh(whole, logits, labels, np.ones(len(labels), bool))
            partly = [name for name in names if name not in whole and seen[name].any()]
            if partly:
                rows = np.all([seen[name] for name in partly], axis=0)
                self._weigh(whole + partly, logits, labels, rows)
        self.score = self._evidence(logits, labels)

    def judge(self, judged: Mapping[str, Floats], labels: Floats) -> ValidationScore:
        """Return the score of the present weights on clips that all weighted members have judged."""
        return self._evidence({name: self._normal(judged[name]) for name in self.weights if name in judged}, labels)

    def probabilities(self, scores: Mapping[str, Floats]) -> npt.NDArray[np.float64]:
        """Return the blended class probabilities `(clips, classes)`, none so near to 1 that six digits cannot tell."""
        total = self._sum({name: self._normal(scores[name]) for name in self.members if name in scores})
        if self._multi_label:
            return scipy.special.expit(total * min(1.0, _SUREST / max(float(np.abs(total).max(initial=0)), 1e-9)))
        ordered = np.sort(total, axis=1)
        margin = float((ordered[:, -1] - ordered[:, -2]).max(initial=0)) if total.shape[1] > 1 else 0.0
        return scipy.special.softmax(total * min(1.0, _SUREST / max(margin, 1e-9)), axis=1)

    @property
    def members(self) -> list[str]:
        """The names of those that have a weight."""
        return [name for name, weight in self.weights.items() if weight > 1e-3]

    def _normal(self, logits: Floats) -> npt.NDArray[np.float64]:
        wide = logits.astype(np.float64)
        return wide if self._multi_label else scipy.special.log_softmax(wide, axis=1)

    def _sum(self, logits: Mapping[str, npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
        return np.sum([self.weights[name] * values for name, values in logits.items()], axis=0)

    def _evidence(self, logits: Mapping[str, npt.NDArray[np.float64]], labels: Floats) -> ValidationScore:
        used = {name: logits[name] for name in self.members if name in logits}
        if not used:
            return ValidationScore.worst()
        rows = np.all([~np.isnan(values).any(axis=1) for values in used.values()], axis=0)
        total = self._sum(used)[rows]
        probabilities = scipy.special.expit(total) if self._multi_label else scipy.special.softmax(total, axis=1)
        return ValidationScore.of(labels[rows], probabilities)

    def _weigh(
        self,
        names: Sequence[str],
        logits: Mapping[str, npt.NDArray[np.float64]],
        labels: Floats,
        rows: npt.NDArray[np.bool_],
    ) -> None:
        if not names or not rows.any():
            return
        stack = np.stack([logits[name][rows] for name in names])
        truth = labels[rows].astype(np.float64)
        prior = np.array([self.weights[name] for name in names])

        def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
            total = np.tensordot(weights, stack, axes=1)
            if self._multi_label:
                value = float(np.sum(np.logaddexp(0, total) - truth * total)) / truth.shape[1]
                error = (scipy.special.expit(total) - truth) / truth.shape[1]
            else:
                logs = scipy.special.log_softmax(total, axis=1)
                value, error = -float(np.sum(truth * logs)), np.exp(logs) - truth
            moved = weights - prior
            gradient = np.einsum("mcl,cl->m", stack, error) + 2 * _PRIOR_STRENGTH * moved
            return value + _PRIOR_STRENGTH * float(moved @ moved), gradient

        found = scipy.optimize.minimize(
            loss, prior, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(names), options={"maxiter": 50}
        )
        if np.all(np.isfinite(found.x)) and found.x.sum() > 0:
            self.weights.update(zip(names, map(float, found.x), strict=True))
