"""A fitted head on vectors of clips, as arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.export.export_error import ExportError
from autospeech.heads.base import Head
from autospeech.heads.kernel_ridge import KernelRidge, squared_distances
from autospeech.heads.lda import LDA
from autospeech.heads.logistic import Logistic
from autospeech.learners.clip_views import ClipViews
from autospeech.learners.member import VECTORS
from autospeech.statistics.standardizer import Standardizer

Floats = npt.NDArray[np.float32]

_SCALING = ("mean", "factor", "scale")
_LINEAR, _KERNEL = ("matrix", "bias"), ("landmarks", "coefficients", "bias")


@dataclass(frozen=True, eq=False)
class HeadMember:
    """Standardised vectors of a clip, then a linear map or a sum of Gaussian kernels.

    Args:
        vectors: The kind of vectors, one of `member.VECTORS` or `log_mel`.
        seconds: Of each clip, from its beginning; infinite for all of it.
        farthest: Standardised values are clipped at this.
        width: What squared distances to the landmarks are divided by; None for a linear map.
        arrays: `mean`, `factor` and `scale` of the standardisation, `(numbers,)`; `matrix`, `(numbers, classes)`, or
            `landmarks`, `(landmarks, numbers)`, and `coefficients`, `(landmarks, classes)`; and `bias`, `(classes,)`.

    Raises:
        ValueError: The vectors are of no known kind, a number is out of range, or the arrays do not go together.

    Example:
        >>> vectors, labels = np.eye(4, dtype="float32"), np.eye(2, dtype="float32")[[0, 1, 0, 1]]
        >>> head = LDA()
        >>> head.fit(vectors, labels)
        >>> standardizer = Standardizer(vectors)
        >>> said = HeadMember.of(head, standardizer, "simple").scores(vectors)
        >>> bool(np.allclose(said, head.scores(standardizer.by_training(vectors)), atol=1e-5))
        True
    """

    vectors: str
    seconds: float
    farthest: float
    width: float | None
    arrays: Mapping[str, Floats]

    def __post_init__(self) -> None:
        if self.vectors not in (*VECTORS, "log_mel"):
            raise ValueError(f"there are no vectors {self.vectors!r}")
        if not (self.seconds > 0 and self.farthest > 0 and (self.width is None or self.width > 0)):
            raise ValueError(f"seconds {self.seconds}, farthest {self.farthest} and width {self.width} must be above 0")
        shapes = {name: np.shape(array) for name, array in self.arrays.items()}
        bias, numbers = shapes.get("bias", ()), shapes.get("mean", ())
        expected = dict.fromkeys(_SCALING, numbers)
        if self.width is None:
            expected |= {"matrix": (*numbers, *bias)}
        else:
            landmarks = shapes.get("landmarks", ())[:1]
            expected |= {"landmarks": (*landmarks, *numbers), "coefficients": (*landmarks, *bias)}
        if shapes != expected | {"bias": bias} or len(bias) != 1 or len(numbers) != 1:
            raise ValueError(f"the arrays of a head have the shapes {shapes}, which do not go together")

    @classmethod
    def of(cls, head: Head, standardizer: Standardizer, vectors: str, seconds: float = math.inf) -> HeadMember:
        """Take what a head and a standardizer have learnt.

        Raises:
            ExportError: The head is of another kind than `LDA`, `Logistic` and `KernelRidge`.
        """
        mean, factor, farthest, scale = standardizer.scaling
        arrays = dict(zip(_SCALING, (mean, factor, scale), strict=True))
        if isinstance(head, KernelRidge):
            landmarks, width, coefficients, bias = head.expansion
            arrays |= dict(zip(_KERNEL, (landmarks, coefficients, bias), strict=True))
            return cls(vectors, seconds, farthest, width, arrays)
        if isinstance(head, LDA | Logistic):
            return cls(vectors, seconds, farthest, None, arrays | dict(zip(_LINEAR, head.linear, strict=True)))
        raise ExportError(f"a head {type(head).__name__} cannot be written; only LDA, Logistic and KernelRidge can")

    @property
    def classes(self) -> int:
        """How many classes it knows."""
        return len(self.arrays["bias"])

    def logits(self, views: ClipViews, clips: list[Floats]) -> Floats:
        """Return the logits of clips, `(clips, classes)`."""
        return self.scores(views.vectors(self.vectors, clips, self.seconds))

    def scores(self, vectors: Floats) -> Floats:
        """Return the logits of vectors, `(clips, classes)`."""
        of = self.arrays
        standard = np.clip((vectors - of["mean"]) * of["factor"], -self.farthest, self.farthest) * of["scale"]
        if self.width is None:
            scores: Floats = standard @ of["matrix"] + of["bias"]
        else:
            kernel = np.exp(squared_distances(standard, of["landmarks"]) * np.float32(-1 / self.width))
            scores = kernel @ of["coefficients"] + of["bias"]
        return scores

    def about(self) -> dict[str, Any]:
        """Return all but the arrays, as JSON has it."""
        seconds = None if math.isinf(self.seconds) else self.seconds
        return {"vectors": self.vectors, "seconds": seconds, "farthest": self.farthest, "width": self.width}

    @classmethod
    def read(cls, about: Mapping[str, Any], arrays: Mapping[str, Floats]) -> HeadMember:
        """Make the member of which `about` and `arrays` tell.

        Raises:
            ValueError, KeyError, TypeError: They tell of none.
        """
        width = None if about["width"] is None else float(about["width"])
        seconds = math.inf if about["seconds"] is None else float(about["seconds"])
        return cls(about["vectors"], seconds, float(about["farthest"]), width, arrays)
