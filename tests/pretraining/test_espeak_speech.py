from __future__ import annotations

import csv
import shutil
from pathlib import Path

import librosa
import numpy as np
import pytest
import soundfile

from autospeech.datasets.dataset_error import DatasetError
from autospeech.pretraining import espeak_speech
from autospeech.pretraining.espeak_speech import (
    HELD_OUT_VOICES,
    LONGEST,
    PITCHES,
    RANGES,
    SPEEDS,
    Utterance,
    make_espeak_speech,
    plan_utterances,
    speak,
    voices,
)
from autospeech.pretraining.espeak_texts import LANGUAGES, PHRASES, WORD_LANGUAGES, text_for

pytestmark = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="install espeak-ng to run this test")


def say(folder: Path, **changes: object) -> np.ndarray:
    how = {"text": "where is the station", "language": "en-us", "voice": "m3", "pitch": 0, "pitch_range": 1, "speed": 1}
    how |= {"word": "", "options": (50, 100, 160, 100)} | changes
    assert speak(Utterance(**how), folder / "a.flac")
    waveform, rate = soundfile.read(folder / "a.flac", dtype="float32")
    assert rate == 16000
    return waveform


def test_pitch_and_range_are_heard_by_librosa(tmp_path: Path) -> None:
    def f0(pitch: int, pitch_range: int) -> np.ndarray:
        found, voiced, _ = librosa.pyin(
            say(tmp_path, options=(pitch, pitch_range, 160, 100)), fmin=50, fmax=500, sr=16000
        )
        return np.log2(found[voiced])

    medians = [np.median(f0(pitch, 100)) for pitch in (PITCHES[0], PITCHES[2], PITCHES[4])]
    assert medians[0] < medians[1] - 0.1 < medians[2] - 0.2
    narrow, wide = (np.subtract(*np.percentile(f0(50, each), [90, 10])) for each in (RANGES[0], RANGES[2]))
    assert narrow < 0.5 * wide


def test_faster_speech_is_shorter_and_louder_speech_louder(tmp_path: Path) -> None:
    lengths = [len(say(tmp_path, options=(50, 100, speed, 100))) for speed in SPEEDS]
    assert sorted(lengths, reverse=True) == lengths
    soft, loud = (np.std(say(tmp_path, options=(50, 100, 160, amplitude))) for amplitude in (60, 140))
    assert soft < 0.7 * loud


def test_the_plan_is_seeded_and_covers_everything() -> None:
    plan = plan_utterances(4000, 1)
    assert plan == plan_utterances(4000, 1) != plan_utterances(4000, 2)
    assert {utterance.language for utterance in plan} == set(LANGUAGES)
    assert {utterance.voice for utterance in plan} == set(voices())
    assert not set(voices()) & HELD_OUT_VOICES
    assert {(u.pitch, u.pitch_range, u.speed) for u in plan} == set(np.ndindex(len(PITCHES), len(RANGES), len(SPEEDS)))
    for utterance in plan:
        assert not utterance.word or utterance.word == f"{utterance.language} {utterance.text}"
        assert abs(utterance.options[0] - PITCHES[utterance.pitch]) <= 5
        assert 100 <= utterance.options[2] <= 260


def test_makes_a_corpus_once(tmp_path: Path) -> None:
    said: list[str] = []
    corpus = make_espeak_speech(tmp_path, 12, seed=3, report=said.append)
    with (corpus / "pretraining.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert 8 <= len(rows) <= 12
    for row in rows:
        waveform, rate = soundfile.read(corpus / row["file_name"])
        assert rate == 16000
        assert len(waveform) <= LONGEST
        assert np.abs(waveform).max() > 0.01
    stamp = (corpus / rows[0]["file_name"]).stat().st_mtime_ns
    assert make_espeak_speech(tmp_path, 12, seed=3) == corpus
    assert (corpus / rows[0]["file_name"]).stat().st_mtime_ns == stamp
    assert make_espeak_speech(tmp_path, 3, seed=3) != corpus


def test_a_voice_that_cannot_speak_is_passed_over(tmp_path: Path) -> None:
    silent = Utterance("1", "he", "m1", 0, 0, 0, "", (50, 100, 160, 100))
    assert not speak(silent, tmp_path / "a.flac")
    assert not (tmp_path / "a.flac").exists()


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak_speech, "PROGRAM", "no-such-espeak")
    with pytest.raises(DatasetError, match="install the package espeak-ng"):
        voices()


def test_texts() -> None:
    assert set(PHRASES) <= {language.split("-")[0] for language in LANGUAGES}
    assert set(WORD_LANGUAGES) <= set(LANGUAGES)
    rng = np.random.default_rng(0)
    texts = {text_for("ka", rng) for _ in range(200)}
    assert len(texts) > 100
    assert all(set(text) <= set("0123456789 ,.?!") for text in texts)
