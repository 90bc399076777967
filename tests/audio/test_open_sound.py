"""Files whose length is not what it seems, and files that are not what they are called."""

from __future__ import annotations

import struct
import subprocess
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile
from odd_sounds import RATE, encoded, joined, piped, read, steps, written

from autospeech.audio.decode import decode
from autospeech.audio.open_sound import AudioDecodeError, open_sound
from autospeech.audio.sound_blocks import sound_blocks
from autospeech.audio.sound_facts import measure_sound
from autospeech.audio.sound_warning import SoundWarning
from autospeech.audio.sound_windows import sound_windows

Make = Callable[[Path], Path]


def flac_from_ffmpeg(folder: Path) -> Path:
    return piped(folder / "a.flac", "ffmpeg -v error -i pipe: -f flac pipe:", written(folder / "a.wav", 3))


def flac_segment(folder: Path) -> Path:
    encoded(folder / "%d.flac", "-f", "segment", "-segment_time", "2", seconds=4)
    return folder / "1.flac"


def joined_of(suffix: str, *options: str, rate: int | None = None) -> Make:
    other = ("-ar", str(rate)) if rate else ()

    def make(folder: Path) -> Path:
        first = encoded(folder / f"1.{suffix}", *options, seconds=2)
        second = encoded(folder / f"2.{suffix}", *options, *other, seconds=2, first=3)
        return joined(folder / f"a.{suffix}", first, second)

    return make


def mp3_of_varying_rate(folder: Path) -> Path:
    """Noise first, from whose bitrate the length is guessed, then tones, which need less."""
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, RATE)
    soundfile.write(folder / "a.wav", np.concatenate([noise, steps(3, 2)]), RATE)
    make = "ffmpeg -v error -i a.wav -q:a 2 -write_xing 0 -id3v2_version 0 a.mp3"
    subprocess.run(make.split(), cwd=folder, check=True)
    return folder / "a.mp3"


def mp3_between(before: bytes, after: bytes) -> Make:
    def make(folder: Path) -> Path:
        return joined(folder / "a.mp3", put(folder / "1", before), encoded(folder / "b.mp3"), put(folder / "2", after))

    return make


