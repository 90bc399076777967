"""What answers after learning, as arrays: read and asked without Keras or TensorFlow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.export.export_error import ExportError
from autospeech.export.head_member import HeadMember
from autospeech.export.networks_member import NetworksMember
from autospeech.learners.clip_views import ClipViews
from autospeech.learners.embedder import Embedder
from autospeech.learners.first_look import FirstLook
from autospeech.learners.probe import Probe
from autospeech.machine import one_blas_thread
from autospeech.schedule.blend import Blend
from autospeech.statistics.trunk import Trunk

Floats = npt.NDArray[np.float32]
Member = HeadMember | NetworksMember

_KINDS: Mapping[str, type[HeadMember] | type[NetworksMember]] = {"head": HeadMember, "networks": NetworksMember}
_TRUNK = "trunk"


@dataclass(frozen=True, eq=False)
class FittedModel:
    """Members and how much each of them counts.

    Args:
        members: By name.
        weights: Of the members in the blend, by name.
        multi_label: Whether a clip may have several labels.
        trunk: What embeds clips; None where no member's vectors hold embeddings.

    Raises:
        ValueError: There is no member, their classes differ, or the weights are of others.

    Example:
        >>> from autospeech.datasets.labelled_clips import LabelledClips
        >>> rng = np.random.default_rng(0)
        >>> clips = [rng.normal(size=4000).astype("float32") for _ in range(8)]
        >>> look = FirstLook(ClipViews())
        >>> look.learn(LabelledClips(clips, np.eye(2)[[0, 1] * 4]), test_clips=3)
        >>> model = FittedModel.of(dict.fromkeys(look.heads, 1.0), [(look, [*look.heads])])
        >>> model.probabilities(clips[:3]).shape
        (3, 2)
    """

    members: Mapping[str, Member]
    weights: Mapping[str, float]
    multi_label: bool = False
    trunk: Trunk | None = None

    def __post_init__(self) -> None:
        if not self.members or self.members.keys() != self.weights.keys():
            raise ValueError(f"the blend weighs {[*self.weights]}, but its members are {[*self.members]}")
        if len({member.classes for member in self.members.values()}) > 1:
            raise ValueError("the members know different numbers of classes")
        if not np.isfinite([*self.weights.values()]).all():
            raise ValueError(f"the weights are {dict(self.weights)}; they must be finite")
        embedding = [name for name, member in self.members.items() if "embedding" in getattr(member, "vectors", "")]
        if embedding and self.trunk is None:
            raise ExportError(f"the vectors of {embedding[0]} hold embeddings and there is no encoder")

    @classmethod
    def of(
        cls,
        weights: Mapping[str, float],
        answering: Iterable[tuple[Any, Sequence[str]]],
        *,
        multi_label: bool = False,
        trunk: Trunk | None = None,
    ) -> FittedModel:
        """Take what rungs have learnt.

        Args:
            weights: Of the members that the blend has, by name.
            answering: Those who answer, each with the names of its members in the blend: `Probe`, `FoldNetworks` on the
                encoder's frames, or `FirstLook`.
            multi_label: Whether clips may have several labels.
            trunk: What embeds clips; needed where a member's vectors hold embeddings.

        Raises:
            ExportError: A member cannot be written, standardises a whole set by itself, or its encoder is missing.
        """
        members: dict[str, Member] = {}
        for rung, names in answering:
            for name in names:
                members[name] = _member(rung, name)
        missing = [name for name in weights if name not in members]
        if missing or not weights:
            raise ExportError(f"the blend weighs {[*weights]}, of which nobody answers for {missing or 'any'}")
        return cls({name: members[name] for name in weights}, dict(weights), multi_label, trunk)

    @property
    def classes(self) -> int:
        """How many classes it knows."""
        return next(iter(self.members.values())).classes

    def probabilities(self, clips: Sequence[Floats]) -> npt.NDArray[np.float64]:
        """Return class probabilities, each clip's by itself.

        Args:
            clips: Waveforms `(samples,)`, float32, 16 kHz, of any length.

        Returns:
            `(clips, classes)`.
        """
        if not len(clips):
            return np.zeros((0, self.classes))
        views = ClipViews(None if self.trunk is None else Embedder(trunk=self.trunk))
        blend = Blend(self.weights, multi_label=self.multi_label, one_by_one=True)
        with one_blas_thread():
            return blend.probabilities(
                {name: np.nan_to_num(member.logits(views, list(clips))) for name, member in self.members.items()}
            )

    def about(self) -> dict[str, Any]:
        """Return all but the arrays, as JSON has it."""
        return {
            "multi_label": self.multi_label,
            "pooling": None if self.trunk is None else [list(pair) for pair in self.trunk.pooling],
            "members": [
                {
                    "name": name,
                    "weight": self.weights[name],
                    "kind": next(kind for kind, made in _KINDS.items() if isinstance(member, made)),
                    **member.about(),
                }
                for name, member in self.members.items()
            ],
        }

    @property
    def arrays(self) -> dict[str, Floats]:
        """All arrays by name, `MEMBER/ARRAY` with members by number."""
        found = {
            f"{number}/{name}": array
            for number, member in enumerate(self.members.values())
            for name, array in member.arrays.items()
        }
        if self.trunk is not None:
            found |= {f"{_TRUNK}/{number:03d}": array for number, array in enumerate(self.trunk.arrays)}
        return found

    @classmethod
    def read(cls, about: Mapping[str, Any], arrays: Mapping[str, Floats]) -> FittedModel:
        """Make the model of which `about` and `arrays` tell.

        Raises:
            ValueError, KeyError, TypeError: They tell of none.
        """
        if any(array.dtype != np.float32 for array in arrays.values()):
            raise ValueError("the arrays must be float32")

        def of(owner: object) -> dict[str, Floats]:
            begin = f"{owner}/"
            return {name.removeprefix(begin): array for name, array in arrays.items() if name.startswith(begin)}

        members = {
            str(told["name"]): _KINDS[told["kind"]].read(told, of(number))
            for number, told in enumerate(about["members"])
        }
        weights = {str(told["name"]): float(told["weight"]) for told in about["members"]}
        trunk = None
        if about["pooling"] is not None:
            pooling = [(int(block), str(how)) for block, how in about["pooling"]]
            trunk = Trunk(pooling, [array for _, array in sorted(of(_TRUNK).items())])
        return cls(members, weights, bool(about["multi_label"]), trunk)


def _member(rung: Any, name: str) -> Member:
    if isinstance(rung, FirstLook):
        return HeadMember.of(rung.heads[name], rung.standardizer, rung.vectors, rung.seconds)
    if isinstance(rung, Probe):
        member = rung.members[name]
        if member.by_themselves:
            raise ExportError(
                f"{name} standardises a whole set of clips by itself and cannot answer for one clip; "
                "learn with answers one by one to export them"
            )
        return HeadMember.of(rung.head(name), rung.standardizer(member.vectors), member.vectors)
    if rung.answering_weights:
        return NetworksMember.of(rung)
    raise ExportError(
        f"{type(rung).__name__} {name!r} cannot be exported; only statistics, embeddings and the encoder's networks can"
    )
