"""Several answers become one, on evidence."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import scipy.special

from autospeech.training.validation_score import ValidationScore

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.bool_]

# How strongly weights are held to their prior, in log-likelihood of clips: evidence of a few dozen clips moves them.
_PRIOR_STRENGTH = 10.0
# Log odds of the surest answer: beyond, six printed digits make ties.
_SUREST = 9.0
# Log odds are bent from here on and never reach twice as much: one clip must not flatten the answers for all others.
_BENT = 50.0
# Stands for the blend that others join.
_SO_FAR = ""
# Logits beyond, infinite ones too, say no more.
_FARTHEST = 1e6


class Blend:
    """A product of experts: weighted sums of log probabilities, the weights at most as good as the evidence for them.

    The weights maximise the likelihood of the training clips under out-of-fold answers, not below 0 and held to a
    prior; their sum is the inverse temperature, so the blend is calibrated too. Members that have judged only part of
    the clips join in after the others, those of most clips first, each time on the clips that all so far have judged;
    the others then keep their proportions. A member of whose clips the partial ones before it have judged less than
    half is weighed apart from these, and the weights are averaged by clips. A member that has judged none has no
    weight.

    Args:
        prior: The weight of each member before there is evidence.
        multi_label: Whether clips may have several labels.
        calibrate: False to keep the prior's weights whatever the evidence.
        one_by_one: Whether the answer for a clip depends on that clip alone. Else, where any is too sure to be told
            from surer ones in six printed digits, all are flattened alike, which keeps their order.

    Attributes:
        weights: By member.
        score: Out-of-fold score of the blend on the clips that all its members have judged; where there are none, on
            those that some have, by these alone. None before `fit`.

    Example:
        >>> labels = np.eye(2, dtype="float32")[[0, 1] * 20]
        >>> good = 2 * labels - 1
        >>> blend = Blend({"good": 0.5, "bad": 0.5})
        >>> blend.fit({"good": good, "bad": -good}, labels)
        >>> blend.weights["good"] > 0.9 and blend.weights["bad"] < 0.1
        True
        >>> blend.probabilities({"good": good[:1], "bad": good[:1]}).argmax().item()
        0

    References:
        Hinton (2002): Training products of experts by minimizing contrastive divergence. Genest, Zidek (1986):
        Combining probability distributions. Guo et al. (2017): On calibration of modern neural networks.
    """

    def __init__(
        self,
        prior: Mapping[str, float],
        *,
        multi_label: bool = False,
        calibrate: bool = True,
        one_by_one: bool = False,
    ) -> None:
        self.weights = dict(prior)
        self.score: ValidationScore | None = None
        self._multi_label = multi_label
        self._calibrate = calibrate
        self._one_by_one = one_by_one

    def fit(self, judged: Mapping[str, Floats], labels: Floats) -> None:
        """Weigh the members by what they said of clips that they had not learnt from.

        Args:
            judged: Logits `(clips, classes)` of each member, NaN for clips that it has not judged.
            labels: `(clips, classes)`.
        """
        names = [name for name in self.weights if name in judged]
        logits = {name: self._normal(judged[name]) for name in names}
        seen: dict[str, Rows] = {name: np.asarray(~np.isnan(logits[name]).any(axis=1)) for name in names}
        self.weights.update({name: 0.0 for name in names if not seen[name].any()})
        if self._calibrate:
            self._calibrate_on(logits, seen, labels)
        self.score = self._evidence(logits, labels)

    def judge(self, judged: Mapping[str, Floats], labels: Floats) -> ValidationScore:
        """Return the score of the present weights on clips that all weighted members have judged."""
        return self._evidence({name: self._normal(judged[name]) for name in self.weights if name in judged}, labels)

    def probabilities(self, scores: Mapping[str, Floats]) -> npt.NDArray[np.float64]:
        """Blend the answers of the members.

        Args:
            scores: Logits `(clips, classes)` of members; a member's NaN counts for nothing.

        Returns:
            Class probabilities `(clips, classes)`; of a set, none so near to 1 that six digits cannot tell.

        Raises:
            ValueError: There are no scores by a member that has a weight.
        """
        used = {name: np.nan_to_num(self._normal(scores[name])) for name in self.members if name in scores}
        if not used:
            raise ValueError(f"scores are by {[*scores]}, of which none has a weight; give those of {self.members}")
        total = self._sum(used)
        if self._multi_label:
            odds = np.copysign(_bent(np.abs(total)), total)
            return scipy.special.expit(odds * self._flatter(np.abs(odds)))
        behind = _bent(total.max(axis=1, keepdims=True) - total)
        return scipy.special.softmax(-behind * self._flatter(np.sort(behind, axis=1)[:, 1:2]), axis=1)

    def _flatter(self, sureness: npt.NDArray[np.float64]) -> float:
        return 1.0 if self._one_by_one else min(1.0, _SUREST / max(float(sureness.max(initial=0)), 1e-9))

    @property
    def members(self) -> list[str]:
        """The names of those whose weight counts; of all where none has one, whose answer then is even odds."""
        least = 1e-3 * max(self.weights.values(), default=0.0)
        return [name for name, weight in self.weights.items() if weight >= least]

    def _normal(self, logits: Floats) -> npt.NDArray[np.float64]:
        wide = np.clip(logits.astype(np.float64), -_FARTHEST, _FARTHEST)
        return wide if self._multi_label else scipy.special.log_softmax(wide, axis=1)

    def _sum(self, logits: Mapping[str, npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
        return np.sum([self.weights[name] * values for name, values in logits.items()], axis=0)

    def _evidence(self, logits: Mapping[str, npt.NDArray[np.float64]], labels: Floats) -> ValidationScore:
        used = {name: logits[name] for name in self.members if name in logits}
        if not used:
            return ValidationScore.worst()
        seen = {name: ~np.isnan(values).any(axis=1) for name, values in used.items()}
        rows = np.all([*seen.values()], axis=0)
        if rows.any():
            total = self._sum(used)[rows]
        else:
            share = np.sum([self.weights[name] * seen[name] for name in used], axis=0)
            rows = share > 0
            if not rows.any():
                return ValidationScore.worst()
            filled = self._sum({name: np.nan_to_num(values) for name, values in used.items()})
            total = filled[rows] * (share.max() / share[rows, None])
        probabilities = scipy.special.expit(total) if self._multi_label else scipy.special.softmax(total, axis=1)
        return ValidationScore.of(labels[rows], probabilities)

    def _calibrate_on(
        self, logits: Mapping[str, npt.NDArray[np.float64]], seen: Mapping[str, Rows], labels: Floats
    ) -> None:
        whole = {name: self.weights[name] for name, rows in seen.items() if rows.all()}
        everything = np.ones(len(labels), bool)
        whole = self._weighed(whole, logits, labels, everything)
        self.weights.update(whole)
        together: dict[bytes, list[str]] = {}
        for name, rows in sorted(seen.items(), key=lambda item: -int(item[1].sum())):
            if rows.any() and name not in whole:
                together.setdefault(rows.tobytes(), []).append(name)
        chains: list[tuple[int, dict[str, float], Rows]] = []
        for names in together.values():
            rows = seen[names[0]]
            joined = (place for place, chain in enumerate(chains) if 2 * (chain[2] & rows).sum() >= rows.sum())
            place = next(joined, len(chains))
            clips, before, shared = chains[place] if place < len(chains) else (int(rows.sum()), whole, everything)
            shared = shared & rows
            joined_by = {name: self.weights[name] for name in names}
            chains[place : place + 1] = [(clips, self._joined(before, joined_by, logits, labels, shared), shared)]
        for name in {name for _, weights, _ in chains for name in weights}:
            weight = sum(clips * weights.get(name, 0.0) for clips, weights, _ in chains)
            self.weights[name] = weight / sum(clips for clips, _, _ in chains)

    def _joined(
        self,
        before: Mapping[str, float],
        joining: Mapping[str, float],
        logits: Mapping[str, npt.NDArray[np.float64]],
        labels: Floats,
        rows: Rows,
    ) -> dict[str, float]:
        """Let members join a blend that has seen more: its weights keep their proportions."""
        if not before:
            return self._weighed(joining, logits, labels, rows)
        so_far = np.sum([weight * logits[name] for name, weight in before.items()], axis=0)
        weights = self._weighed({_SO_FAR: 1.0, **joining}, {**logits, _SO_FAR: so_far}, labels, rows)
        share = weights.pop(_SO_FAR)
        return {**{name: share * weight for name, weight in before.items()}, **weights}

    def _weighed(
        self,
        before: Mapping[str, float],
        logits: Mapping[str, npt.NDArray[np.float64]],
        labels: Floats,
        rows: Rows,
    ) -> dict[str, float]:
        """Return the weights that fit the clips in `rows` best, near those before."""
        # It takes longer to import than whoever only asks a blend has.
        import scipy.optimize

        names = list(before)
        if not names or not rows.any():
            return dict(before)
        stack = np.stack([logits[name][rows] for name in names])
        truth = labels[rows].astype(np.float64)
        prior = np.array([before[name] for name in names])

        def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
            total = np.tensordot(weights, stack, axes=1)
            if self._multi_label:
                value = float(np.sum(np.logaddexp(0, total) - truth * total)) / truth.shape[1]
                error = (scipy.special.expit(total) - truth) / truth.shape[1]
            else:
                logs = scipy.special.log_softmax(total, axis=1)
                value, error = -float(np.sum(truth * logs)), np.exp(logs) * truth.sum(axis=1, keepdims=True) - truth
            moved = weights - prior
            gradient = np.einsum("mcl,cl->m", stack, error) + 2 * _PRIOR_STRENGTH * moved
            return value + _PRIOR_STRENGTH * float(moved @ moved), gradient

        found = scipy.optimize.minimize(
            loss, prior, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(names), options={"maxiter": 50}
        )
        good = np.all(np.isfinite(found.x)) and found.x.sum() > 0
        return dict(zip(names, map(float, found.x if good else prior), strict=True))


def _bent(distances: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Bend what is far, in the same order, to less than twice `_BENT`."""
    return np.where(distances > _BENT, 2 * _BENT - _BENT**2 / np.maximum(distances, _BENT), distances)
