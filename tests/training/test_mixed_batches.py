from __future__ import annotations

import numpy as np
import pytest

from autospeech.training.mixed_batches import mixed_batches


@pytest.mark.parametrize(("clips", "steps"), [(1, 1), (2, 1), (3, 1), (63, 1), (64, 1), (65, 1), (128, 2), (359, 5)])
def test_an_epoch_has_full_batches_and_ends(clips: int, steps: int) -> None:
    batches = list(mixed_batches(clips, 32, np.random.default_rng(0)))
    assert [len(batch) for batch in batches] == [64] * steps
    used = np.concatenate(batches)
    assert set(used.tolist()) <= set(range(clips))
    if clips >= 64:
        assert len(set(used.tolist())) == len(used)
    if clips > 1:
        assert not set(np.ravel([b[:32] for b in batches]).tolist()) & set(np.ravel([b[32:] for b in batches]).tolist())


@pytest.mark.parametrize("parts", [1, 2, 4])
@pytest.mark.parametrize("clips", [1, 3, 31, 130, 257])
def test_as_many_clips_as_are_wanted_go_into_a_mixture(clips: int, parts: int) -> None:
    batches = list(mixed_batches(clips, 32, np.random.default_rng(0), parts))
    assert len(batches) == max(1, clips // parts // 32)
    assert all(len(batch) == 32 * parts for batch in batches)
    if clips >= parts:
        together = np.concatenate([batch.reshape(parts, 32) for batch in batches], axis=1)
        assert all((np.diff(np.sort(mixture)) > 0).all() for mixture in together.T)


def test_few_clips_are_all_used() -> None:
    (batch,) = mixed_batches(40, 32, np.random.default_rng(0))
    assert set(batch.tolist()) == set(range(40))


def test_no_clips_are_refused() -> None:
    with pytest.raises(ValueError, match="no clip"):
        list(mixed_batches(0, 32, np.random.default_rng(0)))
