from __future__ import annotations

import csv
import io
import json
import os
import pickle
import signal
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import StratifiedGroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from autospeech import AutoSpeechClassifier

RNG = np.random.default_rng(0)
DATA = os.environ.get("AUTOSPEECH_DATA")


def tone(hertz: float, seconds: float = 0.5, rate: int = 16000, seed: int = 0) -> npt.NDArray[np.float32]:
    time = np.arange(round(seconds * rate)) / rate
    noise = np.random.default_rng(seed).normal(size=len(time))
    return (0.3 * np.sin(2 * np.pi * hertz * time) + 0.05 * noise).astype("float32")


LABELS = ["high" if number % 2 else "low" for number in range(24)]
CLIPS = [tone(900 if label == "high" else 300, 0.4 + 0.02 * number, seed=number) for number, label in enumerate(LABELS)]


def quick(**settings: object) -> AutoSpeechClassifier:
    return AutoSpeechClassifier(**{"max_updates": 2, "pretrained": False, "verbose": 0, **settings})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def fitted() -> AutoSpeechClassifier:
    return quick().fit(CLIPS, LABELS)


def test_it_learns_and_follows_the_conventions(fitted: AutoSpeechClassifier) -> None:
    assert list(fitted.classes_) == ["high", "low"]
    answers = fitted.predict_proba(CLIPS)
    assert answers.shape == (24, 2) and np.allclose(answers.sum(axis=1), 1)
    assert fitted.score(CLIPS, LABELS) == 1.0
    assert set(fitted.predict(CLIPS[:3])) <= {"high", "low"}
    seconds, naucs = np.transpose(fitted.learning_curve_)
    assert np.all(np.diff(seconds) > 0) and naucs[-1] > 0.9
    assert fitted.out_of_fold_.shape == (24, 2)
    assert np.mean(fitted.out_of_fold_.argmax(axis=1) == (np.array(LABELS) == "low")) > 0.9


def test_an_answer_depends_on_its_clip_alone(fitted: AutoSpeechClassifier) -> None:
    together = fitted.predict_proba(CLIPS[:6])
    alone = np.concatenate([fitted.predict_proba([clip]) for clip in CLIPS[:6]])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_files_and_arrays_of_another_rate_are_heard_alike(fitted: AutoSpeechClassifier, tmp_path: Path) -> None:
    clip = tone(900, 1.0, 48000)
    soundfile.write(tmp_path / "a.wav", np.stack([clip, clip], axis=1), 48000, subtype="FLOAT")
    from_file = fitted.predict_proba([tmp_path / "a.wav"])
    assert fitted.predict([str(tmp_path / "a.wav")]) == ["high"]
    other = clone(fitted).set_params(sample_rate=48000)
    other.__dict__.update({name: value for name, value in vars(fitted).items() if name != "sample_rate"})
    np.testing.assert_allclose(from_file, other.predict_proba([clip]), atol=1e-4)


