from __future__ import annotations

import numpy as np
import pytest
from scipy import interpolate

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


def test_a_clip_is_played_faster_before_its_margins_are_added() -> None:
    # Half as long at twice the speed, with its own two samples of silence on both sides.
    sections = Sections([np.arange(1.0, 11)], 5, margin=2)
    drawn = {
        tuple(sections.random(np.array([0]), np.random.default_rng(seed), np.array([2.0]))[0]) for seed in range(200)
    }
    whole = np.concatenate([[0, 0], [1, 3, 5, 7, 9], [0, 0]])
    assert drawn == {tuple(whole[begin : begin + 5]) for begin in range(5)}


@pytest.mark.parametrize("speed", [0.8, 1.25])
def test_a_played_clip_leaves_no_silence_of_its_own(speed: float) -> None:
    sections = Sections([np.ones(4000)], 1000)
    drawn = sections.random(np.zeros(300, np.intp), np.random.default_rng(0), np.full(300, speed))
    np.testing.assert_array_equal(drawn, 1)


def test_a_played_clip_is_as_scipy_interpolates_it() -> None:
    clip = np.random.default_rng(0).normal(size=400)
    speed = 1.13
    length = int(len(clip) / speed)
    expected = interpolate.interp1d(np.arange(len(clip)), clip)(np.arange(length) * speed)
    drawn = Sections([clip], length).random(np.array([0]), np.random.default_rng(0), np.array([speed]))
    np.testing.assert_allclose(drawn[0], expected, rtol=1e-5, atol=1e-6)


def test_played_short_and_empty_clips() -> None:
    drawn = Sections(CLIPS, 8).random(np.array([1, 2]), np.random.default_rng(0), np.array([0.5, 2.0]))
    np.testing.assert_allclose(drawn, [[1, 1.5, 2, 2.5, 3, 3, 0, 0], [0] * 8])
