"""`keywords`: spot keywords in two ways, side by side."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import numpy as np

    from autospeech.datasets.speech_commands import SpeechCommands
    from autospeech.learners.waveform_network import WaveformNetwork


def keywords(
    folder: Annotated[Path, typer.Argument(help="Speech Commands, or a folder in its layout.", show_default=False)],
    words: Annotated[str, typer.Option(help="Words to tell apart, commas between them; all if left out.")] = "",
    way: Annotated[
        list[str] | None, typer.Option(help="mel, m3, m5, m5-32, m11, m18 or m34-res, again for more; mel and m5.")
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Times that all training clips are heard.")] = 21,
    augment: Annotated[
        str, typer.Option(help="Such as gain,time_stretch,specmix; what changes images is for mel alone.")
    ] = "none",
    batch: Annotated[int, typer.Option(min=1, help="Clips a step.")] = 32,
    learning_rate: Annotated[float | None, typer.Option(min=1e-9, help="That of each way if left out.")] = None,
    n_fft: Annotated[int, typer.Option(min=16, help="Window of the mel spectrogram, in samples at 16 kHz.")] = 512,
    hop_length: Annotated[int, typer.Option(min=1, help="Samples from a frame to the next.")] = 256,
    n_mels: Annotated[int, typer.Option(min=8, help="Mel bins.")] = 40,
    test_after: Annotated[
        list[int] | None,
        typer.Option(min=1, help="Tell the test accuracy of the state after so many epochs too; again for more."),
    ] = None,
    noises: Annotated[
        Path | None, typer.Option(help="Folder of noises for background_noise; that of FOLDER if left out.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="New folder for pictures and figures.")] = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out files that cannot be decoded.")] = False,
    seed: Annotated[int, typer.Option(help="Seeds everything.")] = 0,
) -> None:
    """Learn to spot keywords in several ways, and show them side by side.

    Ctrl-C ends the training of a way; what it has learnt by then counts.

    Example: autospeech keywords speech_commands_v0.02 --words up,down,left,right,stop,go,yes,no
    """
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from rich.console import Console

    from autospeech.audio.decode import AudioDecodeError
    from autospeech.augment.text_form import of_domain
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.datasets.noise_folder import read_noise_folder
    from autospeech.learners.task import Task
    from autospeech.learners.waveform_network import WaveformNetwork
    from autospeech.presets.keyword_ways import KEYWORD_WAYS

    console = Console(highlight=False)
    target = out or Path("runs") / f"{folder.resolve().name}-keywords-{time.strftime('%Y%m%d-%H%M%S')}"
    try:
        ways = list(dict.fromkeys(way or ["mel", "m5"]))
        for name in ways:
            if name not in KEYWORD_WAYS:
                raise ValueError(f"there is no way {name!r}; choose from: {', '.join(KEYWORD_WAYS)}")
        for epoch in test_after or ():
            if epoch > epochs:
                raise ValueError(f"--test-after {epoch}: there are only {epochs} epochs")
        if target.exists():
            raise FileExistsError(f"{target} is there already; choose another --out")
        data = _read(folder, [word.strip() for word in words.split(",") if word.strip()] or None, seed, skip_bad)
        found_noises = read_noise_folder(noises) if noises is not None else data.noises
        console.print(
            f"{len(data.words)} words, clips: {len(data.train)} to learn from, {len(data.valid)} to validate, "
            f"{len(data.test)} to test",
            markup=False,
        )
        learners = {}
        for name in ways:
            settings = replace(KEYWORD_WAYS[name], batch=batch, seed=seed, augment=augment)
            if settings.feature:
                image = {"n_fft": n_fft, "hop_length": hop_length, "n_mels": n_mels}
                settings = replace(settings, feature_settings=image)
            else:
                settings = replace(settings, augment=of_domain(augment, "waveform"))
            if learning_rate is not None:
                settings = replace(settings, learning_rate=learning_rate)
            with console.status(f"{name}: building"):
                try:
                    learners[name] = WaveformNetwork(settings, found_noises)
                    learners[name].warm_up(Task(len(data.words), len(data.test)))
                except ValueError as error:
                    raise ValueError(f"{name}: {error}") from None
        # All that can be wrong is known by now.
        target.mkdir(parents=True)
        learnt: dict[str, Any] = {}
        for name in ways:
            learnt[name] = _learn(name, learners.pop(name), data, epochs, set(test_after or ()), console)
            _write(learnt, data.words, target)
    except (AudioDecodeError, DatasetError, ValueError, OSError) as error:
        hint = "; --skip-bad leaves such files out" if isinstance(error, AudioDecodeError) else ""
        typer.echo(f"error: {error}{hint}", err=True)
        raise typer.Exit(2) from None
    _tell(learnt, data, target, console)


def _read(folder: Path, words: list[str] | None, seed: int, skip_bad: bool) -> SpeechCommands:
    from autospeech.cli.decoding_bar import decoding_bar
    from autospeech.datasets.speech_commands import read_speech_commands

    with decoding_bar() as (decoded, left_out):
        return read_speech_commands(folder, words, seed, decoded, left_out if skip_bad else None)


def _learn(
    name: str, learner: WaveformNetwork, data: SpeechCommands, epochs: int, test_after: set[int], console: Any
) -> dict[str, Any]:
    """Train one way; return its history, its confusions on the test clips, and figures."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from autospeech.clock import Clock
    from autospeech.networks.size import trainable_parameters

    after: dict[int, float] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task(name, total=epochs)
            for epoch in range(1, epochs + 1):
                learner.fit(data.train, data.valid, Clock())
                last = learner.history[-1]
                bar.update(task, advance=1, description=f"{name}: validation accuracy {last.valid_accuracy:.1%}")
                if epoch in test_after:
                    after[epoch] = _accuracy(_confusions(learner.current_proba(data.test.clips), data))
    except KeyboardInterrupt:
        console.print(f"{name}: stopped after {len(learner.history)} of {epochs} epochs", markup=False)
    counts = _confusions(learner.predict_proba(data.test.clips, Clock()), data)
    return {
        "history": learner.history,
        "step_losses": learner.step_losses,
        "counts": counts,
        "test_accuracy": _accuracy(counts),
        "test_accuracy_after": after,
        "parameters": trainable_parameters(learner.network),
    }


