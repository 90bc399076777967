from __future__ import annotations

import pytest

from autospeech.learners.waveform_network import WaveformNetwork
from autospeech.presets import find_preset
from autospeech.schedule.build_schedule import build_schedule
from autospeech.schedule.mixing_layers import check_mixing, with_mixing


@pytest.mark.parametrize(
    ("text", "layers"),
    [("input", ("input",)), (" input, pool_1 ", ("input", "pool_1")), ("none", ())],
)
def test_the_network_mixes_after_the_layers_that_are_named(text: str, layers: tuple[str, ...]) -> None:
    m5 = find_preset("m5").schedule
    assert with_mixing(m5, text).network.mix_at == layers
    schedule = build_schedule(m5, mix_at=text, seed=3)
    assert isinstance(schedule._learner, WaveformNetwork)
    assert schedule._learner.settings.mix_at == layers
    check_mixing(m5, text)


@pytest.mark.parametrize(
    ("preset", "text", "message"),
    [
        ("m5", "input,pool_9", "no layer 'pool_9' to mix after; choose from: input, pool_1, pool_2, pool_3, pool_4$"),
        ("m5", "input,,pool_1", "separated by commas"),
        ("m5", "", "separated by commas"),
        ("kon", "input", "for a network on waveforms; take a preset with one, such as m5"),
        ("default", "none", "for a network on waveforms"),
    ],
)
def test_what_cannot_be_done_is_said(preset: str, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_mixing(find_preset(preset).schedule, text)
