"""Blocks put together are the whole file as `decode` reads it."""

from __future__ import annotations

import os
import tracemalloc
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.audio.decode import AudioDecodeError, decode
from autospeech.audio.sound_blocks import sound_blocks
from autospeech.audio.sound_warning import SoundWarning

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("seconds", [0.25, 1.0, 2.3, 100.0])
@pytest.mark.parametrize(
    ("name", "rate", "channels"),
    [("a.wav", 16000, 1), ("a.flac", 44100, 2), ("a.wav", 8000, 1), ("a.mp3", 48000, 2), ("a.ogg", 22050, 1)],
)
def test_together_they_are_the_decoded_file(
    tmp_path: Path, seconds: float, name: str, rate: int, channels: int
) -> None:
    soundfile.write(tmp_path / name, RNG.uniform(-0.9, 0.9, (rate * 5 + 7, channels)), rate)
    blocks = list(sound_blocks(tmp_path / name, seconds))
    assert {len(block) for block in blocks[:-1]} <= {round(seconds * 16000)}
    assert 0 < len(blocks[-1]) <= round(seconds * 16000)
    assert all(block.dtype == np.float32 for block in blocks)
    np.testing.assert_array_equal(np.concatenate(blocks), decode(tmp_path / name))


def test_a_length_that_the_blocks_divide_leaves_no_empty_one(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", RNG.uniform(-1, 1, 8000 * 4), 8000)
    assert [len(block) for block in sound_blocks(tmp_path / "a.wav", 2.0, 8000)] == [16000, 16000]


@pytest.mark.parametrize("loud", [1.0, 2.0**15, 2.0**23, 2.0**31])
def test_float_files_come_out_finite_and_on_one_scale(tmp_path: Path, loud: float) -> None:
    samples = np.concatenate([np.full(16000, 0.25), [np.nan, np.inf, 1.0, -1.0], np.full(16000, 0.5)]) * loud
    soundfile.write(tmp_path / "a.wav", samples, 16000, subtype="FLOAT")
    blocks = list(sound_blocks(tmp_path / "a.wav", 1.0))
    # The quiet first block is scaled by what only comes later.
    np.testing.assert_array_equal(blocks[0], np.full(16000, 0.25))
    np.testing.assert_array_equal(np.concatenate(blocks), decode(tmp_path / "a.wav"))


def test_no_samples_are_no_blocks(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "nothing.wav", np.zeros(0), 44100)
    assert list(sound_blocks(tmp_path / "nothing.wav")) == []


@pytest.mark.parametrize("seconds", [0.0, -1.0, 1e-6, np.nan, np.inf])
def test_blocks_of_no_length(tmp_path: Path, seconds: float) -> None:
    with pytest.raises(ValueError, match=f"seconds is {seconds}"):
        sound_blocks(tmp_path / "a.wav", seconds)


def test_bad_files_are_named_when_they_are_read(tmp_path: Path) -> None:
    with pytest.raises(AudioDecodeError, match="no such file"):
        next(sound_blocks(tmp_path / "lost.wav"))
    samples = RNG.uniform(-1, 1, 16000 * 60)
    soundfile.write(tmp_path / "broken.flac", samples, 16000)
    content = (tmp_path / "broken.flac").read_bytes()
    (tmp_path / "broken.flac").write_bytes(content[: len(content) // 2])
    blocks = sound_blocks(tmp_path / "broken.flac", 1.0)
    assert len(next(blocks)) == 16000
    with pytest.warns(SoundWarning, match=r"broken\.flac: (it is damaged after|only) \d\d\.\d\d s") as said:
        rest = np.concatenate(list(blocks))
    assert len(said) == 2
    # Nothing is lost but the frame in which it ends.
    assert 28.5 * 16000 < len(rest) < 29.5 * 16000
    np.testing.assert_allclose(rest, samples[16000 : 16000 + len(rest)], atol=1e-4)


def test_leaving_early_closes_the_file(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(16000 * 60), 16000)
    blocks = sound_blocks(tmp_path / "a.wav", 1.0)
    next(blocks)
    opened = Path("/proc/self/fd")
    assert any(os.path.realpath(file) == str((tmp_path / "a.wav").resolve()) for file in opened.iterdir())
    blocks.close()  # type: ignore[attr-defined]
    assert not any(os.path.realpath(file) == str((tmp_path / "a.wav").resolve()) for file in opened.iterdir())


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    with soundfile.SoundFile(tmp_path / "long.wav", "w", 48000, 2) as file:
        minute = np.zeros((48000 * 60, 2), np.float32)
        peaks = []
        for _ in range(2):
            file.write(minute)
            file.flush()
            tracemalloc.start()
            assert sum(len(block) for block in sound_blocks(tmp_path / "long.wav", 10.0)) % (16000 * 60) == 0
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert all(after < 1.1 * before for before, after in pairwise(peaks))
    assert peaks[-1] < 8e6
