"""What a fit says of its own score: by which clips it is, and why it cannot be trusted."""

from __future__ import annotations

import csv
import math
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from autospeech import AutoSpeechClassifier
from autospeech.classifier import AutoSpeechClassifier as Classifier
from autospeech.datasets.sound_reader import SoundReader
from autospeech.datasets.training_sounds import TrainingSounds
from autospeech.fit_evidence import FitEvidence
from autospeech.fit_folder import write_fit
from autospeech.report.run_record import RunRecord
from autospeech.schedule.blend import Blend
from autospeech.schedule.evidence import Evidence
from autospeech.training.clip_figures import ClipFigures

DATA = os.environ.get("AUTOSPEECH_DATA")
Floats = npt.NDArray[np.float32]


def voice(speaker: int, number: int, level: float = 0.1) -> Floats:
    """A speaker's own spectrum, under another melody each time."""
    rng, own = np.random.default_rng(1000 * speaker + number), np.random.default_rng(speaker)
    frequencies = np.fft.rfftfreq(9600, 1 / 16000)[:, None]
    formants = np.exp(-(((frequencies - own.uniform(200, 6000, 5)) / own.uniform(100, 400, 5)) ** 2)).sum(axis=1)
    noise = np.fft.irfft(np.fft.rfft(rng.normal(size=9600)) * formants, 9600)
    melody = np.sin(np.cumsum(np.repeat(rng.uniform(0.03, 0.6, 8), 1200)))
    return (level * (noise / noise.std() + melody)).astype("float32")


def fitted(clips: Any, labels: Any, groups: Any = None, updates: int = 2) -> tuple[Classifier, list[str]]:
    classifier = AutoSpeechClassifier(max_updates=updates, pretrained=False, verbose=0)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        classifier.fit(clips, labels, groups)
    said = [str(warning.message) for warning in told if warning.category is UserWarning]
    assert said == classifier.evidence_warnings_
    return classifier, said


def test_copies_across_classes_are_told_of_and_stay_together(tmp_path: Path) -> None:
    labels = ["dog", "cat"] * 12
    for number in range(24):
        soundfile.write(tmp_path / f"{number}.wav", voice(number % 2, number), 16000)
    files = [tmp_path / f"{number}.wav" for number in range(24)]
    # The same samples in another container, and a quieter copy that begins later.
    soundfile.write(tmp_path / "same.flac", soundfile.read(files[0])[0], 16000)
    soundfile.write(tmp_path / "cut.ogg", 0.4 * soundfile.read(files[3])[0][768:], 16000)
    files += [tmp_path / "same.flac", tmp_path / "cut.ogg"]
    classifier, said = fitted(files, [*labels, "cat", "cat"])
    assert classifier.sounds_[0] == classifier.sounds_[24] and classifier.sounds_[3] == classifier.sounds_[25]
    assert len(set(classifier.sounds_)) == 24
    assert len(said) == 1 and said[0].startswith("1 sound stands in clips with different labels")
    assert said[0].endswith(f"{files[0]} (dog) and {files[24]} (cat)")
    truth = np.eye(2, dtype=np.float32)[[int(name == "dog") for name in [*labels, "cat", "cat"]]]
    _, page = write_fit(tmp_path, classifier, files, truth, title="pets", command="fit", seconds=1.0, seed=0)
    record = RunRecord.read(tmp_path)
    assert record.doubts == tuple(said) and record.alc is None
    assert any(warning.startswith("2 clips are copies of the same recording") for warning in record.data.warnings)
    assert page is not None and "1 sound stands in clips with different labels" in page.read_text()


def test_long_clips_of_one_recording_are_copies() -> None:
    parts = [[voice(clip % 2, 100 * clip + part) for part in range(60)] for clip in range(8)]
    clips = [np.concatenate(part) for part in parts]
    classifier, said = fitted([*clips, 0.5 * clips[0][300_000:]], ["a", "b"] * 4 + ["b"])
    assert classifier.sounds_.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 0]
    assert said and said[0].endswith("clip 0 (a) and clip 8 (b)")


SPEAKERS = [(speaker, number) for speaker in range(12) for number in range(10)]
VOICES = [voice(*each) for each in SPEAKERS]


