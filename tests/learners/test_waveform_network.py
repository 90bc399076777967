from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tones import HIGH, TRAIN, tone

from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners.task import Task
from autospeech.learners.waveform_network import WaveformNetwork
from autospeech.learners.waveform_network_settings import WaveformNetworkSettings

RAW = {"network": "m5-32", "batch": 8, "seconds": 0.5}
MEL = {
    "network": "kon_cnn",
    "feature": "log_mel",
    "feature_settings": {"n_fft": 256, "hop_length": 128, "n_mels": 32},
    "batch": 8,
    "seconds": 0.5,
    "learning_rate": 0.003,
}
WAYS = {
    "plain": {**RAW, "augment": "gain,gaussian_noise"},
    "between class": {**RAW, "mix_at": ("input",)},
    "speechmix": {**RAW, "mix_at": ("input", "pool_1", "pool_2")},
    "images": {**MEL, "augment": "gain,specmix"},
    "nesterov": {**RAW, "optimizer": "sgd", "learning_rate": 0.05, "margin": 0.1},
}


def learner(seed: int = 0, **settings: Any) -> WaveformNetwork:
    made = WaveformNetwork(WaveformNetworkSettings(**{**RAW, **settings, "seed": seed}))
    made.warm_up(Task(2))
    return made


@pytest.mark.parametrize("way", WAYS)
def test_learns_and_answers_for_its_best_state(way: str) -> None:
    made = learner(**WAYS[way])
    scores = [made.fit(TRAIN, TRAIN, Clock()) for _ in range(8 * min(made.clips_each, 2))]
    assert scores[-1].auc > 0.9  # type: ignore[union-attr]
    asked = [tone(True), tone(False, 5000), tone(True, 50000), tone(False, 9000)]
    answer = made.predict_proba(asked, Clock())
    np.testing.assert_allclose(answer.sum(axis=1), 1)
    # Of a state that ranks clips well the odds may still lean to one side.
    assert answer[[0, 2], 1].mean() > answer[[1, 3], 1].mean()
    assert [record.epoch for record in made.history] == list(range(1, len(scores) + 1))
    assert max(record.valid_accuracy for record in made.history) > 0.8
    assert made.history[-1].train_loss < made.history[0].train_loss
    assert len(made.step_losses) >= len(scores)


@pytest.fixture(scope="module")
def fresh() -> WaveformNetwork:
    return learner(mix_at=("input", "pool_2"), sample_rate=16000)


def test_warming_up_leaves_no_trace(fresh: WaveformNetwork) -> None:
    other = learner()
    for first, second in zip(fresh.network.get_weights(), other.network.get_weights(), strict=True):
        np.testing.assert_array_equal(first, second)
    assert int(fresh.network.optimizer.iterations) == 0
    assert fresh.history == []
    assert fresh.cost_to_predict(100) > 0


