"""What can be said of a sound file by reading it once: length, rate, levels, and what is wrong with it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autospeech.audio.mono_mix import MonoMix
from autospeech.audio.open_sound import open_sound
from autospeech.audio.waveform import FULL_SCALE_32, float_scale

# -80 dBFS, three steps of 16 bits: below it a file holds the converter's own noise, while the quietest room, recorded
# with any gain, has peaks some 20 dB above.
SILENT_PEAK = 1e-4
# A loud clip may touch the end of the scale now and then; from about here on it can be heard.
CLIPPED_SHARE = 1e-3
# So many samples at the end of the scale in a row are a cut-off top: the crest of a loud tone is not that flat.
CLIPPED_RUN = 3
FULL_SCALE = 32767 / 32768
# The loudest positive sample where it lies below that of 16 bits.
FULL_SCALES = {"PCM_U8": 127 / 128, "PCM_S8": 127 / 128, "ULAW": 32124 / 32768, "ALAW": 32256 / 32768}


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """Of one sound.

    Args:
        seconds: Its length.
        sample_rate: In Hz.
        channels: Their number.
        peak: The largest magnitude in any channel, 1 being full scale; non-finite samples count as 0.
        rms: Root of the mean square of all channels.
        clipped: Share of samples that stand at full scale three in a row or more, 0 to 1.
        non_finite: Number of samples that are NaN or infinite, or do not fit 32 bits.
        digest: Of the rate and of the channels' mix (see `MonoMix`), so that the same sound has the same one in any
            lossless format; empty where there are no samples.
        notes: What is wrong with the file and what is done about it: the texts of the `SoundWarning`s of `decode`.
    """

    seconds: float
    sample_rate: int
    channels: int
    peak: float
    rms: float
    clipped: float
    non_finite: int
    digest: bytes
    notes: tuple[str, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Whether it has samples, but none above -80 dBFS."""
        return self.seconds > 0 and self.peak < SILENT_PEAK

    @property
    def is_clipped(self) -> bool:
        """Whether at least a thousandth of its samples are cut off."""
        return self.clipped >= CLIPPED_SHARE

    @property
    def decibels(self) -> float:
        """The rms in dB below full scale; minus infinity for digital silence."""
        return 20 * math.log10(self.rms) if self.rms > 0 else -math.inf


def measure_sound(path: str | Path, listen: Callable[[npt.NDArray[np.float32], int], None] | None = None) -> SoundFacts:
    """Read a sound file once, block by block, and measure it as it is, before any resampling.

    Args:
        path: A file in any format that `decode` reads, of any length.
        listen: Called with the mix of the channels of each block, `(samples,)`, finite, and the sample rate in Hz.

    Returns:
        What was found. Float files on the scale of 16, 24 or 32 bits are brought to ±1 first; how much of them is
        clipped cannot be told and counts as nothing.

    Raises:
        AudioDecodeError: The file is missing, empty, damaged, may not be read, or is not a sound.

    Example:
        >>> import tempfile, soundfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     soundfile.write(f"{folder}/loud.wav", np.ones((4000, 2)), 8000)
        ...     facts = measure_sound(f"{folder}/loud.wav")
        >>> facts.seconds, facts.sample_rate, facts.channels, facts.clipped, facts.is_silent
        (0.5, 8000, 2, 1.0, False)
    """
    with open_sound(path) as sound:
        meter = _Meter(sound.channels, FULL_SCALES.get(sound.subtype, FULL_SCALE))
        for block in sound.blocks():
            mono = meter.add(block)
            if listen is not None:
                listen(mono, sound.sample_rate)
    if meter.mix.note:
        sound.add_note(meter.mix.note)
    return replace(meter.facts(sound.sample_rate), notes=sound.notes)


def measure_waveform(waveform: npt.NDArray[np.float32], sample_rate: int) -> SoundFacts:
    """Measure a clip that is in memory.

    Args:
        waveform: Of shape `(samples,)`, -1..1.
        sample_rate: In Hz.

    Returns:
        What was found; the digest is that of a file with these samples.

    Example:
        >>> facts = measure_waveform(np.array([0.5, -0.5, np.nan, 0.0], "float32"), 16000)
        >>> facts.peak, facts.non_finite, round(facts.decibels, 1)
        (0.5, 1, -9.0)
    """
    meter = _Meter(1, FULL_SCALE)
    if len(waveform):
        meter.add(np.array(waveform, np.float32)[:, None])
    return meter.facts(sample_rate)


class _Meter:
    """Sums over the blocks of one sound."""

    def __init__(self, channels: int, full_scale: float) -> None:
        self.channels, self.full_scale = channels, full_scale
        self.frames, self.non_finite, self.clipped = 0, 0, 0
        self.peak, self.squares = 0.0, 0.0
        self.hash = hashlib.blake2b(digest_size=16)
        self.mix = MonoMix()
        # Whether the last frames stood at full scale, so that runs go on across blocks.
        self.last = np.zeros((CLIPPED_RUN, channels), bool)

    def add(self, block: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Take in `(frames, channels)`, which may be changed; return the mix of the channels, `(frames,)`."""
        peak = max(-float(block.min()), float(block.max()))
        if not peak <= FULL_SCALE_32:
            wrong = ~(np.abs(block) <= FULL_SCALE_32)
            self.non_finite += int(wrong.sum())
            block[wrong] = 0
            peak = max(-float(block.min()), float(block.max()))
        self.frames += len(block)
        self.peak = max(self.peak, peak)
        self.squares += float(np.einsum("fc,fc->", block, block, dtype=np.float64))
        self.clipped += self._clipped(block, peak)
        mono = self.mix(block)
        # Adding 0 makes one zero of the two that floats have.
        self.hash.update((mono + 0.0).astype("<f4").tobytes())
        return mono

    def facts(self, sample_rate: int) -> SoundFacts:
        """Sum up."""
        samples = self.frames * self.channels
        scale = float_scale(self.peak)
        self.hash.update(str(sample_rate).encode())
        return SoundFacts(
            seconds=self.frames / sample_rate,
            sample_rate=sample_rate,
            channels=self.channels,
            peak=self.peak / scale,
            rms=math.sqrt(self.squares / max(1, samples)) / scale,
            clipped=0.0 if scale != 1 else self.clipped / max(1, samples),
            non_finite=self.non_finite,
            digest=self.hash.digest() if samples else b"",
        )

    def _clipped(self, block: npt.NDArray[np.float32], peak: float) -> int:
        """Count the samples in runs that end in this block, or began before it and go on in it."""
        if peak < self.full_scale:
            self.last[:] = False
            return 0
        full = np.concatenate([self.last, np.abs(block) >= self.full_scale])
        self.last = full[-CLIPPED_RUN:]
        third = full[:-2] & full[1:-1] & full[2:]
        # A run's first two samples are counted with its third.
        return int(third[1:].sum()) + 2 * int((third[1:] & ~third[:-1]).sum())
