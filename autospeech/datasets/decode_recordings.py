"""Listed sound files as a data set in memory."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from autospeech.audio.decode import AudioDecodeError, decode_with_rate
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.recording import Recording
from autospeech.datasets.same_sounds import fingerprints_of, same_sounds
from autospeech.datasets.undivided_split import undivided_split

TEST_SHARE = 0.2

Progress = Callable[[int, int], None]
BadFile = Callable[[AudioDecodeError], None]


def decode_recordings(
    name: str,
    recordings: Sequence[Recording],
    seed: int = 0,
    progress: Progress | None = None,
    on_bad_file: BadFile | None = None,
    sample_rate: int = 16000,
) -> Dataset:
    """Decode all recordings, on several threads, and split them where their listing did not.

    Args:
        name: Name of the data set.
        recordings: What to decode. Either all of them say their split, or none does: then a fifth is held out, by
            group where groups are known, else stratified; copies of one recording stay on one side.
        seed: Of that split.
        progress: Called with the number of files decoded and of all files.
        on_bad_file: Called with the error for a file that cannot be decoded, which is then left out. Without it that
            error ends the reading.
        sample_rate: Of the data set, in Hz; files of other rates are resampled. Where this raises the rate of files, a
            `UserWarning` tells of how many, since they hold nothing above half their own rate.

    Returns:
        The data set, classes in the order of their sorted names.

    Raises:
        AudioDecodeError: A file cannot be decoded.
        DatasetError: Fewer than two classes, or clips that cannot be split.
    """
    label_names = sorted({label for recording in recordings for label in recording.labels})
    if len(label_names) < 2:
        found = f"only the class {label_names[0]!r}" if label_names else "no labelled sound files"
        raise DatasetError(f"{name}: {found}; a data set needs at least two classes")
    kept, clips, rates = decode_all(recordings, progress, on_bad_file, sample_rate)
    if not kept:
        raise DatasetError(f"{name}: none of the {len(recordings)} files could be decoded")
    warn_of_low_rates(name, rates, sample_rate)
    column = {label: index for index, label in enumerate(label_names)}
    labels = np.zeros((len(kept), len(label_names)), np.float32)
    for row, recording in zip(labels, kept, strict=True):
        row[[column[label] for label in recording.labels]] = 1
    everything = LabelledClips(clips, labels)
    train, test = _split(name, kept, everything, seed, sample_rate)
    return Dataset(name, everything.subset(train), everything.subset(test), tuple(label_names), sample_rate)


def warn_of_low_rates(name: str, rates: Sequence[int], sample_rate: int) -> None:
    """Warn of clips whose rate is raised.

    Args:
        name: Of the data set.
        rates: The rate of each clip's source, in Hz.
        sample_rate: To which they are brought, in Hz.
    """
    low = [rate for rate in rates if rate < sample_rate]
    if low:
        warnings.warn(
            f"{name}: {len(low)} of {len(rates)} clips are resampled from a lower rate ({min(low)} Hz the lowest) to "
            f"{sample_rate} Hz; they hold no sound above half their own rate",
            stacklevel=2,
        )


def decode_all(
    recordings: Sequence[Recording],
    progress: Progress | None,
    on_bad_file: BadFile | None,
    sample_rate: int = 16000,
) -> tuple[list[Recording], list[npt.NDArray[np.float32]], list[int]]:
    """Decode recordings on several threads.

    Args:
        recordings: What to decode.
        progress: Called with the number of files decoded and of all files.
        on_bad_file: Called with the error for a file that cannot be decoded. Without it that error ends the reading.
        sample_rate: Of the waveforms, in Hz.

    Returns:
        The recordings that could be decoded, in the order given; their waveforms; and the rates of their files, in Hz.

    Raises:
        AudioDecodeError: A file cannot be decoded.
    """
    kept, clips, rates = [], [], []
    pool = ThreadPoolExecutor(min(4, os.cpu_count() or 1))
    try:
        # soundfile lets other threads run while it decodes.
        pending = [pool.submit(decode_with_rate, recording.path, sample_rate) for recording in recordings]
        for done, (recording, future) in enumerate(zip(recordings, pending, strict=True), start=1):
            try:
                clip, rate = future.result()
                clips.append(clip)
                rates.append(rate)
                kept.append(recording)
            except AudioDecodeError as error:
                if on_bad_file is None:
                    raise
                on_bad_file(error)
            if progress is not None:
                progress(done, len(recordings))
    finally:
        pool.shutdown(cancel_futures=True)
    return kept, clips, rates


def _split(
    name: str, recordings: Sequence[Recording], clips: LabelledClips, seed: int, sample_rate: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    splits = np.array([recording.split or "" for recording in recordings])
    if (splits == "test").any():
        if (splits == "").any():
            lost = recordings[int(np.flatnonzero(splits == "")[0])].path
            raise DatasetError(f"{name}: {lost} says no split but others do; name the split of all files, or of none")
        return np.flatnonzero(splits == "train"), np.flatnonzero(splits == "test")
    # A file without a group is a group of its own.
    groups = [recording.group or recording.path for recording in recordings]
    known = any(recording.group for recording in recordings)
    sounds = same_sounds(clips.clips, fingerprints_of(clips.clips, sample_rate))
    train, test = undivided_split(clips.labels, groups if known else None, sounds, TEST_SHARE, seed)
    if len(test) == len(clips):
        raise DatasetError(
            f"{name}: no class has two files of different sound, so none can be held out for the test; add files or a "
            "split"
        )
    return train, test
