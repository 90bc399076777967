"""`python -m benchmarks.raw_waveforms`: the table, and a small run from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks.raw_waveforms import as_markdown, main


def test_differences_are_paired() -> None:
    hard = np.array([0.1, 0.3, 0.2])
    report = {
        "command": "c", "commit": "d", "machine": {"CPU": "m"}, "network": "m5", "steps": 7,
        "tasks": {"a/b": {way: [{"error": value - gain} for value in hard] for way, gain in
                          (("standard", 0.0), ("between-class", 0.05), ("SpeechMix", 0.1))}},
    }  # fmt: skip
    table = as_markdown(report)
    error = 100 * hard.std(ddof=1) / 3**0.5
    assert f"| standard | 20.0 ± {error:.1f} |  | 12.8" in table
    assert f"| between-class | 15.0 ± {error:.1f} | -5.0 ± 0.0 | 11.3" in table
    assert f"| SpeechMix | 10.0 ± {error:.1f} | -10.0 ± 0.0 |  |" in table


@pytest.mark.slow
def test_from_recordings_to_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = tmp_path / "data" / "tones"
    (corpus / "audio").mkdir(parents=True)
    rows = ["file_name,label,split,group"]
    for number in range(24):
        clip = 0.1 * np.sin(np.arange(24000) * (0.1 if number % 2 else 0.8) + number)
        soundfile.write(corpus / "audio" / f"{number}.wav", clip, 16000)
        rows.append(f"audio/{number}.wav,{'low' if number % 2 else 'high'},train,{number // 4}")
    (corpus / "pitch.csv").write_text("\n".join(rows) + "\n")
    monkeypatch.setenv("AUTOSPEECH_DATA", str(corpus.parent))
    given = [
        "--tasks", "tones/pitch", "--network", "m5-32", "--steps", "40", "--batch", "4", "--folds", "2",
        "--build", str(tmp_path / "build"), "--out", str(tmp_path / "out"),
    ]  # fmt: skip
    assert main(given) == 0
    found = json.loads((tmp_path / "out" / "raw_waveforms.json").read_text())["tasks"]["tones/pitch"]
    assert [len(results) for results in found.values()] == [2, 2, 2]
    assert all(result["steps"] == pytest.approx(40, abs=4) for results in found.values() for result in results)
    assert np.mean([result["error"] for result in found["standard"]]) < 0.3


def test_bad_input_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--augment", "gian"]) == 2
    assert "did you mean gain" in capsys.readouterr().err
