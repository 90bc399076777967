"""The command line; each command is a file of its own, which imports what it needs when it runs."""

import typer

from autospeech.cli.convert import convert
from autospeech.cli.keywords import keywords
from autospeech.cli.networks import networks
from autospeech.cli.pretrain import pretrain
from autospeech.cli.run import run
from autospeech.cli.show import show

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for command in (convert, run, show, keywords, networks, pretrain):
    app.command()(command)


@app.callback()
def autospeech() -> None:
    """Classify sound under a wall-clock budget."""
