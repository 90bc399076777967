"""Clips as people have them: lists, arrays, tables and data sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np

from autospeech.datasets.column_names import FILE_COLUMNS, OTHER_FILE_COLUMNS, clear_file_column
from autospeech.datasets.dataset_rows import dataset_rows, kind_of
from autospeech.datasets.given_clip import FORMS, LEAST_RATE, described, given_clip, is_number, rate_and_samples
from autospeech.datasets.listed import column_names, listed
from autospeech.datasets.rated_samples import RatedSamples
from autospeech.datasets.stored_sound import StoredSound


def sound_list(sounds: Any) -> list[Any]:
    """Return clips as a list of what `SoundReader` reads; nothing is decoded.

    Args:
        sounds: Clips, each in a form that `given_clip` takes, in a list or another sequence, an array, a Series, a
            table of one column or with one called `file_name` or the like, or a `datasets.Dataset`, which is read row
            by row.

    Raises:
        ValueError: It is a single clip, there is none, or it is something else.

    Example:
        >>> len(sound_list(np.zeros((3, 16000))))
        3
        >>> len(sound_list([(8000, np.zeros(8000)), (np.zeros(44100), 44100)]))
        2
    """
    _refuse_a_single_clip(sounds)
    kind = kind_of(sounds)
    if kind == "Dataset":
        return list(dataset_rows(sounds))
    if kind == "Column" and type(sounds.features).__name__ == "Audio" and kind_of(sounds.source) == "Dataset":
        return list(dataset_rows(sounds.source, sounds.column_name))
    names = column_names(sounds)
    found = listed(sounds if names is None else sounds[_path_column(sounds, names)], "X")
    if not found:
        raise ValueError("X holds no clip")
    pair = rate_and_samples(found)
    if pair is not None and pair[0] >= LEAST_RATE:
        raise ValueError(f"X is a single clip, {described(sounds)}; give a list of clips, even of one: [X]")
    if all(is_number(clip) for clip in found):
        raise ValueError("X is a single waveform; give a list of paths or of waveforms")
    return [given_clip(clip, number) for number, clip in enumerate(found)]


def _path_column(table: Any, names: Sequence[Any]) -> Any:
    if not names:
        raise ValueError("X holds no clip: it is a table without columns")
    known = names[0] if len(names) == 1 else clear_file_column([name for name in names if isinstance(name, str)])
    if known == "":
        raise ValueError(
            f"X is a table with the columns {', '.join(map(str, names[:10]))}, of which none, or more than one, is "
            f"called {', '.join(FILE_COLUMNS + OTHER_FILE_COLUMNS)}; give the one with the clips, X[name]"
        )
    return known


def _refuse_a_single_clip(sounds: Any) -> None:
    if isinstance(sounds, str | PathLike):
        raise ValueError(f"X is the single path {str(sounds)!r}; give a list of paths or of waveforms")
    kind = kind_of(sounds)
    if kind.endswith("DatasetDict"):
        raise ValueError(f"X is a {kind} of the parts {', '.join(map(str, sounds))}; give one of them, X[name]")
    if kind.startswith("Iterable"):
        raise ValueError(f"X is an {kind}, which has no length; load it without streaming, or make a list of its clips")
    if isinstance(sounds, np.ndarray) and sounds.dtype.kind in "biuf" and (sounds.ndim < 2 or sounds.shape[1:] == (1,)):
        raise ValueError(f"X is a single waveform, {described(sounds)}; give a list of waveforms, even of one: [X]")
    single = isinstance(sounds, bytes | bytearray | memoryview | Mapping | RatedSamples | StoredSound)
    if single or callable(getattr(sounds, "read", None)):
        raise ValueError(f"X is of the type {described(sounds)}; give a list of clips, even of one; a clip is {FORMS}")
