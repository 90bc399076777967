"""A folder laid out as Speech Commands is, with real files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.audio.decode import AudioDecodeError
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.speech_commands import SpeechCommands, read_speech_commands

# From the published lists of version 0.02.
VALID_SPEAKERS = ["8b775397", "2643992f", "060cd039", "f5e5e8b0", "dbb40d24", "d57febf0", "16db1582", "171b56dc"]
TEST_SPEAKERS = ["2aa787cf", "ffa76c4a", "24ad3ebe", "d7467392", "5828dfa2", "91223b83", "f0ae7203", "95ba4996"]
TRAIN_SPEAKERS = ["01b4757a", "4a294341", "7846fd85", "a0cdfb5d"]


def make_folder(folder: Path, *names: str) -> Path:
    """Write a clip for each name, whose length tells its number."""
    for number, name in enumerate(names, start=1):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        opus = {"format": "OGG", "subtype": "OPUS"} if name.endswith(".opus") else {}
        soundfile.write(folder / name, np.sin(np.arange(160 * number) / 5), 16000, **opus)
    return folder


def spoken(words: str, speakers: list[str], suffix: str = "wav") -> list[str]:
    return [f"{word}/{speaker}_nohash_0.{suffix}" for word in words.split() for speaker in speakers]


def numbers(part: LabelledClips) -> list[int]:
    return [len(clip) // 160 for clip in part.clips]


def members(found: SpeechCommands) -> tuple[list[int], list[int], list[int]]:
    return numbers(found.train), numbers(found.valid), numbers(found.test)


def write_lists(folder: Path, valid: str | None, test: str | None) -> Path:
    for name, lines in (("validation_list.txt", valid), ("testing_list.txt", test)):
        if lines is not None:
            (folder / name).write_text("\n".join(lines.split()) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("suffix", ["wav", "flac", "opus"])
def test_lists_of_wavs_part_clips_of_any_format(tmp_path: Path, suffix: str) -> None:
    names = [f"{word}/{take}.{suffix}" for word in ("yes", "no") for take in "1234"]
    folder = make_folder(tmp_path, *names)
    write_lists(folder, "yes/2.wav ./no/1.wav", "no\\4.wav yes/1.wav yes/3.wav")
    found = read_speech_commands(folder)
    assert found.words == ("no", "yes")
    assert members(found) == ([6, 7, 4], [5, 2], [8, 1, 3])
    np.testing.assert_array_equal(found.train.labels, [[1, 0], [1, 0], [0, 1]])
    assert found.train.labels.dtype == found.train.clips[0].dtype == np.float32
    assert found.noises == []


def test_lines_of_other_words_do_not_count(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, *(f"{word}/{take}.wav" for word in ("up", "down", "go") for take in "123"))
    write_lists(folder, "up/1.wav tree/9.wav down/2.wav go/9.wav", "up/2.wav down/1.wav tree/9.wav")
    found = read_speech_commands(folder, ["up", "down", "up"])
    assert found.words == ("down", "up")
    assert members(found) == ([6, 3], [5, 1], [4, 2])


def test_noises_are_read_at_16_khz_and_are_no_word(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, *spoken("no yes", VALID_SPEAKERS[:1] + TEST_SPEAKERS[:1] + TRAIN_SPEAKERS))
    (folder / "_background_noise_").mkdir()
    (folder / "_background_noise_" / "README.md").write_text("noises")
    soundfile.write(folder / "_background_noise_" / "tap.wav", np.zeros((8000, 2)), 8000)
    soundfile.write(folder / "_background_noise_" / "nothing.wav", np.zeros(0), 8000)
    steps: list[tuple[int, int]] = []
    found = read_speech_commands(folder, progress=lambda done, total: steps.append((done, total)))
    assert found.words == ("no", "yes")
    assert [noise.shape for noise in found.noises] == [(16000,)]
    assert steps == [(done, 14) for done in range(1, 15)]


def test_without_lists_speakers_go_where_the_published_ones_went(tmp_path: Path) -> None:
    speakers = [*VALID_SPEAKERS, *TEST_SPEAKERS, *TRAIN_SPEAKERS]
    found = read_speech_commands(make_folder(tmp_path, *spoken("no yes", speakers, "flac")))
    valid, test, train = range(1, 9), range(9, 17), range(17, 21)
    assert [sorted(part) for part in members(found)] == [
        sorted([*part, *(number + 20 for number in part)]) for part in (train, valid, test)
    ]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_speaker_stands_in_two_parts(tmp_path: Path, seed: int) -> None:
    names = [f"{word}/s{take % 30}_nohash_{take // 30}.wav" for word in ("no", "yes") for take in range(60)]
    found = read_speech_commands(make_folder(tmp_path, *names), seed=seed)
    speakers = [{(number - 1) % 60 % 30 for number in part} for part in members(found)]
    assert sum(map(len, speakers)) == len(set.union(*speakers)) == 30
    assert len(speakers[0]) > 18
    assert members(found) == members(read_speech_commands(tmp_path, seed=seed))
    assert seed == 0 or members(found) != members(read_speech_commands(tmp_path))


def test_three_speakers_are_enough(tmp_path: Path) -> None:
    found = read_speech_commands(make_folder(tmp_path, *spoken("no yes", TRAIN_SPEAKERS[:3])))
    assert [len(part) for part in members(found)] == [2, 2, 2]


def test_files_that_name_no_speaker_are_parted_one_by_one(tmp_path: Path) -> None:
    found = read_speech_commands(
        make_folder(tmp_path, *(f"{word}/{word}{take}.wav" for word in "ab" for take in "123"))
    )
    assert [len(part) for part in members(found)] == [4, 1, 1]


@pytest.mark.parametrize("missing", ["valid", "test"])
def test_with_one_list_the_other_part_is_drawn_from_other_speakers(tmp_path: Path, missing: str) -> None:
    speakers = [VALID_SPEAKERS[0], TEST_SPEAKERS[0], *TRAIN_SPEAKERS[:2]]
    folder = make_folder(tmp_path, *spoken("no yes", speakers))
    # The list names one clip of a speaker whom the rule would send to the part that is drawn, and one of a third.
    taken = {"valid": VALID_SPEAKERS, "test": TEST_SPEAKERS}[missing][0]
    listed = f"no/{taken}_nohash_0.wav yes/{TRAIN_SPEAKERS[0]}_nohash_0.wav"
    write_lists(folder, None if missing == "valid" else listed, None if missing == "test" else listed)
    found = read_speech_commands(folder)
    given, drawn = (found.test, found.valid) if missing == "valid" else (found.valid, found.test)
    assert sorted(numbers(given)) == sorted([1 + speakers.index(taken), 7])
    # Nobody is left in the rule's own tenth, so that the next in line is: for the test part that is another one.
    assert len(drawn) == 2 and len({(number - 1) % 4 for number in numbers(drawn)}) == 1
    assert not {(number - 1) % 4 for number in numbers(drawn)} & {speakers.index(taken), 2}
    assert sum(map(len, members(found))) == 8


CLIPS = [f"{word}/{take}.wav" for word in ("go", "stop", "right") for take in "123"]
BAD_FOLDERS = {
    "there is no such folder": ([], {}, None),
    r"no folders with sound files in it; put the clips into \w+/WORD/": (["1.wav"], {}, None),
    r"only the word 'go'; .* add the folders of others": (["go/1.wav", "go/2.wav"], {}, None),
    r"only the word 'go'; .* name more": (CLIPS, {}, ["go", "go"]),
    "no words asked for": (CLIPS, {}, []),
    "no clips of the word 'Rihgt'; did you mean right": (CLIPS, {}, ["go", "Rihgt"]),
    "no clips of the word 'yes'; choose from go, right, stop": (CLIPS, {}, ["go", "yes"]),
    "its folders test, train are parts and not words": (["train/go/1.wav", "test/go/1.wav"], {}, None),
    r"validation_list.txt: go/7.wav is not in the folder \(nor are 1 others\)": (
        CLIPS,
        {"valid": "go/1.wav go/7.wav right/7.wav", "test": "go/2.wav"},
        None,
    ),
    r"go/2 stands in validation_list.txt and in testing_list.txt": (
        CLIPS,
        {"valid": "go/1.wav go/2.wav", "test": "go/2.wav"},
        None,
    ),
    r"testing_list.txt, line 2: '2.wav' names no word": (CLIPS, {"test": "go/1.wav 2.wav"}, None),
    "no valid clips of any of the words go, stop; name some in validation_list.txt": (
        CLIPS,
        {"valid": "right/1.wav", "test": "go/2.wav"},
        ["go", "stop"],
    ),
    "no test clips .* add speakers, or a testing_list.txt": (spoken("go stop", ["ann"]), {}, None),
    "no train clips of the word 'go'": (CLIPS, {"valid": "go/1.wav go/3.wav", "test": "go/2.wav"}, None),
}


@pytest.mark.parametrize(("message", "given"), BAD_FOLDERS.items(), ids=BAD_FOLDERS.keys())
def test_bad_folders(tmp_path: Path, message: str, given: tuple[list[str], dict[str, str], list[str] | None]) -> None:
    names, lists, words = given
    folder = make_folder(tmp_path / "commands", *names)
    if lists:
        write_lists(folder, lists.get("valid"), lists.get("test"))
    with pytest.raises(DatasetError, match=message):
        read_speech_commands(folder, words)


def test_a_list_that_is_no_text(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, *CLIPS)
    (folder / "testing_list.txt").write_bytes(b"go/\xff.wav\n")
    with pytest.raises(DatasetError, match=r"testing_list\.txt: not a list in UTF-8"):
        read_speech_commands(folder)


def test_files_that_do_not_decode_end_the_reading_or_are_left_out(tmp_path: Path) -> None:
    folder = write_lists(make_folder(tmp_path, *CLIPS, "_background_noise_/hiss.wav"), "go/1.wav", "stop/2.wav")
    (folder / "go" / "2.wav").write_bytes(b"RIFF")
    (folder / "_background_noise_" / "hum.wav").write_text("no sound")
    with pytest.raises(AudioDecodeError, match=r"2\.wav"):
        read_speech_commands(folder)
    bad: list[AudioDecodeError] = []
    found = read_speech_commands(folder, on_bad_file=bad.append)
    assert [error.path.name for error in bad] == ["2.wav", "hum.wav"]
    assert members(found) == ([3, 7, 8, 9, 4, 6], [1], [5])
    assert [len(noise) for noise in found.noises] == [1600]


def test_a_part_whose_files_are_all_damaged_is_empty(tmp_path: Path) -> None:
    folder = write_lists(make_folder(tmp_path, *CLIPS), "go/1.wav", "stop/2.wav")
    (folder / "stop" / "2.wav").write_bytes(b"")
    with pytest.raises(DatasetError, match="no test clips of any of the words go, right, stop"):
        read_speech_commands(folder, on_bad_file=lambda error: None)
