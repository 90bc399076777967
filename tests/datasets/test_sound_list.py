"""Clips in every form in which people have them are the same sound; what cannot be understood is told."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pytest
import soundfile
import tensorflow as tf

from autospeech.audio.waveform import as_waveform
from autospeech.datasets.sound_list import sound_list
from autospeech.datasets.sound_reader import SoundReader

Floats = npt.NDArray[np.float32]
TONE = (0.3 * np.sin(2 * np.pi * 440 * np.arange(4000) / 8000)).astype("float32")
STEREO = np.stack([TONE, TONE], axis=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "tone.wav", TONE, 8000, subtype="FLOAT")
    return tmp_path / "tone.wav"


def heard(clips: Any) -> list[Floats]:
    """Read clips both ways, as to learn from them and as to answer for them."""
    reader = SoundReader()
    found = [np.concatenate(list(reader.windows(clip))) for clip in sound_list(clips)]
    for clip, windows in zip(found, reader.read_to_learn(sound_list(clips)), strict=True):
        assert not isinstance(windows, ValueError), windows
        np.testing.assert_array_equal(np.concatenate(windows), clip)
    return found


RATED: dict[str, Any] = {
    "rate first": (8000, TONE),
    "rate last": (TONE, 8000),
    "channels last": (STEREO, 8000),
    "channels first": (STEREO.T, np.int64(8000)),
    "16 bits": (8000, np.round(TONE * 32768).astype("int16")),
    "lists": [8000.0, TONE.tolist()],
    "tensor": (tf.constant(TONE), tf.constant(8000)),
    "pair as an array": np.array([8000, TONE], object),
    "array and sampling_rate": {"path": "a.wav", "array": TONE, "sampling_rate": 8000},
    "waveform and sample_rate": {"waveform": TONE[None], "sample_rate": np.array(8000)},
}


@pytest.mark.parametrize("form", RATED)
def test_samples_with_a_rate_are_heard_at_that_rate(path: Path, form: str) -> None:
    ((right,), (found,)) = heard([path]), heard([RATED[form]])
    assert right.shape == (8000,)
    np.testing.assert_allclose(found, right, rtol=0, atol=2e-4)


def zipped(path: Path) -> Any:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.write(path, "tone.wav")
    return zipfile.ZipFile(content).open("tone.wav")


STORED: dict[str, Callable[[Path], Any]] = {
    "text": str,
    "bytes": Path.read_bytes,
    "bytearray": lambda path: bytearray(path.read_bytes()),
    "memoryview": lambda path: memoryview(path.read_bytes()),
    "open file": lambda path: path.open("rb"),
    "file in memory": lambda path: io.BytesIO(path.read_bytes()),
    "file in an archive": zipped,
    "bytes and path": lambda path: {"bytes": path.read_bytes(), "path": "tone.wav"},
    "path alone": lambda path: {"bytes": None, "path": str(path)},
}


@pytest.mark.parametrize("form", STORED)
def test_stored_files_are_heard_as_files_are(path: Path, form: str) -> None:
    clip = STORED[form](path)
    # Twice the same object too, which four threads may read at a time.
    for found in heard([clip] * 9):
        np.testing.assert_array_equal(found, heard([path])[0])


CONTAINERS: dict[str, Callable[[str], Any]] = {
    "tuple": lambda path: (path, path),
    "Series": lambda path: pd.Series([path, path], index=[7, 3]),
    "Categorical": lambda path: pd.Series([path, path], dtype="category"),
    "only column": lambda path: pd.DataFrame({"what": [path, path]}),
    "file_name": lambda path: pd.DataFrame({"label": ["a", "b"], "file_name": [path, path]}),
    "Path before file": lambda path: pd.DataFrame({"file": ["a", "b"], "Path": [path, path]}),
    "Arrow table": lambda path: pa.table({"path": [path, path], "label": [1, 2]}),
    "Arrow column": lambda path: pa.chunked_array([[path], [path]]),
    "array": lambda path: np.array([path, path]),
    "array of one column": lambda path: np.array([[path], [path]]),
    "objects of one column": lambda path: np.array([[path], [path]], object),
    "Series of pairs": lambda path: pd.Series([(8000, TONE), (TONE, 8000)]),
    "column of dictionaries": lambda path: pd.DataFrame({"audio": [{"array": TONE, "sampling_rate": 8000}] * 2}),
    "array of pairs": lambda path: np.array([(8000, TONE), (8000, TONE)], object),
}


@pytest.mark.parametrize("form", CONTAINERS)
def test_clips_are_found_in_every_container(path: Path, form: str) -> None:
    found = heard(CONTAINERS[form](str(path)))
    assert len(found) == 2
    for clip in found:
        np.testing.assert_allclose(clip, heard([path])[0], rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "clips",
    [
        np.stack([TONE, TONE]),
        tf.constant(np.stack([TONE, TONE])),
        np.stack([STEREO, STEREO]),
        [TONE.tolist(), TONE[:7].tolist()],
        [tuple(TONE), TONE.astype(object)],
        np.array([TONE, TONE[:9]], object),
        [(0.1, 0.2), [0.3, 0.4]],
    ],
)
def test_samples_without_a_rate_stay_what_they_were(clips: Any) -> None:
    found = heard(clips)
    assert len(found) == len(clips)
    for clip, given in zip(found, clips, strict=True):
        np.testing.assert_array_equal(clip, as_waveform(given))


@pytest.mark.parametrize(
    ("clips", "message"),
    [
        ((8000, TONE), r"X is a single clip, tuple of int, ndarray\(4000,\); give a list"),
        (
            {"array": TONE, "sampling_rate": 8000},
            "X is of the type dict with the keys array, sampling_rate; give a list",
        ),
        (b"RIFF", "X is of the type bytes; give a list"),
        (io.BytesIO(b"RIFF"), "X is of the type BytesIO; give a list"),
        (TONE, r"X is a single waveform, ndarray of shape \(4000,\) and float32"),
        (TONE[:, None], r"X is a single waveform, ndarray of shape \(4000, 1\)"),
        (tf.constant(TONE), "X is a single waveform"),
        ((clip for clip in [TONE]), r"X is of the type generator; give a list, list\(X\)"),
        ({"a.wav", "b.wav"}, "X is of the type set; give a list"),
        (7, "X is of the type int, 7; give a list"),
        (
            pd.DataFrame({"mean": [0.1], "variance": [0.2]}),
            "table with the columns mean, variance, of which none, or more than one, is called file_name, path, ",
        ),
        (
            pd.DataFrame({"wav": ["a"], "file": ["b"]}),
            r"of which none, or more than one, is called .*; give the one with the clips, X\[name\]",
        ),
        (pd.DataFrame(), "a table without columns"),
        (np.array([["a.wav", "dog"]]), "clip 0 is of the type ndarray of shape"),
        ([("a.wav", "dog")], "clip 0 is of the type tuple of str, str"),
        ([(TONE, "dog")], r"clip 0 is of the type tuple of ndarray\(4000,\), str"),
        ([TONE, (TONE, 3)], "clip 1: its sample rate is 3 Hz; .*a label belongs into y"),
        ([(TONE, True)], r"clip 0 is of the type tuple of ndarray\(4000,\), bool"),
        ([(TONE, 8000.5)], "its sample rate is 8000.5 Hz"),
        ([{"array": TONE, "sampling_rate": float("nan")}], "its sample rate is nan Hz"),
        ([{"array": TONE, "sampling_rate": "fast"}], "its sample rate is of the type str"),
        ([{"array": TONE}], "clip 0 is of the type dict with the keys array; give"),
        ([{"bytes": None, "path": None}], "clip 0 is of the type dict with the keys bytes, path; give"),
        (["a.wav", None], "clip 1 is missing"),
        (pd.Series(["a.wav", None]), "clip 1 is missing"),
        ([TONE, float("nan")], "clip 1 is missing"),
        ([TONE, 0.5], "clip 1 is of the type float, 0.5"),
        ([io.StringIO("RIFF")], "clip 0 is a file that is open for text"),
        (np.array([b"a.wav"]), "clip 0 is of the type bytes_"),
        ([[TONE, TONE[:5]]], r"clip 0 is of the type list of ndarray\(4000,\), ndarray\(5,\)"),
        ([TONE.astype(complex)], "clip 0 is of the type ndarray .*complex64|complex128"),
        ([tf.ragged.constant([[1.0, 2.0], [3.0]])], "clip 0 is of the type RaggedTensor"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_cannot_be_understood_is_told(clips: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sound_list(clips)


def test_stored_files_that_cannot_be_read_are_named_and_not_their_copies(tmp_path: Path) -> None:
    closed = (tmp_path / "a.wav").open("wb+")
    closed.close()
    soundfile.write(tmp_path / "b.wav", TONE, 8000)
    clips = [b"no sound", b"", io.BytesIO(b"none"), {"bytes": b"ID3", "path": "x/song.mp3"}, closed]
    clips.append(soundfile.SoundFile(tmp_path / "b.wav"))
    errors = [str(error) for error in SoundReader().read_to_learn(sound_list(clips))]
    told = [", 8 bytes: ", ", 0 bytes: ", ": ", ", x/song.mp3: ", ", .*closed file", ", .*ndarray and no bytes"]
    for number, (error, words) in enumerate(zip(errors, told, strict=True)):
        assert re.match(f"clip {number}{words}", error), error
        assert "sound.mp3" not in error and "autospeech-" not in error
