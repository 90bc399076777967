from __future__ import annotations

import pytest

from autospeech.learners.augmentation_search import search_augmentation, shares_of
from autospeech.training.validation_score import ValidationScore


@pytest.mark.parametrize("many", range(2, 12))
def test_all_time_is_dealt_out(many: int) -> None:
    rounds = shares_of(many)
    assert rounds[0][0] == many
    assert rounds[-1][0] == 2
    assert sum(left * share for left, share in rounds) == pytest.approx(1)
    assert [share for _, share in rounds] == sorted(share for _, share in rounds)


def test_the_better_half_goes_on_from_where_it_was() -> None:
    seen: list[tuple[str, float | None, float]] = []

    def go_on(name: str, state: float | None, seconds: float) -> tuple[float, ValidationScore]:
        seen.append((name, state, seconds))
        reached = (state or 0.0) + seconds
        # The slow one is ahead in the end.
        return reached, ValidationScore({"a": 0.5, "b": 0.6, "slow": 0.55 + 0.01 * reached, "d": 0.1}[name], 0.0)

    choice = search_augmentation(["a", "b", "slow", "d"], go_on, 24.0)
    assert choice.augmentation == "slow"
    assert choice.rounds == [4, 2]
    assert seen == [
        ("a", None, 3.0), ("b", None, 3.0), ("slow", None, 3.0), ("d", None, 3.0), ("b", 3.0, 6.0), ("slow", 3.0, 6.0)
    ]  # fmt: skip
    assert choice.scores["d"].auc == 0.1
    assert choice.scores["slow"].auc == pytest.approx(0.64)


def test_of_equals_the_first_wins() -> None:
    choice = search_augmentation(["x", "y", "z"], lambda *_: (None, ValidationScore(0.5, -1.0)), 1.0)
    assert choice.augmentation == "x"


@pytest.mark.parametrize("candidates", [[], ["a"], ["a", "a"]])
def test_no_choice_is_refused(candidates: list[str]) -> None:
    with pytest.raises(ValueError, match="two different"):
        search_augmentation(candidates, lambda *_: (None, ValidationScore.worst()), 1.0)


def test_when_time_is_over_the_last_whole_round_decides() -> None:
    calls: list[str] = []

    def go_on(name: str, state: None, seconds: float) -> tuple[None, ValidationScore] | None:
        calls.append(name)
        return None if len(calls) > 5 else (None, ValidationScore({"a": 0.5, "b": 0.9, "c": 0.8, "d": 0.1}[name], 0.0))

    choice = search_augmentation(["a", "b", "c", "d"], go_on, 1.0)
    assert calls == ["a", "b", "c", "d", "b", "c"]
    assert choice.augmentation == "b"
    assert choice.rounds == [4]
    assert search_augmentation(["a", "b"], lambda *_: None, 1.0).augmentation == "a"