def test_each_speaker_has_one_class() -> None:
    labels = ["ab"[speaker % 2] for speaker, _ in SPEAKERS]
    _, said = fitted(VOICES, labels)
    assert len(said) == 1 and said[0].startswith("the score cannot be trusted: clips of a class sound alike")
    # Named, they are kept apart, and there is nothing more to say.
    _, said = fitted(VOICES, labels, [speaker for speaker, _ in SPEAKERS])
    assert said == []


def test_groups_and_classes_coincide() -> None:
    labels = ["ab"[speaker % 2] for speaker, _ in SPEAKERS if speaker < 2]
    _, said = fitted(VOICES[:20], labels, labels)
    assert len(said) == 1 and said[0].startswith("groups and classes coincide: all clips of a class are of one group")
    _, said = fitted(VOICES[:20], labels, ["one"] * 20)
    assert len(said) == 1 and said[0].startswith("all clips are of one group (one)")


def test_the_class_itself_is_no_reason_to_worry() -> None:
    # Speakers are the classes.
    classifier, said = fitted(VOICES, [f"speaker {speaker}" for speaker, _ in SPEAKERS])
    assert said == [] and classifier.learning_curve_[-1][1] > 0.9


class PartlyJudged:
    """A schedule with a blend of two members, the second of which has judged some of the clips, and those well."""

    def __init__(self, labels: Floats) -> None:
        rng = np.random.default_rng(0)
        self.evidence = Evidence(labels, {"weak": 0.5, "late": 0.5}, one_by_one=True)
        self.evidence.judged["weak"] = (labels + rng.normal(size=labels.shape)).astype(np.float32)
        late = 9 * labels
        late[20:] = np.nan
        self.evidence.judged["late"] = late
        self.blend: Blend = self.evidence.blend(["weak", "late"])

    def out_of_fold(self) -> npt.NDArray[np.float64]:
        return self.evidence.answers(self.blend)


def test_the_score_is_of_all_clips_that_are_judged() -> None:
    labels = np.eye(2, dtype=np.float32)[np.arange(60) % 2]
    read = TrainingSounds.read(list(np.random.default_rng(1).normal(size=(60, 2000))), labels, reader=SoundReader())
    evidence, schedule = FitEvidence(read, labels, ["a", "b"]), PartlyJudged(labels)
    assert evidence.judge(schedule) and not evidence.judge(schedule)
    assert schedule.blend.score is not None and schedule.blend.score.auc == 1.0
    assert evidence.figures is not None and evidence.figures.clips == 60
    assert 0.3 < evidence.figures.nauc < 0.95
    assert evidence.figures == ClipFigures.of(labels, evidence.answers, False)


@pytest.mark.parametrize("updates", [1, 3])
def test_the_curve_ends_with_the_final_figure(updates: int, capsys: pytest.CaptureFixture[str]) -> None:
    labels = np.eye(12, dtype=np.float32)[[speaker for speaker, _ in SPEAKERS]]
    classifier = AutoSpeechClassifier(max_updates=updates, pretrained=False)
    classifier.fit(VOICES, [speaker for speaker, _ in SPEAKERS])
    final = ClipFigures.of(labels, classifier.out_of_fold_, False)
    told = capsys.readouterr().err.splitlines()
    assert told[0].endswith(" s  first answer")
    if updates == 1:
        assert len(told) == 1 and math.isnan(classifier.learning_curve_[-1][1])
    else:
        assert classifier.learning_curve_[-1][1] == final.nauc
        assert told[-1].endswith(f" s  best so far: {final}") and "accuracy" in told[-1]


@pytest.mark.skipif(DATA is None, reason="set AUTOSPEECH_DATA to the folder of real recordings to run this test")
@pytest.mark.parametrize("grouped", [False, True])
def test_nothing_is_said_in_vain_of_emotions(grouped: bool) -> None:
    folder = Path(str(DATA)) / "emodb"
    with (folder / "emotion.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "train"]
    groups = [row["group"] for row in rows] if grouped else None
    classifier, said = fitted([folder / row["file_name"] for row in rows], [row["label"] for row in rows], groups)
    assert said == []
    assert len(set(classifier.sounds_)) == len(rows)
