"""The page that a model is tried on, and how it is served."""

from __future__ import annotations

from html import escape
from typing import Any

from autospeech.plain_text import plain_text

MOST_BYTES = 50_000_000
MOST_SECONDS = 600
MOST_NAMED = 30


def demo_page(classifier: Any, title: str) -> Any:
    """Return the page, not yet served: a recorder in, probabilities and a picture of the sound out.

    Args:
        classifier: A fitted `AutoSpeechClassifier`.
        title: Heading; like the names of the classes it is shown as plain text.

    Raises:
        ImportError: Gradio is not installed.
    """
    import gradio
    import matplotlib

    matplotlib.use("Agg")
    from autospeech.datasets.sound_reader import SAMPLE_RATE
    from autospeech.plots.clip_figure import clip_figure
    from autospeech.statistics.log_mel_frames import LogMelFrames

    names = [plain_text(name) for name in classifier.classes_]

    def picture_of(window: Any) -> Any:
        return clip_figure({"waveform": window}, SAMPLE_RATE, {"log-mel": LogMelFrames.of([window]).values})

    def hear(file: str | None) -> tuple[dict[str, float] | None, Any]:
        if file is None:
            return None, None
        try:
            window = _first_window(file)
            answer = classifier.predict_proba([file])[0]
        except (ValueError, OSError) as error:
            # Gradio shows the message as HTML.
            raise gradio.Error(escape(plain_text(error)), print_exception=False) from error
        return {name: float(value) for name, value in zip(names, answer, strict=True)}, picture_of(window)

    listed = escape(", ".join(names[:MOST_NAMED]) + ("…" if len(names) > MOST_NAMED else ""))
    with gradio.Blocks(title=plain_text(title), analytics_enabled=False) as page:
        gradio.HTML(f"<h1>{escape(plain_text(title))}</h1><p>{len(names)} classes: {listed}</p>")
        with gradio.Row():
            # Without the button that shares a clip with the world.
            sound = gradio.Audio(
                sources=["microphone", "upload"], type="filepath", label="Record or drop a clip", buttons=["download"]
            )
            label = gradio.Label(num_top_classes=min(8, len(names)), label="Probabilities")
        picture = gradio.Plot(label="Waveform and spectrogram")
        sound.change(hear, sound, [label, picture])
    return page


def serve(page: Any, port: int) -> None:
    """Serve the page at 127.0.0.1, without waiting for its end.

    Requests that name another machine are refused, and so are files of more than `MOST_BYTES`.

    Args:
        page: What `demo_page` returned.
        port: TCP port.

    Raises:
        OSError: The port is taken.
    """
    from starlette.middleware import Middleware

    from autospeech.cli.local_requests import LocalRequests

    page.launch(
        server_name="127.0.0.1",
        server_port=port,
        quiet=True,
        prevent_thread_lock=True,
        share=False,
        ssr_mode=False,
        num_workers=0,
        enable_monitoring=False,
        mcp_server=False,
        max_file_size=MOST_BYTES,
        app_kwargs={"middleware": [Middleware(LocalRequests)]},
    )


def _first_window(file: str) -> Any:
    """Return the first half minute of a sound; refuse a long one before the model hears it."""
    from autospeech.datasets.sound_reader import SAMPLE_RATE, SoundReader

    first, samples = None, 0
    for window in SoundReader().windows(file):
        first = window if first is None else first
        samples += len(window)
        if samples > MOST_SECONDS * SAMPLE_RATE:
            raise ValueError(f"the sound is longer than {MOST_SECONDS / 60:g} minutes; cut it, or use `predict`")
    return first
