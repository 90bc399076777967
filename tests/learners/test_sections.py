from __future__ import annotations

import numpy as np
import pytest

from autospeech.learners.sections import Sections

CLIPS = [np.arange(1.0, 11), np.arange(1.0, 4), np.zeros(0), np.arange(1.0, 6)]


def test_a_section_is_a_stretch_of_the_clip_with_silence_around_it() -> None:
    sections = Sections(CLIPS, 5, margin=2)
    drawn = {
        tuple(section)
        for seed in range(200)
        for section in sections.random(np.array([0]), np.random.default_rng(seed)).tolist()
    }
    whole = np.concatenate([[0, 0], CLIPS[0], [0, 0]])
    assert drawn == {tuple(whole[begin : begin + 5]) for begin in range(10)}


def test_short_clips_stand_at_the_beginning_and_empty_ones_are_silence() -> None:
    drawn = Sections(CLIPS, 8).random(np.array([1, 2, 3]), np.random.default_rng(0))
    assert drawn.tolist() == [[1, 2, 3, 0, 0, 0, 0, 0], [0] * 8, [1, 2, 3, 4, 5, 0, 0, 0]]


def test_spaced_sections_go_from_the_beginning_to_the_end() -> None:
    sections = Sections(CLIPS, 4)
    clips, begins = sections.spaced(3)
    assert clips.tolist() == [0, 1, 2, 3, 0, 3, 0]
    assert sections.cut(clips, begins).tolist() == [
        [1, 2, 3, 4], [1, 2, 3, 0], [0] * 4, [1, 2, 3, 4], [4, 5, 6, 7], [2, 3, 4, 5], [7, 8, 9, 10]
    ]  # fmt: skip


@pytest.mark.parametrize("many", [1, 10])
def test_no_more_sections_than_there_are_different_ones(many: int) -> None:
    clips, begins = Sections(CLIPS, 4).spaced(many)
    assert np.bincount(clips).tolist() == [min(many, 7), 1, 1, min(many, 2)]
    assert len(set(zip(clips, begins, strict=True))) == len(clips)


def test_no_clips_at_all() -> None:
    sections = Sections([], 4)
    assert len(sections) == 0
    assert sections.cut(*sections.spaced(3)).shape == (0, 4)
