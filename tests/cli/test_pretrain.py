from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from typer.testing import CliRunner

from autospeech.cli import app
from autospeech.networks.encoder import load_encoder


def test_trains_the_encoder(tmp_path: Path) -> None:
    corpus = tmp_path / "data" / "esc10"
    corpus.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for number in range(4):
        soundfile.write(corpus / f"{number}.flac", 0.1 * rng.normal(size=16000), 16000)
    rows = "\n".join(f"{number}.flac,rain" for number in range(4))
    (corpus / "pretraining.csv").write_text(f"file_name,sound\n{rows}", "utf-8")
    left = [f"--leave-out={name}" for name in ("arspcmd", "cmn_tone", "drums", "emodb", "espeak", "fsdd")]
    command = ["pretrain", str(tmp_path / "data"), "--network=encoder", "--steps=1", *left]
    done = CliRunner().invoke(app, [*command, f"--out={tmp_path / 'out'}", f"--cache={tmp_path / 'cache'}"])
    assert done.exit_code == 0, done.output
    assert "step 1 of 1" in done.output
    assert done.output.endswith("encoder.npz\n")
    assert load_encoder(tmp_path / "out" / "encoder.npz").count_params() == 186400


def test_wrong_input_is_an_error_of_one_line(tmp_path: Path) -> None:
    for command, named in (
        (["--network=encoder", "--leave-out=gtzan"], "cannot leave out gtzan"),
        (["--network=encoder", "--leave-out=espeak"], "arspcmd"),
        ([], "pretraining.csv"),
        (["--network=kon_speakers"], "pretraining.csv"),
    ):
        done = CliRunner().invoke(app, ["pretrain", str(tmp_path), f"--out={tmp_path / 'out'}", *command])
        assert done.exit_code == 2
        assert done.output.startswith("error: ")
        assert named in done.output
    assert CliRunner().invoke(app, ["pretrain", str(tmp_path), "--network=vgg"]).exit_code == 2
