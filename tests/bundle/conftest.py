"""A data set of tones, and the sample data, as the programs take them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autospeech.datasets.autodl_format import write_autodl
from autospeech.datasets.autospeech_format import write_autospeech
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.read_dataset import read_dataset


def tones(clips: int) -> LabelledClips:
    rng = np.random.default_rng(clips)
    which = np.arange(clips) % 2
    time = np.arange(8000) / 16000
    sounds = [np.sin(2 * np.pi * 400 * (1 + k) * time) + rng.normal(scale=0.1, size=8000) for k in which]
    return LabelledClips([(0.3 * sound).astype("float32") for sound in sounds], np.eye(2)[which])


@pytest.fixture(scope="session")
def tone_task(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An AutoSpeech data set of six training and four test clips."""
    folder = tmp_path_factory.mktemp("autospeech")
    return write_autospeech(Dataset("tones", tones(6), tones(4), ("low", "hïgh")), folder)


@pytest.fixture(scope="session")
def autodl_task(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in the AutoDL format."""
    return write_autodl(Dataset("tones", tones(6), tones(4)), tmp_path_factory.mktemp("autodl"))


@pytest.fixture(scope="session")
def sample_task(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample data as an AutoSpeech data set."""
    return write_autospeech(read_dataset(root / "sample_data", None, 0), tmp_path_factory.mktemp("sample"))
