"""What becomes of several channels, in memory and in files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.audio.decode import decode
from autospeech.audio.mono_mix import MonoMix
from autospeech.audio.sound_blocks import sound_blocks
from autospeech.audio.sound_warning import SoundWarning

RNG = np.random.default_rng(0)
TONE = np.sin(np.arange(16000) / 5).astype(np.float32)


@pytest.mark.parametrize(
    ("channels", "taken"),
    [
        ([TONE, -TONE], 0),
        ([0.9 * TONE, -TONE], 1),
        ([TONE, -0.95 * TONE + RNG.normal(0, 0.01, 16000)], 0),
        ([TONE, -0.5 * TONE], None),
        ([TONE, 0 * TONE], None),
        ([TONE, TONE], None),
        ([0 * TONE, 0 * TONE], None),
        ([1e-6 * TONE, -1e-6 * TONE], None),
        # Many that have nothing in common have a weak mean, too, but do not cancel.
        (list(RNG.normal(0, 0.1, (200, 16000))), None),
    ],
)
def test_the_loudest_channel_where_they_cancel(channels: list[np.ndarray], taken: int | None) -> None:
    block = np.stack(channels, axis=1).astype(np.float32)
    mix = MonoMix()
    expected = block.mean(axis=1) if taken is None else block[:, taken]
    np.testing.assert_allclose(mix(block), expected, atol=1e-7)
    assert mix.channel == taken
    assert (mix.note is None) == (taken is None)


def test_the_first_block_that_is_not_silent_decides() -> None:
    inverted = np.stack([TONE, -TONE], axis=1)
    mix = MonoMix()
    assert not mix(0 * inverted).any()
    np.testing.assert_array_equal(mix(inverted), TONE)
    np.testing.assert_array_equal(mix(np.stack([0.5 * TONE, TONE], axis=1)), 0.5 * TONE)


@pytest.mark.parametrize("rate", [16000, 44100])
def test_a_file_with_one_side_inverted_is_heard(tmp_path: Path, rate: int) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(6 * rate) / rate)
    soundfile.write(tmp_path / "a.flac", np.stack([tone, -0.95 * tone], axis=1), rate)
    soundfile.write(tmp_path / "b.flac", tone, rate)
    with pytest.warns(
        SoundWarning, match=r"a\.flac: its channels cancel each other, .* channel 1, the loudest"
    ) as said:
        whole = decode(tmp_path / "a.flac")
    assert len(said) == 1
    np.testing.assert_array_equal(whole, decode(tmp_path / "b.flac"))
    with pytest.warns(SoundWarning, match="cancel"):
        np.testing.assert_array_equal(np.concatenate(list(sound_blocks(tmp_path / "a.flac", 1.0))), whole)