def test_no_time_leaves_the_network_as_it_is_and_still_answers_for_all(fresh: WaveformNetwork) -> None:
    before = fresh.network.get_weights()
    assert fresh.fit(TRAIN, TRAIN, Clock(0)) is None
    answer = fresh.predict_proba([tone(True)] * 120, Clock(0))
    assert answer.shape == (120, 2)
    assert np.isfinite(answer).all()
    np.testing.assert_allclose(answer.sum(axis=1), 1)
    for first, second in zip(before, fresh.network.get_weights(), strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("clips", [[np.zeros(0)], [np.zeros(1)], [np.full(30, np.nan), tone(True)]])
def test_empty_short_and_broken_clips(fresh: WaveformNetwork, clips: list[Any]) -> None:
    several = LabelledClips([np.asarray(clip, "float32") for clip in clips], np.eye(2)[np.arange(len(clips)) % 2])
    assert fresh.fit(several, several, Clock()) is not None
    assert np.isfinite(fresh.predict_proba(several.clips, Clock())).all()


def test_several_labels_a_clip(fresh: WaveformNetwork) -> None:
    several = LabelledClips(TRAIN.clips, np.maximum(np.eye(2)[HIGH], [[0, 1]]))
    assert fresh.fit(several, several, Clock()) is not None
    assert fresh.predict_proba(TRAIN.clips[:3], Clock()).shape == (3, 2)
    assert fresh.history[-1].valid_loss > 0


def test_an_answer_is_the_mean_over_evenly_spaced_sections() -> None:
    made = learner(crops=3)
    long = tone(True, 40000)
    rate = made.settings.sample_rate
    waveform = made._resampled(long)
    begins = np.round(np.linspace(0, len(waveform) - rate // 2, 3)).astype(int)
    parts = [made._probabilities(waveform[None, begin : begin + rate // 2])[0] for begin in begins]
    np.testing.assert_allclose(made.predict_proba([long], Clock())[0], np.mean(parts, axis=0), rtol=1e-5)


def test_the_learning_rate_falls_by_steps() -> None:
    made = learner(step_epochs=2, step_factor=0.5, learning_rate=0.1)
    rates = []
    for _ in range(5):
        made.fit(TRAIN, TRAIN, Clock())
        rates.append(float(made.network.optimizer.learning_rate))
    np.testing.assert_allclose(rates, [0.1, 0.1, 0.05, 0.05, 0.025], rtol=1e-6)


@pytest.mark.parametrize(("round_epochs", "rounds"), [(4, 1), (1, 4)])
def test_the_learning_rate_falls_at_shares_of_the_training(
    monkeypatch: pytest.MonkeyPatch, round_epochs: int, rounds: int
) -> None:
    made = learner(drops=(0.5, 0.75), learning_rate=0.1, epochs_a_round=round_epochs, optimizer="sgd")
    rates: list[float] = []
    step = made._step

    def noted(*arguments: Any) -> float:
        rates.append(round(float(made.network.optimizer.learning_rate), 6))
        return step(*arguments)

    monkeypatch.setattr(made, "_step", noted)
    for number in range(rounds):
        # A budget of which each round takes a quarter; without one, the epochs of the round count.
        made.fit(TRAIN, TRAIN, Clock() if rounds == 1 else Clock(100 - 25 * number, now=lambda: 0.0))
    assert list(dict.fromkeys(rates)) == [0.1, 0.01, 0.001]
    assert rates.count(0.1) == 2 * rates.count(0.01) == 2 * rates.count(0.001)


def sections_seen(
    monkeypatch: pytest.MonkeyPatch, made: WaveformNetwork, clips: LabelledClips, rounds: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Return all sections that a learner trains on, before anything but their scale is changed, and their labels."""
    seen: list[np.ndarray] = []
    truth: list[np.ndarray] = []
    step = made._step

    def noted(waveforms: np.ndarray, labels: np.ndarray) -> float:
        seen.append(waveforms)
        truth.append(labels)
        return step(waveforms, labels)

    monkeypatch.setattr(made, "_step", noted)
    for _ in range(rounds):
        made.fit(clips, clips, Clock())
    return np.concatenate(seen), np.stack(truth)


def test_clips_are_scaled_before_sections_are_cut_so_that_none_ends_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    made = learner(augment="random_scale", seconds=0.5)
    constant = LabelledClips([np.ones(16000, "float32")] * 32, np.eye(2)[np.arange(32) % 2])
    sections, _ = sections_seen(monkeypatch, made, constant)
    assert len(sections) == 32
    # One second lasts .8 s at the fastest, longer than a section; the resampling's ends ring a little.
    assert (sections[:, -1] > 0.5).all()
    assert (np.abs(sections) < 0.5).mean() < 0.001


@pytest.mark.parametrize("way", [{"mix_at": ("input", "pool_1")}, {"augment": "between_class"}])
def test_only_clips_of_different_classes_are_mixed(monkeypatch: pytest.MonkeyPatch, way: dict[str, Any]) -> None:
    made = learner(**way)
    _, labels = sections_seen(monkeypatch, made, TRAIN, 3)
    first, second = labels[:, :8], labels[:, 8:]
    assert labels.shape[1] == 16
    assert (first != second).any(axis=2).all()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"network": "m6"}, "m6"),
        ({"augment": "specmix"}, "changes images"),
        ({"augment": "gainn"}, "did you mean gain"),
        ({"augment": "background_noise"}, "noises"),
        ({**MEL, "augment": "speed"}, "one length"),
        ({**MEL, "augment": "random_crop(frames=8)"}, "one length"),
        ({"mix_at": ("pool_9",)}, "pool_9"),
        ({"optimizer": "lion"}, "lion"),
        ({"seconds": 0}, "seconds must be above 0"),
        ({"margin": -1}, "margin must not be below 0"),
        ({"drops": (0.5, 1.0)}, "below 1, not 1.0"),
        ({"mix_at": ("input",), "mix_gain": "loud"}, "not 'loud'"),
        ({"feature": "log_mel", "mix_at": ("input",)}, "between_class"),
        ({"network": "envnet"}, "24014|at least|samples"),
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        learner(**wrong)