def put(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file


def with_sizes(size: int, riff: int | None = None, share: float = 1.0) -> Make:
    """A WAV file whose header says other sizes, or that is cut."""

    def make(folder: Path) -> Path:
        content = bytearray(written(folder / "a.wav", 3).read_bytes())
        content[40:44] = struct.pack("<I", size)
        if riff is not None:
            content[4:8] = struct.pack("<I", riff)
        return put(folder / "a.wav", bytes(content[: round(len(content) * share)]))

    return make


def with_an_odd_chunk(folder: Path) -> Path:
    """A chunk of odd size without the byte that belongs behind it."""
    content = written(folder / "a.wav", 3).read_bytes()
    return put(folder / "a.wav", content[:36] + b"LIST\5\0\0\0INFOx" + content[36:])


def rf64_from_a_pipe(folder: Path) -> Path:
    make = "ffmpeg -v error -i pipe: -f wav -rf64 always pipe:"
    return piped(folder / "b.wav", make, written(folder / "a.wav", 3))


def caf_from_a_pipe(folder: Path) -> Path:
    return piped(folder / "a.caf", "ffmpeg -v error -i pipe: -f caf pipe:", written(folder / "a.wav", 3))


def au_without_length(folder: Path) -> Path:
    content = written(folder / "a.au", 3).read_bytes()
    return put(folder / "a.au", content[:8] + bytes(4) + content[12:])


def half(suffix: str, *options: str, percent: int = 55) -> Make:
    def make(folder: Path) -> Path:
        content = encoded(folder / f"a.{suffix}", *options, seconds=4).read_bytes()
        return put(folder / f"a.{suffix}", content[: len(content) * percent // 100])

    return make


def joined_and_cut_short(folder: Path) -> Path:
    file = joined_of("mp3")(folder)
    return put(file, file.read_bytes()[:-8000])


def voc_cut_short(folder: Path) -> Path:
    # The file of ffmpeg has several blocks, that of libsndfile one.
    content = written(folder / "a.voc", 4).read_bytes()
    return put(folder / "a.voc", content[: len(content) * 55 // 100])


def wav_joined_and_cut_short(folder: Path) -> Path:
    file = joined_of("wav", rate=22050)(folder)
    return put(file, file.read_bytes()[:-40_000])


def ogg_with_a_damaged_page(folder: Path) -> Path:
    content = bytearray(encoded(folder / "a.opus", seconds=4).read_bytes())
    content[content.rfind(b"OggS") - 400] ^= 1
    return put(folder / "a.opus", bytes(content))


def renamed(before: str, after: str, *options: str) -> Make:
    def make(folder: Path) -> Path:
        return encoded(folder / before, *options).rename(folder / after)

    return make


pytestmark = pytest.mark.filterwarnings("ignore::autospeech.audio.sound_warning.SoundWarning")
ALL, FOUR = [1, 2, 3], [1, 2, 3, 4]
NO_NOTE = None
NO_SAMPLES = "holds no samples, as when a recorder is cut off; all that follows"


@pytest.mark.parametrize(
    ("make", "seconds", "note"),
    [
        pytest.param(mp3_of_varying_rate, FOUR[1:], NO_NOTE, id="mp3 of varying rate without a header"),
        pytest.param(joined_of("mp3"), FOUR, NO_NOTE, id="joined mp3"),
        pytest.param(joined_of("mp3", rate=22050), FOUR, NO_NOTE, id="joined mp3 of two rates"),
        pytest.param(joined_of("mp3", "-write_xing", "0"), FOUR, NO_NOTE, id="joined mp3 without headers"),
        pytest.param(joined_of("ogg", "-c:a", "libvorbis"), FOUR, NO_NOTE, id="chained Vorbis"),
        pytest.param(joined_of("ogg", "-c:a", "libvorbis", rate=22050), FOUR, NO_NOTE, id="chained, two rates"),
        pytest.param(joined_of("opus"), FOUR, NO_NOTE, id="chained Opus"),
        pytest.param(joined_of("flac"), FOUR, NO_NOTE, id="joined FLAC"),
        pytest.param(joined_of("wav"), FOUR, NO_NOTE, id="joined WAV"),
        pytest.param(joined_of("aiff", rate=22050), FOUR, NO_NOTE, id="joined AIFF of two rates"),
        pytest.param(wav_joined_and_cut_short, ALL, "only 3.09 s of the", id="joined WAV cut short"),
        pytest.param(flac_from_ffmpeg, ALL, NO_NOTE, id="FLAC from a pipe"),
        pytest.param(flac_segment, [3, 4], NO_NOTE, id="FLAC segment"),
        pytest.param(with_sizes(0), ALL, NO_SAMPLES, id="WAV of size 0"),
        pytest.param(with_sizes(0, 0), ALL, NO_SAMPLES, id="WAV of size 0, RIFF too"),
        pytest.param(with_sizes(0, 36), ALL, NO_SAMPLES, id="WAV of a crashed recorder"),
        pytest.param(with_sizes(0xFFFFFFFF, 0xFFFFFFFF), ALL, NO_NOTE, id="WAV from a pipe (ffmpeg)"),
        pytest.param(with_sizes(0x7FFFF000, 0x7FFFF024), ALL, NO_NOTE, id="WAV from a pipe (sox)"),
        pytest.param(with_sizes(6 * RATE, 0), ALL, NO_NOTE, id="WAV with RIFF size 0"),
        pytest.param(with_sizes(6 * RATE, share=0.67), [1, 2], "only 2.01 s of the 3.00 s", id="WAV cut short"),
        pytest.param(with_sizes(4 * RATE), [1, 2], r"88200 bytes follow .* 1.00 s\); they are not", id="WAV goes on"),
        pytest.param(with_an_odd_chunk, ALL, NO_NOTE, id="WAV with an odd chunk"),
        pytest.param(rf64_from_a_pipe, ALL, NO_SAMPLES, id="RF64 from a pipe"),
        pytest.param(caf_from_a_pipe, ALL, NO_NOTE, id="CAF from a pipe"),
        pytest.param(au_without_length, ALL, NO_SAMPLES, id="AU of size 0"),
        pytest.param(half("wav", "-rf64", "always"), [1, 2], "only 2.20 s of the 4.00 s", id="RF64 cut short"),
        pytest.param(half("aiff"), [1, 2], "only 2.20 s of the 4.00 s", id="AIFF cut short"),
        pytest.param(half("au"), [1, 2], "only 2.20 s of the 4.00 s", id="AU cut short"),
        pytest.param(half("caf"), [1, 2], "only 2.20 s of the 4.00 s", id="CAF cut short"),
        pytest.param(half("w64"), [1, 2], "only 2.20 s of the 4.00 s", id="Wave64 cut short"),
        pytest.param(voc_cut_short, [1, 2], "only 2.20 s of the 4.00 s", id="VOC cut short"),
        pytest.param(
            half("voc", "-c:a", "pcm_s16le"), [1, 2], "in the middle of a block", id="VOC of blocks cut short"
        ),
        pytest.param(
            half("mp3", "-write_xing", "0"), [1, 2], "in the middle of a frame", id="MP3 without header cut short"
        ),
        pytest.param(half("mp2"), [1, 2], "in the middle of a frame", id="MP2 cut short"),
        pytest.param(
            half("oga", "-c:a", "flac", percent=65), [1, 2], "in the middle of a page", id="FLAC in Ogg cut short"
        ),
        pytest.param(half("flac"), [1, 2], "damaged after 2... s .*; what is before", id="FLAC cut short"),
        pytest.param(half("mp3"), [1, 2], "only 2.1. s of the [34].\\d\\d s", id="MP3 cut short"),
        pytest.param(
            half("ogg", "-c:a", "libvorbis", "-page_duration", "50000", percent=73),
            [1, 2],
            "ends in the middle of a page",
            id="Ogg cut short",
        ),
        pytest.param(ogg_with_a_damaged_page, ALL, "1 of its pages is damaged", id="Ogg with a damaged page"),
        pytest.param(mp3_between(bytes(70_000), b""), ALL, "70045 bytes .* passed over", id="MP3 behind zeros"),
        pytest.param(mp3_between(b"", b"TAG" + bytes(125)), ALL, NO_NOTE, id="MP3 with a tag at the end"),
        pytest.param(mp3_between(b"ID3\4\0\0\0\0\7\x7f" + bytes(1023), b""), ALL, NO_NOTE, id="MP3 with two tags"),
        pytest.param(renamed("a.mp3", "b.wav", "-id3v2_version", "0"), ALL, NO_NOTE, id="MP3 called .wav"),
        pytest.param(renamed("a.mp2", "b.mp2"), ALL, NO_NOTE, id="MP2"),
        pytest.param(joined_of("mp2"), FOUR, NO_NOTE, id="joined MP2"),
        pytest.param(renamed("a.wav", "b.mp3"), ALL, NO_NOTE, id="WAV called .mp3"),
        pytest.param(renamed("a.flac", "b.mp3"), ALL, NO_NOTE, id="FLAC called .mp3"),
    ],
)
def test_all_that_is_there_is_heard(tmp_path: Path, make: Make, seconds: list[int], note: str | None) -> None:
    file = make(tmp_path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = read(file)
    # A file of noise first begins with what has no pitch.
    assert found[-len(seconds) :] == seconds
    assert len(found) == len(seconds) + (make is mp3_of_varying_rate)
    said = [str(warning.message) for warning in caught]
    assert all(issubclass(warning.category, SoundWarning) for warning in caught)
    if note is None:
        assert said == []
    else:
        with pytest.warns(SoundWarning, match=note):
            blocks = list(sound_blocks(file, 0.7))
        np.testing.assert_array_equal(np.concatenate(blocks), decode(file))
        assert str(file) in said[0]
    facts = measure_sound(file)
    assert list(facts.notes) == said
    assert len(found) - 0.2 < facts.seconds < len(found) + 1


@pytest.mark.parametrize(
    "make",
    [mp3_of_varying_rate, joined_of("mp3"), joined_of("ogg", "-c:a", "libvorbis"), flac_from_ffmpeg, with_sizes(0)],
)
def test_no_seeking_where_the_length_is_not_certain(tmp_path: Path, make: Make) -> None:
    file = make(tmp_path)
    if make is mp3_of_varying_rate:
        # Its frames have been counted.
        assert [len(window) for window in sound_windows(file, 0.5, 2) or []] == [8000, 8000]
    else:
        assert sound_windows(file, 0.5, 2) is None


def test_a_wav_file_above_4_gib_has_a_size_that_begins_anew(tmp_path: Path) -> None:
    from autospeech.audio.chunk_layout import chunk_layout

    length = (1 << 32) + 8000
    header = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16) + b"data"
    with put(tmp_path / "a.wav", header + struct.pack("<I", 8000)).open("r+b") as file:
        file.truncate(44 + length)
        layout = chunk_layout(file, 44 + length)
        assert layout.parts[0][1] == (44, 44 + length)
    with open_sound(tmp_path / "a.wav") as sound:
        assert len(next(iter(sound.blocks()))) > 4000
    assert "a file above 4 GiB" in layout.notes[0]


def test_a_header_that_says_more_than_a_file_can_hold(tmp_path: Path) -> None:
    content = bytearray(written(tmp_path / "a.flac", 3).read_bytes())
    content[21:26] = bytes([content[21] | 0x0F, 255, 255, 255, 255])
    # Not even FLAC, which can say much with little, ends in an error or goes on for ever.
    with pytest.warns(SoundWarning, match=r"only 3.00 s of the 1558\d+\.\d\d s"):
        assert read(put(tmp_path / "a.flac", bytes(content))) == ALL


@pytest.mark.parametrize(
    ("suffix", "size"), [("wav", 78), ("aiff", 54), ("au", 24), ("caf", 130), ("mp3", 460), ("mp3", 500)]
)
def test_a_header_without_sound_is_no_clip(tmp_path: Path, suffix: str, size: int) -> None:
    file = encoded(tmp_path / f"a.{suffix}", "-flags", "bitexact", "-map_metadata", "-1")
    put(file, file.read_bytes()[:size])
    with pytest.raises(AudioDecodeError, match="none of what its header says"):
        decode(file)


@pytest.mark.parametrize("suffix", ["wav", "aiff", "flac", "ogg", "mp3", "au", "caf", "w64", "voc", "m4a", "webm"])
def test_files_cut_anywhere_in_their_beginning(tmp_path: Path, suffix: str) -> None:
    content = encoded(tmp_path / f"a.{suffix}", seconds=1).read_bytes()
    for size in [*range(1, 64), *range(64, 1024, 41)]:
        with suppress(AudioDecodeError):
            assert len(decode(put(tmp_path / "b", content[:size]))) < 4000


def test_a_header_without_a_frame_is_no_clip(tmp_path: Path) -> None:
    content = written(tmp_path / "a.flac", 3).read_bytes()
    with pytest.raises(AudioDecodeError, match=r"none of the 3\.00 s that it should hold can be read"):
        decode(put(tmp_path / "a.flac", content[:42].replace(b"fLaC\0", b"fLaC\x80")))


@pytest.mark.parametrize("size", [None, b"\xff\xff\xff\xff"])
def test_samples_that_begin_after_the_end_by_the_header(tmp_path: Path, size: bytes | None) -> None:
    content = bytearray(written(tmp_path / "a.au", 1).read_bytes())
    content[4:8] = b"\xff\0\0\0"  # libsndfile reads on all the same
    content[8:12] = size or content[8:12]
    with pytest.warns(SoundWarning, match=r"its samples begin after its end; 1\.00 s were read all the same"):
        assert len(decode(put(tmp_path / "a.au", bytes(content)))) == 16000


@pytest.mark.parametrize(("offset", "value", "reason"), [(24, 3, "3 Hz"), (24, 2**31 - 1, "2147483647 Hz")])
def test_absurd_rates(tmp_path: Path, offset: int, value: int, reason: str) -> None:
    content = bytearray(written(tmp_path / "a.wav", 1).read_bytes())
    content[offset : offset + 4] = struct.pack("<I", value)
    with pytest.raises(AudioDecodeError, match=f"its sample rate is {reason}; sound has 100 to 10,000,000 Hz"):
        decode(put(tmp_path / "a.wav", bytes(content)))


@pytest.mark.parametrize("junk", [b"\xff" * 300_000, b"\xff\xfb\x90\x00" * 100_000, bytes(300_000)])
def test_what_only_looks_like_mp3_is_given_up_soon(tmp_path: Path, junk: bytes) -> None:
    with pytest.raises(AudioDecodeError, match=r"its first bytes are (unknown \(ff|zeros)"):
        decode(put(tmp_path / "a.mp3", junk))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\n<!DOCTYPE html><title>404</title>" * 9, "those of an HTML page"),
        (b'{"message": "Not found"}' * 9, "those of a JSON document"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "those of a Git LFS pointer"),
        (b"%PDF-1.7" * 9, "those of a PDF"),
        (b"PK\3\4" + bytes(99), "those of a ZIP archive"),
        (b"\x1f\x8b\x08" + bytes(99), "those of a gzip archive"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "those of a PNG image"),
        (b"RIFF\x40\0\0\0WEBPVP8 " + bytes(99), "those of a WebP image"),
        (b"RIFF\x40\0\0\0RMIDdata" + bytes(99), "those of a RIFF file of the kind 'RMID'"),
        (b"A letter, and no sound. " * 9, "plain text"),
        (bytes(99), "zeros"),
        (b"\1\2\3\4\5\6\7\x08" * 9, r"unknown \(01 02 03 04 05 06 07 08\)"),
    ],
)
@pytest.mark.parametrize("suffix", ["mp3", "wav"])
def test_what_is_no_sound_is_called_by_its_name(tmp_path: Path, content: bytes, kind: str, suffix: str) -> None:
    with pytest.raises(
        AudioDecodeError, match=f"a.{suffix}: it is damaged or not a sound .*its first bytes are {kind}"
    ):
        decode(put(tmp_path / f"a.{suffix}", content))


def test_nothing_is_written_on_the_terminal(tmp_path: Path) -> None:
    """Of these mpg123 would write: of MPEG-2 read by seeking, of tags, junk, gaps and what is no MP3."""
    vbr = encoded(tmp_path / "v.mp3", "-q:a", "4").read_bytes()
    mp3 = encoded(tmp_path / "1.mp3", "-ar", "24000", "-b:a", "64k").read_bytes()
    files = [
        tmp_path / "1.mp3",
        put(tmp_path / "2.mp3", mp3[:9000] + b"\1\2\3\4" * 999 + mp3[9000:]),
        put(tmp_path / "3.mp3", mp3 + bytes(3000) + b"TAG" + bytes(125)),
        put(tmp_path / "4.mp3", b"no sound " * 999),
        put(tmp_path / "5.mp3", b"ID3\4\0\x44\0\0\0\x20" + bytes(32) + mp3),
        put(tmp_path / "6.mp3", vbr[: len(vbr) // 2] + vbr[len(vbr) // 2 + 1777 :]),
    ]
    program = (
        "import sys, warnings; warnings.simplefilter('ignore')\n"
        "from autospeech.audio.decode import AudioDecodeError, decode\n"
        "for file in sys.argv[1:]:\n"
        "    try: print(len(decode(file)) // 16000)\n"
        "    except AudioDecodeError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, *map(str, files)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert [line for line in done.stdout.splitlines() if line == "3"] == ["3"] * 4
    assert "4.mp3: it is damaged or not a sound" in done.stdout
