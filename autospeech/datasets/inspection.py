"""What is in a data set, file by file and in sum, before anything is learnt from it."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from autospeech.audio.path_text import path_text
from autospeech.audio.sound_facts import SoundFacts, measure_waveform
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.decode_recordings import Progress
from autospeech.datasets.heard_file import heard_file, heard_words
from autospeech.datasets.inspection_warnings import inspection_warnings
from autospeech.datasets.recording import Recording
from autospeech.datasets.same_sounds import connected
from autospeech.machine import cores, one_blas_thread
from autospeech.statistics.fingerprints import Fingerprints, Words

# Two frames of speech analysis and little more: nothing can be heard out of less.
SHORT_SECONDS = 0.1
QUANTILES = {"shortest": 0.0, "5 %": 0.05, "median": 0.5, "95 %": 0.95, "longest": 1.0}
# Files that are handed to each thread ahead, so that a long one does not leave the others idle.
AHEAD = 16

Files = tuple[Path, ...]


@dataclass(frozen=True)
class Inspection:
    """All that was found; everything else follows from it.

    Args:
        recordings: The files and what their listing says of them.
        found: For each of them its facts, or the error that tells why there are none.
        prints: For each of them its fingerprint; without these only files of the very same sound are duplicates.
    """

    recordings: tuple[Recording, ...]
    found: tuple[SoundFacts | str, ...]
    prints: tuple[Words, ...] = ()

    @cached_property
    def readable(self) -> tuple[tuple[Recording, SoundFacts], ...]:
        """The files that could be read, with their facts."""
        pairs = zip(self.recordings, self.found, strict=True)
        return tuple((recording, facts) for recording, facts in pairs if isinstance(facts, SoundFacts))

    @cached_property
    def unreadable(self) -> dict[Path, str]:
        """The files that could not be read, with the errors."""
        pairs = zip(self.recordings, self.found, strict=True)
        return {recording.path: error for recording, error in pairs if isinstance(error, str)}

    @property
    def clips(self) -> int:
        """Number of files that could be read."""
        return len(self.readable)

    @property
    def hours(self) -> float:
        """Length of all clips together."""
        return sum(facts.seconds for _, facts in self.readable) / 3600

    @cached_property
    def classes(self) -> dict[str, int]:
        """Clips of each class, sorted by name; 0 where none of its files could be read."""
        return self._clips_by_class(None)

    @cached_property
    def hours_by_class(self) -> dict[str, float]:
        """Hours of each class, sorted by name."""
        seconds = dict.fromkeys(self.classes, 0.0)
        for recording, facts in self.readable:
            for label in recording.labels:
                seconds[label] += facts.seconds
        return {label: total / 3600 for label, total in seconds.items()}

    @cached_property
    def splits(self) -> dict[str, dict[str, int]]:
        """Clips of each class in each part that the listing names."""
        parts = sorted({recording.split for recording in self.recordings if recording.split}, reverse=True)
        return {part: self._clips_by_class(part) for part in parts}

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Speakers, folds or the like that are kept apart, sorted."""
        return tuple(sorted({recording.group for recording in self.recordings if recording.group}))

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Recordings that clips were cut from, where groups are coarser, sorted."""
        return tuple(sorted({recording.source for recording in self.recordings if recording.source}))

    @property
    def imbalance(self) -> float | None:
        """How many times as many clips the largest class has as the smallest that has any; None without classes."""
        counts = [count for count in self.classes.values() if count]
        return max(counts) / min(counts) if counts else None

    @property
    def sample_rates(self) -> dict[int, int]:
        """Clips of each sample rate in Hz, the most frequent first."""
        return dict(Counter(facts.sample_rate for _, facts in self.readable).most_common())

    @property
    def channels(self) -> dict[int, int]:
        """Clips of each number of channels, the most frequent first."""
        return dict(Counter(facts.channels for _, facts in self.readable).most_common())

    @property
    def lengths(self) -> dict[str, float]:
        """Seconds of the shortest clip, the median, the longest and so on; empty without clips."""
        if not self.clips:
            return {}
        values = np.quantile([facts.seconds for _, facts in self.readable], list(QUANTILES.values()))
        return {name: round(float(value), 4) for name, value in zip(QUANTILES, values, strict=True)}

    @property
    def silent(self) -> Files:
        """Files with samples, but none above -80 dBFS."""
        return self._files(lambda facts: facts.is_silent)

    @property
    def clipped(self) -> Files:
        """Files of whose samples at least a thousandth are cut off."""
        return self._files(lambda facts: facts.is_clipped)

    @property
    def non_finite(self) -> Files:
        """Files with NaN or infinity in them."""
        return self._files(lambda facts: facts.non_finite > 0)

    @property
    def not_whole(self) -> dict[Path, str]:
        """Files of which a part is missing, or in which something was repaired to read them, with the first note."""
        return {recording.path: facts.notes[0] for recording, facts in self.readable if facts.notes}

    @property
    def short(self) -> Files:
        """Files of less than a tenth of a second, those without samples among them."""
        return self._files(lambda facts: facts.seconds < SHORT_SECONDS)

    @property
    def duplicates(self) -> tuple[Files, ...]:
        """Files that sound the same, whatever their format; silence does not count."""
        return tuple(tuple(recording.path for recording in same) for same in self._same)

    @property
    def duplicates_with_different_labels(self) -> tuple[Files, ...]:
        """Those of `duplicates` that are not all of the same classes."""
        return _where(self._same, _labels)

    @property
    def duplicates_in_train_and_test(self) -> tuple[Files, ...]:
        """Those of `duplicates` that stand on both sides of the split."""
        return _where(self._same, _split)

    @property
    def near_duplicates(self) -> tuple[Files, ...]:
        """Files of the same recording that is encoded, cut or amplified in another way, in their first minute."""
        return tuple(tuple(recording.path for recording in same) for same in self._near)

    @property
    def near_duplicates_with_different_labels(self) -> tuple[Files, ...]:
        """Those of `near_duplicates` that are not all of the same classes."""
        return _where(self._near, _labels)

    @property
    def near_duplicates_in_train_and_test(self) -> tuple[Files, ...]:
        """Those of `near_duplicates` that stand on both sides of the split."""
        return _where(self._near, _split)

    @cached_property
    def groups_in_train_and_test(self) -> tuple[str, ...]:
        """Speakers, sessions or the like that stand on both sides of the split."""
        sides: dict[str, set[str]] = defaultdict(set)
        for recording in self.recordings:
            if recording.group and recording.split:
                sides[recording.group].add(recording.split)
        return tuple(sorted(group for group, parts in sides.items() if len(parts) > 1))

    def warnings(self) -> list[str]:
        """What may go wrong when this is learnt from, a sentence each, the worst first."""
        return inspection_warnings(self)

    def as_json(self) -> dict[str, Any]:
        """Give all of it as what `json.dump` takes, the facts of each file last."""

        def texts(files: Iterable[Path]) -> list[str]:
            return [path_text(file) for file in files]

        return {
            "files": len(self.recordings),
            "clips": self.clips,
            "hours": self.hours,
            "classes": {
                label: {"clips": count, "hours": self.hours_by_class[label]} for label, count in self.classes.items()
            },
            "splits": self.splits,
            "imbalance": self.imbalance,
            "sample_rates": {str(rate): count for rate, count in self.sample_rates.items()},
            "channels": {str(channels): count for channels, count in self.channels.items()},
            "seconds": self.lengths,
            "warnings": self.warnings(),
            "unreadable": {path_text(path): error for path, error in self.unreadable.items()},
            "not_whole": {path_text(path): note for path, note in self.not_whole.items()},
            "silent": texts(self.silent),
            "clipped": texts(self.clipped),
            "non_finite": texts(self.non_finite),
            "short": texts(self.short),
            "duplicates": [texts(same) for same in self.duplicates],
            "duplicates_with_different_labels": [texts(same) for same in self.duplicates_with_different_labels],
            "duplicates_in_train_and_test": [texts(same) for same in self.duplicates_in_train_and_test],
            "near_duplicates": [texts(same) for same in self.near_duplicates],
            "near_duplicates_with_different_labels": [
                texts(same) for same in self.near_duplicates_with_different_labels
            ],
            "near_duplicates_in_train_and_test": [texts(same) for same in self.near_duplicates_in_train_and_test],
            "groups_in_train_and_test": list(self.groups_in_train_and_test),
            "recordings": [_as_json(*pair) for pair in self.readable],
        }

    @cached_property
    def _same(self) -> list[list[Recording]]:
        by_digest: dict[bytes, list[Recording]] = defaultdict(list)
        for recording, facts in self.readable:
            if facts.digest and not facts.is_silent:
                by_digest[facts.digest].append(recording)
        return [same for same in by_digest.values() if len(same) > 1]

    @cached_property
    def _near(self) -> list[list[Recording]]:
        alone = {id(recording) for same in self._same for recording in same[1:]}
        heard = [
            (recording, words)
            for recording, facts, words in zip(self.recordings, self.found, self.prints, strict=bool(self.prints))
            if isinstance(facts, SoundFacts) and not facts.is_silent and id(recording) not in alone
        ]
        pairs = Fingerprints.joined([words for _, words in heard]).copies()
        of_sound: dict[int, list[Recording]] = defaultdict(list)
        for (recording, _), sound in zip(heard, connected(len(heard), pairs).tolist(), strict=True):
            of_sound[sound].append(recording)
        return [same for same in of_sound.values() if len(same) > 1]

    def _files(self, wanted: Callable[[SoundFacts], bool]) -> Files:
        return tuple(recording.path for recording, facts in self.readable if wanted(facts))

    def _clips_by_class(self, split: str | None) -> dict[str, int]:
        counts = dict.fromkeys(sorted({label for recording in self.recordings for label in recording.labels}), 0)
        for recording, _ in self.readable:
            if split in (None, recording.split):
                for label in recording.labels:
                    counts[label] += 1
        return counts


def inspect_recordings(
    recordings: Sequence[Recording], progress: Progress | None = None, threads: int | None = None
) -> Inspection:
    """Read all files once, on several threads, none of them ever whole in memory.

    Args:
        recordings: What to read; those without labels are told of in the warnings.
        progress: Called with the number of files read and of all files.
        threads: How many files to read at a time; one a core if left out.

    Returns:
        What was found. A file that cannot be read is a finding and no error.

    Raises:
        DatasetError: There are no recordings.

    Example:
        >>> import tempfile, soundfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     soundfile.write(f"{folder}/a.wav", np.full(16000, 0.5), 16000)
        ...     soundfile.write(f"{folder}/b.flac", np.full(16000, 0.5), 16000)
        ...     found = inspect_recordings([Recording(Path(folder, name), (name[0],)) for name in ("a.wav", "b.flac")])
        >>> found.classes, found.sample_rates, len(found.duplicates_with_different_labels)
        ({'a': 1, 'b': 1}, {16000: 2}, 1)
    """
    found: list[tuple[SoundFacts | str, Words]] = []
    with one_blas_thread(), ThreadPoolExecutor(threads or cores()) as pool:
        ahead = AHEAD * (threads or cores())
        for facts_and_print in _in_order(pool, [recording.path for recording in recordings], ahead):
            found.append(facts_and_print)
            if progress is not None:
                progress(len(found), len(recordings))
    return _inspection(recordings, found)


def inspect_dataset(dataset: Dataset) -> Inspection:
    """Look at a data set that is in memory.

    Args:
        dataset: As `read_dataset` gives it.

    Returns:
        What was found; its clips are called `train/0`, `train/1` and so on.
    """
    recordings: list[Recording] = []
    found: list[tuple[SoundFacts | str, Words]] = []
    parts = ((dataset.train, "train"), (dataset.test, "test"))
    for clips, part in parts:
        for number, (clip, row) in enumerate(zip(clips.clips, clips.labels, strict=True)):
            labels = tuple(dataset.label_names[column] for column in np.flatnonzero(row))
            recordings.append(Recording(Path(part, str(number)), labels, "train" if part == "train" else "test"))
            words = heard_words(clip, dataset.sample_rate)
            found.append((measure_waveform(clip, dataset.sample_rate), words))
    return _inspection(recordings, found)


def _inspection(recordings: Sequence[Recording], found: Sequence[tuple[SoundFacts | str, Words]]) -> Inspection:
    if not recordings:
        raise DatasetError("no recordings to inspect; name a folder or a table that lists some")
    return Inspection(tuple(recordings), tuple(facts for facts, _ in found), tuple(words for _, words in found))


def _in_order(pool: ThreadPoolExecutor, paths: Sequence[Path], ahead: int) -> Iterator[tuple[SoundFacts | str, Words]]:
    """Measure files with few of them waiting: a million futures would take more memory than what they find."""
    rest = iter(paths)
    pending: deque[Future[tuple[SoundFacts | str, Words]]] = deque(
        pool.submit(heard_file, path) for path in islice(rest, ahead)
    )
    try:
        while pending:
            yield pending.popleft().result()
            pending.extend(pool.submit(heard_file, path) for path in islice(rest, 1))
    finally:
        for future in pending:
            future.cancel()


def _where(sets: Sequence[Sequence[Recording]], differs: Callable[[Recording], object]) -> tuple[Files, ...]:
    """Return the sets of files that differ in something, one of each kind first: two of them show what is wrong."""
    chosen: list[Files] = []
    for same in sets:
        kinds = {kind: recording for recording in reversed(same) if (kind := differs(recording)) is not None}
        if len(kinds) > 1:
            first = [recording for recording in same if recording in kinds.values()]
            rest = [recording for recording in same if recording not in first]
            chosen.append(tuple(recording.path for recording in first + rest))
    return tuple(chosen)


def _labels(recording: Recording) -> object:
    return frozenset(recording.labels)


def _split(recording: Recording) -> object:
    return recording.split


def _as_json(recording: Recording, facts: SoundFacts) -> dict[str, Any]:
    return {
        "file_name": path_text(recording.path),
        "labels": list(recording.labels),
        "split": recording.split,
        "group": recording.group,
        "source": recording.source,
        "seconds": facts.seconds,
        "sample_rate": facts.sample_rate,
        "channels": facts.channels,
        "peak": facts.peak,
        "rms": facts.rms,
        "clipped": facts.clipped,
        "non_finite": facts.non_finite,
        "digest": facts.digest.hex(),
        "notes": list(facts.notes),
    }
