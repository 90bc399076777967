"""Data sets that soundata and mirdata have loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from autospeech.datasets.column_names import clear_label_column
from autospeech.datasets.csv_table import recordings_of_rows
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.layouts.choice import Choice
from autospeech.datasets.layouts.table_layout import grouped_by_fold
from autospeech.datasets.recording import SPLIT_NAMES, Recording
from autospeech.datasets.table_rows import cell_text

# What must not go on both sides of a split, as the loaders call it.
_GROUPS = ("speaker_id", "speaker", "client_id", "song_id", "track_group", "player_id", "artist", "src_file")
_SOURCES = ("src_file", "freesound_id")
_SPLITS = ("split", "subset")


class SoundDataset(Protocol):
    """What is asked of a data set: a name, and `load_clips` (soundata) or `load_tracks` (mirdata)."""

    name: str | None


def recordings_of_dataset(dataset: SoundDataset, label: str | None = None, group: str | None = None) -> list[Recording]:
    """List the clips of a data set that `soundata.initialize` or `mirdata.initialize` gives.

    Args:
        dataset: The data set; its files must have been downloaded.
        label: The attribute of a clip that is learnt; None for the only one with a usual name (`category`,
            `class_label`, `genre`, `instrument`), else its tags.
        group: The attribute that names each clip's group; None for the official fold where it keeps the clips of one
            source together, else speaker, song or source where it is told.

    Returns:
        The clips, in the order of the data set. Clips without sound are left out.

    Raises:
        DatasetError: The data set has no clips, was not downloaded, or there is no such attribute.

    Example:
        >>> from types import SimpleNamespace
        >>> clip = SimpleNamespace(audio_path="1.wav", genre="blues")
        >>> recordings_of_dataset(SimpleNamespace(name="tiny", load_tracks=lambda: {"blues.1": clip}))[0].labels
        ('blues',)
    """
    name = dataset_name(dataset)
    try:
        names = ("load_clips", "load_tracks")
        load: Callable[[], Mapping[str, Any]] = next(getattr(dataset, name) for name in names if hasattr(dataset, name))
        clips = [clip for clip in load().values() if getattr(clip, "audio_path", None)]
        if not clips:
            raise DatasetError(f"{name}: none of its clips has a sound; load another data set")
        columns = _columns(clips[0])
        Choice(label, group).check(name, columns)
        label = label or _label(name, columns)
        rows = [(number, _row(clip, label, group, columns)) for number, clip in enumerate(clips)]
    # The loaders' properties read files that may not be there, and some take attributes of what they found none of.
    except (OSError, AttributeError, NotImplementedError) as error:
        raise DatasetError(f"{name}: it cannot be listed: {error}; download it first (dataset.download())") from error
    splits = {row["split"] for _, row in rows}
    if not all(split.lower() in SPLIT_NAMES for split in splits):
        rows = [(number, row | {"split": ""}) for number, row in rows]
    recordings = recordings_of_rows(name, Path(), rows, "clip")
    source = next((column for column in _SOURCES if column in columns), None)
    if group is None and source is not None and "fold" in columns:
        folds, sources = ([str(getattr(clip, column)) for clip in clips] for column in ("fold", source))
        return grouped_by_fold(recordings, folds, sources)
    return recordings


def dataset_name(dataset: SoundDataset) -> str:
    """Name a data set, such as `esc50`."""
    return str(dataset.name or type(dataset).__name__)


def is_sound_dataset(source: object) -> bool:
    """Whether something is a data set of soundata or mirdata."""
    return hasattr(source, "load_clips") or hasattr(source, "load_tracks")


def _columns(clip: Any) -> list[str]:
    """Name what a clip tells, without loading any sound."""
    told = {name for name in (*dir(type(clip)), *vars(clip)) if not name.startswith("_")}
    return sorted(name for name in told if not callable(getattr(type(clip), name, None)) and name != "audio")


def _label(name: str, columns: list[str]) -> str:
    clear = clear_label_column([column for column in columns if column != "tags"])
    if not clear and "tags" not in columns:
        raise DatasetError(f"{name}: choose what to learn with label from {', '.join(columns)}")
    return clear or "tags"


def _row(clip: Any, label: str, group: str | None, columns: list[str]) -> dict[str, str]:
    split = next((column for column in _SPLITS if column in columns), None)
    group = group or next((column for column in _GROUPS if column in columns), None)
    return {
        "file_name": str(clip.audio_path),
        "label": _text(getattr(clip, label)),
        "split": _text(getattr(clip, split)) if split else "",
        "group": _text(getattr(clip, group)) if group else "",
    }


def _text(value: Any) -> str:
    """Write an attribute as a cell; of annotations their labels."""
    return cell_text(getattr(value, "labels", value))
