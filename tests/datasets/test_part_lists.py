"""Lists of what is held out, as several systems write them; both readers take them alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.list_recordings import list_recordings
from autospeech.datasets.listing_warning import ListingWarning
from autospeech.datasets.speech_commands import read_speech_commands


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for word in ("no", "cafe\u0301"):
        (tmp_path / word).mkdir()
        for number in range(1, 5):
            soundfile.write(tmp_path / word / f"{number}.flac", np.zeros(160 * number), 16000)
    (tmp_path / "validation_list.txt").write_text("no/1.wav\ncaf\u00e9/1.wav\n", "utf-8")
    return tmp_path


TEXTS = {
    "plain": "no/2.wav\ncafé/3.wav\n".encode(),
    "byte-order mark": "\ufeffno/2.wav\ncafé/3.wav\n".encode(),
    "UTF-16": "no/2.wav\ncafé/3.wav\n".encode("utf-16"),
    "backslashes": "no\\2.wav\r\ncafé\\3.wav\r\n".encode(),
    "suffix as it is": b"./no/2.flac\n\n cafe\xcc\x81/3.flac",
    "no suffix": "no/2\ncafé/3".encode(),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_both_readers(folder: Path, text: bytes) -> None:
    (folder / "testing_list.txt").write_bytes(text)
    found = [one.path.relative_to(folder).as_posix() for one in list_recordings(folder) if one.split == "test"]
    assert found == ["cafe\u0301/3.flac", "no/2.flac"]
    commands = read_speech_commands(folder)
    assert commands.words == ("caf\u00e9", "no")
    assert [len(clip) // 160 for clip in commands.test.clips] == [3, 2]
    assert [len(clip) // 160 for clip in commands.valid.clips] == [1, 1]


def test_lines_of_words_without_a_folder_are_told(folder: Path) -> None:
    (folder / "testing_list.txt").write_text("no/2.wav\ntree/1.wav\ntree/2.wav\n")
    for read in (list_recordings, read_speech_commands):
        with pytest.warns(ListingWarning, match=r"2 of its 3 lines are of words without a folder.*tree/1\.wav"):
            read(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no/2.wav\nno/9.wav\n", r"no/9\.wav is not in the folder"),
        ("no/1.wav\n", "no/1 stands in validation_list.txt and in testing_list.txt"),
        ("2.wav\n", "line 1: '2.wav' names no word"),
        ("/home/ann/no/2.wav\n", "is of no word that has a folder here"),
    ],
)
def test_wrong_lists(folder: Path, text: str, message: str) -> None:
    (folder / "testing_list.txt").write_text(text)
    with pytest.raises(DatasetError, match=message):
        list_recordings(folder)


def test_a_list_that_is_no_text(folder: Path) -> None:
    (folder / "testing_list.txt").write_bytes(b"no/\xff.wav\n")
    with pytest.raises(DatasetError, match=r"testing_list\.txt: not a list in UTF-8"):
        list_recordings(folder)
