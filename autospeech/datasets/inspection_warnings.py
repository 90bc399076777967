"""What an inspection says in words: what may go wrong with these data, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from autospeech.audio.path_text import path_text
from autospeech.datasets.evidence_warnings import groups_and_classes
from autospeech.datasets.recording import SPLIT_NAMES

if TYPE_CHECKING:
    from autospeech.datasets.inspection import Inspection

# From here on plain accuracy says more about the largest class than about the others.
IMBALANCE = 10
# What all sound is brought to before it is learnt from.
SAMPLE_RATE = 16000


def inspection_warnings(found: Inspection) -> list[str]:
    """Say what may go wrong when such data are learnt from.

    Args:
        found: The inspection.

    Returns:
        One sentence each, none where all is well: first what makes learning impossible, then what makes its score
        worthless, then what makes it worse.
    """
    return [*_of_labels(found), *_of_the_split(found), *_of_groups(found), *_of_classes(found), *_of_files(found)]


def _of_labels(found: Inspection) -> Iterator[str]:
    unlabelled = sum(not recording.labels for recording in found.recordings)
    if unlabelled:
        yield f"{_files(unlabelled)} without a label, from which nothing can be learnt"
    elif len(found.classes) == 1:
        yield f"there is only the class {_names(found.classes)}: two are the least that can be told apart"
    elif found.classes and all(label.lower() in SPLIT_NAMES for label in found.classes):
        yield (
            f"the classes are called {_names(found.classes)}, which are names of parts: "
            f"clips lie in PART/CLASS/ where both are wanted"
        )
    different = found.duplicates_with_different_labels
    if different:
        yield f"{_sounds(different)} in files with different labels: {_pair(different[0])}"
    near = found.near_duplicates_with_different_labels
    if near:
        yield f"{_recordings(near)} in files with different labels: {_pair(near[0])}"


def _of_the_split(found: Inspection) -> Iterator[str]:
    both = found.duplicates_in_train_and_test
    if both:
        yield f"{_sounds(both)} in train and in test, so that the score will flatter: {_pair(both[0])}"
    near = found.near_duplicates_in_train_and_test
    if near:
        yield f"{_recordings(near)} in train and in test, so that the score will flatter: {_pair(near[0])}"
    groups = found.groups_in_train_and_test
    if groups:
        are = "group is" if len(groups) == 1 else "groups are"
        yield f"{len(groups)} {are} in train and in test, so that the score will flatter: {_names(groups)}"
    without = sum(recording.split is None for recording in found.recordings)
    if without and any(recording.split == "test" for recording in found.recordings):
        yield f"{_files(without)} without a split among others with one: name the split of all files, or of none"
    if "test" in found.splits:
        train, test = found.splits.get("train", {}), found.splits["test"]
        if not any(train.values()):
            yield "there are only test clips: nothing can be learnt"
        else:
            untaught = [label for label, count in test.items() if count and not train[label]]
            if untaught:
                yield f"{_classes(untaught)} only in test, and so cannot be learnt: {_names(untaught)}"
        if not any(test.values()):
            yield "none of the test clips can be read"


def _of_groups(found: Inspection) -> Iterator[str]:
    """Say where groups and classes coincide in what is learnt from."""
    learnt = [recording for recording, _ in found.readable if recording.split != "test" and recording.labels]
    if any(recording.group for recording in learnt):
        names = sorted({label for recording in learnt for label in recording.labels})
        labels = np.array([[name in recording.labels for name in names] for recording in learnt])
        yield from groups_and_classes(labels, [recording.group or recording.path for recording in learnt], names)


def _of_classes(found: Inspection) -> Iterator[str]:
    if found.unreadable:
        error = next(iter(found.unreadable.values()))
        yield f"{_files(len(found.unreadable))} that cannot be read: {error}{_more(len(found.unreadable) - 1)}"
    empty = [label for label, count in found.classes.items() if not count]
    if empty:
        yield f"{_classes(empty)} left without a clip that can be read: {_names(empty)}"
    single = [label for label, count in found.classes.items() if count == 1]
    if single:
        yield f"{_classes(single)} heard in one clip alone, which cannot be both learnt and tested: {_names(single)}"
    if found.imbalance is not None and found.imbalance >= IMBALANCE:
        counts = {label: count for label, count in found.classes.items() if count}
        largest, smallest = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
        yield (
            f"the largest class has {found.imbalance:.0f} times as many clips as the smallest "
            f"({largest} {counts[largest]}, {smallest} {counts[smallest]})"
        )


def _of_files(found: Inspection) -> Iterator[str]:
    if found.not_whole:
        note = next(iter(found.not_whole.values()))
        more = _more(len(found.not_whole) - 1)
        yield f"{_files(len(found.not_whole))} with something missing, or repaired to be read: {note}{more}"
    for what, files in (
        ("without a sample above -80 dBFS, which is silence", found.silent),
        ("of less than 0.1 s", found.short),
        ("with NaN or infinite samples, which become 0", found.non_finite),
        ("of which a thousandth or more is clipped", found.clipped),
    ):
        if files:
            yield f"{_files(len(files))} {what}: {_some(files)}"
    if found.duplicates:
        spare = sum(len(same) - 1 for same in found.duplicates)
        yield f"{_files(spare)} of the same sound as another: {_pair(found.duplicates[0])}"
    if found.near_duplicates:
        spare = sum(len(same) - 1 for same in found.near_duplicates)
        what = "encoded, cut or amplified in another way"
        yield f"{_files(spare)} of the same recording as another, {what}: {_pair(found.near_duplicates[0])}"
    low = {rate: count for rate, count in found.sample_rates.items() if rate < SAMPLE_RATE}
    if low and len(found.sample_rates) > 1:
        rates = ", ".join(f"{count} at {rate} Hz" for rate, count in low.items())
        yield (
            f"files of different sample rates, {rates}: those below {SAMPLE_RATE} Hz sound duller, "
            f"which must not go with the class"
        )


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"


def _sounds(same: Sequence[object]) -> str:
    return "1 sound stands" if len(same) == 1 else f"{len(same)} sounds stand"


def _recordings(same: Sequence[object]) -> str:
    count = "1 recording stands" if len(same) == 1 else f"{len(same)} recordings stand"
    return f"{count}, encoded, cut or amplified in another way,"


def _classes(labels: Sequence[str]) -> str:
    return "1 class is" if len(labels) == 1 else f"{len(labels)} classes are"


def _more(count: int) -> str:
    return f" (and {count} more)" if count > 0 else ""


def _names(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(every[:5]) + _more(len(every) - 5)


def _some(files: Sequence[Path]) -> str:
    return path_text(files[0]) + _more(len(files) - 1)


def _pair(files: Sequence[Path]) -> str:
    return " and ".join(path_text(file) for file in files[:2]) + _more(len(files) - 2)
