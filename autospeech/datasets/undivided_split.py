"""A split that leaves neither a group nor a recording on both sides."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

from autospeech.datasets.same_sounds import joined_groups, one_of_each
from autospeech.datasets.splitting import grouped_split, stratified_split

Numbers = npt.NDArray[np.intp]


def undivided_split(
    labels: npt.NDArray[np.float32],
    groups: Sequence[Hashable] | None,
    sounds: Numbers,
    share: float,
    seed: int = 0,
) -> tuple[Numbers, Numbers]:
    """Hold out about a share of the clips: whole groups where they are known, else of each class alike.

    Args:
        labels: 0 or 1, `(clips, classes)`.
        groups: The group of each clip; None where unknown. A single one says nothing.
        sounds: The sound of each clip, `(clips,)`; copies of one recording share it, and are on one side.
        share: About how much to hold out, between 0 and 1.
        seed: The same seed gives the same split.

    Returns:
        Sorted indices to train on and to hold out. Where nothing can be spared, both are all clips.

    Example:
        >>> train, held_out = undivided_split(np.eye(2)[[0, 0, 0, 1, 1]], None, np.array([0, 0, 1, 2, 3]), share=0.4)
        >>> {0, 1} <= set(train) or {0, 1} <= set(held_out)
        True
    """
    if groups is not None and len(set(groups)) > 1:
        if len(np.unique(sounds)) == len(sounds):
            return grouped_split(labels, groups, share, seed)
        whole = joined_groups(groups, sounds.tolist())
        if whole.any():
            return grouped_split(labels, whole.tolist(), share, seed)
    first = one_of_each(sounds)
    _, held_out = stratified_split(labels[first], share, seed)
    if len(held_out) == len(first):
        return np.arange(len(sounds)), np.arange(len(sounds))
    held_out_sounds = np.isin(sounds, sounds[first[held_out]])
    return np.flatnonzero(~held_out_sounds), np.flatnonzero(held_out_sounds)
