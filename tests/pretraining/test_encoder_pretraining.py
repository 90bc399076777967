from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.datasets.dataset_error import DatasetError
from autospeech.networks.encoder import load_encoder
from autospeech.pretraining.corpora import HEADS
from autospeech.pretraining.encoder import EncoderRecipe, pretrain_encoder
from autospeech.statistics.log_mel_frames import LogMelFrames

TINY = EncoderRecipe(
    steps=120, batch=16, rate=0.02, widths=(8, 8), pooling=((2, "mean"),), head_pooling=((2, "max"),), utterances=20
)
OTHERS = tuple(set(HEADS) - {"fsdd"})


def write_corpus(data: Path) -> None:
    """Digits are tones, speakers are noises."""
    rng = np.random.default_rng(0)
    lines = ["file_name,digit,speaker"]
    for number in range(24):
        digit, speaker = number % 3, number % 2
        tone = np.sin(2 * np.pi * 400 * 2**digit * np.arange(8000) / 16000)
        (data / "fsdd").mkdir(exist_ok=True)
        soundfile.write(
            data / "fsdd" / f"{number}.flac", 0.3 * tone + (0.003, 0.05)[speaker] * rng.normal(size=8000), 16000
        )
        lines.append(f"{number}.flac,{digit},s{speaker}")
    (data / "fsdd" / "pretraining.csv").write_text("\n".join(lines), "utf-8")


def test_learns_from_a_small_corpus_and_writes_weights_that_load(tmp_path: Path) -> None:
    write_corpus(tmp_path)
    said: list[str] = []
    out = tmp_path / "weights" / "encoder.npz"
    trained = pretrain_encoder(tmp_path, out, tmp_path / "cache", leave_out=OTHERS, recipe=TINY, report=said.append)
    assert said[0].startswith("24 clips, 72 with copies")
    last = re.search(r"step 120 of 120, 0.0 min left, .*fsdd/digit (\d\.\d+)", said[-1])
    assert last
    assert float(last[1]) > 0.6  # over all steps, the first too; chance is a third
    image = LogMelFrames.of([0.1 * np.random.default_rng(1).normal(size=9000).astype("float32")]).values[
        None, ..., None
    ]
    first, second = np.asarray(trained(image, training=False)), np.asarray(load_encoder(out)(image))
    np.testing.assert_allclose(first, second, rtol=0.02, atol=0.02)


def test_the_seed_decides_everything(tmp_path: Path) -> None:
    write_corpus(tmp_path)
    recipe = EncoderRecipe(steps=3, batch=8, widths=(4,), pooling=((1, "max"),), head_pooling=((1, "max"),))
    weights = [
        pretrain_encoder(
            tmp_path, tmp_path / f"{name}.npz", tmp_path / name, leave_out=OTHERS, recipe=recipe, report=lambda _: None
        ).get_weights()
        for name in ("a", "b")
    ]
    for first, second in zip(*weights, strict=True):
        np.testing.assert_allclose(first, second, atol=1e-6)


def test_a_wrong_corpus_is_named_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="cannot leave out gtzan"):
        pretrain_encoder(tmp_path, tmp_path / "a.npz", tmp_path / "cache", leave_out=["gtzan"], recipe=TINY)
    assert not (tmp_path / "cache").exists()
