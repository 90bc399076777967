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

    Raises:
        ValueError: There are no such vectors or no such head.

    Example:
        >>> Member("rich", "lda", by_themselves=True).name
        'rich-lda-own'
    """

    vectors: str
    head: str
    by_themselves: bool = False

    def __post_init__(self) -> None:
        if self.vectors not in VECTORS:
            raise ValueError(f"there are no vectors {self.vectors!r}; choose from {', '.join(VECTORS)}")
        if self.head not in HEADS:
            raise ValueError(f"there is no head {self.head!r}; choose from {', '.join(HEADS)}")

    @property
    def name(self) -> str:
        """By which the blend knows it."""
        return f"{self.vectors}-{self.head}{'-own' if self.by_themselves else ''}"
