"""Sounds whose every second has a pitch of its own, so that what is missing or twice there shows."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import soundfile

from autospeech.audio.decode import decode

RATE = 44100


def steps(seconds: int, first: int = 1, rate: int = RATE) -> np.ndarray:
    """A tone of 300 Hz times the number of the second, counted from `first`."""
    number = np.repeat(np.arange(first, first + seconds), rate)
    return (0.5 * np.sin(2 * np.pi * 300 * np.cumsum(number) / rate)).astype(np.float32)


def heard(waveform: np.ndarray) -> list[int]:
    """The number of each second of a waveform of 16 kHz, by its pitch; what is left over at the end is left out."""
    whole = waveform[: len(waveform) // 16000 * 16000].reshape(-1, 16000)
    spectrum = np.abs(np.fft.rfft(whole[:, 2000:14000], 16000))
    return [round(pitch / 300) for pitch in spectrum.argmax(axis=1).tolist()]


def read(file: Path) -> list[int]:
    """The seconds that are heard in a file, of which the last may be short by an eighth."""
    return heard(np.pad(decode(file), (0, 2000)))


def written(file: Path, seconds: int, first: int = 1, rate: int = RATE, subtype: str | None = None) -> Path:
    soundfile.write(file, steps(seconds, first, rate), rate, subtype=subtype)
    return file


def encoded(file: Path, *options: str, seconds: int = 3, first: int = 1, rate: int = RATE) -> Path:
    """Have ffmpeg write steps."""
    source = steps(seconds, first, rate).tobytes()
    make = ["ffmpeg", "-v", "error", "-y", "-f", "f32le", "-ar", str(rate), "-ac", "1", "-i", "pipe:", *options]
    subprocess.run([*make, str(file)], input=source, check=True)
    return file


def piped(file: Path, command: str, source: Path) -> Path:
    """Have a program write into a pipe, where it cannot go back to say the length."""
    file.write_bytes(subprocess.run(command.split(), stdin=source.open("rb"), check=True, capture_output=True).stdout)
    return file


def joined(file: Path, *parts: Path) -> Path:
    file.write_bytes(b"".join(part.read_bytes() for part in parts))
    return file
