"""Sound above 8 kHz on its way from a file to the network that hears it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from autospeech import AutoSpeechClassifier
from autospeech.cli import app
from autospeech.competition import Model
from autospeech.datasets.autospeech_format import read_autospeech
from autospeech.learners import waveform_network
from autospeech.learners.network import NetworkLearner
from autospeech.learners.network_settings import NetworkSettings
from autospeech.learners.task import Task
from autospeech.learners.waveform_network_settings import WaveformNetworkSettings
from autospeech.presets import PRESETS, find_preset
from autospeech.presets.preset import Preset
from autospeech.schedule.rounds_settings import RoundsSettings

# A little more than the shortest section that leaves EnvNet-v2 one frame.
SECONDS = 24000 / 44100
ENVNET_V2 = WaveformNetworkSettings(
    network="envnet-v2-w8", sample_rate=44100, seconds=SECONDS, margin=SECONDS / 2, batch=2, crops=1
)


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six clips a class, 1 s at 44.1 kHz; nine tenths of the energy at 10 kHz, the rest at 1 or 2 kHz."""
    folder = tmp_path_factory.mktemp("sounds")
    time = np.arange(44100) / 44100
    for label, hertz in (("low", 1000), ("high", 2000)):
        (folder / label).mkdir()
        for number in range(6):
            clip = 0.3 * np.sin(2 * np.pi * 10_000 * time) + 0.1 * np.sin(2 * np.pi * hertz * time + number)
            soundfile.write(folder / label / f"{number}.wav", clip, 44100, subtype="FLOAT")
    return folder


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[np.ndarray]]:
    """What networks of waveforms are trained on after their rehearsal, each batch `(sections, samples)`."""
    monkeypatch.setitem(PRESETS, "high-rate", Preset("high-rate", RoundsSettings(ENVNET_V2, 0.2, 0.1)))
    monkeypatch.setattr(waveform_network, "FORWARD_BATCH", 2)
    batches: list[np.ndarray] = []
    warm_up = waveform_network.WaveformNetwork.warm_up

    def recorded(self: Any, task: Task) -> None:
        warm_up(self, task)
        train = self.network.train_on_batch

        def train_on_batch(seen: Any, labels: Any, **more: Any) -> Any:
            batches.append(np.asarray(seen)[..., 0])
            return train(seen, labels, **more)

        self.network.train_on_batch = train_on_batch

    monkeypatch.setattr(waveform_network.WaveformNetwork, "warm_up", recorded)
    yield batches


def share_at(batches: list[np.ndarray], low: float, high: float) -> float:
    """Return the share of the energy of sections at 44.1 kHz that lies between two frequencies in Hz."""
    sections = np.concatenate(batches)
    assert sections.shape[1] == 24000
    spectrum = np.abs(np.fft.rfft(sections * np.hanning(24000))) ** 2
    hertz = np.fft.rfftfreq(24000, 1 / 44100)
    return float(spectrum[:, (hertz >= low) & (hertz <= high)].sum() / spectrum.sum())


def converted(source: Path, out: Path, *options: str) -> Path:
    done = CliRunner().invoke(app, ["convert", str(source), str(out), "--to", "autospeech", "--name", "s", *options])
    assert done.exit_code == 0, done.output
    return out / "s"


def learn(data: Path, preset: str) -> Model:
    """Train a model once on a data set, as the ingestion program does."""
    found = read_autospeech(data)
    model = Model(json.loads((data / "s.data" / "meta.json").read_text()), preset=preset, warm_start=False)
    model.train((found.train.clips, found.train.labels), remaining_time_budget=2.0)
    assert model.test(found.test.clips, remaining_time_budget=2.0).shape == (len(found.test), 2)
    return model


def test_a_network_at_44_khz_hears_what_lies_above_8_khz(heard: list[np.ndarray], sounds: Path, tmp_path: Path) -> None:
    data = converted(sounds, tmp_path, "--sample-rate", "44100")
    model = learn(data, "high-rate")
    np.testing.assert_array_equal(model._train.clips[0], read_autospeech(data).train.clips[0])
    assert share_at(heard, 9900, 10_100) > 0.85
    assert share_at(heard, 900, 2100) < 0.12


