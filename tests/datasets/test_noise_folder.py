from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.audio.decode import AudioDecodeError
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.noise_folder import read_noise_folder


def test_reads_all_sounds_below_in_sorted_order(tmp_path: Path) -> None:
    for index, name in enumerate(["street/b.wav", "a.flac", "street/deep/c.ogg", ".hidden/d.wav"]):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(tmp_path / name, np.full(8000 * (index + 1), 0.5), 8000)
    soundfile.write(tmp_path / "empty.wav", np.zeros(0), 8000)
    (tmp_path / "README.md").write_text("noises", "utf-8")
    assert [len(noise) for noise in read_noise_folder(tmp_path)] == [32000, 16000, 48000]
    assert [len(noise) for noise in read_noise_folder(str(tmp_path), 8000)] == [16000, 8000, 24000]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"traffic: there is no such folder .* correct the name"):
        read_noise_folder(tmp_path / "traffic")


@pytest.mark.parametrize("name", [None, "notes.txt", "silent.wav"])
def test_a_folder_without_sound_is_named(tmp_path: Path, name: str | None) -> None:
    if name == "silent.wav":
        soundfile.write(tmp_path / name, np.zeros(0), 16000)
    elif name:
        (tmp_path / name).write_text("none", "utf-8")
    with pytest.raises(DatasetError, match=r"no sound files .* put noises into it") as error:
        read_noise_folder(tmp_path)
    assert str(error.value).startswith(f"{tmp_path}: ")


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    with pytest.raises(AudioDecodeError, match=r"bad\.wav"):
        read_noise_folder(tmp_path)
