"""Data folders of Kaldi, ESPnet and their kin: `wav.scp` and the files beside it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from pathlib import Path

from autospeech.audio.path_text import path_text
from autospeech.datasets.csv_table import recordings_of_rows
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.layouts.choice import Choice
from autospeech.datasets.layouts.layout import Layout
from autospeech.datasets.layouts.some_names import has_file, some_names
from autospeech.datasets.listing_warning import ListingWarning
from autospeech.datasets.recording import SPLIT_NAMES, Recording, Split
from autospeech.regular_file import read_bytes

_SCP = "wav.scp"
_SPEAKERS = "utt2spk"
# What is measured of an utterance, or made of it on the way, and no label.
_NO_LABELS = {
    _SPEAKERS,
    "utt2dur",
    "utt2num_frames",
    "utt2num_samples",
    "utt2uniq",
    "utt2max_frames",
    "utt2min_duration",
}
_ARCHIVE = re.compile(r"\.ark:\d+")
# Paths are relative to where the recipe ran, which lies one to three folders above `data/train`.
_MOST_ABOVE = 4
# Of one of its files: a million utterances.
_MOST_BYTES = 200_000_000


def read_kaldi(folder: Path, choice: Choice) -> list[Recording] | None:
    """Read a folder with `wav.scp`, or one whose `train` and `test` have one; see `Layout`.

    Labels are those of the `utt2X` file (`utt2lang`, `utt2emotion`); where there are several, `X` has to be chosen;
    where there is none, they are the speakers, with a warning. `spk2X` (`spk2gender`) and `text` can be chosen too.
    Else the speaker of `utt2spk` is the group.

    `wav.scp` must name files. Commands (`sox … |`) are never run; parts of archives and `segments` are refused.
    """
    scp = folder / _SCP
    if choice.table not in (None, scp):
        return None
    if scp.is_file():
        return _read_part(folder, choice, None)
    parts = [name for name in some_names(folder, folders=True) if has_file(folder / name, _SCP)]
    known = [name for name in parts if name.lower() in SPLIT_NAMES]
    if choice.table is not None or not known:
        return None
    if len(known) < len(parts):
        others = ", ".join(name for name in parts if name not in known)
        warnings.warn(f"{path_text(folder)}: {', '.join(known)} count, {others} does not", ListingWarning, stacklevel=2)
    return [found for name in known for found in _read_part(folder / name, choice, SPLIT_NAMES[name.lower()])]


def _read_part(folder: Path, choice: Choice, split: Split | None) -> list[Recording]:
    if (folder / "segments").is_file():
        raise DatasetError(
            f"{folder / 'segments'}: utterances that are parts of recordings are not read; write each to a file of its "
            "own (extract-segments, sox trim), name these in wav.scp and take segments away"
        )
    sounds = _pairs(folder / _SCP)
    if not sounds:
        raise DatasetError(f"{folder / _SCP}: it lists no files; it needs a line `utterance path` for each")
    for utterance, place in sounds.items():
        if place.endswith("|") or place.startswith("|") or place == "-" or _ARCHIVE.search(place):
            raise DatasetError(
                f"{folder / _SCP}: the sound of {utterance!r} is {place!r}; commands are not run and archives not "
                "read, write the sounds to files and name these"
            )
    labels = _labels(folder, choice)
    speakers = _pairs(folder / _SPEAKERS) if (folder / _SPEAKERS).is_file() else {}
    is_of_speakers = labels == speakers
    without = [utterance for utterance in sounds if not labels.get(utterance)]
    if without:
        raise DatasetError(f"{folder}: nothing tells the label of {without[0]!r} ({len(without)} such); add its line")
    where = _base(folder, next(iter(sounds.values())))
    rows = (
        (number, {
            "file_name": place, "label": labels[utterance], "split": split or "",
            "group": "" if is_of_speakers else speakers.get(utterance, ""),
        })
        for number, (utterance, place) in enumerate(sounds.items(), start=1)
    )  # fmt: skip
    return recordings_of_rows(str(folder / _SCP), where, rows, "line")


def _labels(folder: Path, choice: Choice) -> Mapping[str, str]:
    """Return the label of each utterance."""
    offered = {name[4:]: name for name in some_names(folder) if re.fullmatch(r"utt2\w+", name)}
    usual = [short for short, name in offered.items() if name not in _NO_LABELS]
    by_speaker = {name[4:]: name for name in some_names(folder) if re.fullmatch(r"spk2(?!utt$)\w+", name)}
    every = [*offered, *by_speaker, *(["text"] if (folder / "text").is_file() else [])]
    if choice.group not in (None, "spk", "speaker", "group"):
        raise DatasetError(f"{folder}: its groups are the speakers; {choice.group!r} cannot be one")
    label = choice.label.removeprefix("utt2").removeprefix("spk2") if choice.label else None
    if label is None and len(usual) == 1:
        label = usual[0]
    if label is None and usual:
        raise DatasetError(
            f"{folder}: it has several labels; choose one with label (--label at the command line): {', '.join(usual)}"
        )
    if label is None and "spk" in offered:
        warnings.warn(
            f"{path_text(folder)}: the speakers of utt2spk are learnt as classes, since no other file utt2X tells "
            "labels; add one (utt2lang) to learn something else",
            ListingWarning,
            stacklevel=4,
        )
        label = "spk"
    if label in offered:
        return _pairs(folder / offered[label])
    if label in by_speaker:
        of_speaker = _pairs(folder / by_speaker[label])
        return {utterance: of_speaker.get(who, "") for utterance, who in _pairs(folder / _SPEAKERS).items()}
    if label == "text" and (folder / "text").is_file():
        return _pairs(folder / "text")
    raise DatasetError(
        f"{folder}: there is no file of labels {f'utt2{label}' if label else 'utt2X'} beside wav.scp; "
        + (f"choose label from {', '.join(every)}" if every else "add one with lines `utterance label`")
    )


def _pairs(file: Path) -> dict[str, str]:
    """Read lines of a name and what belongs to it."""
    found: dict[str, str] = {}
    try:
        for number, line in enumerate(read_bytes(file, _MOST_BYTES).decode("utf-8-sig").splitlines(), start=1):
            if not line.strip():
                continue
            name, *rest = line.split(maxsplit=1)
            if name in found:
                raise DatasetError(f"{file}, line {number}: {name!r} is listed twice; take one line out")
            found[name] = rest[0].strip() if rest else ""
    except FileNotFoundError:
        raise DatasetError(f"{file}: there is no such file; it tells whose each utterance is") from None
    except DatasetError:
        raise
    except ValueError as error:
        raise DatasetError(f"{file}: not a list in UTF-8: {error}") from error
    return found


def _base(folder: Path, place: str) -> Path:
    """Find what the paths of `wav.scp` are relative to: its folder, one above, or the working folder."""
    above = [folder, *folder.resolve().parents[:_MOST_ABOVE], Path()]
    return next((base for base in above if has_file(base, place)), folder)


KALDI = Layout("Kaldi", "wav.scp, utt2spk, utt2X", read_kaldi)
