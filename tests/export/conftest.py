from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners.clip_views import ClipViews
from autospeech.learners.embedder import Embedder
from autospeech.learners.encoder_source import EncoderSource
from autospeech.learners.fold_networks import FoldNetworks
from autospeech.learners.fold_networks_settings import FoldNetworksSettings
from autospeech.learners.member import HEADS, VECTORS, Member
from autospeech.learners.probe import Probe
from autospeech.learners.task import Task

Floats = npt.NDArray[np.float32]


def voice(rng: np.random.Generator, samples: int, low: bool) -> Floats:
    """Sing a gliding note with pauses, in a little noise."""
    time = np.arange(samples) / 16000
    hertz = rng.uniform(90, 140) if low else rng.uniform(180, 300)
    phase = 2 * np.pi * hertz * (time + 0.02 * np.sin(2 * np.pi * rng.uniform(1, 4) * time))
    tone = sum(np.sin(number * phase) / number for number in range(1, 12))
    loudness = np.maximum(np.sin(2 * np.pi * rng.uniform(1, 3) * time + 0.5), 0)
    return (0.1 * loudness * tone + rng.normal(scale=0.005, size=samples)).astype(np.float32)


@pytest.fixture(scope="session")
def sounds() -> dict[str, Floats]:
    """What a front end may meet, by name."""
    rng = np.random.default_rng(0)
    time = np.arange(30000) / 16000
    made = {
        "noise": rng.normal(scale=0.1, size=40000),
        "loud noise": rng.normal(scale=3.0, size=16000),
        "tone": np.sin(2 * np.pi * 440 * time),
        "silence": np.zeros(16000),
        "silence, then noise": np.concatenate([np.zeros(8000), rng.normal(size=8000)]),
        "1 sample": np.array([0.5]),
        "2 samples": np.array([0.5, -0.1]),
        "20 s of voice": voice(rng, 320000, True),
    }
    # Around a window of the frames and of the pitch, and where frames become more than segments.
    for samples in (511, 512, 513, 767, 768, 1023, 1024, 1025, 1300, 2560, 5000, 8447):
        made[f"{samples} samples"] = voice(rng, samples, False)
    return {name: clip.astype(np.float32) for name, clip in made.items()}


@pytest.fixture(scope="session")
def recordings(data_dir: Path) -> dict[str, Floats]:
    """A few recordings of each of four kinds: digits, feelings, drums and sounds of all kinds."""
    from autospeech.audio.decode import decode

    made = {}
    for folder in ("fsdd", "emodb", "drums", "esc10"):
        files = sorted(file for file in (data_dir / folder / "audio").rglob("*") if file.is_file())
        for file in files[:: max(1, len(files) // 5)]:
            made[f"{folder}/{file.name}"] = decode(file)
    return made


@pytest.fixture(scope="session")
def train() -> LabelledClips:
    rng = np.random.default_rng(1)
    low = np.arange(40) % 2 == 0
    return LabelledClips([voice(rng, int(rng.integers(6000, 30000)), bool(each)) for each in low], np.eye(2)[low * 1])


@pytest.fixture(scope="session")
def asked() -> list[Floats]:
    """Clips to answer for: the shortest, some of both classes, silence, and one of many windows."""
    rng = np.random.default_rng(2)
    lengths = (1, 300, 9000, 20000, 31000, 40000, 200000)
    clips = [voice(rng, samples, bool(number % 2)) for number, samples in enumerate(lengths)]
    return [*clips, np.zeros(16000, np.float32)]


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return Embedder()


@pytest.fixture(scope="session")
def probe(train: LabelledClips, embedder: Embedder) -> Probe:
    """Every head on every kind of vectors."""
    members = [Member(vectors, head) for vectors in VECTORS for head in HEADS]
    members.append(Member("rich", "lda", by_themselves=True))
    learnt = Probe("statistics", members, ClipViews(embedder), 0.1)
    learnt.learn(train, np.arange(len(train)) // 2 % 2, Clock())
    return learnt


@pytest.fixture(scope="session")
def networks(train: LabelledClips) -> FoldNetworks:
    """Networks of two folds."""
    settings = FoldNetworksSettings(batch=8, least_seconds=1.0, most_epochs=2)
    learnt = FoldNetworks(EncoderSource(ClipViews(), settings), 0.1, settings)
    learnt.warm_up(Task(2, 6))
    learnt.begin(10.0)
    for _ in range(2):
        learnt.learn(train, np.arange(len(train)) // 2 % 2, Clock(60))
    return learnt
