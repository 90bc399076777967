"""`python -m autospeech networks`, as a person runs it."""

from __future__ import annotations

from typer.testing import CliRunner

from autospeech.cli import app
from autospeech.networks import NETWORKS


def test_lists_every_network_with_its_size() -> None:
    done = CliRunner().invoke(app, ["networks", "--classes", "527"], env={"COLUMNS": "120"})
    assert done.exit_code == 0, done.output
    rows = {line.split()[1]: line for line in done.stdout.splitlines() if "│" in line}
    assert [*rows] == list(NETWORKS)
    for name, parameters in {"rann-8x1-6": "54,435,473", "rann-8x4-4": "24,504,849", "kon_cnn": "199,695"}.items():
        assert parameters in rows[name]
    assert "1103 x 128" in rows["rann-8x4-6"] and " M" in rows["rann-8x4-6"]
