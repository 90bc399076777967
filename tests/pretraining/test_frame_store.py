from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.audio.decode import AudioDecodeError, decode
from autospeech.pretraining.corpora import MADE, KnownClip
from autospeech.pretraining.frame_store import COPIES, FASTER, FrameStore
from autospeech.statistics.log_mel_frames import LogMelFrames


@pytest.fixture
def clips(tmp_path: Path) -> list[KnownClip]:
    rng = np.random.default_rng(0)
    known = []
    for number in range(20):
        path = tmp_path / f"{number}.flac"
        soundfile.write(path, 0.1 * rng.normal(size=4000 + 500 * number), 16000)
        if number % 2:
            labels = {"fsdd/digit": str(number % 3), "fsdd/speaker": "anna"}
            known.append(KnownClip(path, "fsdd", labels))
        else:
            known.append(KnownClip(path, MADE, {f"{MADE}/voice": "m1"}))
    return known


def test_holds_the_frames_of_each_clip_and_its_copies(clips: list[KnownClip], tmp_path: Path) -> None:
    store = FrameStore.of(clips, tmp_path / "cache")
    assert len(store) == 10 * (1 + COPIES["fsdd"]) + 10 * 2
    assert store.starts[-1] == len(store.frames)
    first = store.frames[store.starts[0] : store.starts[1]]
    expected = LogMelFrames.of([decode(clips[0].path)]).values
    np.testing.assert_allclose(first, expected, atol=0.005)
    copy = store.frames[store.starts[1] : store.starts[2]][: len(first)]
    assert not np.allclose(copy, first, atol=0.1)


def test_labels_say_what_is_known_and_faster_voices_are_others(clips: list[KnownClip], tmp_path: Path) -> None:
    store = FrameStore.of(clips, tmp_path / "cache")
    heads = list(store.heads)
    assert store.heads["fsdd/digit"] == ["0", "1", "2"]
    assert store.heads["fsdd/speaker"] == ["anna", *(f"anna x{factor}" for factor in FASTER)]
    assert store.heads[f"{MADE}/voice"] == ["m1"]
    made = store.corpora == store.names.index(MADE)
    assert (store.labels[made][:, heads.index("fsdd/digit")] == -1).all()
    assert (store.labels[made][:, heads.index(f"{MADE}/voice")] == 0).all()
    assert (store.labels[~made][:, heads.index("fsdd/digit")] >= 0).all()
    first = np.flatnonzero(~made)[0]
    assert store.heads["fsdd/digit"][store.labels[first, heads.index("fsdd/digit")]] == "1"


def test_is_made_once_and_alike(clips: list[KnownClip], tmp_path: Path) -> None:
    first = FrameStore.of(clips, tmp_path / "a")
    file = next((tmp_path / "a").glob("*/frames.f16"))
    stamp = file.stat().st_mtime_ns
    FrameStore.of(clips, tmp_path / "a")
    assert file.stat().st_mtime_ns == stamp
    np.testing.assert_array_equal(first.frames, FrameStore.of(clips, tmp_path / "b").frames)
    assert len(FrameStore.of(clips[:10], tmp_path / "a")) < len(first)


def test_a_missing_clip_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioDecodeError, match=r"gone\.flac"):
        FrameStore.of([KnownClip(tmp_path / "gone.flac", "fsdd", {"fsdd/digit": "1"})], tmp_path / "cache")