def _confusions(probabilities: np.ndarray, data: SpeechCommands) -> np.ndarray:
    from sklearn.metrics import confusion_matrix

    answers, truth = probabilities.argmax(axis=1), data.test.labels.argmax(axis=1)
    counts: np.ndarray = confusion_matrix(truth, answers, labels=range(len(data.words)))
    return counts


def _accuracy(counts: np.ndarray) -> float:
    return float(counts.trace() / counts.sum())


def _write(learnt: dict[str, Any], words: tuple[str, ...], target: Path) -> None:
    from autospeech.plots.accuracy_figure import accuracy_by_class_figure
    from autospeech.plots.clip_figure import save_figure
    from autospeech.plots.confusion_figure import confusion_figure
    from autospeech.plots.training_figure import training_figure

    histories = {name: found["history"] for name, found in learnt.items()}
    steps = {name: found["step_losses"] for name, found in learnt.items()}
    save_figure(training_figure(histories, steps, f"{len(words)} keywords"), target / "training.png")
    counts = {name: found["counts"] for name, found in learnt.items()}
    save_figure(accuracy_by_class_figure(counts, words, "test accuracy by word"), target / "accuracy.png")
    for name, confusions in counts.items():
        save_figure(confusion_figure(confusions, words, f"{name}, test clips"), target / f"confusions-{name}.png")
    report = {
        "words": words,
        "ways": {
            name: {
                **found,
                "history": [asdict(record) for record in found["history"]],
                "counts": found["counts"].tolist(),
            }
            for name, found in learnt.items()
        },
    }
    part = target / ".keywords.json.part"
    part.write_text(json.dumps(report, indent=1) + "\n")
    part.replace(target / "keywords.json")


def _tell(learnt: dict[str, Any], data: SpeechCommands, target: Path, console: Any) -> None:
    from rich.table import Table

    later = sorted({epoch for found in learnt.values() for epoch in found["test_accuracy_after"]})
    table = Table("way", title="test accuracy")
    for heading in ("parameters", "seconds", "epochs", *(f"after {epoch}" for epoch in later), "best state"):
        table.add_column(heading, justify="right")
    for name, found in learnt.items():
        seconds = found["history"][-1].seconds if found["history"] else 0.0
        between = [
            f"{found['test_accuracy_after'][epoch]:.1%}" if epoch in found["test_accuracy_after"] else "-"
            for epoch in later
        ]
        cells = (f"{found['parameters']:,}", f"{seconds:.0f}", str(len(found["history"])), *between)
        table.add_row(name, *cells, f"{found['test_accuracy']:.1%}")
    chance = data.test.labels.sum(axis=0).max() / len(data.test)
    table.add_row("the most frequent word", *[""] * (len(later) + 3), f"{chance:.1%}")
    console.print(table)
    for picture in sorted(target.glob("*.png")):
        console.print(f"open {picture}", markup=False, soft_wrap=True)
