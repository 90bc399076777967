"""Any source of labelled sound as a data set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from autospeech.audio.path_text import path_text
from autospeech.datasets.autodl_format import read_autodl
from autospeech.datasets.autospeech_format import read_autospeech
from autospeech.datasets.data_folder import DataFolder
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.decode_recordings import BadFile, Progress, decode_recordings, warn_of_low_rates
from autospeech.datasets.layouts.dataset_objects import SoundDataset
from autospeech.datasets.layouts.several_classes import check_several_classes
from autospeech.datasets.list_recordings import check_source, list_recordings, source_name
from autospeech.datasets.table_columns import TableColumns


def read_dataset(
    source: str | Path | TableColumns | SoundDataset,
    name: str | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    on_bad_file: BadFile | None = None,
    sample_rate: int | None = None,
    group: str | None = None,
    label: str | None = None,
) -> Dataset:
    """Read a data set, whatever form it has.

    Args:
        source: A data set in the AutoSpeech or AutoDL format, a CSV table of sound files or the folder with that table,
            an audio folder, a published data set as it comes, or any other source of `list_recordings`.
        name: Name of the data set. If left out that of the folder, with that of the table where there is one
            (`emodb_emotion`); `table` for a DataFrame.
        seed: Of the split, where the source names none.
        progress: Called with the number of files decoded and of all files.
        on_bad_file: Called with the error for a file that cannot be decoded, which is then left out. Without it that
            error ends the reading.
        sample_rate: Of the clips, in Hz; those of other rates are resampled. None for 16000, but for the rate that it
            has where the source is a data set in an official format. Raising the rate of a clip ends in a
            `UserWarning`: it holds no sound above half its own rate.
        group: The column of groups, see `list_recordings`; data sets in an official format have none.
        label: The column of labels, likewise.

    Returns:
        The data set.

    Raises:
        DatasetError: The source is none of these, or is incomplete, or has no such columns.
        AudioDecodeError: A file cannot be decoded.
    """
    if isinstance(source, str | Path):
        folder = check_source(source)
        official = DataFolder.find(folder) if folder.is_dir() else None
        if official is not None:
            if label is not None or group is not None:
                what = "label" if label is not None else "group"
                raise DatasetError(f"{path_text(folder)}: a data set in this format has no columns; leave {what} out")
            dataset = read_autodl(folder) if official.is_autodl else read_autospeech(folder)
            if sample_rate is not None:
                clips = len(dataset.train) + len(dataset.test)
                warn_of_low_rates(dataset.name, [dataset.sample_rate] * clips, sample_rate)
                dataset = dataset.at(sample_rate)
            return replace(dataset, name=name or dataset.name)
    recordings = list_recordings(source, group, label)
    if isinstance(source, str | Path):
        check_several_classes(Path(source), recordings)
    rate = 16000 if sample_rate is None else sample_rate
    return decode_recordings(name or source_name(source), recordings, seed, progress, on_bad_file, rate)
