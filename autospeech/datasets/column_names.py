"""Which columns of a table are the files, the labels and the groups."""

from __future__ import annotations

from collections.abc import Sequence

from autospeech.datasets.dataset_error import DatasetError

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
    # The index of a DataFrame is no column that a person has named.
    columns = [column for column in columns if column and not column.startswith("Unnamed: ")]
    told = f"{table}: its columns are {', '.join(columns)}"
    for what, column in (("label", label), ("group", group)):
        if column is not None and column not in columns:
            raise DatasetError(f"{told}; there is no {column!r}, name another with {what} (--{what})")
    files = next((column for column in FILE_COLUMNS if column in columns), "") or _only(columns, OTHER_FILE_COLUMNS)
    if not files:
        raise DatasetError(f"{told}; it needs file_name and label")
    others = [column for column in columns if column not in (*NOT_LABELS, files, group)]
    labels = label or clear_label_column(others) or (others[0] if len(others) == 1 else "")
    if not labels:
        if not others:
            raise DatasetError(f"{told}; it needs file_name and label")
        raise DatasetError(f"{told}; several may be the labels, name one with label (--label at the command line)")
    return files, labels


def clear_label_column(columns: Sequence[str]) -> str:
    """Name the column that is called `label`, else the only one with another usual name; empty where there is none."""
    return "label" if "label" in columns else _only(columns, OTHER_LABEL_COLUMNS)


def _only(columns: Sequence[str], names: Sequence[str]) -> str:
    found = [column for column in columns if column.lower() in names]
    return found[0] if len(found) == 1 else ""
