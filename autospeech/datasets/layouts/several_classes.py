"""What to do where the names of folders are no classes to tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autospeech.audio.path_text import path_text
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.layouts.some_names import some_names
from autospeech.datasets.recording import SPLIT_NAMES, Recording


def check_several_classes(source: Path, recordings: Sequence[Recording]) -> None:
    """Refuse a folder whose files all have its inner folder's name as label, or whose classes are parts.

    Args:
        source: The folder, or a table, about which nothing is said here, as nothing is of other labels.
        recordings: Its files.

    Raises:
        DatasetError: All files have the same label, which is a folder's name; or the labels are `train` and `test`.
    """
    labels = {label for recording in recordings for label in recording.labels}
    if len(labels) > 1 and source.is_dir() and all(label.lower() in SPLIT_NAMES for label in labels):
        raise DatasetError(
            f"{path_text(source)}: its folders {', '.join(sorted(labels))} are named as parts, in which nothing tells "
            "the classes; put the files into PART/CLASS/, list them in a table of file_name and label, or "
            "rename the folders if these are the classes"
        )
    if len(labels) != 1 or not source.is_dir():
        return
    label = labels.pop()
    inside = [above for above in recordings[0].path.parents if above.is_relative_to(source) and above != source]
    folder = next((above for above in inside if above.name == label), None)
    if folder is None:
        return
    told = f"{path_text(source)}: all labels are {label!r}; at least two classes are needed"
    inner = some_names(folder, folders=True)
    if inner:
        some = ", ".join(map(path_text, inner[:3])) + (", …" if len(inner) > 3 else "")
        mend = f"if the folders in it ({some}) are the classes, name {path_text(folder)}; else"
    else:
        mend = "put the files of another class into a folder beside it, or"
    raise DatasetError(f"{told}; {mend} list the files in a table with the columns file_name and label")
