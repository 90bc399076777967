"""What of a folder is listed, and what is said of the rest."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.audio.decode import AudioDecodeError, decode
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.list_recordings import list_recordings
from autospeech.datasets.list_sounds import list_sounds
from autospeech.datasets.listing_warning import ListingWarning
from autospeech.datasets.noise_folder import read_noise_folder
from autospeech.datasets.sound_suffixes import DOCUMENT_SUFFIXES, LIBSNDFILE_SUFFIXES, MEDIA_SUFFIXES
from autospeech.datasets.speech_commands import read_speech_commands

FORMATS = {
    ".wave": "WAV", ".bwf": "WAV", ".oga": "OGG", ".opus": "OGG", ".mp2": "MP3", ".aif": "AIFF", ".aifc": "AIFF",
    ".snd": "AU", ".sph": "NIST", ".nist": "NIST", ".sf": "IRCAM", ".8svx": "SVX",
    ".iff": "SVX", ".amb": "WAVEX", ".fap": "PAF", ".mp1": "MP3", ".mpga": "MP3",
}  # fmt: skip


def make_tree(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def told(call: object, *arguments: object) -> tuple[object, list[str]]:
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        answer = call(*arguments)  # type: ignore[operator]
    return answer, [str(one.message) for one in found if issubclass(one.category, ListingWarning)]


@pytest.mark.parametrize("suffix", sorted(LIBSNDFILE_SUFFIXES))
def test_libsndfile_reads_what_is_listed_for_it(tmp_path: Path, suffix: str) -> None:
    kind = FORMATS.get(suffix, suffix[1:].upper())
    (tmp_path / "a").mkdir()
    file = tmp_path / "a" / f"1{suffix.upper()}"
    soundfile.write(file, np.zeros(1600), 16000, format=kind, subtype="OPUS" if suffix == ".opus" else None)
    assert [found.path for found in list_recordings(tmp_path)] == [file]
    assert soundfile.info(file).samplerate == 16000


def test_no_suffix_is_of_two_kinds() -> None:
    assert not LIBSNDFILE_SUFFIXES & MEDIA_SUFFIXES
    assert not (LIBSNDFILE_SUFFIXES | MEDIA_SUFFIXES) & DOCUMENT_SUFFIXES
    assert {".m4a", ".aac", ".mp4", ".m4b", ".3gp", ".amr", ".webm", ".wma", ".mka", ".mkv", ".mov", ".ac3"} <= (
        MEDIA_SUFFIXES
    )


def test_folders_with_an_underscore_are_left_out_and_files_are_not(tmp_path: Path) -> None:
    folder = make_tree(
        tmp_path, "yes/_x.wav", "yes/._x.wav", "yes/.y.wav", "no/1.wav", "no/_old/2.wav", "_background_noise_/3.wav"
    )
    found, said = told(list_recordings, folder)
    assert [one.path for one in found] == [folder / "no/1.wav", folder / "yes/_x.wav"]  # type: ignore[attr-defined]
    assert said == [f"passed over: 1 sound files in {folder}, in inner folders whose names begin with _; rename these"]
    sounds, said = told(list_sounds, folder)
    assert sounds == [folder / "no/1.wav", folder / "yes/_x.wav"]
    assert "passed over: 2 sound files" in said[0]
    # The folder that is named itself counts, whatever its name.
    assert list_sounds(folder / "_background_noise_") == [folder / "_background_noise_/3.wav"]


def test_what_is_passed_over_is_counted_by_suffix(tmp_path: Path) -> None:
    names = [f"yes/{number}.xyz" for number in range(12)]
    folder = make_tree(tmp_path, "yes/1.wav", "no/1.wav", *names, "no/2.PCM", "no/notes.txt", "no/README", "no/3")
    for call in (list_recordings, list_sounds):
        _, said = told(call, folder)
        assert len(said) == 1
        assert said[0].startswith(f"passed over: 12 .xyz, 1 .pcm, 1 without a suffix in {folder};")


def test_documents_are_worth_no_word(tmp_path: Path) -> None:
    folder = make_tree(tmp_path, "yes/1.wav", "no/1.wav", "no/a.txt", "no/b.json", "no/c.JPG", "docs/d.md", "e.py")
    for call in (list_recordings, list_sounds):
        assert told(call, folder)[1] == []
    # But where there is nothing else.
    for call in (list_recordings, list_sounds):
        with pytest.raises(DatasetError, match=r"no sound files found.*1 \.md"):
            call(folder / "docs")


def test_a_class_that_is_passed_over_is_named(tmp_path: Path) -> None:
    folder = make_tree(tmp_path, "cat/1.wav", "dog/1.wav", "wolf/1.xyz", "wolf/2.xyz", "docs/a.txt")
    found, said = told(list_recordings, folder)
    assert [one.labels for one in found] == [("cat",), ("dog",)]  # type: ignore[attr-defined]
    assert len(said) == 1 and "in the class folders wolf (2 .xyz)" in said[0]
    (folder / "dog/1.wav").rename(folder / "dog/1.xyz")
    with pytest.raises(DatasetError, match=r"only the class 'cat' .* dog \(1 \.xyz\), wolf \(2 \.xyz\)"):
        list_recordings(folder)
    (folder / "cat/1.wav").unlink()
    with pytest.raises(DatasetError, match=r"no sound files found; passed over: dog \(1 \.xyz\), wolf"):
        list_recordings(folder)


def test_a_class_that_is_passed_over_in_a_part_is_named(tmp_path: Path) -> None:
    folder = make_tree(tmp_path, "train/cat/1.wav", "train/dog/1.wav", "test/cat/2.wav", "test/dog/2.xyz")
    _, said = told(list_recordings, folder)
    assert len(said) == 1 and f"test{os.sep}dog (1 .xyz)" in said[0]


def test_links_that_lead_nowhere_do_not_vanish(tmp_path: Path) -> None:
    folder = make_tree(tmp_path, "cat/1.wav")
    (folder / "dog").mkdir()
    (folder / "dog/1.wav").symlink_to("../.git/annex/objects/1.wav")
    os.mkfifo(folder / "cat/pipe.wav")
    (folder / "cat/to_pipe.wav").symlink_to("pipe.wav")
    assert [found.path.name for found in list_recordings(folder)] == ["1.wav", "1.wav"]
    with pytest.raises(AudioDecodeError, match=r"dog/1\.wav: there is no such file"):
        decode(folder / "dog/1.wav")


def test_sounds_beside_the_class_folders_are_told(tmp_path: Path) -> None:
    folder = make_tree(tmp_path, "cat/1.wav", "dog/1.wav", "stray.wav", "stray.mp3", "README.md")
    _, said = told(list_recordings, folder)
    assert len(said) == 1 and "lie in no class folder are left out: 2 (" in said[0] and "stray.mp3" in said[0]


def test_speech_commands_and_noises_tell_too(tmp_path: Path) -> None:
    for word in ("no", "yes"):
        (tmp_path / word).mkdir()
        for speaker in "abc":
            soundfile.write(tmp_path / word / f"{speaker}_nohash_0.wav", np.zeros(160), 16000)
    make_tree(tmp_path, "no/1.xyz", "maybe/1.xyz")
    _, said = told(read_speech_commands, tmp_path)
    assert len(said) == 2 and "1 .xyz" in said[0] and "maybe (1 .xyz)" in said[1]
    _, said = told(read_noise_folder, tmp_path / "no")
    assert len(said) == 1 and "1 .xyz" in said[0]


def test_every_file_that_is_named_is_listed(tmp_path: Path) -> None:
    names = ("a.wav", "b.amr", "c.m4a", "d.xyz", "e", "f.txt")
    folder = make_tree(tmp_path, *names)
    assert list_sounds([folder / name for name in names]) == [folder / name for name in names]
    # One that is not there is told of in its line.
    assert list_sounds([folder / "a.wav", folder / "lost.wav"]) == [folder / "a.wav", folder / "lost.wav"]
