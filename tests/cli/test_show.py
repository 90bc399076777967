"""`python -m autospeech show`, as a person runs it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import Result
from matplotlib import image
from typer.testing import CliRunner

from autospeech.cli import app


def show(*arguments: object, expect: int = 0) -> Result:
    done = CliRunner().invoke(app, ["show", *map(str, arguments)])
    assert done.exit_code == expect, done.output
    return done


@pytest.fixture(autouse=True)
def in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_draws_all_features_of_a_recording(data_dir: Path, tmp_path: Path) -> None:
    clip = sorted((data_dir / "emodb" / "audio").iterdir())[0]
    done = show(clip)
    target = tmp_path / f"{clip.stem}-features.png"
    assert done.stdout.endswith(f"s -> {target.name}\n")
    assert [file.name for file in tmp_path.iterdir()] == [target.name]
    pixels = image.imread(target)
    height, width = pixels.shape[:2]
    assert height > width > 800
    # Each of the eight strips shows something: many colours, unlike an empty frame.
    for strip in np.array_split(pixels[:, width // 4 : width // 2, :3], 8):
        assert len(np.unique((strip * 255).astype(int).reshape(-1, 3), axis=0)) > 20


def test_draws_what_is_asked_for_of_odd_sound(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "stereo.wav", np.zeros((44100 * 3, 2)), 44100)
    done = show("stereo.wav", "--feature", "cqt", "--feature", "mfcc", "--seconds", 1, "--out", "a.png")
    assert done.stdout == "1.00 s -> a.png\n"
    whole = show("stereo.wav", "--feature", "cqt", "--out", "b.png")
    assert whole.stdout == "3.00 s -> b.png\n"
    assert image.imread(tmp_path / "a.png").shape[0] > image.imread(tmp_path / "b.png").shape[0]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["missing.wav"], "missing.wav: there is no such file"),
        (["text.wav"], "text.wav"),
        (["quiet.wav", "--feature", "cqtt"], "log_mel, mfcc"),
        (["quiet.wav", "--out", "nowhere/a.png"], "nowhere"),
    ],
)
def test_errors_name_what_is_wrong(tmp_path: Path, arguments: list[str], named: str) -> None:
    (tmp_path / "text.wav").write_text("no sound")
    soundfile.write(tmp_path / "quiet.wav", np.zeros(100), 16000)
    done = show(*arguments, expect=2)
    assert done.stderr.startswith("error: ") and named in done.stderr
    assert not list(tmp_path.glob("**/*.png"))
