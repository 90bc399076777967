"""Why a score cannot be trusted, in sentences."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

from autospeech.datasets.same_sounds import one_of_each

# Names that a sentence lists.
_MOST_NAMES = 5


def groups_and_classes(
    labels: npt.NDArray[np.bool_], groups: Sequence[Hashable], class_names: Sequence[str]
) -> list[str]:
    """Say where groups and classes coincide, so that what judges a class has not learnt it.

    A class of which all clips are of one group is held out as a whole. That each group has one class is no harm where
    each class has several groups, as with birds or singers.

    Args:
        labels: Which classes each clip has, `(clips, classes)`.
        groups: The group of each clip.
        class_names: One a class.

    Returns:
        A sentence, or none.

    Example:
        >>> labels = np.eye(2, dtype=bool)[[0, 0, 1, 1]]
        >>> groups_and_classes(labels, ["ann", "bob", "cid", "dan"], ["dog", "cat"])
        []
        >>> print(*groups_and_classes(labels, ["ann", "ann", "bob", "bob"], ["dog", "cat"]))
        groups and classes coincide: all clips of a class are of one group (dog: ann, cat: bob), so that no class is \
judged by what has learnt it, and the score says nothing; add clips of each class from other groups
    """
    told = sorted({str(group) for group in groups})
    if len(told) == 1:
        return [
            f"all clips are of one group ({told[0]}), so that the score says nothing about other groups; add clips of "
            "others"
        ]
    group = np.array([told.index(str(name)) for name in groups])
    alone: list[tuple[str, str]] = []
    several = 0
    for column, name in enumerate(class_names):
        of_class = group[labels[:, column]]
        # A single clip can be held out by no means.
        if len(of_class) > 1:
            several += 1
            if (of_class == of_class[0]).all():
                alone.append((name, told[of_class[0]]))
    if not alone:
        return []
    pairs = _listed([f"{name}: {group_name}" for name, group_name in alone])
    if len(alone) == several:
        return [
            f"groups and classes coincide: all clips of a class are of one group ({pairs}), so that no class is judged "
            "by what has learnt it, and the score says nothing; add clips of each class from other groups"
        ]
    classes = "1 class has" if len(alone) == 1 else f"{len(alone)} of {len(class_names)} classes have"
    return [
        f"{classes} clips of one group only ({pairs}), and are judged by what has not learnt them, so that the score "
        "is too low and says nothing about them; add clips from other groups"
    ]


def copies_with_different_labels(
    labels: npt.NDArray[np.bool_], sounds: npt.NDArray[np.intp], names: Sequence[str], class_names: Sequence[str]
) -> list[str]:
    """Say which copies of one recording have different labels.

    Args:
        labels: Which classes each clip has, `(clips, classes)`.
        sounds: The sound of each clip, `(clips,)`; copies share it.
        names: Of the clips.
        class_names: One a class.

    Returns:
        A sentence with a pair of clips, or none.

    Example:
        >>> labels = np.eye(2, dtype=bool)[[0, 1, 1]]
        >>> print(*copies_with_different_labels(labels, np.array([0, 0, 1]), ["1.wav", "2.mp3", "3.wav"], ["a", "b"]))
        1 sound stands in clips with different labels, of which one is wrong or both are meant: 1.wav (a) and 2.mp3 (b)
    """
    first = one_of_each(sounds)
    of_sound = np.zeros(int(sounds.max(initial=0)) + 1, np.intp)
    of_sound[sounds[first]] = first
    differing = np.flatnonzero((labels != labels[of_sound[sounds]]).any(axis=1))
    if not len(differing):
        return []
    count = len(np.unique(sounds[differing]))
    pair = " and ".join(
        f"{names[clip]} ({'|'.join(class_names[column] for column in np.flatnonzero(labels[clip]).tolist()) or 'none'})"
        for clip in (int(of_sound[sounds[differing[0]]]), int(differing[0]))
    )
    stands = "1 sound stands" if count == 1 else f"{count} sounds stand"
    return [f"{stands} in clips with different labels, of which one is wrong or both are meant: {pair}"]


def unlike_folds(random: float, alike: float) -> str:
    """Say that it depends on which clips are held out whether answers are good.

    Args:
        random: NAUC in random folds.
        alike: NAUC in folds that each hold out clips that sound alike.

    Example:
        >>> unlike_folds(0.9, 0.1)[:29]
        'the score cannot be trusted: '
    """
    return (
        "the score cannot be trusted: clips of a class sound alike for another reason than their class, such as the "
        f"speaker, the place or the recording. Simple answers have NAUC {random:.2f} where any clips are held out, and "
        f"{alike:.2f} where those that sound alike are. Name the speaker or recording of each clip as its group"
    )


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
