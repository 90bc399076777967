"""Each statistic against a plain computation by NumPy, SciPy and librosa, clip by clip."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import librosa
import numpy as np
import pytest
import scipy.fft
import scipy.signal
import soundfile

from autospeech.statistics.clip_statistics import RICH, ClipStatistics
from autospeech.statistics.log_mel_frames import LogMelFrames


def made_up_frames() -> LogMelFrames:
    """Frames of clips of 1 to 700 frames whose numbers move as those of recordings do."""
    rng = np.random.default_rng(0)
    counts = [1, 2, 3, 4, 5, 7, 8, 9, 12, 31, 32, 33, 47, 48, 49, 200, 700, 1]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
    values = rng.normal(size=(starts[-1], 64)).cumsum(axis=1) / 4 - 4 + np.sin(np.arange(starts[-1]) / 3)[:, None]
    return LogMelFrames(values.astype("float32"), starts)


def cepstra(log_mel: np.ndarray) -> np.ndarray:
    return scipy.fft.dct(log_mel.astype("float64"), type=2, norm="ortho", axis=1)[:, :20]


def rooted(values: np.ndarray) -> np.ndarray:
    return np.sign(values) * np.sqrt(np.abs(values))


def deviation(values: np.ndarray) -> np.ndarray:
    return values.std(axis=0) if len(values) else np.zeros(values.shape[1])


def difference(values: np.ndarray, order: int = 1) -> np.ndarray:
    for _ in range(order):
        values = values[2:] - values[:-2]
    return values


def covariance(log_mel: np.ndarray) -> np.ndarray:
    return rooted(np.atleast_2d(np.cov(cepstra(log_mel).T, bias=True))[np.triu_indices(20)])


def lagged(log_mel: np.ndarray) -> np.ndarray:
    centred = cepstra(log_mel) - cepstra(log_mel).mean(axis=0)
    covariances = np.zeros((16, 2, 16))
    for number, lag in enumerate((3, 8)):
        if len(centred) > lag:
            covariances[:, number] = centred[:-lag, :16].T @ centred[lag:, :16] / (len(centred) - lag)
    return rooted(covariances.ravel())


def segments(log_mel: np.ndarray) -> np.ndarray:
    frames = len(log_mel)
    edges = [part * frames // 8 for part in range(9)]
    # A part that is shorter than a frame is the frame where it begins.
    parts = [cepstra(log_mel)[first : max(last, first + 1)] for first, last in itertools.pairwise(edges)]
    return np.concatenate([part.mean(axis=0) for part in parts])


def modulation(log_mel: np.ndarray) -> np.ndarray:
    bands = log_mel.astype("float64").reshape(len(log_mel), 16, 4).mean(axis=2).T
    if len(log_mel) < 32:
        bands = np.pad(bands, ((0, 0), (0, 32 - len(log_mel))), mode="edge")
    pieces = librosa.util.frame(bands, frame_length=32, hop_length=16, axis=-1)
    pieces = scipy.signal.detrend(pieces, axis=1, type="constant") * np.hanning(32)[:, None]
    power = (np.abs(np.fft.rfft(pieces, axis=1)) ** 2).mean(axis=2)
    ranges = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 6), (7, 8), (9, 11), (12, 16)]
    return np.log(np.stack([power[:, a : b + 1].mean(axis=1) for a, b in ranges], axis=1) + 1e-2).ravel()


PARTS: dict[str, tuple[int, Callable[[np.ndarray], np.ndarray]]] = {
    "mean": (64, lambda log_mel: log_mel.astype("float64").mean(axis=0)),
    "deviation": (64, lambda log_mel: log_mel.astype("float64").std(axis=0)),
    "maximum": (64, lambda log_mel: log_mel.max(axis=0)),
    "minimum": (64, lambda log_mel: log_mel.min(axis=0)),
    "deviation of the difference": (64, lambda log_mel: deviation(difference(log_mel))),
    "deviation of the cepstra": (20, lambda log_mel: cepstra(log_mel).std(axis=0)),
    "deviation of their difference": (20, lambda log_mel: deviation(difference(cepstra(log_mel)))),
    "deviation of their second difference": (20, lambda log_mel: deviation(difference(cepstra(log_mel), 2))),
    "covariance": (210, covariance),
    "lagged covariance": (512, lagged),
    "segments": (160, segments),
    "modulation": (128, modulation),
}
# Under a root what should be 0 is the root of a rounding error.
TOLERANCE = dict.fromkeys(("covariance", "lagged covariance"), 5e-3)


def begin(part: str) -> int:
    return sum(PARTS[name][0] for name in list(PARTS)[: list(PARTS).index(part)])


def assert_part_equals_reference(frames: LogMelFrames, part: str) -> None:
    width, reference = PARTS[part]
    rich = ClipStatistics.of(frames).rich[:, begin(part) : begin(part) + width]
    for number in range(len(frames)):
        expected = reference(frames.clip(number))
        message = f"clip {number} of {len(frames.clip(number))} frames"
        np.testing.assert_allclose(rich[number], expected, atol=TOLERANCE.get(part, 1e-3), rtol=1e-4, err_msg=message)


def test_the_parts_are_all_there_is() -> None:
    assert sum(width for width, _ in PARTS.values()) == RICH
    assert ClipStatistics.of(made_up_frames()).rich.shape == (18, RICH)


@pytest.mark.parametrize("part", PARTS)
def test_part_of_made_up_clips(part: str) -> None:
    assert_part_equals_reference(made_up_frames(), part)


@pytest.mark.parametrize("part", PARTS)
def test_part_of_recordings(data_dir: Path, part: str) -> None:
    files = [
        file
        for corpus in ("emodb", "esc10", "fsdd", "drums")
        for file in sorted((data_dir / corpus / "audio").iterdir())[::60][:5]
    ]
    assert len(files) == 20
    clips = [soundfile.read(file, dtype="float32")[0] for file in files]
    assert_part_equals_reference(LogMelFrames.of(clips), part)


def test_simple_ones_are_mean_and_deviation_of_the_cepstra() -> None:
    frames = made_up_frames()
    simple = ClipStatistics.of(frames).simple
    for number in range(len(frames)):
        values = cepstra(frames.clip(number))
        expected = np.concatenate([values.mean(axis=0), values.std(axis=0)])
        np.testing.assert_allclose(simple[number], expected, atol=1e-3, rtol=1e-4)


@pytest.mark.parametrize("workers", [0, 3])
def test_a_row_depends_on_its_clip_alone(workers: int) -> None:
    frames = made_up_frames()
    numbers = np.random.default_rng(2).integers(0, len(frames), 90).tolist()
    clips = [frames.clip(number) for number in numbers]
    starts = np.concatenate([[0], np.cumsum([len(clip) for clip in clips])]).astype(np.intp)
    many = LogMelFrames(np.concatenate(clips), starts)
    assert starts[-1] > 3 * 2048
    statistics = ClipStatistics.of(many)
    if workers:
        with ThreadPoolExecutor(workers) as pool:
            threaded = ClipStatistics.of(many, pool)
        np.testing.assert_array_equal(threaded.rich, statistics.rich)
        np.testing.assert_array_equal(threaded.simple, statistics.simple)
    for number in range(len(frames)):
        clip = frames.clip(number)
        alone = ClipStatistics.of(LogMelFrames(clip, np.array([0, len(clip)], np.intp)))
        for place in np.flatnonzero(np.array(numbers) == number):
            # What should be 0 is the root of a rounding error.
            np.testing.assert_allclose(statistics.rich[place], alone.rich[0], atol=5e-3)
            np.testing.assert_allclose(statistics.simple[place], alone.simple[0], atol=1e-4)


@pytest.mark.parametrize("samples", [0, 1, 512, 768, 1024, 5000, 3_000_000])
@pytest.mark.parametrize("value", [0.0, 0.5])
def test_finite_for_every_clip(samples: int, value: float) -> None:
    statistics = ClipStatistics.of(LogMelFrames.of([np.full(samples, value, "float32")]))
    assert statistics.simple.dtype == statistics.rich.dtype == np.float32
    assert np.isfinite(statistics.rich).all()
    assert np.isfinite(statistics.simple).all()


def test_no_clips() -> None:
    statistics = ClipStatistics.of(LogMelFrames.of([]))
    assert statistics.simple.shape == (0, 40)
    assert statistics.rich.shape == (0, RICH)
