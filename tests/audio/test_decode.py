"""Real files of all formats, rates and channels, and files that are none."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scipy.signal import resample_poly

from autospeech.audio.decode import AudioDecodeError, decode


def chirp(rate: int, seconds: float = 1.0) -> np.ndarray:
    """A tone that rises from 100 Hz to 3 kHz: below the Nyquist frequency of all rates that are tested."""
    time = np.arange(round(rate * seconds)) / rate
    return (0.5 * np.sin(2 * np.pi * (100 * time + 1450 * time**2 / seconds))).astype(np.float32)


FORMATS = [
    ("wav", "PCM_16"),
    ("wav", "PCM_24"),
    ("wav", "PCM_U8"),
    ("wav", "FLOAT"),
    ("wav", "ULAW"),
    ("flac", "PCM_16"),
    ("flac", "PCM_24"),
    ("ogg", "VORBIS"),
    ("opus", "OPUS"),
    ("mp3", "MPEG_LAYER_III"),
    ("aiff", "PCM_16"),
    ("caf", "ALAC_16"),
]


@pytest.mark.parametrize(("suffix", "subtype"), FORMATS)
@pytest.mark.parametrize("rate", [8000, 16000, 48000])
def test_every_format_is_read_at_16_khz(tmp_path: Path, suffix: str, subtype: str, rate: int) -> None:
    file = tmp_path / f"chirp.{suffix}"
    container = "OGG" if suffix == "opus" else None
    soundfile.write(file, np.stack([chirp(rate), chirp(rate)], axis=1), rate, subtype=subtype, format=container)
    waveform = decode(file)
    assert waveform.dtype == np.float32
    assert waveform.ndim == 1
    assert abs(len(waveform) - 16000) <= (1300 if suffix == "mp3" else 1)
    reference = chirp(16000)
    # MP3 puts an encoder's delay before the sound.
    shifts = range(0, 1300 if suffix == "mp3" else 1)
    shared = min(len(waveform), len(reference)) - len(shifts)
    best = max(np.corrcoef(waveform[shift : shift + shared], reference[:shared])[0, 1] for shift in shifts)
    assert best > 0.99


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
def test_resampling_agrees_with_scipy(tmp_path: Path, rate: int) -> None:
    sound = chirp(rate, seconds=5.0)
    soundfile.write(tmp_path / "chirp.wav", sound, rate, subtype="FLOAT")
    waveform = decode(tmp_path / "chirp.wav")
    common = np.gcd(rate, 16000)
    reference = resample_poly(sound.astype(np.float64), 16000 // common, rate // common)
    shared = min(len(waveform), len(reference))
    assert abs(len(waveform) - len(reference)) <= 1
    assert np.corrcoef(waveform[:shared], reference[:shared])[0, 1] > 0.9999
    assert np.abs(waveform[200 : shared - 200] - reference[200 : shared - 200]).max() < 0.01


def test_channels_are_averaged(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "three.wav", np.tile([0.6, 0.3, 0.0], (100, 1)), 16000, subtype="FLOAT")
    np.testing.assert_allclose(decode(tmp_path / "three.wav"), np.full(100, 0.3), atol=1e-6)


def test_other_sample_rates_can_be_asked_for(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "chirp.wav", chirp(16000), 16000)
    assert len(decode(tmp_path / "chirp.wav", sample_rate=8000)) == 8000


def test_no_samples_give_an_empty_array(tmp_path: Path) -> None:
    for rate in (16000, 44100):
        soundfile.write(tmp_path / "nothing.wav", np.zeros(0), rate)
        assert decode(tmp_path / "nothing.wav").shape == (0,)


def test_float_files_come_out_finite_and_within_one(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "bad.wav", np.array([np.nan, np.inf, -np.inf, 0.5, 1.5, -1.5]), 16000, subtype="FLOAT")
    np.testing.assert_array_equal(decode(tmp_path / "bad.wav"), [0, 0, 0, 0.5, 1, -1])
    soundfile.write(tmp_path / "large.wav", np.array([16384.0, -32768.0]), 16000, subtype="FLOAT")
    np.testing.assert_array_equal(decode(tmp_path / "large.wav"), [0.5, -1])


def broken_flac(folder: Path) -> Path:
    soundfile.write(folder / "broken.flac", chirp(16000), 16000)
    content = (folder / "broken.flac").read_bytes()
    # Not even the first frame is whole.
    (folder / "broken.flac").write_bytes(content[: content.index(b"\xff\xf8") + 40])
    return folder / "broken.flac"


def file_holding(name: str, content: bytes):
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda folder: folder / "lost.wav", "no such file"),
        (lambda folder: folder, "a folder or a pipe"),
        (file_holding("empty.wav", b""), "0 bytes"),
        (file_holding("text.wav", b"This is a letter. " * 50), "not a sound"),
        (file_holding("header.wav", b"RIFF\x24\x00\x00\x00WAVEfmt "), "not a sound"),
        (file_holding("song.m4a", b"\0\0\0\x18ftypM4A " * 30), "not a sound"),
        (file_holding("samples.raw", bytes(1000)), "not a sound"),
        (broken_flac, "damaged"),
    ],
)
def test_what_is_no_sound_is_named(tmp_path: Path, make, reason: str) -> None:
    file = make(tmp_path)
    with pytest.raises(AudioDecodeError, match=reason) as caught:
        decode(file)
    assert str(file) in str(caught.value)
    assert caught.value.path == file


def test_a_long_file_is_never_held_at_its_own_rate(tmp_path: Path) -> None:
    seconds, rate = 120, 48000
    with soundfile.SoundFile(tmp_path / "long.wav", "w", rate, 2) as file:
        for _ in range(seconds // 10):
            file.write(np.zeros((rate * 10, 2), np.float32))
    tracemalloc.start()
    waveform = decode(tmp_path / "long.wav")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(waveform) == seconds * 16000
    # The blocks, the whole that is made of them, and one block at the file's own rate: far from 6 times the result.
    assert peak < 3 * waveform.nbytes


def test_a_short_file_takes_little_memory(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", chirp(16000, 0.25), 16000)
    decode(tmp_path / "a.wav")
    tracemalloc.start()
    decode(tmp_path / "a.wav")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 250_000
