"""`show`: a picture of a clip and of its features, augmented if wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autospeech.cli.tell import tell

SAMPLE_RATE = 16000


def show(
    clip: Annotated[Path, typer.Argument(help="A sound file.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option(help="The PNG to write; CLIP's name with `-features.png`, here, if left out.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.01, help="How much of the clip is shown, from its beginning.")] = 30.0,
    feature: Annotated[list[str] | None, typer.Option(help="Feature to draw, again for more; all if left out.")] = None,
    augment: Annotated[
        str | None, typer.Option(help="Such as gain,specmix(gamma=0.3): draw the clip before and after.")
    ] = None,
    other: Annotated[
        Path | None, typer.Option(help="What it is mixed with, or the noise; the clip backwards if left out.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the augmentation.")] = 0,
) -> None:
    """Draw the waveform of a clip and its features; the wavegram, which is learnt, as it is before any training.

    With --augment: the waveform and the log-mel, or the features asked for, before and after.
    """
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from autospeech import features
    from autospeech.audio.decode import AudioDecodeError, decode
    from autospeech.learners.before_and_after import before_and_after
    from autospeech.plots.clip_figure import clip_figure, save_figure

    names = feature or (list(features.FEATURES) if augment is None else ["log_mel"])
    target = out or Path(f"{clip.stem}-{'features' if augment is None else 'augmented'}.png")
    try:
        waveform = decode(clip, SAMPLE_RATE)[: int(seconds * SAMPLE_RATE)]
        if not target.parent.is_dir():
            raise FileNotFoundError(f"{target}: there is no folder {target.parent}; make it or choose another --out")
        layers = {name: features.get(name, sample_rate=SAMPLE_RATE) for name in names}
        if augment is None:
            waveforms = {"waveform": waveform}
            images = {name: layer(waveform[None, :, None])[0, ..., 0] for name, layer in layers.items()}
        else:
            partner = waveform[::-1] if other is None else decode(other, SAMPLE_RATE)
            waveforms, images = before_and_after(waveform, partner, augment, layers, seed)
        title = clip.name if augment is None else f"{clip.name}: {augment}"
        save_figure(clip_figure(waveforms, SAMPLE_RATE, images, title), target)
    except (AudioDecodeError, ValueError, OSError) as error:
        tell(f"error: {error}", err=True)
        raise typer.Exit(2) from None
    tell(f"{len(waveform) / SAMPLE_RATE:.2f} s -> {target}")
