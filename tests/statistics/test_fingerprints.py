"""Copies of a recording are found however they were encoded, cut or amplified, and nothing else is."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
import soxr

from autospeech.statistics.fingerprints import MOVES, SPAN, Fingerprints
from autospeech.statistics.log_mel_frames import LogMelFrames

Floats = npt.NDArray[np.float32]


def tune(seed: int, seconds: float = 3.0) -> Floats:
    """Tones that change ten times a second, over some noise."""
    rng = np.random.default_rng(seed)
    steps = rng.uniform(0.05, 2.0, (3, round(10 * seconds)))
    sound = np.sin(np.cumsum(np.repeat(steps, 1600, axis=1), axis=1)).sum(axis=0)
    return (0.1 * sound + 0.01 * rng.normal(size=len(sound))).astype("float32")


TUNES = [tune(seed) for seed in range(12)]


def encoded(clip: Floats, folder: Path, suffix: str, *arguments: str) -> Floats:
    soundfile.write(folder / "a.wav", clip, 16000)
    for command in (
        ["-i", folder / "a.wav", *arguments, folder / f"b{suffix}"],
        ["-i", folder / f"b{suffix}", "-ar", "16000", "-c:a", "pcm_f32le", folder / "c.wav"],
    ):
        subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, command)], check=True)
    return np.asarray(soundfile.read(folder / "c.wav", dtype="float32")[0])


def copies(clips: list[Floats]) -> list[list[int]]:
    found: list[list[int]] = Fingerprints.of(LogMelFrames.of(clips)).copies().tolist()
    return found


CHANGES: dict[str, Callable[[Floats, Path], Floats]] = {
    "MP3": lambda clip, folder: encoded(clip, folder, ".mp3", "-b:a", "64k"),
    "Ogg": lambda clip, folder: encoded(clip, folder, ".ogg", "-c:a", "libvorbis", "-q:a", "3"),
    "another rate": lambda clip, folder: soxr.resample(soxr.resample(clip, 16000, 22050), 22050, 16000),
    "quieter": lambda clip, folder: 0.1 * clip,
    "upside down": lambda clip, folder: -clip,
    "begins later": lambda clip, folder: clip[6077:],
    "silence around it": lambda clip, folder: np.pad(clip, (7000, 5000)),
    "a part": lambda clip, folder: clip[12033:36000],
    "cut, quieter and MP3": lambda clip, folder: encoded(0.3 * clip[4099:], folder, ".mp3", "-b:a", "48k"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_copy_is_found_and_nothing_else(change: Callable[[Floats, Path], Floats], tmp_path: Path) -> None:
    assert copies([*TUNES, np.asarray(change(TUNES[3], tmp_path), np.float32)]) == [[3, 12]]


@pytest.mark.parametrize(
    "clips",
    [
        [],
        [np.zeros(0, np.float32)] * 3,
        [np.zeros(32000, np.float32)] * 3,
        [np.sin(np.arange(32000) / 9).astype("float32")] * 2,
        [tune(0, 0.2)[: 512 + 256 * (SPAN - 2)]] * 2,
        [np.concatenate([np.zeros(20000), tune(seed, 0.5), np.zeros(20000)]).astype("float32") for seed in range(9)],
        [np.concatenate([TUNES[0][:8000], tune(seed)]) for seed in range(1, 4)],
    ],
    ids=["no clips", "no samples", "silence", "steady tones", "too short", "silence around others", "one beginning"],
)
def test_what_is_no_sign_of_a_copy(clips: list[Floats]) -> None:
    assert copies(clips) == []


def test_words_are_those_of_each_clip_alone() -> None:
    clips = [tune(0), tune(1, 0.2), np.zeros(5, np.float32), tune(2, 20.0), tune(3)]
    together = Fingerprints.of(LogMelFrames.of(clips))
    alone = [Fingerprints.of(LogMelFrames.of([clip])).words for clip in clips]
    joined = Fingerprints.joined(alone)
    np.testing.assert_array_equal(together.starts, joined.starts)
    # Sums of many frames round otherwise.
    assert np.mean(together.words == joined.words) > 0.999


def test_many_copies_are_compared_with_few() -> None:
    rng = np.random.default_rng(0)
    words = (rng.integers(0, 1 << 30, 40) | int(MOVES)).astype(np.uint32)
    found = Fingerprints.joined([words] * 5000).copies()
    assert len(found) == 4999


@pytest.mark.parametrize(("corpus", "task"), [("emodb", "emotion"), ("drums", "instrument")])
def test_claims_among_real_clips_are_true(data_dir: Path, corpus: str, task: str) -> None:
    with (data_dir / corpus / f"{task}.csv").open(newline="") as table:
        names = [row["file_name"] for row in csv.DictReader(table)]
    clips = [soundfile.read(data_dir / corpus / name, dtype="float32")[0] for name in names]
    found = copies(clips)
    assert (found == []) == (corpus == "emodb")
    for one, other in found:
        size = len(clips[one]) + len(clips[other])
        spectra = [np.fft.rfft(clips[number], size) for number in (one, other)]
        likeness = np.abs(np.fft.irfft(spectra[0] * np.conj(spectra[1]), size)).max()
        assert likeness > 0.9 * np.linalg.norm(clips[one]) * np.linalg.norm(clips[other]), (names[one], names[other])
