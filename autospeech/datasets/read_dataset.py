"""Any source of labelled sound as a data set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from autospeech.datasets.audio_folder import TABLES, list_audio_folder
from autospeech.datasets.autodl_format import read_autodl
from autospeech.datasets.autospeech_format import read_autospeech
from autospeech.datasets.csv_table import is_task_table, read_table
from autospeech.datasets.data_folder import DataFolder
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.decode_recordings import BadFile, Progress, decode_recordings
from autospeech.datasets.recording import Recording


def read_dataset(
    source: str | Path,
    name: str | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    on_bad_file: BadFile | None = None,
) -> Dataset:
    """Read a data set, whatever form it has.

    Args:
        source: A data set in the AutoSpeech or AutoDL format, a CSV table of sound files or the folder with that table,
            or an audio folder.
        name: Name of the data set. If left out that of the folder, with that of the table where there is one
            (`emodb_emotion`).
        seed: Of the split, where the source names none.
        progress: Called with the number of files decoded and of all files.
        on_bad_file: Called with the error for a file that cannot be decoded, which is then left out. Without it that
            error ends the reading.

    Returns:
        The data set.

    Raises:
        DatasetError: The source is none of these, or is incomplete.
        AudioDecodeError: A file cannot be decoded.
    """
    source = Path(source)
    if not source.exists():
        raise DatasetError(f"{source}: there is no such file or folder; correct the name")
    official = DataFolder.find(source) if source.is_dir() else None
    if official is not None:
        dataset = read_autodl(source) if official.is_autodl else read_autospeech(source)
        return replace(dataset, name=name or dataset.name)
    found, recordings = _list_source(source.resolve())
    return decode_recordings(name or found, recordings, seed, progress, on_bad_file)


def _list_source(source: Path) -> tuple[str, list[Recording]]:
    table = source if source.is_file() else _only_table(source)
    if table is None:
        return source.name, list_audio_folder(source)
    if table.suffix.lower() not in (".csv", ".jsonl"):
        raise DatasetError(f"{table}: neither a folder nor a table; name a folder or a .csv file")
    name = table.parent.name if table.name in TABLES else f"{table.parent.name}_{table.stem}"
    return name, read_table(table)


def _only_table(folder: Path) -> Path | None:
    tables = [file for file in sorted(folder.glob("*.csv")) if file.name not in TABLES and is_task_table(file)]
    if len(tables) > 1:
        raise DatasetError(
            f"{folder}: several tasks ({', '.join(file.name for file in tables)}); name one of these files"
        )
    return tables[0] if tables else None
