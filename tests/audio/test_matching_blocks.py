from __future__ import annotations

import numpy as np
import pytest

from autospeech.audio.matching_blocks import matching_blocks


def test_rates_and_channels_that_change_are_those_of_the_beginning() -> None:
    tone = 0.5 * np.sin(2 * np.pi * 100 * np.arange(32000) / 16000).astype(np.float32)
    mono = tone[16000::2, None]
    blocks = iter([(16000, np.stack([tone[:16000]] * 2, axis=1)), (8000, mono[:4000]), (8000, mono[4000:])])
    whole = np.concatenate(list(matching_blocks(blocks, 16000, 2)))
    assert whole.shape == (32000, 2)
    np.testing.assert_array_equal(whole[:, 0], whole[:, 1])
    np.testing.assert_allclose(whole[100:-100, 0], tone[100:-100], atol=0.02)


@pytest.mark.parametrize("rate", [0, 249, 1_024_001])
def test_no_file_changes_its_rate_that_much(rate: int) -> None:
    blocks = iter([(16000, np.ones((10, 1), np.float32)), (rate, np.ones((10, 1), np.float32))])
    with pytest.raises(ValueError, match=f"changes from 16000 to {rate} Hz"):
        list(matching_blocks(blocks, 16000, 1))
