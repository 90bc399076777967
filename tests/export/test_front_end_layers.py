"""Each layer of the front end against what it stands for, and what the layers are made again from."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import numpy.typing as npt
import pytest

from autospeech.export.clip_layer import ClipLayer
from autospeech.export.clip_statistics_layer import ClipStatisticsLayer
from autospeech.export.crop_layer import CropLayer
from autospeech.export.log_mel_frames_layer import LogMelFramesLayer
from autospeech.export.pitch_statistics_layer import PitchStatisticsLayer
from autospeech.export.pitch_track_layer import PitchTrackLayer
from autospeech.export.voiced_cepstra_layer import VoicedCepstraLayer
from autospeech.export.windows_layer import WindowsLayer
from autospeech.statistics.clip_statistics import ClipStatistics
from autospeech.statistics.log_mel_frames import LogMelFrames
from autospeech.statistics.pitch_statistics import pitch_statistics
from autospeech.statistics.pitch_track import PitchTrack
from autospeech.statistics.voiced_cepstra import voiced_cepstra

Floats = npt.NDArray[np.float32]


def check(name: str, said: object, right: Floats, most: float) -> None:
    assert np.asarray(said).shape == right.shape, name
    np.testing.assert_allclose(np.asarray(said), right, rtol=0, atol=most, err_msg=name)


def check_all(clips: dict[str, Floats]) -> None:
    """Check every layer on its own: each gets what NumPy made of the clip, rounded as the layers hand it on."""
    frames_layer, statistics_layer, track_layer = LogMelFramesLayer(), ClipStatisticsLayer(), PitchTrackLayer()
    pitch_layer, cepstra_layer = PitchStatisticsLayer(), VoicedCepstraLayer()
    for name, clip in clips.items():
        frames, track = LogMelFrames.of([clip]), PitchTrack.of([clip])
        check(name, frames_layer(clip[None]), frames.values[None], 2e-4)
        statistics = ClipStatistics.of(frames)
        simple, rich = statistics_layer(frames.values[None])
        check(name, simple, statistics.simple, 2e-4)
        check(name, rich, statistics.rich, 2e-4)
        said, loudness = track_layer(clip[None])
        right = np.stack(track[:3], axis=1)[None]
        assert np.asarray(said).shape == right.shape
        # Another peak of the autocorrelation may win by a rounding; then there is little to choose between them.
        away = np.abs(np.asarray(said) - right)[0]
        voiced = track.voicing > 0.3
        assert np.sum(away[voiced, 0] > 1e-3) <= 0.02 * voiced.sum(), name
        assert away[:, 1].max() < 2e-3, name
        assert away[:, 2].max() < 1e-3, name
        check(name, loudness, track.loudness[None], 1e-4)
        check(name, pitch_layer(right, track.loudness[None]), pitch_statistics(track), 1e-4)
        check(name, cepstra_layer(frames.values[None], right), voiced_cepstra(frames, track), 5e-4)


def test_layers_compute_what_numpy_does(sounds: dict[str, Floats]) -> None:
    check_all(sounds)


def test_layers_compute_what_numpy_does_of_recordings(recordings: dict[str, Floats]) -> None:
    check_all(recordings)


def test_a_constant_is_no_voice() -> None:
    clip = np.full((1, 160000), 0.3, np.float32)
    track, loudness = PitchTrackLayer()(clip)
    assert np.asarray(track)[..., 1].max() == 0
    assert float(np.asarray(loudness).item()) == pytest.approx(np.log(1e-6), abs=0.1)


@pytest.mark.parametrize("counts", [[1], [2, 9], [61, 62, 63], [123, 124, 125, 185], [248, 399, 400, 401, 5000]])
def test_windows_are_those_of_the_embedder(counts: list[int]) -> None:
    from autospeech.learners.embedder import MOST_WINDOWS, WINDOWS

    layer = WindowsLayer(WINDOWS, MOST_WINDOWS)
    for count in counts:
        length = max([length for length in WINDOWS if length <= count], default=WINDOWS[0])
        many = min(-(-count // length), MOST_WINDOWS)
        place = np.linspace(0, 1, many) if many > 1 else np.array([0.5])
        begins = (place * max(count - length, 0)).astype(int)
        rows = (begins[:, None] + np.arange(length)) % count
        numbers = np.asarray(layer(np.arange(count, dtype=np.float32)[None, :, None]))
        np.testing.assert_array_equal(numbers[..., 0, 0], rows)


@pytest.mark.parametrize("count", [1, 61, 62, 63, 73, 74, 75, 98, 170, 400, 5000])
def test_windows_are_those_of_the_networks(count: int) -> None:
    numbers = np.asarray(WindowsLayer([62], 10, 12)(np.arange(count, dtype=np.float32)[None, :, None]))[..., 0, 0]
    many = int(np.clip(1 + (count - 62) // 12, 1, 10))
    place = np.linspace(0, 1, many) if many > 1 else np.array([0.5])
    assert numbers.shape == (many, 62)
    # A frame to the left where a product of 7 / 9 is rounded down to just below a whole number.
    begins = (place * max(count - 62, 0)).astype(int)
    assert set(np.unique(numbers[:, 0].astype(int) - begins)) <= {0, 1}
    np.testing.assert_array_equal(numbers, (numbers[:, :1] + np.arange(62)) % count)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: WindowsLayer([], 3), "lengths are"),
        (lambda: WindowsLayer([124, 62], 3), "rise"),
        (lambda: WindowsLayer([62], 0), "most is 0"),
        (lambda: WindowsLayer([62], 3, 0), "step is 0"),
        (lambda: CropLayer(0), "samples is 0"),
    ],
)
def test_wrong_settings_are_told(make: Callable[[], ClipLayer], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    "layer",
    [LogMelFramesLayer(), CropLayer(700), WindowsLayer((3, 5), 2), WindowsLayer([4], 9, 2), ClipStatisticsLayer()],
    ids=lambda layer: type(layer).__name__,
)
def test_a_layer_is_made_again_from_its_arguments(layer: ClipLayer) -> None:
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    clip = np.random.default_rng(0).normal(size=(1, 900)).astype(np.float32)
    inputs = clip if isinstance(layer, LogMelFramesLayer | CropLayer) else clip[:, :896].reshape(1, 14, 64)
    for one, other in zip(keras.tree.flatten(layer(inputs)), keras.tree.flatten(again(inputs)), strict=True):
        np.testing.assert_array_equal(np.asarray(one), np.asarray(other))
