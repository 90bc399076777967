"""What is kept is not made again, what is cropped, and that costs follow the work."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autospeech.audio.change_rate import change_rate
from autospeech.audio.play_faster import play_faster
from autospeech.learners import clip_views
from autospeech.learners.clip_views import KEPT_SETS, RICH, ClipViews
from autospeech.learners.embedder import Embedder
from autospeech.statistics.clip_statistics import ClipStatistics
from autospeech.statistics.log_mel_frames import LogMelFrames
from autospeech.statistics.pitch_statistics import pitch_statistics
from autospeech.statistics.pitch_track import PitchTrack
from autospeech.statistics.voiced_cepstra import voiced_cepstra

WIDTH = sum(many for many, _ in RICH)


def noise(*samples: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.normal(scale=0.1, size=number).astype("float32") for number in samples]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder()


def test_rich_is_statistics_pitch_and_voiced_spectrum_side_by_side() -> None:
    clips = noise(9000, 40000, 1)
    frames, track = LogMelFrames.of(clips), PitchTrack.of(clips)
    expected = [ClipStatistics.of(frames).rich, pitch_statistics(track), voiced_cepstra(frames, track)]
    assert [part.shape[1] for part in expected] == [many for many, _ in RICH]
    views = ClipViews()
    np.testing.assert_allclose(views.vectors("rich", clips), np.concatenate(expected, axis=1), atol=1e-5)
    np.testing.assert_allclose(views.vectors("simple", clips), ClipStatistics.of(frames).simple, atol=1e-5)
    cropped = [clip[:16000] for clip in clips]
    np.testing.assert_allclose(views.vectors("rich", clips, 1.0), ClipViews().vectors("rich", cropped), atol=1e-5)


def test_embeddings_are_the_embedders(embedder: Embedder) -> None:
    clips = noise(9000, 40000, 1)
    views = ClipViews(embedder)
    expected = embedder(LogMelFrames.of(clips))
    np.testing.assert_allclose(views.vectors("embedding", clips), expected, atol=1e-5)
    together = views.vectors("rich+embedding", clips)
    np.testing.assert_array_equal(together[:, :WIDTH], views.vectors("rich", clips))
    np.testing.assert_array_equal(together[:, WIDTH:], views.embedding(clips))
    assert views.weights("rich+embedding", together.shape[1])[WIDTH:].tolist() == [1.0] * expected.shape[1]


def test_weights_stand_beside_their_numbers() -> None:
    weights = ClipViews().weights("rich", WIDTH)
    assert [(int((weights == weight).sum()), weight) for _, weight in RICH] == list(RICH)
    assert ClipViews().weights("simple", 40).tolist() == [1.0] * 40


def test_without_an_encoder_there_are_no_embeddings() -> None:
    with pytest.raises(ValueError, match="no encoder"):
        ClipViews().vectors("embedding", noise(9000))


def test_what_is_kept_is_not_made_again(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counted(name: str) -> Any:
        real = getattr(clip_views, name).of
        monkeypatch.setattr(getattr(clip_views, name), "of", lambda *given: made.append(name) or real(*given))

    for name in ("LogMelFrames", "ClipStatistics", "PitchTrack"):
        counted(name)
    views, clips = ClipViews(embedder), noise(9000, 20000)
    views.warm_up()
    made.clear()
    first = [views.vectors(name, clips) for name in ("rich", "simple", "embedding", "rich+embedding")]
    assert sorted(made) == ["ClipStatistics", "LogMelFrames", "PitchTrack"]
    assert views.vectors("rich", clips) is first[0]
    assert views.vectors("simple", clips) is first[1]
    assert views.vectors("embedding", clips) is first[2]
    assert views.frames(clips) is views.frames(clips)
    assert len(made) == 3
    # Equal clips in another list are another set; and so are the same ones cropped.
    views.frames(list(clips))
    views.frames(clips, 0.5)
    assert len(made) == 5


def test_the_sets_used_last_are_kept() -> None:
    views, sets = ClipViews(), [noise(2000 + number) for number in range(KEPT_SETS + 1)]
    first = [views.frames(clips) for clips in sets[:-1]]
    # The second is now the one that was not used for longest.
    assert views.frames(sets[0]) is first[0]
    views.frames(sets[-1])
    assert views.frames(sets[0]) is first[0]
    assert views.frames(sets[2]) is first[2]
    assert views.frames(sets[1]) is not first[1]


def test_a_set_that_is_kept_keeps_its_identity() -> None:
    # Were the clips let go, the next list could be found under their identity.
    views = ClipViews()
    for number in range(50):
        assert len(views.frames(noise(512 + 256 * number)).values) == 1 + number


@pytest.mark.parametrize("most", [1, 10, 100, 150, 200, 10_000])
def test_the_longest_clips_are_cropped_to_one_length(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(clip_views, "MOST_FRAMES", most)
    clips = noise(2560, 12800, 0, 25600, 25600)
    cropped = [len(clip) for clip in ClipViews()._cropped(clips, np.inf)]
    whole = [len(clip) for clip in clips]
    if sum(whole) <= most * 256:
        assert cropped == whole
    else:
        longest = max(cropped)
        assert cropped == [min(length, longest) for length in whole]
        assert most * 256 - len(clips) <= sum(cropped) <= most * 256
    views = ClipViews()
    vectors = views.vectors("rich", clips)
    assert vectors.shape == (5, WIDTH)
    assert np.isfinite(vectors).all()
    assert len(views.frames(clips).values) <= most + len(clips)
    for name in ("frames", "statistics", "rich"):
        assert views.cost(name, clips) == 0


def test_costs_follow_the_length_and_what_is_there_costs_nothing(embedder: Embedder) -> None:
    views = ClipViews(embedder)
    views.warm_up()
    short, long = noise(*[16000] * 10), noise(*[64000] * 10)
    second = views.cost_of_a_second("rich")
    assert 0 < second < 0.1
    assert views.cost("rich", long) == pytest.approx(40 * second)
    assert views.cost("rich", long, 2.0) == pytest.approx(20 * second)
    assert 0 < views.cost("frames", short) < views.cost("statistics", short) < views.cost("rich", short)
    assert views.cost("embedding", short) > views.cost("frames", short)
    before = views.cost("rich", long)
    frames = views.cost("frames", long)
    views.frames(long)
    assert views.cost("frames", long) == 0
    assert views.cost("rich", long) == pytest.approx(before - frames, rel=0.5)
    views.vectors("rich", long)
    assert views.cost("rich", long) == 0
    assert views.cost("rich", long, 2.0) > 0


def test_embedding_costs_what_the_encoder_sees(embedder: Embedder) -> None:
    views = ClipViews(embedder)
    views.warm_up()

    def alone(clips: list[np.ndarray]) -> float:
        return views.cost("embedding", clips) - views.cost("frames", clips)

    # A short clip repeats until it fills a window, and of a long one there are no more than three.
    second = alone(noise(*[62 * 256 + 256] * 10))
    assert alone(noise(*[3000] * 10)) == pytest.approx(second, rel=1e-3)
    assert alone(noise(*[16000 * 60] * 10)) == pytest.approx(alone(noise(*[16000 * 20] * 10)), rel=1e-3)


def test_audio_seconds() -> None:
    clips = noise(16000, 8000, 0)
    assert ClipViews().audio_seconds(clips) == 1.5
    assert ClipViews().audio_seconds(clips, 0.75) == 1.25
    assert ClipViews().audio_seconds([]) == 0


def test_no_clips(embedder: Embedder) -> None:
    views = ClipViews(embedder)
    assert views.vectors("rich", []).shape == (0, WIDTH)
    assert views.vectors("rich+embedding", []).shape == (0, WIDTH + embedder.trunk.numbers)


def test_at_speed_is_what_played_clips_give_and_keeps_vectors_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clip_views, "_PLAYED", 1.3)
    views = ClipViews(Embedder())
    clips = noise(*[9000] * 5, 20000, 100)
    played = [play_faster(clip, 1.18) for clip in clips]
    for name in ("rich", "embedding", "rich+embedding"):
        np.testing.assert_allclose(
            views.at_speed(name, clips, 1.18), ClipViews(views._embedder).vectors(name, played), rtol=1e-4, atol=1e-4
        )
    assert set(views._made[id(clips), np.inf][1]) == {("rich", 1.18), ("embedding", 1.18)}
    assert len(views._made) == 1


def test_the_cost_at_a_speed_is_that_of_shorter_clips_and_nothing_where_they_are_there() -> None:
    views = ClipViews()
    views.warm_up()
    clips = noise(*[16000] * 20)
    assert views.costs.cost("playing") > 0
    assert views.cost_at_speed("rich", clips, 2.0) < views.cost_at_speed("rich", clips, 0.5)
    assert views.cost_at_speed("rich", clips, 2.0) > views.cost("rich", clips) / 2
    views.at_speed("rich", clips, 2.0)
    assert views.cost_at_speed("rich", clips, 2.0) == 0
    assert views.cost_at_speed("rich", clips, 0.5) > 0


def test_clips_of_another_rate_are_seen_at_16_khz() -> None:
    rng = np.random.default_rng(0)
    clips = [rng.normal(scale=0.1, size=size).astype("float32") for size in (44100, 80000)]
    views, low = ClipViews(), ClipViews()
    views.clip_rate = 44100
    resampled = [change_rate(clip, 44100, 16000) for clip in clips]
    for seconds in (np.inf, 0.5):
        np.testing.assert_array_equal(views.vectors("rich", clips, seconds), low.vectors("rich", resampled, seconds))
    np.testing.assert_array_equal(views.at_speed("rich", clips, 1.18), low.at_speed("rich", resampled, 1.18))
    assert views.audio_seconds(clips) == pytest.approx(low.audio_seconds(resampled), rel=1e-4)
    views.forget(clips)
