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
    cut, owner = Sections(CLIPS, 4).spaced(np.array([0, 1, 3]), 3)
    assert owner.tolist() == [0, 0, 0, 1, 2, 2]
    assert cut.tolist() == [[1, 2, 3, 4], [4, 5, 6, 7], [7, 8, 9, 10], [1, 2, 3, 0], [1, 2, 3, 4], [2, 3, 4, 5]]


@pytest.mark.parametrize("many", [1, 10])
def test_no_more_sections_than_there_are_different_ones(many: int) -> None:
    cut, owner = Sections(CLIPS, 4).spaced(np.array([2, 3, 0]), many)
    assert np.bincount(owner).tolist() == [1, min(many, 2), min(many, 7)]
    assert len({(clip, *section) for clip, section in zip(owner, cut.tolist(), strict=True)}) == len(cut)


def test_no_clips_at_all() -> None:
    sections = Sections([], 4)
    assert len(sections) == 0
    assert sections.spaced(np.zeros(0, np.intp), 3)[0].shape == (0, 4)
