"""What one would write with NumPy, SciPy and librosa to augment one clip, from parameters that are drawn already.

Waveforms are `(samples,)`, images `(frames, bins)`, labels `(classes,)`, bands pairs of a first place and a width.
Mixtures come with their labels. `benchmarks.augmentation_rivals` draws the parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

import librosa
import numpy as np
import numpy.typing as npt
from scipy import ndimage

Floats = npt.NDArray[np.float32]
Bands = Sequence[tuple[int, int]]
Mixture = tuple[Floats, Floats]


def noise_added(clip: Floats, noise: Floats, decibels: float) -> Floats:
    """Add noise at a signal-to-noise ratio of mean powers."""
    wanted = np.sqrt(np.mean(np.square(clip))) * 10 ** (-decibels / 20)
    return clip + noise * np.float32(wanted / max(np.sqrt(np.mean(np.square(noise))), 1e-12))


def between_class(pair: Mixture, other: Mixture, ratio: float, sample_rate: int = 16000) -> Mixture:
    """Mix two waveforms so that they are heard at a ratio (Tokozume et al., 2018, equations 2 and 3)."""
    difference = _loudness(pair[0], sample_rate) - _loudness(other[0], sample_rate)
    share = ratio / (ratio + 10 ** (difference / 20) * (1 - ratio))
    norm = np.sqrt(share**2 + (1 - share) ** 2)
    mixed = np.float32(share / norm) * pair[0] + np.float32((1 - share) / norm) * other[0]
    return mixed, _labels(pair, other, ratio)


def _loudness(clip: Floats, sample_rate: int) -> float:
    """Return the A-weighted gain of the loudest frame, in dB."""
    n_fft = 2048 if sample_rate < 32000 else 4096
    power = np.square(np.abs(librosa.stft(clip, n_fft=n_fft, hop_length=n_fft // 2, center=False)))
    with np.errstate(divide="ignore"):
        weights = 10 ** (librosa.A_weighting(librosa.fft_frequencies(sr=sample_rate, n_fft=n_fft)) / 10)
    return float(10 * np.log10(np.maximum(weights @ power, 1e-8)).max())


def mixup(pair: Mixture, other: Mixture, share: float) -> Mixture:
    """Mix two images."""
    return np.float32(share) * pair[0] + np.float32(1 - share) * other[0], _labels(pair, other, share)


def cutmix(pair: Mixture, other: Mixture, box: tuple[int, int, int, int]) -> Mixture:
    """Paste a box: first frame, frame after the last, and the same of bins."""
    top, bottom, left, right = box
    mixed = pair[0].copy()
    mixed[top:bottom, left:right] = other[0][top:bottom, left:right]
    return mixed, _labels(pair, other, 1 - (bottom - top) * (right - left) / mixed.size)


def specmix(pair: Mixture, other: Mixture, frames: Bands, bins: Bands) -> Mixture:
    """Paste bands of frames and of bins."""
    mask = np.zeros(pair[0].shape, bool)
    for start, width in frames:
        mask[start : start + width] = True
    for start, width in bins:
        mask[:, start : start + width] = True
    return np.where(mask, other[0], pair[0]), _labels(pair, other, 1 - mask.mean())


def cutout(image: Floats, start: int, width: int) -> Floats:
    """Blank a band of bins."""
    masked = image.copy()
    masked[:, start : start + width] = 0
    return masked


def random_crop(image: Floats, start: int, frames: int) -> Floats:
    """Cut to some frames; a copy, since batches are not made of views."""
    return image[start : start + frames].copy()


def spec_augment(image: Floats, centre: float, moved: float, frames: Bands, bins: Bands) -> Floats:
    """Move a frame, stretch what is before and after it, and blank bands."""
    last = len(image) - 1
    places = np.interp(np.arange(last + 1), [0, moved, last], [0, centre, last])
    lower = places.astype(int)
    share = (places - lower).astype(np.float32)[:, None]
    warped = (1 - share) * image[lower] + share * image[np.minimum(lower + 1, last)]
    for start, width in frames:
        warped[start : start + width] = 0
    for start, width in bins:
        warped[:, start : start + width] = 0
    return warped


def speed(image: Floats, factor: float, left: int, low: float = 30.0, high: float = 8000.0) -> Floats:
    """Play faster or slower: frames are squeezed and mel bins move."""
    bins = image.shape[1]
    mels = np.linspace(librosa.hz_to_mel(low, htk=True), librosa.hz_to_mel(high, htk=True), bins + 2)
    heard = librosa.hz_to_mel(librosa.mel_to_hz(mels[1:-1], htk=True) / factor, htk=True)
    places = (heard - mels[0]) / (mels[1] - mels[0]) - 1
    grid = np.meshgrid(factor * np.arange(left), places, indexing="ij")
    return ndimage.map_coordinates(image, grid, order=1, mode="nearest")


def _labels(pair: Mixture, other: Mixture, share: float) -> Floats:
    return np.float32(share) * pair[1] + np.float32(1 - share) * other[1]
