"""Small copies of data sets whose file names tell all."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from autospeech.datasets.audio_folder import NoLabelsError
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.list_recordings import list_recordings
from autospeech.datasets.sound_reader import SoundReader
from autospeech.datasets.training_sounds import TrainingSounds


def test_emodb(tmp_path: Path, make_sounds, listed) -> None:
    names = ["03a01Fa", "03a01Nc", "03a02Wb", "08a01Lb", "08b10Ea", "09a05Ac", "09a07Td"]
    folder = make_sounds(tmp_path / "emodb", [f"wav/{name}.wav" for name in names])
    (folder / "erkennung.txt").write_text("03a01Fa 90.00\n")
    (folder / "silb").mkdir()
    labels = ["happiness", "neutral", "anger", "boredom", "disgust", "fear", "sadness"]
    expected = [(f"{name}.wav", label, None, f"speaker {name[:2]}") for name, label in zip(names, labels, strict=True)]
    assert listed(folder) == listed(folder / "wav") == listed(folder, label="emotion", group="speaker") == expected
    with pytest.raises(DatasetError, match="say nothing of 'text'; they tell the label 'emotion'"):
        list_recordings(folder, label="text")


def test_cremad(tmp_path: Path, make_sounds, listed) -> None:
    told = {"ANG": "anger", "DIS": "disgust", "FEA": "fear", "HAP": "happiness", "NEU": "neutral", "SAD": "sadness"}
    names = [f"{actor}_IEO_{short}_HI" for actor in (1001, 1091) for short in told]
    folder = make_sounds(tmp_path, [f"AudioWAV/{name}.wav" for name in names])
    expected = [(f"{name}.wav", told[name[9:12]], None, f"actor {name[:4]}") for name in names]
    assert listed(folder) == listed(folder / "AudioWAV") == listed(folder, label="emotion", group="actor") == expected


def test_fsdd(tmp_path: Path, make_sounds, listed) -> None:
    names = [f"{digit}_{who}_{n}" for digit in (0, 9) for who in ("george", "jackson") for n in (0, 12)]
    folder = make_sounds(tmp_path / "fsdd", [f"recordings/{name}.wav" for name in names])
    expected = [(f"{name}.wav", name[0], None, f"speaker {name.split('_')[1]}") for name in names]
    assert listed(folder) == listed(folder / "recordings") == expected
    with pytest.raises(NoLabelsError):
        list_recordings(make_sounds(tmp_path / "takes", ["1_bob_2.wav", "2_bob_2.wav"]))


def test_esc10_in_folders_of_its_classes(tmp_path: Path, make_sounds, listed) -> None:
    names = ["001 - Dog bark/1-100032-A.ogg", "001 - Dog bark/2-114587-A.ogg", "002 - Rain/1-17367-A.ogg"]
    folder = make_sounds(tmp_path, names)
    expected = [(name.split("/")[1], name.split("/")[0], None, f"fold {name.split('/')[1][0]}") for name in names]
    assert listed(folder) == listed(folder, group="fold") == expected
    assert [one.source for one in list_recordings(folder)] == ["100032", "114587", "17367"]
    make_sounds(folder, ["002 - Rain/mine.ogg"])
    assert {group for *_, group in listed(folder)} == {None}


def test_ravdess(tmp_path: Path, make_sounds, listed) -> None:
    actors = ("01", "02", "24")
    names = [f"Actor_{actor}/03-01-{emotion:02}-01-02-01-{actor}.wav" for actor in actors for emotion in (1, 5, 8)]
    folder = make_sounds(tmp_path / "ravdess", names)
    told = {1: "neutral", 5: "angry", 8: "surprised"}
    expected = [
        (f"03-01-{emotion:02}-01-02-01-{actor}.wav", told[emotion], None, f"actor {actor}")
        for actor in actors
        for emotion in (1, 5, 8)
    ]
    assert listed(folder) == expected
    assert listed(folder / "Actor_24") == expected[6:]
    # Speech and song in folders of their own, as published.
    apart = tmp_path / "apart"
    shutil.copytree(folder, apart / "Audio_Speech_Actors_01-24")
    make_sounds(apart, ["Audio_Song_Actors_01-24/Actor_01/03-02-04-01-02-01-01.wav"])
    assert listed(apart) == [("03-02-04-01-02-01-01.wav", "sad", None, "actor 01"), *expected]
    # A film without sound.
    (folder / "Actor_24/02-01-05-01-02-01-24.wav").write_bytes(b"film")
    assert listed(folder) == expected
    # A copy that is about holds everything twice.
    shutil.copytree(folder, folder / "audio_speech_actors_01-24")
    with pytest.warns(UserWarning, match="audio_speech_actors_01-24 does not"):
        assert listed(folder) == expected


def test_folders_beside_those_of_actors_are_told_of(tmp_path: Path, make_sounds) -> None:
    names = ["Actor_01/03-01-01-01-02-01-01.wav", "Actor_02/03-01-05-01-02-01-02.wav", "noise/1.wav"]
    with pytest.warns(UserWarning, match="the folders of actors count, noise does not"):
        assert len(list_recordings(make_sounds(tmp_path, names))) == 2


def test_a_name_that_does_not_tell_is_told_of(tmp_path: Path, make_sounds) -> None:
    folder = make_sounds(
        tmp_path, ["Actor_01/03-01-01-01-02-01-01.wav", "Actor_02/03-01-05-01-02-01-02.wav", "Actor_02/hum.wav"]
    )
    with pytest.warns(UserWarning, match=r"1 of 3 files are left out.*Actor_02/hum.wav"):
        assert len(list_recordings(folder)) == 2


@pytest.mark.parametrize("genres", ["genres", "genres_original"])
def test_gtzan(tmp_path: Path, make_sounds, listed, genres: str) -> None:
    names = [f"{genres}/{genre}/{genre}.{n:05}.wav" for genre in ("blues", "jazz", "hiphop") for n in range(4)]
    folder = make_sounds(tmp_path / "Data", names)
    (folder / "images_original/blues").mkdir(parents=True)
    (folder / "images_original/blues/blues00000.png").write_bytes(b"png")
    features = [f"{Path(name).name},661794,0.35,{Path(name).name.split('.')[0]}" for name in names]
    (folder / "features_30_sec.csv").write_text("filename,length,rms,label\n" + "\n".join(features) + "\n")
    expected = [(Path(name).name, Path(name).parent.name, None, None) for name in sorted(names)]
    assert listed(folder) == listed(folder / genres) == expected
    # One of the published files is damaged.
    (folder / f"{genres}/jazz/jazz.00002.wav").write_bytes(b"RIFF\x00")
    found = list_recordings(folder)
    labels = sorted({one.labels[0] for one in found})
    matrix = np.eye(3)[[labels.index(one.labels[0]) for one in found]]
    read = TrainingSounds.read([one.path for one in found], matrix, reader=SoundReader())
    assert len(read.errors) == 1
    assert "jazz.00002.wav" in read.errors[0]
    assert len(read.clips) == 11


def test_speech_commands_names_speakers(tmp_path: Path, make_sounds, listed) -> None:
    names = [f"{word}/{who}_nohash_{n}.wav" for word in ("no", "yes") for who in ("0a7c", "b1d2") for n in (0, 1)]
    folder = make_sounds(tmp_path / "speech_commands", [*names, "_background_noise_/hiss.wav", "no/mine.wav"])
    (folder / "testing_list.txt").write_text("".join(f"{name}\n" for name in names if "b1d2" in name))
    expected = [
        (
            Path(name).name,
            Path(name).parent.name,
            "test" if "b1d2" in name else "train",
            f"speaker {Path(name).name[:4]}",
        )
        for name in names
    ]
    expected.insert(4, ("mine.wav", "no", "train", None))
    assert listed(folder) == listed(folder, group="speaker") == expected
    with pytest.raises(DatasetError, match="nothing names a room of its files"):
        list_recordings(folder, group="room")


@pytest.mark.parametrize(
    "names",
    [
        # Some names alone look like those of Emo-DB, RAVDESS or GTZAN.
        ["wav/03a01Fa.wav", "wav/hum.wav", "other/1.wav"],
        # All of one folder do, but there are others.
        ["wav/03a01Fa.wav", "other/1.wav"],
        ["recordings/1_bob_2.wav", "music/1.wav"],
        ["genres/blues/blues.00000.wav", "genres/jazz/jazz.00000.wav", "speech/me/1.wav"],
        ["Actor_01/1.wav", "Actor_02/2.wav"],
        ["genres/blues/1.wav", "moods/sad/2.wav"],
    ],
)
def test_folders_like_them_stay_folders(tmp_path: Path, make_sounds, names: list[str]) -> None:
    folder = make_sounds(tmp_path / "sounds", names)
    assert {one.labels[0] for one in list_recordings(folder)} == {name.split("/")[0] for name in names}
