"""What PyAV reads: formats of phones, browsers and videos."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from odd_sounds import RATE, encoded, read, steps

from autospeech.audio.decode import AudioDecodeError, decode
from autospeech.audio.open_sound import open_sound
from autospeech.audio.sound_blocks import sound_blocks
from autospeech.audio.sound_facts import measure_sound
from autospeech.audio.sound_warning import SoundWarning
from autospeech.audio.sound_windows import sound_windows

VIDEO = ("-f", "lavfi", "-i", "testsrc=size=64x64:rate=5:duration=5")
FORMATS = {
    "m4a": (),
    "aac": (),
    "mp4": (),
    "3gp": ("-c:a", "aac"),
    "webm": (),
    "wma": (),
    "ac3": (),
    "dts": ("-strict", "-2"),
    "wv": (),
    "tta": (),
    "spx": ("-c:a", "libspeex", "-ar", "16000"),
    "flv": ("-c:a", "aac"),
    "ts": (),
}


@pytest.mark.parametrize("suffix", FORMATS)
def test_formats_that_libsndfile_does_not_read(tmp_path: Path, suffix: str) -> None:
    file = encoded(tmp_path / f"a.{suffix}", *FORMATS[suffix])
    assert read(file) == [1, 2, 3]
    assert sound_windows(file, 0.5, 2) is None


@pytest.mark.parametrize("suffix", ["mkv", "avi", "mpg"])
def test_the_sound_of_a_video(tmp_path: Path, suffix: str) -> None:
    # The picture is longer than the sound, of which nothing is missing for that.
    file = encoded(tmp_path / f"a.{suffix}", *VIDEO, "-r", "25")
    assert measure_sound(file).notes == ()
    assert read(file) == [1, 2, 3]


def test_amr(tmp_path: Path) -> None:
    # 20 ms each, of 8 kHz.
    frames = b"".join(b"\x3c" + os.urandom(31) for _ in range(100))
    (tmp_path / "a.amr").write_bytes(b"#!AMR\n" + frames)
    facts = measure_sound(tmp_path / "a.amr")
    assert (facts.seconds, facts.sample_rate, facts.channels) == (2.0, 8000, 1)
    assert facts.peak > 0


def test_blocks_are_the_whole_and_channels_become_one(tmp_path: Path) -> None:
    file = encoded(tmp_path / "a.m4a", "-ac", "2", "-ar", "22050")
    whole = decode(file)
    np.testing.assert_array_equal(np.concatenate(list(sound_blocks(file, 0.7))), whole)
    assert measure_sound(file).channels == 2


def copied(file: Path) -> Path:
    """Put the samples of a WAV file into a Matroska file as they are."""
    make = ["ffmpeg", "-v", "error", "-i", str(file), "-c:a", "copy", str(file.with_suffix(".mka"))]
    subprocess.run(make, check=True)
    return file.with_suffix(".mka")


@pytest.mark.parametrize(
    ("subtype", "loud"),
    [*((subtype, 1.0) for subtype in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "ULAW")), ("FLOAT", 2.0**15)],
)
def test_samples_are_those_of_a_wav_file(tmp_path: Path, subtype: str, loud: float) -> None:
    sides = np.random.default_rng(0).uniform(-0.6 * loud, 0.5 * loud, (16000, 2)) * [1.0, 0.3]
    soundfile.write(tmp_path / "a.wav", sides, 16000, subtype=subtype)
    whole = decode(copied(tmp_path / "a.wav"))
    np.testing.assert_allclose(whole, decode(tmp_path / "a.wav"), atol=1e-7)
    np.testing.assert_array_equal(np.concatenate(list(sound_blocks(tmp_path / "a.mka", 0.5))), whole)


def test_the_content_decides(tmp_path: Path) -> None:
    for suffix in ("mp3", "wav"):
        assert read(encoded(tmp_path / "a.m4a").rename(tmp_path / f"a.{suffix}")) == [1, 2, 3]


def test_the_second_track_is_told_of(tmp_path: Path) -> None:
    file = encoded(tmp_path / "a.mka", "-map", "0", "-map", "0")
    with pytest.warns(SoundWarning, match=r"a\.mka: it has 2 tracks of sound; the first is read"):
        decode(file)


@pytest.mark.parametrize("suffix", ["webm", "wma", "wv"])
def test_what_is_missing_is_told_of(tmp_path: Path, suffix: str) -> None:
    file = encoded(tmp_path / f"a.{suffix}", seconds=4)
    content = file.read_bytes()
    file.write_bytes(content[: len(content) * 6 // 10])
    with pytest.warns(SoundWarning, match=rf"a\.{suffix}: only \d\.\d\d s of the \d\.\d\d s that it should hold"):
        assert len(decode(file)) > 8000
    assert measure_sound(file).notes


def test_an_m4a_without_its_end_cannot_be_read(tmp_path: Path) -> None:
    file = encoded(tmp_path / "a.m4a")
    file.write_bytes(file.read_bytes()[:9000])
    with pytest.raises(AudioDecodeError, match=r"a\.m4a: .* those of an M4A, MP4 or 3GP file, which may be cut off"):
        decode(file)


def test_a_video_without_sound_says_so(tmp_path: Path) -> None:
    file = encoded(tmp_path / "a.mp4", *VIDEO, "-map", "1")
    with pytest.raises(AudioDecodeError, match="it holds no track of sound"):
        decode(file)


def test_playlists_are_not_followed(tmp_path: Path) -> None:
    encoded(tmp_path / "a.ts")
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\na.ts\n#EXT-X-ENDLIST\n"
    (tmp_path / "a.m3u8").write_text(playlist)
    (tmp_path / "b.m4a").write_text("ffconcat version 1.0\nfile a.ts\n")
    with pytest.raises(AudioDecodeError, match="those of a playlist"):
        decode(tmp_path / "a.m3u8")
    with pytest.raises(AudioDecodeError, match="its first bytes are plain text"):
        decode(tmp_path / "b.m4a")


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("a.m4a", (), "it is an M4A, MP4 or 3GP file, which PyAV reads"),
        ("a.webm", (), "it is a WebM or Matroska file, which PyAV reads"),
        ("a.wav", ("-c:a", "aac"), "for more formats"),
    ],
)
def test_without_pyav_the_error_says_what_to_install(
    tmp_path: Path, name: str, options: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(AudioDecodeError, match=words) as caught:
        decode(encoded(tmp_path / name, *options))
    assert 'pip install "autospeech[media]"' in str(caught.value)


def test_without_pyav_all_else_is_read(tmp_path: Path) -> None:
    """Neither PyAV nor TensorFlow is imported for a file that libsndfile reads."""
    soundfile.write(tmp_path / "a.flac", steps(1), RATE)
    program = (
        "import sys; from autospeech.audio.decode import decode\n"
        f"print(len(decode({str(tmp_path / 'a.flac')!r})), {{'av', 'tensorflow', 'scipy'}} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split(maxsplit=1) == ["16000", "set()\n"]


@pytest.mark.parametrize(("name", "options"), [("a.m4a", ["-c:a", "aac"]), ("a.mka", ["-c:a", "libopus"])])
def test_eight_channels_are_all_that_is_read(tmp_path: Path, name: str, options: list[str]) -> None:
    source, file = tmp_path / "a.wav", tmp_path / name
    tone = np.sin(np.arange(48000) * 0.05)
    soundfile.write(source, np.stack([tone * (channel + 1) / 10 for channel in range(8)], 1), 48000)
    layout = ["-channel_layout", "7.1"]
    subprocess.run(["ffmpeg", "-v", "error", "-i", source, *layout, *options, file], check=True)
    with open_sound(file) as sound:
        samples = np.concatenate([*sound.blocks()])
    assert samples.shape[1] == 8
    assert len(samples) == pytest.approx(48000, abs=3000)
    assert np.abs(samples).max() < 1.5
    assert (np.abs(samples).max(axis=0) > 0.02).sum() >= 7  # the channel of deep tones hears none
