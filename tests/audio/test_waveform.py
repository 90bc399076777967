"""Clips in every form that a platform may hand over."""

from __future__ import annotations

import numpy as np
import pytest

from autospeech.audio.sound_warning import SoundWarning
from autospeech.audio.waveform import as_waveform

SINE = np.sin(np.arange(1000) / 7).astype(np.float32)


@pytest.mark.parametrize(
    ("clip", "expected"),
    [
        (np.array([0, 16384, -32768], np.int16), [0, 0.5, -1]),
        (np.array([0, 64, -128], np.int8), [0, 0.5, -1]),
        (np.array([128, 192, 0], np.uint8), [0, 0.5, -1]),
        (np.array([32768, 49152, 0], np.uint16), [0, 0.5, -1]),
        (np.array([0, 2**30, -(2**31)], np.int32), [0, 0.5, -1]),
        (np.array([0, 2**30, -(2**31)], np.int64), [0, 0.5, -1]),
        (np.array([0, 2**62, -(2**63)], np.int64), [0, 0.5, -1]),
        ([0, 16384, -32768], [0, 0.5, -1]),
        ([0.0, 16384.0, -32768.0], [0, 0.5, -1]),
        ([0.0, 1.25, -1.0], [0, 1.25, -1]),
        ([0.0, 36864.0, -32768.0], [0, 1.125, -1]),
        ([0.0, 2.0**22, -(2.0**23)], [0, 0.5, -1]),
        ([0.0, 2.0**30, -(2.0**31)], [0, 0.5, -1]),
        ([True, False], [1, 0]),
        (np.array([0.5, 1.0], np.float16), [0.5, 1]),
        (np.array([1e300, 0.5]), [0, 0.5]),
        (np.array([np.nan, 0.5, np.inf, -np.inf]), [0, 0.5, 0, 0]),
        (np.full(3, np.nan), [0, 0, 0]),
        (0.5, [0.5]),
        (np.float32(0.5), [0.5]),
        ([], []),
        (np.zeros((0, 1)), []),
        (np.zeros((0, 2)), []),
        (np.zeros((2, 0)), []),
        ([[0.5]], [0.5]),
        (np.array([0.5, "0.25"], object), [0.5, 0.25]),
        (np.array([0.5, 0.25], ">f4"), [0.5, 0.25]),
        (np.arange(4.0)[::2] / 4, [0, 0.5]),
    ],
)
def test_clips_become_float_waveforms(clip, expected: list[float]) -> None:
    waveform = as_waveform(clip)
    assert waveform.dtype == np.float32
    assert waveform.dtype.isnative
    assert waveform.flags.c_contiguous
    np.testing.assert_array_equal(waveform, np.array(expected, np.float32))


@pytest.mark.parametrize("shape", [(1000, 1), (1, 1000), (1000, 1, 1, 1)])
def test_axes_of_length_one_are_dropped(shape: tuple[int, ...]) -> None:
    np.testing.assert_array_equal(as_waveform(SINE.reshape(shape)), SINE)


def test_channels_are_averaged_whichever_axis_they_are() -> None:
    stereo = np.stack([SINE, np.zeros_like(SINE)], axis=1)
    np.testing.assert_allclose(as_waveform(stereo), SINE / 2, atol=1e-7)
    np.testing.assert_allclose(as_waveform(stereo.T), SINE / 2, atol=1e-7)


@pytest.mark.parametrize("axis", [0, 1])
def test_of_channels_that_cancel_the_loudest_is_taken(axis: int) -> None:
    with pytest.warns(SoundWarning, match="channels cancel each other, .* channel 2"):
        np.testing.assert_array_equal(as_waveform(np.stack([-0.9 * SINE, SINE], axis=axis)), SINE)


def test_a_waveform_passes_as_it_is() -> None:
    assert as_waveform(SINE) is SINE


def test_the_input_is_not_changed() -> None:
    clip = np.array([np.nan, 20000.0], np.float32)
    as_waveform(clip)
    np.testing.assert_array_equal(clip, np.array([np.nan, 20000.0], np.float32))


@pytest.mark.parametrize("clip", [[[1, 2], [3]], np.array([1j]), "abc", {"a": 1}, np.array(["x"]), [object()]])
def test_what_holds_no_real_numbers_is_refused(clip) -> None:
    with pytest.raises(ValueError, match="a clip must"):
        as_waveform(clip)
