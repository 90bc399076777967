"""`python -m autospeech networks`, as a person runs it."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from autospeech.cli import app


def test_lists_networks_with_their_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    # All are built by name, and counted, in tests/networks.
    few = ("kon_cnn", "encoder", "rann-8x4-1", "m5-32")
    monkeypatch.setattr("autospeech.networks.NETWORKS", few)
    done = CliRunner().invoke(app, ["networks", "--classes", "527"], env={"COLUMNS": "140"})
    assert done.exit_code == 0, done.output
    rows = {line.split()[1]: line for line in done.stdout.splitlines() if "│" in line}
    assert [*rows] == list(few)
    for name, parameters in {"rann-8x4-1": "1,586,193", "encoder": "725,935", "kon_cnn": "199,695"}.items():
        assert parameters in rows[name]
    assert " 8000 " in rows["m5-32"] and "58,895" in rows["m5-32"]
    assert "1103 x 128" in rows["rann-8x4-1"]
    # For that input, and for the 1024 frames of the paper.
    assert re.findall(r"[\d,]+ M", rows["rann-8x4-1"]) == ["1,430 M", "1,318 M"]
    assert len(re.findall(r"[\d,]+ M", rows["kon_cnn"])) == 1
    assert "multiply-adds at this input ┃ at 1024 x 128, as published" in done.stdout
