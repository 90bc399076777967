"""Data sets whose file names say all: RAVDESS, Emo-DB, CREMA-D, the spoken digits of FSDD, and GTZAN's folders."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

from autospeech.audio.path_text import path_text
from autospeech.datasets.audio_folder import list_audio_folder
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.layouts.choice import Choice
from autospeech.datasets.layouts.layout import Layout
from autospeech.datasets.layouts.some_names import holds_sound, some_names
from autospeech.datasets.listing_warning import ListingWarning
from autospeech.datasets.recording import Recording
from autospeech.datasets.sound_files import sound_files, subfolders
from autospeech.datasets.sound_suffixes import is_sound

_EMODB = re.compile(r"(?P<group>\d\d)[ab]\d\d(?P<label>[WLEAFTN])[a-z]?")
# The letters are those of the German words (Wut, Langeweile, Ekel, Angst, Freude, Trauer).
_EMODB_EMOTIONS = {
    "W": "anger", "L": "boredom", "E": "disgust", "A": "fear", "F": "happiness", "T": "sadness", "N": "neutral",
}  # fmt: skip
_CREMAD = re.compile(r"(?P<group>\d{4})_[A-Z]{3}_(?P<label>ANG|DIS|FEA|HAP|NEU|SAD)_[A-Z]{2}")
_CREMAD_EMOTIONS = {
    "ANG": "anger", "DIS": "disgust", "FEA": "fear", "HAP": "happiness", "NEU": "neutral", "SAD": "sadness",
}  # fmt: skip
_FSDD = re.compile(r"(?P<label>\d)_(?P<group>[a-z]+)_\d+")
_RAVDESS = re.compile(r"\d\d-\d\d-(?P<label>\d\d)-\d\d-\d\d-\d\d-(?P<group>\d\d)")
_RAVDESS_EMOTIONS = {
    "01": "neutral", "02": "calm", "03": "happy", "04": "sad", "05": "angry", "06": "fearful", "07": "disgust",
    "08": "surprised",
}  # fmt: skip
_ACTOR = re.compile(r"Actor_\d\d", re.IGNORECASE)
_GTZAN = re.compile(r"[a-z-]+\.\d{5}")
_GTZAN_FOLDERS = ("genres", "genres_original")


def read_emodb(folder: Path, choice: Choice) -> list[Recording] | None:
    """Read Emo-DB: `wav/03a01Fa.wav`, emotion by the sixth sign, speaker by the first two; see `Layout`.

    References:
        Burkhardt et al. (2005), "A Database of German Emotional Speech".
    """
    return _read_flat(folder, ("wav", ""), choice, _EMODB, _EMODB_EMOTIONS, ("emotion", "speaker"))


def read_cremad(folder: Path, choice: Choice) -> list[Recording] | None:
    """Read CREMA-D: `AudioWAV/1001_DFA_ANG_XX.wav`, actor by the first part, emotion by the third; see `Layout`.

    References:
        Cao et al. (2014), "CREMA-D: Crowd-sourced Emotional Multimodal Actors Dataset".
    """
    places = ("AudioWAV", "AudioMP3", "")
    return _read_flat(folder, places, choice, _CREMAD, _CREMAD_EMOTIONS, ("emotion", "actor"))


def read_fsdd(folder: Path, choice: Choice) -> list[Recording] | None:
    """Read the Free Spoken Digit Dataset: `recordings/7_jackson_32.wav`, digit, speaker and number; see `Layout`.

    References:
        Jackson et al. (2018), https://github.com/Jakobovski/free-spoken-digit-dataset
    """
    digits = {str(digit): str(digit) for digit in range(10)}
    return _read_flat(folder, ("recordings",), choice, _FSDD, digits, ("digit", "speaker"))


def read_ravdess(folder: Path, choice: Choice) -> list[Recording] | None:
    """Read RAVDESS: `Actor_01/03-01-05-01-02-01-01.wav`, emotion by the third number, actor by the last; see `Layout`.

    The folders of the actors may lie in one for speech and one for song. Where they lie in the folder itself as well
    (a copy that is about holds all twice), those count alone.

    References:
        Livingstone and Russo (2018), "The Ryerson Audio-Visual Database of Emotional Speech and Song".
    """
    if choice.table is not None:
        return None
    inner = some_names(folder, folders=True)
    actors = [folder / name for name in inner if _ACTOR.fullmatch(name)]
    others = [name for name in inner if not _ACTOR.fullmatch(name)]
    if not actors:
        above = [name for name in others if any(map(_ACTOR.fullmatch, some_names(folder / name, folders=True)))]
        actors = [part for name in above for part in subfolders(folder / name) if _ACTOR.fullmatch(part.name)]
        others = [name for name in others if name not in above]
    if not actors or not _all_match(some_names(actors[0]), _RAVDESS):
        return None
    choice.check_names(folder, "emotion", "actor")
    left_out = [name for name in others if holds_sound(folder / name)]
    if left_out:
        warnings.warn(
            f"{path_text(folder)}: the folders of actors count, {', '.join(map(path_text, left_out))} does not",
            ListingWarning,
            stacklevel=2,
        )
    # A name that begins with 02 is that of a film without sound.
    files = [file for actor in actors for file in sound_files(actor) if not file.name.startswith("02-")]
    return _by_names(folder, files, _RAVDESS, _RAVDESS_EMOTIONS, "actor")


def read_gtzan(folder: Path, choice: Choice) -> list[Recording] | None:
    """Read GTZAN: `genres/blues/blues.00000.wav`, beside which there may be pictures and tables; see `Layout`.

    References:
        Tzanetakis and Cook (2002), "Musical genre classification of audio signals".
    """
    for name in _GTZAN_FOLDERS if choice.table is None else ():
        genres = some_names(folder / name, folders=True)
        is_here = bool(genres) and _all_match(some_names(folder / name / genres[0]), _GTZAN)
        if is_here and not _others_with_sound(folder, _GTZAN_FOLDERS):
            choice.check_names(folder, "genre", "group")
            return list_audio_folder(folder / name)
    return None


def _read_flat(
    folder: Path,
    places: tuple[str, ...],
    choice: Choice,
    pattern: re.Pattern[str],
    labels: Mapping[str, str],
    told: tuple[str, str],
) -> list[Recording] | None:
    """Read files that lie beside each other in the first folder of those that may hold them."""
    place = next((folder / name for name in places if (folder / name).is_dir()), None)
    if choice.table is not None or place is None or not _all_match(some_names(place), pattern):
        return None
    if _others_with_sound(folder, places):
        return None
    choice.check_names(folder, *told)
    return _by_names(folder, sound_files(place), pattern, labels, told[1])


def _others_with_sound(folder: Path, places: Sequence[str]) -> list[str]:
    """Name the folders in a folder that hold sounds but are none of a data set's own."""
    others = [name for name in some_names(folder, folders=True) if name not in places]
    return [name for name in others if holds_sound(folder / name)]


