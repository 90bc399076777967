"""`export`: a model for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from autospeech.cli.tell import tell

SUFFIXES = {"savedmodel": "_savedmodel", "litert": ".tflite", "onnx": ".onnx"}


def export(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="File that `fit` has written.", show_default=False)],
    to: Annotated[Literal["savedmodel", "litert", "onnx"], typer.Option(help="Format.")] = "savedmodel",
    out: Annotated[
        Path | None, typer.Option(help="File, of a SavedModel a folder; beside MODEL if left out.", show_default=False)
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what stands there.")] = False,
) -> None:
    """Write a model that takes a waveform at 16 kHz and gives probabilities, and check it by running it.

    LiteRT and ONNX want the extra packages: pip install "autospeech[export]". Exit code 0: all went well; 2: the input
    is bad, or what was written answers otherwise than the model.

    Example: autospeech export MY_MODEL/model.autospeech --to onnx
    """
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        target = out or model.with_name(model.stem + SUFFIXES[to])
        if target.exists() and not overwrite:
            raise FileExistsError(f"{target}: there is something already; name another place or add --overwrite")
        from autospeech.classifier import AutoSpeechClassifier

        written = AutoSpeechClassifier.load(model).export(target, to)
    except (ValueError, OSError) as error:
        tell(f"error: {error}", err=True)
        raise typer.Exit(2) from None
    size, apart = written.bytes / 1e6, written.largest_difference
    tell(f"{written.path}: {size:.1f} MB, probabilities within {apart:.1g} of the model's")
