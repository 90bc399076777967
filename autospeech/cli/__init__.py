"""The command line; each command is a file of its own, which imports what it needs when it runs."""

import typer

from autospeech.cli.bundle import bundle
from autospeech.cli.commands import Commands
from autospeech.cli.convert import convert
from autospeech.cli.demo import demo
from autospeech.cli.evaluate import evaluate
from autospeech.cli.export import export
from autospeech.cli.fit import fit
from autospeech.cli.inspect import inspect
from autospeech.cli.keywords import keywords
from autospeech.cli.networks import networks
from autospeech.cli.predict import predict
from autospeech.cli.pretrain import pretrain
from autospeech.cli.report import report
from autospeech.cli.run import run
from autospeech.cli.show import show

app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
COMMANDS = (
    inspect, fit, predict, evaluate, report, demo, export, convert, run, bundle, show, keywords, networks, pretrain
)  # fmt: skip
for command in COMMANDS:
    app.command()(command)


@app.callback()
def autospeech() -> None:
    """Classify sound under a wall-clock budget."""
