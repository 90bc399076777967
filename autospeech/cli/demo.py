"""`demo`: a page to try a model on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autospeech.cli.tell import tell

EXTRA = 'pip install "autospeech[demo]"'


def demo(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="File that `fit` has written.", show_default=False)],
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Where the page is served, on this machine alone.")
    ] = 7860,
) -> None:
    """Open a page to record a clip, or drop one, and see what the model says of it.

    It wants an extra package: pip install "autospeech[demo]". The page is served at 127.0.0.1 alone, loads nothing from
    elsewhere, and takes files of up to 50 MB and 10 minutes of sound. Nothing leaves this machine. Ctrl-C ends it. Exit
    code 2: the input is bad.

    Example: autospeech demo MY_MODEL/model.autospeech
    """
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Whatever the environment says: neither Gradio nor the hub's client reports anything.
    os.environ.update(GRADIO_ANALYTICS_ENABLED="False", HF_HUB_DISABLE_TELEMETRY="1")
    try:
        from autospeech.classifier import AutoSpeechClassifier
        from autospeech.cli.demo_page import demo_page, serve

        page = demo_page(AutoSpeechClassifier.load(model), model.stem)
    except ImportError as error:
        tell(f"error: {error.name or error} is missing; install it with {EXTRA}", err=True)
        raise typer.Exit(2) from None
    except (ValueError, OSError) as error:
        tell(f"error: {error}", err=True)
        raise typer.Exit(2) from None
    try:
        serve(page, port)
    except OSError as error:
        tell(f"error: {error}; choose another --port", err=True)
        raise typer.Exit(2) from None
    tell(f"open http://127.0.0.1:{port} (Ctrl-C ends it)")
    page.block_thread()
