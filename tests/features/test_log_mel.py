from __future__ import annotations

from pathlib import Path

import keras
import librosa
import numpy as np
import pytest
import soundfile
from check_layer import check_layer

from autospeech.features.log_mel import LogMel


def librosa_log_mel(clip: np.ndarray) -> np.ndarray:
    mel = librosa.feature.melspectrogram(
        y=clip,
        sr=16000,
        n_fft=1024,
        hop_length=512,
        n_mels=64,
        fmin=20,
        fmax=8000,
        power=2.0,
        center=True,
        pad_mode="constant",
    )
    return librosa.power_to_db(mel, ref=1.0, amin=1e-10, top_db=80.0).T


def made_up_clips() -> np.ndarray:
    rng = np.random.default_rng(0)
    time = np.arange(80000) / 16000
    clips = np.stack(
        [
            rng.normal(scale=0.1, size=80000),
            np.sin(2 * np.pi * 440 * time) * np.exp(-time),
            rng.normal(scale=1e-4, size=80000) * (time > 2.5),
            np.zeros(80000),
        ]
    )
    return clips.astype("float32")[..., None]


def test_shape_configuration_and_round_trips(tmp_path: Path) -> None:
    assert check_layer(LogMel(), made_up_clips(), tmp_path).shape == (4, 157, 64, 1)


def test_equals_librosa_on_made_up_clips() -> None:
    clips = made_up_clips()
    for clip, image in zip(clips, np.asarray(LogMel()(clips)), strict=True):
        assert np.abs(image[..., 0] - librosa_log_mel(clip[:, 0])).max() < 0.01


@pytest.mark.parametrize("corpus", ["emodb", "esc10", "fsdd", "drums", "cmn_tone"])
def test_equals_librosa_on_recordings(data_dir: Path, corpus: str) -> None:
    layer = LogMel()
    for file in sorted((data_dir / corpus / "audio").iterdir())[::40][:8]:
        clip = soundfile.read(file, dtype="float32")[0]
        image = np.asarray(layer(clip[None, :, None]))[0, ..., 0]
        assert np.abs(image - librosa_log_mel(clip)).max() <= 0.01, file


@pytest.mark.parametrize(("samples", "frames"), [(1, 1), (511, 1), (512, 2), (1023, 2), (1024, 3), (80000, 157)])
def test_clips_shorter_than_a_frame_give_frames(samples: int, frames: int) -> None:
    assert LogMel()(np.ones((1, samples, 1), "float32")).shape == (1, frames, 64, 1)


def test_works_under_a_half_precision_policy() -> None:
    clips = made_up_clips()
    expected = np.asarray(LogMel()(clips))
    keras.config.set_dtype_policy("mixed_float16")
    try:
        np.testing.assert_allclose(LogMel()(clips), expected, atol=1e-4)
    finally:
        keras.config.set_dtype_policy("float32")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"n_fft": 0}, "n_fft"),
        ({"n_fft": 1023}, "even"),
        ({"hop_length": -1}, "hop_length"),
        ({"fmax": 9000.0}, "9000"),
        ({"fmin": 500.0, "fmax": 400.0}, "fmin"),
        ({"top_db": 0.0}, "top_db"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, float], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        LogMel(**settings)