def test_data_at_16_khz_have_nothing_there_and_everything_below(
    heard: list[np.ndarray], sounds: Path, tmp_path: Path
) -> None:
    data = converted(sounds, tmp_path)
    assert {len(clip) for clip in read_autospeech(data).train.clips} == {16000}
    learn(data, "high-rate")
    assert share_at(heard, 8200, 22050) < 1e-4
    # At the pitch that they have, and not played up.
    assert share_at(heard, 900, 2100) > 0.95


def test_a_classifier_reads_files_at_the_rate_of_its_network(heard: list[np.ndarray], sounds: Path) -> None:
    files = sorted(sounds.rglob("*.wav"))
    classifier = AutoSpeechClassifier(max_updates=1, preset="high-rate", verbose=0)
    classifier.fit(files, [file.parent.name for file in files])
    assert share_at(heard, 9900, 10_100) > 0.85
    assert (classifier.hours_, classifier.clip_seconds_[0]) == (pytest.approx(12 / 3600), 1.0)
    clip, rate = soundfile.read(files[0], dtype="float32")
    assert rate == 44100
    classifier.set_params(sample_rate=44100)
    np.testing.assert_allclose(classifier.predict_proba([clip]), classifier.predict_proba(files[:1]), atol=1e-6)


@pytest.mark.parametrize(
    ("preset", "rates"),
    [
        ("default", {8000: 16000, 16000: 16000, 44100: 16000}),
        ("kon", {16000: 16000, 44100: 16000}),
        # It resamples to 8 kHz by itself.
        ("m5", {16000: 16000, 44100: 16000}),
        ("high-rate", {8000: 16000, 16000: 16000, 22050: 22050, 44100: 44100, 48000: 44100}),
    ],
)
@pytest.mark.usefixtures("heard")
def test_which_rate_a_schedule_gets(preset: str, rates: dict[int, int]) -> None:
    found = find_preset(preset)
    assert {rate: found.rate_of_clips(rate) for rate in rates} == rates
    assert found.sample_rate == max(rates.values())


@pytest.mark.parametrize(
    ("told", "samples"), [({}, 32000), ({"sample_rate": 44100}, 11610), ({"sample_rate": 8000}, 64000)]
)
def test_the_ladder_gets_16_khz_of_any_data(told: dict[str, int], samples: int) -> None:
    rng = np.random.default_rng(0)
    clips = [rng.normal(scale=0.1, size=32000).astype("float32") for _ in range(6)]
    model = Model({"class_num": 2, **told}, preset="default-no-encoder", warm_start=False)
    model.train((clips, np.eye(2)[[0, 1] * 3]), remaining_time_budget=3.0)
    model.test(clips[:2], remaining_time_budget=2.0)
    assert {len(clip) for clip in [*model._train.clips, *model._test[1]]} == {samples}
    if not told:
        assert all(kept is given for kept, given in zip(model._train.clips, clips, strict=True))


@pytest.mark.parametrize("rate", [0, -16000, "16 kHz", float("nan")])
def test_a_wrong_rate_of_the_data_is_told(rate: Any) -> None:
    with pytest.raises(ValueError, match=r"sample_rate in the metadata: its sample rate is .*; sound has 100 to"):
        Model({"class_num": 2, "sample_rate": rate}, warm_start=False)
    with pytest.raises(ValueError, match="sample_rate must be above 0 Hz"):
        Task(2, sample_rate=0)


def test_kons_network_refuses_clips_of_another_rate() -> None:
    learner = NetworkLearner(NetworkSettings(warm_start=None))
    with pytest.raises(ValueError, match="the clips are at 44100 Hz, and this network takes 16000 Hz"):
        learner.warm_up(Task(2, sample_rate=44100))
