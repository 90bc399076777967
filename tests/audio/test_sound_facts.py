"""What is measured of a file, against NumPy on the whole of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.audio.decode import AudioDecodeError, decode
from autospeech.audio.open_sound import BLOCK_FRAMES
from autospeech.audio.sound_facts import measure_sound, measure_waveform
from autospeech.audio.waveform import as_waveform

RNG = np.random.default_rng(0)


def write(file: Path, samples: np.ndarray, rate: int = 16000, subtype: str | None = None) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(file, samples, rate, subtype=subtype)
    return file


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (48000, 2), (16000, 3), (44100, 8)])
def test_levels_of_all_channels(tmp_path: Path, rate: int, channels: int) -> None:
    samples = RNG.uniform(-0.5, 0.5, (2 * BLOCK_FRAMES + 77, channels)) * np.linspace(0.1, 1, channels)
    facts = measure_sound(write(tmp_path / "a.wav", samples, rate, "FLOAT"))
    assert (facts.sample_rate, facts.channels) == (rate, channels)
    assert facts.seconds == len(samples) / rate
    assert facts.peak == pytest.approx(np.abs(samples).max(), rel=1e-6)
    assert facts.rms == pytest.approx(np.sqrt(np.mean(samples**2)), rel=1e-6)
    assert facts.decibels == pytest.approx(20 * np.log10(np.sqrt(np.mean(samples**2))), abs=1e-4)
    assert (facts.clipped, facts.non_finite, facts.is_silent, facts.is_clipped) == (0, 0, False, False)


def runs_at_full_scale(full: np.ndarray) -> int:
    """Count the samples in runs of three or more, one by one."""
    count = 0
    for channel in full.T:
        length = 0
        for is_full in [*channel, False]:
            if is_full:
                length += 1
                continue
            count += length if length >= 3 else 0
            length = 0
    return count


def test_clipped_samples_stand_in_runs_even_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autospeech.audio.open_sound.BLOCK_FRAMES", 5)
    samples = np.where(RNG.random((1000, 2)) < 0.6, 32767, 100).astype(np.int16)
    samples[RNG.random((1000, 2)) < 0.2] = -32768
    facts = measure_sound(write(tmp_path / "a.wav", samples))
    expected = runs_at_full_scale(np.abs(samples.astype(int)) >= 32767)
    assert 0 < expected < samples.size
    assert facts.clipped == expected / samples.size


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "PCM_U8", "ULAW", "ALAW", "FLOAT"])
def test_a_cut_off_tone_is_clipped_in_every_subtype_and_a_loud_one_is_not(tmp_path: Path, subtype: str) -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)
    cut = measure_sound(write(tmp_path / "cut.wav", np.clip(1.5 * tone, -1, 1), subtype=subtype))
    assert cut.is_clipped
    # Above 2/3 of the crest a sine spends 1 - 2 asin(2/3) / pi of its time; runs of two are left out.
    assert cut.clipped == pytest.approx(1 - 2 * np.arcsin(2 / 3) / np.pi, abs=0.05)
    if subtype in ("PCM_16", "PCM_24", "FLOAT"):
        assert not measure_sound(write(tmp_path / "loud.wav", tone, subtype=subtype)).is_clipped


@pytest.mark.parametrize(("peak", "is_silent"), [(0.0, True), (0.9e-4, True), (1.1e-4, False)])
def test_silence(tmp_path: Path, peak: float, is_silent: bool) -> None:
    facts = measure_sound(write(tmp_path / "a.wav", np.full(1600, peak), subtype="FLOAT"))
    assert facts.is_silent == is_silent
    assert facts.decibels == (-np.inf if peak == 0 else pytest.approx(20 * np.log10(peak), abs=1e-3))


def test_samples_that_are_no_numbers_are_counted_and_left_out(tmp_path: Path) -> None:
    facts = measure_sound(write(tmp_path / "a.wav", np.array([np.nan, np.inf, -np.inf, 0.5]), subtype="FLOAT"))
    assert (facts.non_finite, facts.peak, facts.rms) == (3, 0.5, 0.25)
    assert measure_sound(write(tmp_path / "b.wav", np.full(9, np.nan), subtype="FLOAT")).is_silent


@pytest.mark.parametrize("full_scale", [2.0**15, 2.0**23, 2.0**31])
def test_float_files_on_the_scale_of_integers_are_brought_to_one(tmp_path: Path, full_scale: float) -> None:
    samples = np.array([0.5, -1.0] * 10) * full_scale
    facts = measure_sound(write(tmp_path / "a.wav", samples, subtype="FLOAT"))
    assert (facts.peak, facts.clipped, facts.non_finite) == (1, 0, 0)
    np.testing.assert_array_equal(decode(tmp_path / "a.wav"), as_waveform(samples))


def test_what_does_not_fit_32_bits_counts_as_no_number(tmp_path: Path) -> None:
    samples = np.array([1e30, 0.5, 0.25])
    facts = measure_sound(write(tmp_path / "a.wav", samples, subtype="FLOAT"))
    assert (facts.non_finite, facts.peak) == (1, 0.5)
    np.testing.assert_array_equal(decode(tmp_path / "a.wav"), as_waveform(samples))


def test_an_inverted_side_is_noted_and_the_sound_is_that_of_the_other(tmp_path: Path) -> None:
    tone = 0.5 * np.sin(np.arange(16000) / 7)
    facts = measure_sound(write(tmp_path / "a.wav", np.stack([tone, -0.95 * tone], axis=1)))
    assert facts.digest == measure_sound(write(tmp_path / "b.wav", tone)).digest
    assert len(facts.notes) == 1
    assert "a.wav: its channels cancel each other" in facts.notes[0]


def test_no_samples(tmp_path: Path) -> None:
    facts = measure_sound(write(tmp_path / "a.wav", np.zeros(0)))
    assert (facts.seconds, facts.peak, facts.rms, facts.digest, facts.is_silent) == (0, 0, 0, b"", False)
    assert measure_waveform(np.zeros(0, np.float32), 16000) == facts


def test_the_same_sound_has_the_same_digest_in_any_lossless_format(tmp_path: Path) -> None:
    samples = (RNG.uniform(-1, 1, 20000) * 32000).astype(np.int16)
    same = [
        write(tmp_path / "a.wav", samples),
        write(tmp_path / "a.flac", samples),
        write(tmp_path / "b.aiff", samples, subtype="PCM_24"),
        write(tmp_path / "b.wav", samples / 32768, subtype="FLOAT"),
        write(tmp_path / "stereo.wav", np.stack([samples, samples], axis=1)),
    ]
    other = samples.copy()
    other[-1] += 1
    different = [
        write(tmp_path / "other.wav", other),
        write(tmp_path / "slower.wav", samples, 8000),
        write(tmp_path / "shorter.wav", samples[:-1]),
    ]
    digest = measure_waveform(samples / np.float32(32768), 16000).digest
    assert {measure_sound(file).digest for file in same} == {digest}
    assert len({measure_sound(file).digest for file in different} | {digest}) == 4


def test_a_waveform_in_memory_is_not_changed() -> None:
    clip = np.array([np.nan, 0.5], np.float32)
    assert measure_waveform(clip, 8000).non_finite == 1
    assert np.isnan(clip[0])


@pytest.fixture
def without_privileges(tmp_path: Path) -> Iterator[None]:
    """Root may read everything: be nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(0o755)
    os.seteuid(65534)
    yield
    os.seteuid(0)


