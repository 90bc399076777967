from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner, Result

from autospeech.cli import app

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight speakers, two words, each a tone of its own."""
    folder = tmp_path_factory.mktemp("commands")
    lists: dict[str, list[str]] = {"validation_list.txt": [], "testing_list.txt": []}
    for word, hertz in (("high", 1800), ("low", 400)):
        (folder / word).mkdir()
        for speaker in range(8):
            for take in range(3):
                name = f"{word}/speaker{speaker}_nohash_{take}.wav"
                tone = np.sin(2 * np.pi * (hertz + 30 * speaker) * np.arange(12000) / 16000)
                soundfile.write(folder / name, 0.3 * tone + 0.01 * RNG.normal(size=12000), 16000)
                if speaker > 5:
                    lists["validation_list.txt" if speaker == 6 else "testing_list.txt"].append(name)
    (folder / "_background_noise_").mkdir()
    soundfile.write(folder / "_background_noise_" / "hiss.wav", 0.1 * RNG.normal(size=32000), 16000)
    for name, lines in lists.items():
        (folder / name).write_text("\n".join(lines) + "\n")
    return folder


def keywords(folder: Path, *more: str) -> Result:
    return CliRunner().invoke(app, ["keywords", str(folder), *more])


def test_two_ways_side_by_side(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    image = ["--n-fft", "512", "--hop-length", "1024", "--n-mels", "8"]
    done = keywords(
        folder, "--way", "m5-32", "--way", "mel", "--epochs", "15", "--batch", "8", "--test-after", "2",
        "--augment", "background_noise", "--out", str(out), *image,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "2 words, clips: 36 to learn from, 6 to validate, 6 to test" in done.output
    assert {path.name for path in out.iterdir()} == {
        "accuracy.png", "confusions-m5-32.png", "confusions-mel.png", "keywords.json", "training.png"
    }  # fmt: skip
    report = json.loads((out / "keywords.json").read_text())
    assert report["words"] == ["high", "low"]
    way = report["ways"]["m5-32"]
    assert [record["epoch"] for record in way["history"]] == list(range(1, 16))
    assert np.sum(way["counts"]) == 6
    assert way["test_accuracy"] > 0.8
    assert list(way["test_accuracy_after"]) == ["2"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--way", "m6"], "there is no way 'm6'"),
        (["--words", "high,lo"], "lo"),
        (["--augment", "gian"], "did you mean gain"),
        (["--test-after", "30"], "30"),
        (["--way", "m5-32", "--way", "mel", "--hop-length", "20000"], "mel: an image of 1 frames"),
        (["--out", "tests"], "tests: there is something already"),
        (["--shares", "25,150"], "--shares 25,150: write numbers above 0 and up to 100"),
        (["--shares", "half"], "--shares half: write numbers"),
        (["--shares", "50", "--test-after", "2"], "--test-after and --shares do not go together"),
        (["--shares", "50", "--way", "m5-32", "--augment", "specmix"], "nothing of specmix is for m5-32"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(folder: Path, more: list[str], message: str) -> None:
    done = keywords(folder, *more)
    assert done.exit_code == 2
    assert message in done.output
    assert "Traceback" not in done.output


def test_without_noises_background_noise_is_refused(folder: Path, tmp_path: Path) -> None:
    for word in ("high", "low"):
        (tmp_path / word).symlink_to(folder / word)
    done = keywords(tmp_path, "--augment", "background_noise", "--way", "m5-32")
    assert done.exit_code == 2
    assert "there are no noises" in done.output


def test_fewer_clips_with_and_without_augmentation_until_ctrl_c(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autospeech.learners.waveform_network import WaveformNetwork

    fit, rounds = WaveformNetwork.fit, 0

    def interrupted(*arguments: Any) -> Any:
        nonlocal rounds
        rounds += 1
        if rounds == 6:
            raise KeyboardInterrupt
        return fit(*arguments)

    monkeypatch.setattr(WaveformNetwork, "fit", interrupted)
    out = tmp_path / "out"
    done = keywords(
        folder, "--way", "m5-32", "--shares", "100,25,50", "--epochs", "2", "--batch", "8",
        "--augment", "time_stretch(slowest=0.9)", "--out", str(out),
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert {path.name for path in out.iterdir()} == {"keywords.json", "shares.png"}
    trained = json.loads((out / "keywords.json").read_text())["shares"]
    # The lab's range, but for what the text says.
    augmented = "time_stretch(slowest=0.9,fastest=1.23)"
    assert [(each["share"], each["clips"], each["augment"]) for each in trained] == [
        (0.25, 8, "none"), (0.25, 8, augmented), (0.5, 18, "none")
    ]  # fmt: skip
    # Of 36 clips in steps of 8, whatever the share; the last was stopped in its second epoch.
    assert [len(each["step_losses"]) for each in trained] == [8, 8, 4]
    for each in trained:
        assert np.sum(each["counts"]) == 6
        assert f"{each['test_accuracy']:.1%}" in done.output
    assert "25 %, 8" in done.output and "(1 of 2 epochs)" in done.output
    assert f"m5-32, augmented: {augmented}" in done.output


@pytest.mark.slow
def test_shares_are_augmented_as_in_the_lab_unless_told_otherwise(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = keywords(folder, "--way", "m5-32", "--shares", "100", "--epochs", "15", "--batch", "8", "--out", str(out))
    assert done.exit_code == 0, done.output
    plain, augmented = json.loads((out / "keywords.json").read_text())["shares"]
    assert plain["augment"] == "none"
    assert augmented["augment"] == "time_stretch(slowest=0.81,fastest=1.23),pitch_shift(lowest=-3.5,highest=3.5)"
    assert min(plain["test_accuracy"], augmented["test_accuracy"]) > 0.8
