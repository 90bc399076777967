"""Files looked up by names as other machines and programs write them."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest

from autospeech.datasets.csv_table import read_table
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.find_file import FileFinder
from autospeech.datasets.listing_warning import ListingWarning

NFC, NFD = "Mu\u0308ller".replace("u\u0308", "\u00fc"), "Mu\u0308ller"


def make_tree(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


@pytest.mark.parametrize(
    ("there", "name"),
    [
        ("audio/a.wav", "audio/a.wav"),
        ("audio/a.wav", "./audio/../audio/a.wav"),
        ("audio/a.wav", r"audio\a.wav"),
        ("audio/a.wav", r".\audio\a.wav"),
        ("audio/a.wav", r"C:\data\audio\a.wav"),
        ("audio/a.wav", "C:/data/audio/a.wav"),
        ("audio/a.wav", r"\\server\share\audio\a.wav"),
        ("audio/a.wav", "/home/other/data/audio/a.wav"),
        ("a.wav", "/home/other/data/audio/a.wav"),
        ("audio/a.wav", "file:///C:/data/audio/a.wav"),
        ("audio/a.wav", "data/audio/a.wav"),  # The table lies in `data`.
        ("audio/a.wav", "a.wav"),
        ("audio/a.WAV", "a.mp3"),
        ("audio/fold1/a.wav", "a.wav"),
        ("audio/a.WAV", "audio/a.wav"),
        ("Sounds/A.wav", "sounds/a.WAV"),
        ("audio/a.wav", "audio/a"),
        ("audio/a.wav", "audio/a.mp3"),
        ("audio/a.wav", r"D:\AUDIO\a.MP3"),
        ("audio/rec_01.02.wav", "audio/rec_01.02"),
        (f"{NFD}/{NFD}.wav", f"{NFC}/{NFC}.wav"),
        (f"{NFC}/{NFC}.wav", f"{NFD}/{NFD}.wav"),
        ("back\\slash.wav", "back\\slash.wav"),
        ("a/1.wav", "a/1"),  # Beside a folder of this name.
    ],
)
def test_found(tmp_path: Path, there: str, name: str) -> None:
    folder = make_tree(tmp_path / "data", there, "other/b.wav", "a/1/c.wav", "audio/a.txt")
    found = FileFinder(folder).find(name)
    assert [path.resolve() for path in found] == [folder / there]


@pytest.mark.parametrize(
    ("there", "name"),
    [
        ("1.wav", "ann/1.wav"),  # A relative path says which folder, so that another one's file is not taken.
        ("rec.wav", "rec.v1"),
        ("rec_01.wav", "rec_01.02"),
        ("a.txt", "a.wav"),
        ("a.wav", "b.wav"),
        ("a.wav", "."),
        ("a.wav", "/"),
        ("a.wav", "../"),
        ("a.wav", "nul\0.wav"),
        ("a.wav", "long" * 1000 + ".wav"),
        ("a.wav", "/x" * 60000 + "/b.wav"),
    ],
)
def test_not_found(tmp_path: Path, there: str, name: str) -> None:
    assert FileFinder(make_tree(tmp_path / "data", there)).find(name) == []


@pytest.mark.parametrize(
    ("there", "name"),
    [
        (("a.wav", "a.flac"), "a"),
        (("a.wav", "a.flac"), "a.mp3"),
        (("A.wav", "a.WAV"), "a.wav"),
        (("x/a.wav", "y/z/a.wav"), "a.wav"),
        (("Audio/a.wav", "AUDIO/a.wav"), "audio/a.wav"),
    ],
)
def test_two_that_fit_are_an_error_that_names_both(tmp_path: Path, there: tuple[str, str], name: str) -> None:
    folder = make_tree(tmp_path, *there)
    (folder / "t.csv").write_text(f"file_name,label\n{name},x\n")
    with pytest.raises(DatasetError) as error:
        read_table(folder / "t.csv")
    assert "line 2" in str(error.value)
    assert all(str(folder / one) in str(error.value) for one in there)


def test_a_bare_name_is_of_the_folder_that_holds_sounds(tmp_path: Path) -> None:
    folder = make_tree(tmp_path, "a.wav", "louder/b.wav", ".old/c.wav", "_old/c.wav")
    assert FileFinder(folder).find("b.wav") == []
    (folder / "a.wav").unlink()
    assert FileFinder(folder).find("b.wav") == [folder / "louder/b.wav"]
    assert FileFinder(folder).find("c.wav") == []


def test_the_exact_name_counts_first(tmp_path: Path) -> None:
    folder = make_tree(tmp_path, "a.wav", "A.wav", "a.flac", "a.WAV")
    assert FileFinder(folder).find("a.WAV") == [folder / "a.WAV"]


def test_the_longest_part_of_a_path_counts_first(tmp_path: Path) -> None:
    folder = make_tree(tmp_path, "ann/1.wav", "1.wav", "x/ann/1.wav")
    assert FileFinder(folder).find("/mnt/x/ann/1.wav") == [folder / "x/ann/1.wav"]
    assert FileFinder(folder).find("/mnt/y/ann/1.wav") == [folder / "ann/1.wav"]


def test_two_rows_that_lead_to_one_file(tmp_path: Path) -> None:
    folder = make_tree(tmp_path, "a.wav")
    (folder / "t.csv").write_text("file_name,label\na.wav,x\na.mp3,y\n")
    with pytest.raises(DatasetError, match=r"line 3: a\.mp3 \(found as .*a\.wav\) is listed twice \(first in line 2\)"):
        read_table(folder / "t.csv")


def test_what_was_tried_is_told_of_files_that_are_not_there(tmp_path: Path) -> None:
    folder = make_tree(tmp_path, "a.wav")
    (folder / "t.csv").write_text("file_name,label\na.wav,x\nb.wav,y\nc.wav,y\n")
    with pytest.warns(ListingWarning) as told:
        assert [found.path.name for found in read_table(folder / "t.csv")] == ["a.wav", "b.wav", "c.wav"]
    assert len(told) == 1
    text = str(told[0].message)
    assert "t.csv: 2 of its 3 files are not there; correct the names or take the lines out" in text
    assert "the first, b.wav (line 3), was looked for from" in text
    assert str(folder) in text and "with another suffix or none" in text


def test_the_part_is_that_of_the_folder_where_the_file_was_found(tmp_path: Path) -> None:
    folder = make_tree(tmp_path, "train/a.wav", "test/b.wav")
    (folder / "t.csv").write_text("file_name,label\ntrain\\a.wav,x\nC:\\x\\test\\b.wav,y\n")
    assert [found.split for found in read_table(folder / "t.csv")] == ["train", "test"]


def test_a_folder_that_may_be_entered_but_not_listed_is_no_missing_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_tree(tmp_path, "a.wav")

    def forbidden(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Root, which tests may run as, is never refused.
    monkeypatch.setattr("os.scandir", forbidden)
    assert FileFinder(folder).find("a.wav") == [folder / "a.wav"]
    assert FileFinder(folder).find("b.wav") == []


def test_links_in_circles_end(tmp_path: Path) -> None:
    for name in ("aB", "Ab"):
        (tmp_path / name).symlink_to(tmp_path)
    began = time.monotonic()
    assert FileFinder(tmp_path).find("ab/" * 30 + "x.wav") == []
    assert time.monotonic() - began < 5


def test_many_files_are_looked_up_quickly(tmp_path: Path) -> None:
    folder = make_tree(tmp_path, *(f"{part}/{number}.wav" for part in range(4) for number in range(1000)))
    names = [rf"C:\sounds\{part}\{number}.MP3" for part in range(4) for number in range(1000)]
    finder = FileFinder(folder)
    began = time.process_time()
    assert sum(len(finder.find(name)) for name in names) == 4000
    assert time.process_time() - began < 4


def test_both_unicode_forms_are_the_same_text() -> None:
    assert unicodedata.normalize("NFD", NFC) == NFD != NFC
