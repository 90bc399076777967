"""The clips that may train what ships, with all that is known of each."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from autospeech.datasets.dataset_error import DatasetError

TABLE = "pretraining.csv"
# The heads of each corpus: columns of its table that say what a clip is. Folds and texts are no heads.
HEADS = {
    "arspcmd": ("keyword", "speaker"),
    "cmn_tone": ("tone", "group"),
    "drums": ("instrument", "group"),
    "emodb": ("emotion", "group"),
    "esc10": ("sound",),
    "espeak_language": ("language", "group"),
    "fsdd": ("digit", "speaker"),
    "espeak_made": ("language", "voice", "pitch", "pitch_range", "speed", "word"),
}
# Heads of who or what makes the sound. A clip played faster is by somebody else, so it gets a class of its own.
SOURCES = frozenset({"arspcmd/speaker", "drums/group", "emodb/group", "espeak_language/group", "fsdd/speaker"})
MADE = "espeak_made"
# `--leave-out espeak` leaves out recorded and freshly made synthetic speech alike.
TOGETHER = {"espeak": ("espeak_language", MADE)}


@dataclass(frozen=True)
class KnownClip:
    """A sound file and what is known of it.

    Args:
        path: The file.
        corpus: Which corpus it is of.
        labels: What it is, by head: `corpus/column` to the class's name.
    """

    path: Path
    corpus: str
    labels: dict[str, str]


def corpora_left_out(leave_out: Collection[str]) -> set[str]:
    """Return the corpora that some names stand for.

    Raises:
        DatasetError: There is no such corpus.

    Example:
        >>> sorted(corpora_left_out(["espeak", "drums"]))
        ['drums', 'espeak_language', 'espeak_made']
    """
    left = {name for given in leave_out for name in TOGETHER.get(given, (given,))}
    unknown = sorted(left - set(HEADS))
    if unknown:
        raise DatasetError(f"cannot leave out {', '.join(unknown)}; there are {', '.join([*HEADS, *TOGETHER])}")
    return left


def read_corpora(data: Path, *, made_speech: Path | None = None, leave_out: Collection[str] = ()) -> list[KnownClip]:
    """List the clips that may train something that ships: those of each corpus's `pretraining.csv`, and no others.

    Args:
        data: Folder that holds one folder a corpus.
        made_speech: Folder of `make_espeak_speech`, if it takes part.
        leave_out: Names of corpora to leave out; `espeak` is both the recorded and the made synthetic speech.

    Returns:
        The clips, in the order of the corpora's names and tables.

    Raises:
        DatasetError: A table is not there or lacks a column, or a corpus to leave out is unknown.
    """
    left = corpora_left_out(leave_out)
    clips = []
    for corpus, columns in HEADS.items():
        folder = made_speech if corpus == MADE else data / corpus
        if corpus in left or folder is None:
            continue
        for row in _rows(folder, columns):
            labels = {f"{corpus}/{column}": row[column] for column in columns if row[column]}
            clips.append(KnownClip(folder / row["file_name"], corpus, labels))
    return clips


def fingerprint(clips: Collection[KnownClip]) -> str:
    """Return the SHA-256 of the recordings' sorted names: what the weights have heard but for made speech."""
    names = sorted(f"{clip.corpus}/{clip.path.name}" for clip in clips if clip.corpus != MADE)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def _rows(folder: Path, columns: Collection[str]) -> list[dict[str, str]]:
    path = folder / TABLE
    if not path.is_file():
        raise DatasetError(f"{path}: there is no such table; leave {folder.name} out or give the folder that holds it")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    missing = sorted({"file_name", *columns} - set(rows[0] if rows else ()))
    if missing:
        raise DatasetError(f"{path}: it lacks the columns {', '.join(missing)}; add them or leave {folder.name} out")
    return rows
