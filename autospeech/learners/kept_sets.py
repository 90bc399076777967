"""What was made of sets of clips, for as long as they are asked about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

Made = TypeVar("Made")


class KeptSets(Generic[Made]):
    """Keep what was made of the sets of clips that were used last.

    Sets are told apart by identity, since comparing clips is neither quick nor meant; holding the clips keeps their
    identity theirs.

    Args:
        most: How many sets are kept.

    Example:
        >>> kept, clips = KeptSets(1), [[1.0]]
        >>> kept.get(clips, len), kept.get(clips, sum), clips in kept, [[1.0]] in kept
        (1, 1, True, False)
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: dict[int, tuple[Sequence[Any], Made]] = {}

    def __contains__(self, clips: Sequence[Any]) -> bool:
        return id(clips) in self._made

    def __len__(self) -> int:
        return len(self._made)

    def get(self, clips: Sequence[Any], make: Callable[[Sequence[Any]], Made]) -> Made:
        """Return what was made of clips, or make and keep it."""
        found = self._made.pop(id(clips), None)
        made = make(clips) if found is None else found[1]
        self.keep(clips, made)
        return made

    def keep(self, clips: Sequence[Any], made: Made) -> None:
        """Keep what was made of clips, and forget the set that was not used for longest."""
        self._made[id(clips)] = clips, made
        if len(self._made) > self._most:
            del self._made[next(iter(self._made))]

    def forget(self, clips: Sequence[Any]) -> None:
        """Forget a set, if it is there."""
        self._made.pop(id(clips), None)
