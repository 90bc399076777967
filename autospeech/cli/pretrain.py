"""`pretrain`: make the weights that are shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def pretrain(
    corpus: Annotated[
        Path, typer.Argument(help="Corpus with a pretraining.csv of file_name, keyword, speaker.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(help="Folder for kon_speakers.weights.h5.")] = Path("build/weights"),
    epochs: Annotated[int, typer.Option(min=1, help="How long to train.")] = 60,
    seed: Annotated[int, typer.Option(help="Seeds everything.")] = 0,
) -> None:
    """Train the weights from which the preset `kon` starts, on who speaks."""
    from autospeech.audio.decode import AudioDecodeError
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.pretraining.kon_speakers import pretrain_kon_speakers

    try:
        pretrain_kon_speakers(corpus, out, epochs=epochs, seed=seed, report=typer.echo)
    except (AudioDecodeError, DatasetError, OSError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from None
    typer.echo(f"wrote {out / 'kon_speakers.weights.h5'}")
