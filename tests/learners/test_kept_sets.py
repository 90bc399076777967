from __future__ import annotations

from autospeech.learners.kept_sets import KeptSets


def test_the_sets_used_last_are_kept() -> None:
    kept: KeptSets[int] = KeptSets(2)
    made: list[int] = []
    sets = [[1], [2], [3]]

    def make(clips: list[int]) -> int:
        made.append(clips[0])
        return -clips[0]

    assert [kept.get(sets[index], make) for index in (0, 1, 0, 2, 0, 1)] == [-1, -2, -1, -3, -1, -2]
    assert made == [1, 2, 3, 2]
    assert len(kept) == 2


def test_equal_sets_are_told_apart_and_can_be_forgotten() -> None:
    kept: KeptSets[int] = KeptSets(2)
    one, same = [1], [1]
    kept.get(one, len)
    assert one in kept and same not in kept
    kept.forget(one)
    kept.forget(same)
    assert one not in kept
