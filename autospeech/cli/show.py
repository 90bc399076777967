"""`show`: a picture of a clip and of all its features."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def show(
    clip: Annotated[Path, typer.Argument(help="A sound file.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option(help="The PNG to write; CLIP's name with `-features.png`, here, if left out.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.01, help="How much of the clip is shown, from its beginning.")] = 30.0,
    feature: Annotated[list[str] | None, typer.Option(help="Feature to draw, again for more; all if left out.")] = None,
) -> None:
    """Draw the waveform of a clip and its features; the wavegram, which is learnt, as it is before any training."""
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from autospeech import features
    from autospeech.audio.decode import AudioDecodeError, decode
    from autospeech.plots.clip_figure import clip_figure, save_figure

    sample_rate = 16000
    names = feature or list(features.FEATURES)
    target = out or Path(f"{clip.stem}-features.png")
    try:
        waveform = decode(clip, sample_rate)[: int(seconds * sample_rate)]
        if not target.parent.is_dir():
            raise FileNotFoundError(f"{target}: there is no folder {target.parent}; make it or choose another --out")
        layers = {name: features.get(name, sample_rate=sample_rate) for name in names}
        images = {name: layer(waveform[None, :, None])[0, ..., 0] for name, layer in layers.items()}
        save_figure(clip_figure(waveform, sample_rate, images, title=clip.name), target)
    except (AudioDecodeError, ValueError, OSError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from None
    typer.echo(f"{len(waveform) / sample_rate:.2f} s -> {target}")
