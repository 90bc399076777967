"""`pretrain`: make the weights that are shipped."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from autospeech.cli.tell import tell


class PretrainedNetwork(StrEnum):
    """Networks of which weights are shipped."""

    KON_SPEAKERS = "kon_speakers"
    ENCODER = "encoder"


def pretrain(
    ctx: typer.Context,
    data: Annotated[
        Path,
        typer.Argument(
            help="For kon_speakers a corpus with a pretraining.csv of file_name, keyword, speaker; for the encoder the "
            "folder of all corpora.",
            show_default=False,
        ),
    ],
    network: Annotated[PretrainedNetwork, typer.Option(help="What to train.")] = PretrainedNetwork.KON_SPEAKERS,
    out: Annotated[Path, typer.Option(help="Folder for kon_speakers.weights.h5 or encoder.npz.")] = Path(
        "build/weights"
    ),
    epochs: Annotated[int, typer.Option(min=1, help="How long to train kon_speakers.")] = 30,
    steps: Annotated[int | None, typer.Option(min=1, help="How long to train the encoder.  [default: 10000]")] = None,
    leave_out: Annotated[
        list[str] | None,
        typer.Option(help="Corpus that the encoder must not hear, so that it can judge; `espeak` is all made speech."),
    ] = None,
    cache: Annotated[
        Path, typer.Option(help="Where the encoder's made speech and frames are kept for the next training.")
    ] = Path("build/pretraining"),
    seed: Annotated[int, typer.Option(help="Seeds everything.")] = 0,
) -> None:
    """Train the weights that are shipped: those of the preset `kon`, on who speaks, or the encoder, on everything."""
    from autospeech.audio.decode import AudioDecodeError
    from autospeech.cli.named_error import named_error
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.whole_writing import own_folder

    try:
        ctx.with_resource(own_folder(out, new=False))
        if network is PretrainedNetwork.ENCODER:
            ctx.with_resource(own_folder(cache, new=False))
            from autospeech.pretraining.encoder import EncoderRecipe, pretrain_encoder

            recipe = EncoderRecipe(seed=seed) if steps is None else EncoderRecipe(steps=steps, seed=seed)
            file = out / "encoder.npz"
            pretrain_encoder(data, file, cache, leave_out=leave_out or (), recipe=recipe, report=tell)
        else:
            from autospeech.pretraining.kon_speakers import pretrain_kon_speakers

            file = out / "kon_speakers.weights.h5"
            pretrain_kon_speakers(data, out, epochs=epochs, seed=seed, report=tell)
    except (AudioDecodeError, DatasetError, OSError) as error:
        tell(f"error: {named_error(error, out)}", err=True)
        raise typer.Exit(2) from None
    tell(f"wrote {file}")
