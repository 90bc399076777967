"""`keywords`: spot keywords in several ways, side by side, or with fewer training clips."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from autospeech.cli.tell import tell

if TYPE_CHECKING:
    from autospeech.cli.keyword_training import KeywordTraining
    from autospeech.datasets.speech_commands import SpeechCommands
    from autospeech.learners.waveform_network_settings import WaveformNetworkSettings


def keywords(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Speech Commands, or a folder in its layout.", show_default=False)],
    words: Annotated[str, typer.Option(help="Words to tell apart, commas between them; all if left out.")] = "",
    way: Annotated[
        list[str] | None, typer.Option(help="mel, m3, m5, m5-32, m11, m18 or m34-res, again for more; mel and m5.")
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Times that all training clips are heard.")] = 21,
    augment: Annotated[
        str, typer.Option(help="Such as gain,time_stretch,specmix; what changes images is for mel alone.")
    ] = "none",
    shares: Annotated[
        str,
        typer.Option(
            help="Shares of the training clips in percent, such as 25,50,100: train on each with and without "
            "augmentation, and draw the test accuracies."
        ),
    ] = "",
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

    Ctrl-C ends the training of a way; what it has learnt by then counts. With --shares the further trainings are left
    out too.

    Example: autospeech keywords speech_commands_v0.02 --words up,down,left,right,stop,go,yes,no
    """
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from autospeech.audio.decode import AudioDecodeError
    from autospeech.augment.text_form import NONE
    from autospeech.cli.keyword_report import tell_shares, tell_ways, write_shares, write_ways
    from autospeech.cli.keyword_training import train_way
    from autospeech.cli.plain_console import PlainConsole
    from autospeech.cli.told_warnings import told_warnings
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.datasets.noise_folder import read_noise_folder
    from autospeech.learners.task import Task
    from autospeech.learners.waveform_network import WaveformNetwork
    from autospeech.presets.keyword_ways import KEYWORD_AUGMENTATION
    from autospeech.whole_writing import own_folder

    console = PlainConsole()
    target = out or Path("runs") / f"{folder.resolve().name}-keywords-{time.strftime('%Y%m%d-%H%M%S')}"
    learnt: list[KeywordTraining] = []
    try:
        ways = list(dict.fromkeys(way or ["mel", "m5"]))
        parts = _parse_shares(shares)
        _check(ways, epochs, test_after or (), parts, target)
        image = {"n_fft": n_fft, "hop_length": hop_length, "n_mels": n_mels}
        changes: dict[str, Any] = {"batch": batch, "seed": seed}
        if learning_rate is not None:
            changes["learning_rate"] = learning_rate
        if parts and augment.strip() in ("", NONE):
            augment = KEYWORD_AUGMENTATION
        texts = (NONE, augment) if parts else (augment,)
        settings = {(name, text): _settings(name, text, image, changes) for name in ways for text in texts}
        _check_difference(settings, augment, parts)
        data = _read(folder, [word.strip() for word in words.split(",") if word.strip()] or None, seed, skip_bad)
        with told_warnings():
            found_noises = read_noise_folder(noises) if noises is not None else data.noises
        console.print(
            f"{len(data.words)} words, clips: {len(data.train)} to learn from, {len(data.valid)} to validate, "
            f"{len(data.test)} to test",
        )

        def built(name: str, text: str) -> WaveformNetwork:
            with console.status(f"{name}: building"):
                try:
                    learner = WaveformNetwork(settings[name, text], found_noises)
                    learner.warm_up(Task(len(data.words), len(data.test)))
                except ValueError as error:
                    raise ValueError(f"{name}: {error}") from None
            return learner

        learners = {(name, text): built(name, text) for name, text in settings}
        # All that can be wrong is known by now.
        ctx.with_resource(own_folder(target))
        wanted = [(name, share, text) for name in ways for share in parts or [1.0] for text in texts]
        for number, (name, share, text) in enumerate(wanted, start=1):
            learner = learners.pop((name, text), None) or built(name, text)
            title = f"{number} of {len(wanted)}, {name}, {100 * share:g} %, {text}" if parts else name
            found = train_way(
                name, learner, data, epochs, console, share=share, test_after=test_after or (), title=title
            )
            learnt.append(found)
            if parts:
                console.print(f"{title}: test accuracy {found.test_accuracy:.1%}, {found.seconds:.0f} s")
                write_shares(learnt, data, target)
            else:
                write_ways({each.way: each for each in learnt}, data.words, target)
            if parts and not found.finished:
                break
    except (AudioDecodeError, DatasetError, ValueError, OSError) as error:
        hint = "; --skip-bad leaves such files out" if isinstance(error, AudioDecodeError) else ""
        tell(f"error: {error}{hint}", err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        if not learnt:
            raise
        console.print("stopped")
    if parts:
        tell_shares(learnt, data, target, console)
    else:
        tell_ways({each.way: each for each in learnt}, data, target, console)


def _parse_shares(text: str) -> list[float]:
    """Return shares 0..1, the smallest first; none for an empty text."""
    try:
        percent = [float(part) for part in text.split(",")] if text.strip() else []
    except ValueError:
        percent = [0.0]
    if not all(0 < share <= 100 for share in percent):
        raise ValueError(f"--shares {text}: write numbers above 0 and up to 100 with commas between them, as 25,50,100")
    return sorted({share / 100 for share in percent})


def _check(ways: list[str], epochs: int, test_after: Collection[int], parts: list[float], target: Path) -> None:
    """Raise for what is wrong with the options, before anything is read."""
    from autospeech.presets.keyword_ways import KEYWORD_WAYS

    for name in ways:
        if name not in KEYWORD_WAYS:
            raise ValueError(f"there is no way {name!r}; choose from: {', '.join(KEYWORD_WAYS)}")
    for epoch in test_after:
        if epoch > epochs:
            raise ValueError(f"--test-after {epoch}: there are only {epochs} epochs")
    if parts and test_after:
        raise ValueError("--test-after and --shares do not go together; leave one of them out")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FileExistsError(f"{target}: there is something already; choose another --out")


def _settings(name: str, augment: str, image: Mapping[str, int], changes: Mapping[str, Any]) -> WaveformNetworkSettings:
    """Return the settings of a way, with those augmentations that it can use, in the lab's ranges."""
    from autospeech.augment.text_form import of_domain, with_arguments
    from autospeech.presets.keyword_ways import KEYWORD_RANGES, KEYWORD_WAYS

    settings = KEYWORD_WAYS[name]
    augment = with_arguments(augment, KEYWORD_RANGES)
    if settings.feature:
        return replace(settings, augment=augment, feature_settings=image, **changes)
    return replace(settings, augment=of_domain(augment, "waveform"), **changes)


def _check_difference(
    settings: Mapping[tuple[str, str], WaveformNetworkSettings], augment: str, parts: list[float]
) -> None:
    """Raise where a way would be trained twice without augmentation."""
    from autospeech.augment.text_form import NONE

    for (name, text), each in settings.items():
        if parts and text == augment and each.augment == NONE:
            raise ValueError(f"--shares compares with and without augmentation, and nothing of {augment} is for {name}")


def _read(folder: Path, words: list[str] | None, seed: int, skip_bad: bool) -> SpeechCommands:
    from autospeech.cli.decoding_bar import decoding_bar
    from autospeech.cli.told_warnings import told_warnings
    from autospeech.datasets.speech_commands import read_speech_commands

    with decoding_bar() as (decoded, left_out), told_warnings():
        return read_speech_commands(folder, words, seed, decoded, left_out if skip_bad else None)
