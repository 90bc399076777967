"""`python -m benchmarks.augmentation`: shares, tables, and a small run from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from matplotlib import image

from autospeech.schedule.portfolio import AUTO, PORTFOLIO
from benchmarks.augmentation import as_markdown, draw, main, settings_of


def test_the_choice_has_the_same_seconds() -> None:
    alone, auto = settings_of("specmix", 30.0), settings_of(AUTO, 30.0)
    assert auto.portfolio == PORTFOLIO
    assert auto.least_seconds == alone.least_seconds == 30
    assert auto.search < 0.5


def test_differences_are_paired_and_drawn(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    hard = rng.uniform(0.2, 0.8, 5)
    results = {
        text: [{"accuracy": value + gain, "nauc": value} for value in hard] for text, gain in (("none", 0), ("x", 0.1))
    }
    results["auto"] = [{**result, "augmentation": "x", "search_seconds": 3.0} for result in results["x"]]
    table = as_markdown(
        {"command": "c", "commit": "d", "machine": {"CPU": "m"}, "seconds": 9, "tasks": {"a/b": {"100": results}}}, "n"
    )
    assert f"| x | {hard.mean() + 0.1:.3f} ± {hard.std(ddof=1) / 5**0.5:.3f} (+0.100 ± 0.000) |" in table
    assert "Chosen, fold by fold: `x`, `x`, `x`, `x`, `x`; 3.0 s each." in table
    few = {text: results[text] for text in ("none", "auto")}
    draw({"tasks": {"a/b": {"100": results, "10": few}, "c/d": {"100": few}}}, tmp_path / "picture.png")
    assert image.imread(tmp_path / "picture.png").shape[:2] == (792, 1210)


@pytest.mark.slow
def test_from_recordings_to_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = tmp_path / "data" / "tones"
    (corpus / "audio").mkdir(parents=True)
    rows = ["file_name,label,split,group"]
    for number in range(16):
        clip = 0.1 * np.sin(np.arange(8000) * (0.1 if number % 2 else 0.8) + number)
        soundfile.write(corpus / "audio" / f"{number}.wav", clip, 16000)
        rows.append(f"audio/{number}.wav,{'low' if number % 2 else 'high'},train,{number // 4}")
    (corpus / "pitch.csv").write_text("\n".join(rows) + "\n")
    monkeypatch.setenv("AUTOSPEECH_DATA", str(corpus.parent))
    given = [
        "--tasks", "tones/pitch", "--augmentations", "none", "--seconds", "12", "--folds", "3",
        "--build", str(tmp_path / "build"), "--out", str(tmp_path / "out"),
    ]  # fmt: skip
    assert main(given) == 0
    report = json.loads((tmp_path / "out" / "augmentation.json").read_text())
    found = report["tasks"]["tones/pitch"]
    assert {share: list(rows) for share, rows in found.items()} == {"100": ["none", "auto"]}
    kept = sorted(path.name for path in (tmp_path / "build").iterdir())
    assert main(given) == 0
    assert sorted(path.name for path in (tmp_path / "build").iterdir()) == kept
    assert json.loads((tmp_path / "out" / "augmentation.json").read_text())["tasks"] == report["tasks"]


def test_bad_input_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["--network", "rann-what"]) == 2
    assert "rann-what" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["--shares", "120"])
    assert ended.value.code == 2
