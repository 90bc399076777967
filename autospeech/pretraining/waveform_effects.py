"""What rooms, lines and neighbours do to a sound, drawn from an explicit generator.

Plain NumPy and SciPy: the libraries that offer these effects draw from the global generators.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.signal

Waveform = npt.NDArray[np.float32]
SAMPLE_RATE = 16000


def coloured_noise(samples: int, slope: float, rng: np.random.Generator) -> Waveform:
    """Return noise of unit RMS whose power changes by `slope` decibels an octave, `(samples,)`.

    Example:
        >>> noise = coloured_noise(16000, -6.0, np.random.default_rng(0))
        >>> noise.shape, round(float(np.square(noise).mean()), 3)
        ((16000,), 1.0)
    """
    spectrum = np.fft.rfft(rng.standard_normal(samples))
    frequency = np.maximum(np.arange(len(spectrum)) * SAMPLE_RATE / samples, 50.0)
    noise = np.fft.irfft(spectrum * frequency ** (slope / 6.0206), samples)
    return (noise / max(float(np.sqrt(np.square(noise).mean())), 1e-12)).astype(np.float32)


def add_at(clip: Waveform, other: Waveform, snr: float) -> Waveform:
    """Add another sound, repeated or cut to the clip's length, so that it is `snr` decibels below the clip's power."""
    other = np.resize(other, len(clip))
    power, noise = (float(np.square(sound, dtype=np.float64).mean()) for sound in (clip, other))
    if power == 0 or noise == 0:
        return clip
    return clip + other * np.float32(np.sqrt(power / noise) * 10 ** (-snr / 20))


def room_response(rt60: float, direct: float, rng: np.random.Generator) -> Waveform:
    """Return a made room response: a direct sound and exponentially decaying noise.

    Args:
        rt60: Seconds until the reverberation has fallen by 60 dB.
        direct: Direct to reverberant energy in decibels.
        rng: Where the noise comes from.

    Returns:
        The response, `(rt60 * 16000,)`, of unit energy.
    """
    samples = max(int(rt60 * SAMPLE_RATE), 2)
    tail = rng.standard_normal(samples) * 10 ** (-3 * np.arange(samples) / samples)
    tail[0] = 0
    tail *= 10 ** (-direct / 20) / np.sqrt(np.square(tail).sum())
    tail[0] = 1
    return (tail / np.sqrt(np.square(tail).sum())).astype(np.float32)


def reverberate(clip: Waveform, response: Waveform) -> Waveform:
    """Let a room answer; the tail is cut at the clip's length plus a quarter of a second."""
    wet = scipy.signal.fftconvolve(clip, response)[: len(clip) + SAMPLE_RATE // 4]
    return np.asarray(wet, np.float32)


def band_pass(clip: Waveform, low: float, high: float) -> Waveform:
    """Keep what lies between two frequencies in Hz, as a telephone line does (Butterworth, order 4)."""
    sections = scipy.signal.butter(4, (low, high), "bandpass", fs=SAMPLE_RATE, output="sos")
    return np.asarray(scipy.signal.sosfilt(sections, clip), np.float32)


def disturb(clip: Waveform, neighbours: list[Waveform], rng: np.random.Generator) -> Waveform:
    """Put a clip into another place: some of a room, a line, noise and neighbours, but always one of them.

    Args:
        clip: Waveform `(samples,)`.
        neighbours: Other clips, for babble.
        rng: Where the draws come from.

    Returns:
        Waveform; at most a quarter of a second longer.
    """
    room, line, noise, babble = rng.random(4) < (0.5, 0.15, 0.55, 0.25)
    if not (room or line or noise or babble):
        noise = True
    if room:
        clip = reverberate(clip, room_response(float(rng.uniform(0.1, 0.8)), float(rng.uniform(-2, 12)), rng))
    if babble and neighbours:
        for other in rng.choice(len(neighbours), int(rng.integers(1, 4))):
            clip = add_at(clip, neighbours[other], float(rng.uniform(8, 25)))
    if noise:
        clip = add_at(clip, coloured_noise(len(clip), float(rng.uniform(-6, 3)), rng), float(rng.uniform(5, 30)))
    if line:
        clip = band_pass(clip, float(rng.uniform(150, 400)), float(rng.uniform(2800, 4500)))
    return np.ascontiguousarray(clip, np.float32)
