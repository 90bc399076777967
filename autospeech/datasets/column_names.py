"""Which columns of a table are the files, the labels and the groups."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.sound_suffixes import is_sound

# The first two win over the others; of those there must be only one.
FILE_COLUMNS = ("file_name", "path")
OTHER_FILE_COLUMNS = (
    "filename", "file", "fname", "filepath", "file_path", "slice_file_name", "wav", "wav_path", "wav_file",
    "wav_filename", "audio", "audio_path", "audio_file", "audio_filename", "audio_filepath", "sound", "clip",
)  # fmt: skip
OTHER_LABEL_COLUMNS = (
    "labels", "class", "class_name", "class_label", "classname", "category", "target_name", "emotion", "genre",
    "scene_label", "event_label", "instrument", "tag", "tags", "species", "primary_label", "keyword", "command",
)  # fmt: skip
# Who is heard in a clip: what is to work for others must not be judged by the same people.
OTHER_GROUP_COLUMNS = (
    "speaker", "speaker_id", "spk", "spk_id", "client_id", "subject", "subject_id", "participant", "participant_id",
    "patient", "patient_id", "actor", "actor_id", "singer", "singer_id",
)  # fmt: skip
NOT_LABELS = (*FILE_COLUMNS, "split", "group")


def file_and_label_columns(
    table: str, columns: Sequence[str], label: str | None = None, group: str | None = None
) -> tuple[str, str]:
    """Name the column of the files and that of the labels, as people call them.

    Args:
        table: Its name, for errors.
        columns: The names of all its columns.
        label: The column of the labels; None to find it. It is then the one called `label`, or the only one that is
            left, or the only one with a usual name such as `class`, `category` or `emotion`.
        group: The column of the groups, which holds no labels; None for `group`.

    Returns:
        The two names.

    Raises:
        DatasetError: One of the columns is not there, or more than one could be meant.

    Example:
        >>> file_and_label_columns("birds.csv", ["fname", "species", "length"])
        ('fname', 'species')
    """
    columns = [column for column in columns if not is_unnamed(column)]
    told = f"{table}: its columns are {', '.join(columns)}"
    for what, column in (("label", label), ("group", group)):
        if column is not None and column not in columns:
            raise DatasetError(f"{told}; there is no {column!r}, name another with {what} (--{what})")
    files = clear_file_column(columns)
    if not files:
        several = [column for column in columns if is_called(column, OTHER_FILE_COLUMNS)]
        if several:
            raise DatasetError(f"{told}; {' and '.join(several)} may both name the files, call the right one file_name")
        no_header = any(map(is_sound, columns))
        raise DatasetError(
            f"{told}; it needs file_name and label{', named in its first line: file_name,label' if no_header else ''}"
        )
    others = [column for column in columns if not is_called(column, NOT_LABELS) and column not in (files, group)]
    labels = label or clear_label_column(others) or (others[0] if len(others) == 1 else "")
    if not labels:
        if not others:
            raise DatasetError(f"{told}; it needs file_name and label")
        raise DatasetError(f"{told}; several may be the labels, name one with label (--label at the command line)")
    return files, labels


def group_column(columns: Sequence[str], labels: str) -> str:
    """Name the column that is called `group`, else the only one that says who is heard; empty where there is none.

    Args:
        columns: The names of all columns.
        labels: The one of the labels, which is no group.

    Example:
        >>> group_column(["file_name", "label", "Speaker"], "label"), group_column(["file_name", "speaker"], "speaker")
        ('Speaker', '')
    """
    others = [column for column in columns if column != labels]
    return _called(others, "group") or _only(others, OTHER_GROUP_COLUMNS)


def clear_file_column(columns: Sequence[str]) -> str:
    """Name `file_name`, else `path`, else the only one with another usual name; empty where there is none."""
    return next(filter(None, (_called(columns, name) for name in FILE_COLUMNS)), "") or _only(
        columns, OTHER_FILE_COLUMNS
    )


def clear_label_column(columns: Sequence[str]) -> str:
    """Name the column that is called `label`, else the only one with another usual name; empty where there is none."""
    return _called(columns, "label") or _only(columns, OTHER_LABEL_COLUMNS)


def column_called(columns: Sequence[str], name: str) -> str:
    """Name the column that is called so, if in capitals (`Split`); the name itself where there is none."""
    return _called(columns, name) or name


def is_unnamed(column: str) -> bool:
    """Whether it is no name that a person gave: the index of a DataFrame, as pandas writes or reads it, or none."""
    return re.fullmatch(r"\s*|Unnamed: \d+(_level_\d+)?|__index_level_\d+__", column) is not None


def is_called(column: str, names: Sequence[str]) -> bool:
    """Whether a column has one of some names, be it in capitals or with a space (`File name`)."""
    return re.sub(r"[\s-]+", "_", column.strip().lower()) in names


def _called(columns: Sequence[str], name: str) -> str:
    return name if name in columns else _only(columns, (name,))


def _only(columns: Sequence[str], names: Sequence[str]) -> str:
    found = [column for column in columns if is_called(column, names)]
    return found[0] if len(found) == 1 else ""