def test_one_seed_gives_one_model() -> None:
    first, second = (quick(random_state=7, max_updates=3).fit(CLIPS, LABELS).predict_proba(CLIPS) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_clone_and_params() -> None:
    classifier = quick(augment="specmix", time_budget=5)
    again = clone(classifier)
    assert again.get_params() == classifier.get_params()
    with pytest.raises(NotFittedError):
        again.predict(CLIPS)


@pytest.mark.parametrize("labels", [LABELS, [label == "high" for label in LABELS]])
def test_a_saved_or_pickled_classifier_answers_alike(labels: list[object], tmp_path: Path) -> None:
    fitted = quick(random_state=3).fit(CLIPS, labels)
    expected = fitted.predict_proba([*CLIPS, np.zeros(0)])
    loaded = AutoSpeechClassifier.load(fitted.save(tmp_path / "model.autospeech"))
    for other in (loaded, pickle.loads(pickle.dumps(fitted))):
        np.testing.assert_allclose(other.predict_proba([*CLIPS, np.zeros(0)]), expected, atol=1e-4)
        assert other.predict(CLIPS).tolist() == fitted.predict(CLIPS).tolist()
        assert other.classes_.dtype == fitted.classes_.dtype
        assert other.get_params()["random_state"] == 3
    assert loaded.learning_curve_ == fitted.learning_curve_
    # A file of a loaded model is the same model.
    again = AutoSpeechClassifier.load(loaded.save(tmp_path / "again.autospeech"))
    np.testing.assert_array_equal(again.predict_proba(CLIPS), loaded.predict_proba(CLIPS))


def test_a_task_declared_multi_label_stays_one(tmp_path: Path) -> None:
    # Though every clip that was read has exactly one label.
    fitted = quick().fit(CLIPS, [{label} for label in LABELS])
    assert fitted.multi_label_ and fitted.score(CLIPS, [{label} for label in LABELS]) == 1.0
    loaded = AutoSpeechClassifier.load(fitted.save(tmp_path / "model.autospeech"))
    np.testing.assert_allclose(loaded.predict_proba(CLIPS), fitted.predict_proba(CLIPS), atol=1e-4)


def test_settings_that_numpy_holds_are_saved(tmp_path: Path) -> None:
    fitted = quick(sample_rate=np.int64(8000), random_state=np.int64(3)).fit(CLIPS, LABELS)
    loaded = AutoSpeechClassifier.load(fitted.save(tmp_path / "model.autospeech"))
    assert loaded.sample_rate == 8000 and loaded.random_state == 3


@pytest.mark.parametrize(
    "about",
    [
        {"classes": None},
        {"settings": []},
        {"learning_curve": 3},
        {"classes": ["a"]},
        {"settings": {"sample_rate": "x"}},
        {"model": None},
        {"model": {"multi_label": False, "pooling": None, "members": []}},
        {"model": {"multi_label": False, "pooling": [], "members": [{"name": "a", "weight": 1, "kind": "head"}]}},
        {"model": {"multi_label": False, "pooling": None, "members": [{"name": "a", "weight": 1, "kind": "other"}]}},
    ],
)
def test_a_file_that_contradicts_itself_is_refused(
    fitted: AutoSpeechClassifier, tmp_path: Path, about: dict[str, object]
) -> None:
    whole = fitted.save(tmp_path / "model.autospeech")
    with zipfile.ZipFile(whole) as file:
        told, arrays = json.loads(file.read("about.json")), file.read("arrays.npz")
    with zipfile.ZipFile(tmp_path / "other", "w") as file:
        file.writestr("about.json", json.dumps(told | about))
        file.writestr("arrays.npz", arrays)
    with pytest.raises(ValueError, match="damaged"):
        AutoSpeechClassifier.load(tmp_path / "other")


@pytest.mark.parametrize("packed", ["outside", "inside"])
def test_a_file_that_swells_is_refused(fitted: AutoSpeechClassifier, tmp_path: Path, packed: str) -> None:
    arrays = io.BytesIO()
    (np.savez if packed == "outside" else np.savez_compressed)(arrays, zeros=np.zeros(10_000_000, np.float32))
    with zipfile.ZipFile(fitted.save(tmp_path / "model.autospeech")) as file:
        told = file.read("about.json")
    how = zipfile.ZIP_DEFLATED if packed == "outside" else zipfile.ZIP_STORED
    with zipfile.ZipFile(tmp_path / "bomb", "w", how) as file:
        file.writestr("about.json", told)
        file.writestr("arrays.npz", arrays.getvalue())
    assert (tmp_path / "bomb").stat().st_size < 1_000_000
    with pytest.raises(ValueError, match="it is packed"):
        AutoSpeechClassifier.load(tmp_path / "bomb")


def test_a_file_whose_parts_lie_on_one_another_is_refused(fitted: AutoSpeechClassifier, tmp_path: Path) -> None:
    arrays = io.BytesIO()
    with zipfile.ZipFile(arrays, "w") as file:
        file.writestr("0/mean.npy", bytes(100_000))
        file.filelist.extend(file.filelist * 9)
    with zipfile.ZipFile(fitted.save(tmp_path / "model.autospeech")) as file:
        told = file.read("about.json")
    with zipfile.ZipFile(tmp_path / "bomb", "w") as file:
        file.writestr("about.json", told)
        file.writestr("arrays.npz", arrays.getvalue())
    with pytest.raises(ValueError, match="larger than the whole"):
        AutoSpeechClassifier.load(tmp_path / "bomb")


@pytest.mark.parametrize("array", [np.zeros(3, np.float64), np.array([{}], object)], ids=["double", "object"])
def test_arrays_of_another_kind_are_refused(fitted: AutoSpeechClassifier, tmp_path: Path, array: np.ndarray) -> None:
    with zipfile.ZipFile(fitted.save(tmp_path / "model.autospeech")) as file:
        told = file.read("about.json")
    arrays = io.BytesIO()
    np.savez(arrays, **{"0/bias": array})
    with zipfile.ZipFile(tmp_path / "other", "w") as file:
        file.writestr("about.json", told)
        file.writestr("arrays.npz", arrays.getvalue())
    with pytest.raises(ValueError, match="damaged or not a model"):
        AutoSpeechClassifier.load(tmp_path / "other")


def test_rounds_are_counted_that_bring_nothing() -> None:
    found = quick(preset="kon", max_updates=3).fit(CLIPS[:8], LABELS[:8])
    assert 1 <= len(found.learning_curve_) <= 3


def test_a_damaged_or_newer_model_is_refused(fitted: AutoSpeechClassifier, tmp_path: Path) -> None:
    whole = fitted.save(tmp_path / "model.autospeech").read_bytes()
    for name, content in {"half": whole[: len(whole) // 2], "text": b"hello", "empty": b""}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match="damaged or not a model"):
            AutoSpeechClassifier.load(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "newer", "w") as file:
        file.writestr("about.json", '{"format": 99, "version": "9.9"}')
    with zipfile.ZipFile(tmp_path / "older", "w") as file:
        file.writestr("about.json", '{"format": 1, "version": "0.1.0"}')
    with pytest.raises(ValueError, match=r"has format 99.*9\.9"):
        AutoSpeechClassifier.load(tmp_path / "newer")
    with pytest.raises(ValueError, match=r"has format 1, .*fit anew.*0\.1\.0"):
        AutoSpeechClassifier.load(tmp_path / "older")
    with pytest.raises(ValueError, match="no such file"):
        AutoSpeechClassifier.load(tmp_path / "none")


def test_models_that_cannot_be_written_say_so(tmp_path: Path) -> None:
    with pytest.raises(NotFittedError):
        AutoSpeechClassifier().save(tmp_path / "model")
    found = quick(preset="kon", max_updates=1).fit(CLIPS[:8], LABELS[:8])
    assert found.predict_proba(CLIPS[:2]).shape == (2, 2)
    with pytest.raises(ValueError, match="preset 'kon' cannot be written"):
        found.save(tmp_path / "model")


def test_pipeline_and_cross_validation() -> None:
    louder = FunctionTransformer(lambda clips: [2 * clip for clip in clips])
    scores = cross_val_score(make_pipeline(louder, quick(max_updates=1)), CLIPS, LABELS, cv=2)
    assert scores.shape == (2,) and scores.min() > 0.8


def test_groups_stay_on_one_side() -> None:
    # The group says more of the sound than the label does; only folds by group show that the label is not learnt.
    groups = np.repeat(np.arange(8), 4)
    labels = np.array(["a", "b"])[groups % 2]
    clips = [tone(200 + 170 * group, seed=number) for number, group in enumerate(groups)]
    by_group = quick(max_updates=3).fit(clips, labels, groups=list(groups))
    assert by_group.learning_curve_[-1][1] < 0.8
    assert cross_val_score(quick(max_updates=1), clips, labels, groups=groups, cv=StratifiedGroupKFold(2)).shape == (2,)


def test_several_labels_a_clip() -> None:
    matrix = np.array([[1, 0], [0, 1], [1, 1], [0, 0]] * 6)
    clips = [
        (a * tone(300, seed=n) + b * tone(1200, seed=n) + 0.01 * tone(50, seed=n)).astype("float32")
        for n, (a, b) in enumerate(matrix)
    ]
    found = quick(max_updates=3).fit(clips, matrix)
    assert found.multi_label_ and found.predict(clips).shape == (24, 2)
    assert (found.predict(clips) == matrix).mean() > 0.9
    named = [{name for name, present in zip(("low", "high"), row, strict=True) if present} for row in matrix]
    by_name = quick(max_updates=1).fit(clips, named)
    assert list(by_name.classes_) == ["high", "low"] and by_name.multi_label_


def test_long_clips_are_heard_in_windows() -> None:
    long = [np.concatenate([clip] * 90) for clip in CLIPS[:8]]
    found = quick(max_updates=1).fit(long, LABELS[:8])
    assert found.predict_proba(long).shape == (8, 2) and found.out_of_fold_.shape == (8, 2)
    assert found.score(long, LABELS[:8]) == 1.0


def test_more_than_fits_is_drawn_of_each_class() -> None:
    with pytest.warns(UserWarning, match="learning from .* of 24 clips"):
        found = quick(max_hours=5 / 3600).fit(CLIPS, LABELS)
    assert found.hours_ * 3600 < 6 and found.score(CLIPS, LABELS) > 0.9


def test_some_bad_files_are_left_out(tmp_path: Path) -> None:
    files: list[Path] = []
    for number, clip in enumerate(CLIPS):
        files.append(tmp_path / f"{number}.wav")
        soundfile.write(files[-1], clip, 16000)
    files[5].write_bytes(b"no sound")
    found = quick(max_updates=1).fit(files, LABELS)
    assert len(found.skipped_) == 1 and "5.wav" in found.skipped_[0]
    for number in range(6):
        files[number].write_bytes(b"")
    with pytest.raises(ValueError, match=r"files cannot be read, more than max_bad=0\.1"):
        quick(max_updates=1).fit(files, LABELS)


@pytest.mark.parametrize(
    ("clips", "labels", "settings", "message"),
    [
        ([], [], {}, "X holds no clip"),
        ("a.wav", ["a"], {}, "single path"),
        (CLIPS[0], ["a"] * len(CLIPS[0]), {}, "single waveform"),
        (CLIPS[:3], ["a", "b"], {}, "3 clips but 2 labels"),
        (CLIPS[:3], ["a", "a", "a"], {}, "at least two classes"),
        (CLIPS[:3], [0.0, 1.0, float("nan")], {}, "missing"),
        (CLIPS[:3], np.array([0.0, 1.0, float("nan")]), {}, "NaN"),
        (CLIPS[:3], ["a", None, "b"], {}, "missing"),
        (CLIPS[:3], ["a", "b", float("nan")], {}, "missing"),
        (CLIPS[:3], ["a", 1, 2.5], {}, "labels are of the types"),
        (CLIPS[:3], [b"a", b"b", b"a"], {}, "labels are of the types bytes"),
        (CLIPS[:3], [{"a"}, "b", {"a"}], {}, "some labels are several"),
        (CLIPS[:2], ["a", "b"], {"max_hours": -1}, "max_hours is -1"),
        (CLIPS[:2], [[1, 2], [0, 1]], {}, "0 and 1"),
        ([CLIPS[0], ["x"]], ["a", "b"], {}, "clip 1 .*list of str, .* no real numbers"),
        (CLIPS[:2], ["a", "b"], {"preset": "none"}, "no preset"),
        (CLIPS[:2], ["a", "b"], {"max_updates": 0}, "max_updates is 0"),
        (CLIPS[:2], ["a", "b"], {"max_updates": None, "time_budget": -1}, "time_budget is -1"),
        (CLIPS[:2], ["a", "b"], {"max_updates": None, "max_bad": 2}, "max_bad is 2"),
        (CLIPS[:2], ["a", "b"], {"augment": "specmox"}, "specmox"),
        (CLIPS[:2], ["a", "b"], {"sample_rate": 0}, "sample_rate: its sample rate is 0 Hz"),
        (["/no/such.wav", "/no/other.wav"], ["a", "b"], {}, "no such file"),
    ],
)
def test_bad_input_is_one_clear_error(
    clips: list[object], labels: list[object], settings: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        quick(**settings).fit(clips, labels)


@pytest.mark.parametrize(
    "clips",
    [
        [np.zeros(0), np.zeros(1), tone(300), tone(900), np.full(5, np.nan), tone(310)],
        [np.zeros(16000)] * 6,
        [tone(300), tone(900)],
    ],
    ids=["empty, short and NaN", "all silent", "two clips"],
)
def test_poor_clips_get_an_answer(clips: list[npt.NDArray[np.float32]]) -> None:
    found = quick(max_updates=1).fit(clips, ["a", "b"] * (len(clips) // 2))
    answers = found.predict_proba([*clips, np.zeros(0)])
    assert np.isfinite(answers).all() and np.allclose(answers.sum(axis=1), 1)


def test_each_improvement_can_answer() -> None:
    seen: list[float] = []
    quick(max_updates=3, on_improvement=lambda found: seen.append(found.score(CLIPS, LABELS))).fit(CLIPS, LABELS)
    assert len(seen) >= 2 and seen[-1] == 1.0


def test_the_budget_is_kept() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = AutoSpeechClassifier(time_budget=12, pretrained=False, verbose=0).fit(CLIPS, LABELS)
    assert found.learning_curve_[-1][0] <= 12
    assert found.score(CLIPS, LABELS) == 1.0


COLD = """
import os, sys
sys.path.insert(0, {tests!r})
from test_classifier import CLIPS, LABELS
from autospeech import AutoSpeechClassifier
def tell(_):
    print(sorted({{"tensorflow", "keras", "kapre", "librosa"}} & sys.modules.keys()), flush=True)
    os._exit(0)
AutoSpeechClassifier(30, verbose=0, on_improvement=tell).fit(CLIPS, LABELS)
"""


def test_the_first_answer_does_not_wait_for_tensorflow() -> None:
    code = COLD.format(tests=str(Path(__file__).parent))
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert said.stdout.splitlines() == ["[]"]


INTERRUPTED = """
import signal, sys
# What runs in the background of a shell is born deaf to Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {tests!r})
from test_classifier import CLIPS, LABELS
from autospeech import AutoSpeechClassifier
told = lambda found: print("improved", flush=True)
found = AutoSpeechClassifier(600, verbose=0, on_improvement=told).fit(CLIPS, LABELS)
print("interrupted", found.interrupted_, found.score(CLIPS, LABELS), flush=True)
"""


def test_ctrl_c_leaves_the_best_state_so_far() -> None:
    code = INTERRUPTED.format(tests=str(Path(__file__).parent))
    program = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    assert program.stdout.readline() == "improved\n"
    program.send_signal(signal.SIGINT)
    rest, _ = program.communicate(timeout=120)
    assert rest.splitlines()[-1].startswith("interrupted True")
    assert float(rest.split()[-1]) > 0.9


@pytest.mark.skipif(DATA is None, reason="set AUTOSPEECH_DATA to the folder of real recordings to run this test")
def test_emotions_by_speaker() -> None:
    folder = Path(str(DATA)) / "emodb"
    with (folder / "emotion.csv").open() as file:
        rows = list(csv.DictReader(file))
    learnt, judged = ([row for row in rows if (row["split"] == "test") == part] for part in (False, True))
    found = AutoSpeechClassifier(max_updates=3, verbose=0).fit(
        [folder / row["file_name"] for row in learnt],
        [row["label"] for row in learnt],
        groups=[row["group"] for row in learnt],
    )
    accuracy = found.score([folder / row["file_name"] for row in judged], [row["label"] for row in judged])
    assert accuracy > 0.7
