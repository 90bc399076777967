"""One head on one kind of vectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from autospeech.heads.base import Head
from autospeech.heads.kernel_ridge import KernelRidge
from autospeech.heads.lda import LDA
from autospeech.heads.logistic import Logistic

# Kinds of vectors: see `ClipViews`.
VECTORS = ("simple", "rich", "embedding", "rich+embedding")
HEADS: Mapping[str, Callable[[], Head]] = {"lda": LDA, "kernel_ridge": KernelRidge, "logistic": Logistic}


@dataclass(frozen=True)
class Member:
    """One head on one kind of vectors.

    Args:
        vectors: One of `VECTORS`.
        head: One of `HEADS`.
        by_themselves: Whether a set of clips is standardised by itself when it is asked about; see `Standardizer`.
        speeds: It learns from the training clips played at these speeds too.

    Raises:
        ValueError: There are no such vectors or no such head, or a speed is not above 0.

    Example:
        >>> Member("rich", "lda", by_themselves=True).name
        'rich-lda-own'
    """

    vectors: str
    head: str
    by_themselves: bool = False
    speeds: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.vectors not in VECTORS:
            raise ValueError(f"there are no vectors {self.vectors!r}; choose from {', '.join(VECTORS)}")
        if self.head not in HEADS:
            raise ValueError(f"there is no head {self.head!r}; choose from {', '.join(HEADS)}")
        if not all(speed > 0 for speed in self.speeds):
            raise ValueError(f"speeds are {self.speeds}; each must be above 0")

    @property
    def name(self) -> str:
        """By which the blend knows it."""
        return f"{self.vectors}-{self.head}{'-own' if self.by_themselves else ''}{'-speeds' if self.speeds else ''}"
