"""`demo`: a page to try a model on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

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

    It wants an extra package: pip install "autospeech[demo]". Nothing leaves this machine. Ctrl-C ends it. Exit code 2:
    the input is bad.

    Example: autospeech demo MY_MODEL/model.autospeech
    """
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    try:
        from autospeech.classifier import AutoSpeechClassifier

        page = demo_page(AutoSpeechClassifier.load(model), model.stem)
    except ImportError as error:
        tell(f"error: {error.name or error} is missing; install it with {EXTRA}", err=True)
        raise typer.Exit(2) from None
    except (ValueError, OSError) as error:
        tell(f"error: {error}", err=True)
        raise typer.Exit(2) from None
    try:
        page.launch(server_name="127.0.0.1", server_port=port, quiet=True, prevent_thread_lock=True, share=False)
    except OSError as error:
        tell(f"error: {error}; choose another --port", err=True)
        raise typer.Exit(2) from None
    tell(f"open http://127.0.0.1:{port} (Ctrl-C ends it)")
    page.block_thread()


def demo_page(classifier: Any, title: str) -> Any:
    """Return the page, not yet served: a recorder in, probabilities and a picture of the sound out.

    Raises:
        ImportError: Gradio is not installed.
    """
    import gradio
    import matplotlib

    matplotlib.use("Agg")
    from autospeech.datasets.sound_reader import SAMPLE_RATE, SoundReader
    from autospeech.plots.clip_figure import clip_figure
    from autospeech.statistics.log_mel_frames import LogMelFrames

    names = [str(name) for name in classifier.classes_]

    def picture_of(window: Any) -> Any:
        return clip_figure({"waveform": window}, SAMPLE_RATE, {"log-mel": LogMelFrames.of([window]).values})

    def hear(file: str | None) -> tuple[dict[str, float] | None, Any]:
        if file is None:
            return None, None
        try:
            answer = classifier.predict_proba([file])[0]
            window = next(iter(SoundReader().windows(file)))
        except ValueError as error:
            raise gradio.Error(str(error)) from error
        return {name: float(value) for name, value in zip(names, answer, strict=True)}, picture_of(window)

    with gradio.Blocks(title=title, analytics_enabled=False) as page:
        gradio.Markdown(f"# {title}\n{len(names)} classes: {', '.join(names[:30])}{'…' if len(names) > 30 else ''}")
        with gradio.Row():
            sound = gradio.Audio(sources=["microphone", "upload"], type="filepath", label="Record or drop a clip")
            label = gradio.Label(num_top_classes=min(8, len(names)), label="Probabilities")
        picture = gradio.Plot(label="Waveform and spectrogram")
        sound.change(hear, sound, [label, picture])
    return page
