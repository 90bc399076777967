"""What people hand to the classifier, and the tools of scikit-learn that hand it on."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import soundfile
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from autospeech import AutoSpeechClassifier

RATE = 8000
LABELS = ["low", "high"] * 8


def tone(number: int) -> npt.NDArray[np.float32]:
    time = np.arange(RATE // 2 + 100 * number) / RATE
    noise = np.random.default_rng(number).normal(scale=0.03, size=len(time))
    return (0.3 * np.sin(2 * np.pi * (900 if number % 2 else 300) * time) + noise).astype("float32")


TONES = [tone(number) for number in range(16)]
PAIRS: list[Any] = [(RATE, samples) for samples in TONES]


def quick() -> AutoSpeechClassifier:
    # The rate that is set is wrong for all of them, so that only their own gives the same answers.
    return AutoSpeechClassifier(max_updates=1, pretrained=False, verbose=0, sample_rate=44100)


@pytest.fixture(scope="module")
def fitted() -> AutoSpeechClassifier:
    return quick().fit(PAIRS, LABELS)


def in_memory(samples: npt.NDArray[np.float32]) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, format="WAV", subtype="FLOAT")
    return file.getvalue()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("tones")
    for number, samples in enumerate(TONES):
        (folder / f"{number}.wav").write_bytes(in_memory(samples))
    return [str(folder / f"{number}.wav") for number in range(16)]


@pytest.fixture(scope="module")
def dataset(files: list[str]) -> datasets.Dataset:
    names = sorted(set(LABELS))
    made = datasets.Dataset.from_dict({"audio": files, "label": [names.index(label) for label in LABELS]})
    made = made.cast_column("label", datasets.ClassLabel(names=names))
    return made.cast_column("audio", datasets.Audio(sampling_rate=16000))


def test_every_form_gets_the_same_answer(
    fitted: AutoSpeechClassifier, files: list[str], dataset: datasets.Dataset
) -> None:
    right = fitted.predict_proba(PAIRS)
    assert np.ptp(right[:, 0]) > 0.5
    for form in (
        files,
        pd.DataFrame({"file_name": files, "label": LABELS}),
        np.array(files, object)[:, None],
        [{"array": samples, "sampling_rate": RATE} for samples in TONES],
        [in_memory(samples) for samples in TONES],
        [io.BytesIO(in_memory(samples)) for samples in TONES],
        pd.Series(PAIRS, index=range(5, 21)),
        dataset,
    ):
        np.testing.assert_allclose(fitted.predict_proba(form), right, rtol=0, atol=1e-5)
        assert fitted.score(form, np.array(LABELS, object)[:, None]) == 1.0


def test_a_data_set_of_hugging_face_brings_its_labels(fitted: AutoSpeechClassifier, dataset: datasets.Dataset) -> None:
    parts = dataset.train_test_split(0.25, seed=1)
    found = quick().fit(parts["train"])
    assert found.classes_.tolist() == ["high", "low"]
    assert found.score(parts["test"]) == 1.0 and found.clip_seconds_.shape == (12,)
    np.testing.assert_allclose(
        quick().fit(dataset).predict_proba(TONES[:2]), fitted.predict_proba(TONES[:2]), atol=1e-5
    )
    by_number = quick().fit(parts["train"], parts["train"]["label"])
    assert by_number.classes_.tolist() == [0, 1]
    assert by_number.score(parts["test"], parts["test"]["label"]) == 1.0


def test_labels_in_a_table(fitted: AutoSpeechClassifier) -> None:
    right = fitted.predict_proba(PAIRS)
    table = pd.DataFrame({"sound": PAIRS, "label": pd.Series(LABELS, dtype="category")})
    found = quick().fit(table[["sound"]], table[["label"]], groups=pd.DataFrame({"speaker": range(16)}))
    assert found.classes_.tolist() == ["high", "low"] and not found.multi_label_
    assert found.score(table[["sound"]], table[["label"]]) == 1.0
    np.testing.assert_allclose(quick().fit(PAIRS, table["label"]).predict_proba(PAIRS), right, rtol=0, atol=1e-6)
    several = quick().fit(PAIRS, pd.get_dummies(table["label"]).assign(none=0))
    assert several.multi_label_ and several.classes_.tolist() == ["high", "low", "none"]
    assert several.score(PAIRS, pd.get_dummies(table["label"]).assign(none=0).to_numpy()) > 0.9


@pytest.mark.parametrize(
    "clips",
    [PAIRS, [{"array": samples, "sampling_rate": RATE} for samples in TONES], pd.Series(PAIRS, index=range(7, 23))],
    ids=["pairs", "dictionaries", "Series"],
)
def test_scikit_learn_splits_clips_with_their_rates(clips: Any) -> None:
    assert cross_val_score(quick(), clips, LABELS, cv=2).tolist() == [1, 1]
    train, test, learnt, judged = train_test_split(clips, LABELS, random_state=0, stratify=LABELS)
    assert clone(quick()).fit(train, learnt).score(test, judged) == 1.0


def test_scikit_learn_searches_and_joins(files: list[str], dataset: datasets.Dataset) -> None:
    search = GridSearchCV(quick(), {"random_state": [0, 1]}, cv=2).fit(PAIRS, LABELS)
    assert search.best_score_ == 1.0 and search.predict(PAIRS[:2]).tolist() == ["low", "high"]
    halves = FunctionTransformer(lambda clips: [(rate, samples[: len(samples) // 2]) for rate, samples in clips])
    assert cross_val_predict(make_pipeline(halves, quick()), PAIRS, LABELS, cv=2).tolist() == LABELS
    table = pd.DataFrame({"file_name": files, "label": LABELS})
    assert cross_val_score(quick(), table, table["label"], cv=2).tolist() == [1, 1]
    # A data set itself cannot be split by scikit-learn; its undecoded column as a list can.
    rows = list(dataset.cast_column("audio", datasets.Audio(decode=False))["audio"])
    assert cross_val_score(quick(), rows, list(dataset["label"]), cv=2).tolist() == [1, 1]


def test_stored_sounds_that_are_damaged_are_left_out_as_files_are(tmp_path: Path) -> None:
    clips = [in_memory(samples) for samples in TONES]
    clips[3] = b"no sound"
    found = quick().fit(clips, LABELS)
    assert len(found.skipped_) == 1 and found.skipped_[0].startswith("clip 3, 8 bytes: it is damaged or not a sound")
    with pytest.raises(ValueError, match="clip 3, 8 bytes"):
        found.predict(clips)


def test_what_is_missing_is_told() -> None:
    with pytest.raises(ValueError, match="y is None; give the label of each clip"):
        quick().fit(PAIRS)
    with pytest.raises(ValueError, match=r"groups is of the type generator; give a list, list\(groups\)"):
        quick().fit(PAIRS, LABELS, groups=(number for number in range(16)))
    with pytest.raises(ValueError, match="16 clips but 1 groups"):
        quick().fit(PAIRS, LABELS, groups=pd.DataFrame({"speaker": [1]}))