def make_unreadable(folder: Path) -> Path:
    file = write(folder / "locked.wav", np.zeros(100))
    file.chmod(0)
    return file


def make_in_a_locked_folder(folder: Path) -> Path:
    file = write(folder / "locked" / "a.wav", np.zeros(100))
    file.parent.chmod(0)
    return file


def make_link_to_itself(folder: Path) -> Path:
    (folder / "loop.wav").symlink_to(folder / "loop.wav")
    return folder / "loop.wav"


@pytest.mark.parametrize("read", [measure_sound, decode])
def test_files_that_may_not_be_read(tmp_path: Path, read, request: pytest.FixtureRequest) -> None:
    files = [make_unreadable(tmp_path), make_in_a_locked_folder(tmp_path)]
    request.getfixturevalue("without_privileges")
    for file in files:
        with pytest.raises(AudioDecodeError, match=r"a\.wav|locked\.wav") as caught:
            read(file)
        assert "cannot be opened (Permission denied)" in str(caught.value)


@pytest.mark.parametrize("read", [measure_sound, decode])
def test_odd_names(tmp_path: Path, read) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.wav"))
    write(tmp_path / "a.wav", np.full(100, 0.5)).rename(odd)
    assert read(odd) is not None
    odd.write_bytes(b"no sound" * 100)
    with pytest.raises(
        AudioDecodeError, match=r"caf\\xe9\.wav: it is damaged or not a sound \(its first bytes are plain text\)"
    ):
        read(odd)
    with pytest.raises(AudioDecodeError, match=r"loop\.wav: (there is no such file|it cannot be opened)"):
        read(make_link_to_itself(tmp_path))
