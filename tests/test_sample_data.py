from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import soundfile


@pytest.fixture(scope="module")
def script(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_sample_data", root / "sample_data" / "make_sample_data.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_clips_are_whole_audible_and_small(root: Path, script: ModuleType) -> None:
    files = sorted((root / "sample_data").rglob("*.flac"))
    assert len(files) == sum(script.CLIPS.values()) * len(script.PHRASES)
    assert sum(file.stat().st_size for file in files) <= 6e6
    for file in files:
        clip, rate = soundfile.read(file)
        assert rate == 16000
        assert clip.ndim == 1
        assert 1.1 < len(clip) / rate < 2.3, file
        assert np.sqrt(np.mean(clip**2)) > 0.02, file
        assert np.abs(clip).max() < 1, file


def test_voices_of_the_test_are_never_heard_in_train(root: Path) -> None:
    heard = {
        part: {file.stem.rpartition("_")[0] for file in (root / "sample_data" / part).rglob("*.flac")}
        for part in ("train", "test")
    }
    assert len(heard["train"]) == 10
    assert len(heard["test"]) == 4
    assert not heard["train"] & heard["test"]


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="install espeak-ng to run this test")
def test_the_script_makes_the_same_clips_again(root: Path, script: ModuleType, tmp_path: Path) -> None:
    same_version = " 1.51 " in subprocess.run(["espeak-ng", "--version"], capture_output=True, text=True).stdout
    for number, language in enumerate(script.PHRASES):
        made = script.make_file(tmp_path, "test", language, number)
        shipped = root / "sample_data" / made.relative_to(tmp_path)
        assert abs(soundfile.info(made).duration - soundfile.info(shipped).duration) < 0.4
        if same_version:
            assert made.read_bytes() == shipped.read_bytes()
