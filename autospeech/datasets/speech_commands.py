"""Speech Commands, and folders made like it: a folder of clips for each word, and lists of what is held out."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.decode_recordings import BadFile, Progress, decode_all
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.part_lists import PART_LISTS, HeldOut, clip_of, read_part_lists
from autospeech.datasets.recording import SPLIT_NAMES, Recording
from autospeech.datasets.sound_files import (
    SoundFiles,
    sound_files,
    subfolders,
    warn_of_empty_classes,
    warn_of_passed_over,
)
from autospeech.datasets.unicode_form import merged_forms, nfc

Part = Literal["train"] | HeldOut

NOISE_FOLDER = "_background_noise_"
# Where each held-out part begins on the scale of 0 to 100 that speakers are spread over, and how much of it is its own.
PART_BEGINS: dict[HeldOut, float] = {"valid": 0.0, "test": 10.0}
PART_PERCENT = 10.0
MAX_NUM_WAVS_PER_CLASS = 2**27 - 1


@dataclass(frozen=True, eq=False)
class SpeechCommands:
    """Spoken words to train on, to validate by and to test on, and noises to mix in.

    Args:
        words: The words, sorted. A word's index is its column in the labels.
        train: Clips to learn from, 16 kHz.
        valid: Clips to choose by.
        test: Clips to report on.
        noises: Waveforms of shape `(samples,)` from `_background_noise_`, 16 kHz, often a minute long; may be empty.
    """

    words: tuple[str, ...]
    train: LabelledClips
    valid: LabelledClips
    test: LabelledClips
    noises: list[npt.NDArray[np.float32]]


def read_speech_commands(
    folder: str | Path,
    words: Sequence[str] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    on_bad_file: BadFile | None = None,
) -> SpeechCommands:
    """Read a folder laid out as Speech Commands is, whatever the format of its sound files.

    The parts are those of `validation_list.txt` and `testing_list.txt`, with lines `word/file.wav`. Lines of other
    words do not count, and a clip may have been converted to another format since.

    Without lists the speaker decides, who is named in front of `_nohash_` in the file name: the published rule sends a
    tenth of all speakers to each held-out part, the same ones whatever the words. A file without `_nohash_` is a
    speaker of its own. Where the rule sends nobody to a part, the next speaker in line goes there. With one list only,
    the rule draws the other part, from the speakers whom the list does not name.

    Args:
        folder: The folder that holds a folder for each word.
        words: The words wanted; all of them if left out.
        seed: 0 for the published rule; another number sends other speakers. Lists do not change with it.
        progress: Called with the number of files decoded and of all files.
        on_bad_file: Called with the error for a file that cannot be decoded, which is then left out. Without it that
            error ends the reading.

    Returns:
        The clips of the wanted words, and the noises.

    Raises:
        AudioDecodeError: A file cannot be decoded.
        DatasetError: A word does not exist, there are fewer than two, a list names a clip that is missing or in the
            other list, or a part has no clips, or train none of a word.

    References:
        Warden (2018), "Speech Commands", arXiv:1804.03209.

    Example:
        >>> import tempfile, soundfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for word in ("no", "yes"):
        ...         Path(folder, word).mkdir()
        ...         for speaker in ("ann", "bob", "cai"):
        ...             soundfile.write(f"{folder}/{word}/{speaker}_nohash_0.wav", np.zeros(8000), 8000)
        ...     found = read_speech_commands(folder)
        >>> found.words, len(found.train), len(found.valid), found.test.clips[0].shape
        (('no', 'yes'), 2, 2, (16000,))
    """
    folder = Path(folder)
    files = _files_of_words(folder, words)
    names = tuple(sorted(files))
    recordings = [Recording(file, (word,)) for word in names for file in files[word]]
    parts = _parts(folder, recordings, names, seed)
    # Decoding may take minutes: what is wrong already is said before.
    _check_parts(folder, names, recordings, parts)
    noises = [Recording(file, (NOISE_FOLDER,)) for file in sound_files(folder / NOISE_FOLDER)]
    kept, waveforms, _ = decode_all([*recordings, *noises], progress, on_bad_file)
    decoded = {recording.path: waveform for recording, waveform in zip(kept, waveforms, strict=True)}
    recordings = [recording for recording in recordings if recording.path in decoded]
    _check_parts(folder, names, recordings, parts)

    def clips_of(part: Part) -> LabelledClips:
        chosen = [recording for recording in recordings if parts[recording.path] == part]
        columns = [names.index(recording.labels[0]) for recording in chosen]
        return LabelledClips(
            [decoded[recording.path] for recording in chosen], np.eye(len(names), dtype=np.float32)[columns]
        )

    heard = [decoded[noise.path] for noise in noises if noise.path in decoded and len(decoded[noise.path])]
    return SpeechCommands(names, clips_of("train"), clips_of("valid"), clips_of("test"), heard)


def _files_of_words(folder: Path, words: Sequence[str] | None) -> dict[str, list[Path]]:
    if not folder.is_dir():
        raise DatasetError(f"{folder}: there is no such folder; correct the name")
    parts = [SoundFiles.below(part) for part in subfolders(folder)]
    merged_forms(str(folder), (part.folder.name for part in parts if part.sounds))
    warn_of_passed_over(folder, parts)
    warn_of_empty_classes(folder, parts)
    found: dict[str, list[Path]] = {}
    for part in parts:
        if part.sounds:
            found[nfc(part.folder.name)] = sorted([*found.get(nfc(part.folder.name), ()), *part.sounds])
    if not found:
        raise DatasetError(f"{folder}: no folders with sound files in it; put the clips into {folder.name}/WORD/")
    if all(name.lower() in SPLIT_NAMES for name in found):
        raise DatasetError(
            f"{folder}: its folders {', '.join(found)} are parts and not words; put the clips into {folder.name}/WORD/ "
            f"and name those of the parts in {' and '.join(PART_LISTS.values())}"
        )
    wanted = list(found) if words is None else list(dict.fromkeys(map(nfc, words)))
    for word in wanted:
        if word not in found:
            raise DatasetError(f"{folder}: no clips of the word {word!r}; {_nearest(word, found)}")
    if len(wanted) < 2:
        only = f"only the word {wanted[0]!r}" if wanted else "no words asked for"
        mend = "add the folders of others, or name the folder that holds all of them" if words is None else "name more"
        raise DatasetError(f"{folder}: {only}; two words are the least that can be told apart; {mend}")
    return {word: found[word] for word in wanted}


def _nearest(word: str, found: Collection[str]) -> str:
    lower = {name.lower(): name for name in found}
    close = [lower[name] for name in get_close_matches(word.lower(), lower)]
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"choose from {', '.join(found)}"


def _parts(folder: Path, recordings: list[Recording], words: Collection[str], seed: int) -> dict[Path, Part]:
    """Say which part each file belongs to."""
    clips = {recording.path: clip_of(recording.path.relative_to(folder).as_posix()) for recording in recordings}
    lists = read_part_lists(folder, words, clips.values())
    listed = {clip: part for part, members in lists.items() for clip in members}
    parts: dict[Path, Part] = {path: listed.get(clip, "train") for path, clip in clips.items()}
    speakers = {path: path.name.rpartition(".")[0].partition("_nohash_")[0] for path in parts}
    free = set(speakers.values()) - {speakers[path] for path, part in parts.items() if part != "train"}
    for part in PART_LISTS:
        if part not in lists and free:
            chosen = _held_out(free, PART_BEGINS[part], seed)
            parts.update({path: part for path, speaker in speakers.items() if speaker in chosen})
            free -= chosen
    return parts


def _held_out(speakers: set[str], begin: float, seed: int) -> set[str]:
    """Choose the speakers of a part: those who stand in its tenth of the scale, or else the next one after it began."""
    distance = {speaker: (_place(speaker, seed) - begin) % 100 for speaker in sorted(speakers)}
    nearest = min(distance, key=lambda speaker: distance[speaker])
    return {speaker for speaker in speakers if distance[speaker] < PART_PERCENT} or {nearest}


def _place(speaker: str, seed: int) -> float:
    """Spread speakers over 0 to 100, by the published rule when the seed is 0."""
    text = speaker if seed == 0 else f"{seed} {speaker}"
    number = int(hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(), 16)
    return number % (MAX_NUM_WAVS_PER_CLASS + 1) * (100.0 / MAX_NUM_WAVS_PER_CLASS)


def _check_parts(folder: Path, words: Sequence[str], recordings: list[Recording], parts: dict[Path, Part]) -> None:
    learnt = {recording.labels[0] for recording in recordings if parts[recording.path] == "train"}
    filled = {parts[recording.path] for recording in recordings}
    for part, name in PART_LISTS.items():
        if part not in filled:
            mend = f"name some in {name}" if (folder / name).is_file() else f"add speakers, or a {name}"
            raise DatasetError(f"{folder}: no {part} clips of any of the words {', '.join(words)}; {mend}")
    for word in words:
        if word not in learnt:
            raise DatasetError(
                f"{folder}: no train clips of the word {word!r}; add some, name fewer clips in "
                f"{' or '.join(PART_LISTS.values())}, or leave the word out"
            )