def _all_match(names: Sequence[str], pattern: re.Pattern[str]) -> bool:
    stems = [Path(name).stem for name in names if is_sound(name)]
    return bool(stems) and all(map(pattern.fullmatch, stems))


def _by_names(
    folder: Path, files: Sequence[Path], pattern: re.Pattern[str], labels: Mapping[str, str], group: str
) -> list[Recording]:
    found: list[Recording] = []
    others: list[Path] = []
    for file in files:
        told = pattern.fullmatch(file.stem)
        if told is None or told["label"] not in labels:
            others.append(file)
        else:
            found.append(Recording(file, (labels[told["label"]],), None, f"{group} {told['group']}"))
    if not found:
        raise DatasetError(f"{path_text(folder)}: no sound files found in it; copy it again")
    if others:
        warnings.warn(
            f"{path_text(folder)}: {len(others)} of {len(files)} files are left out, since their names do not say what "
            f"is heard in them; the first: {path_text(others[0])}",
            ListingWarning,
            stacklevel=3,
        )
    return found


NAMED_LAYOUTS = (
    Layout("Emo-DB", "wav/03a01Fa.wav", read_emodb, ("wav",)),
    Layout("CREMA-D", "AudioWAV/1001_DFA_ANG_XX.wav", read_cremad, ("AudioWAV", "AudioMP3")),
    Layout("FSDD", "recordings/7_jackson_32.wav", read_fsdd, ("recordings",)),
    Layout("RAVDESS", "Actor_01/03-01-05-01-02-01-01.wav", read_ravdess, ("Actor_*",)),
    Layout("GTZAN", "genres/blues/blues.00000.wav", read_gtzan, _GTZAN_FOLDERS),
)
