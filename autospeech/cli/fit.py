"""`fit`: learn from labelled sound within a time budget."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autospeech.cli.tell import tell

if TYPE_CHECKING:
    from autospeech.classifier import AutoSpeechClassifier
    from autospeech.cli.labelled_part import LabelledPart


def fit(
    ctx: typer.Context,
    source: Annotated[
        Path,
        typer.Argument(metavar="SRC", help="Audio folder, table (.csv, .tsv, .jsonl) or data set.", show_default=False),
    ],
    budget: Annotated[
        float,
        typer.Option(min=1, help="Seconds for getting ready, reading and learning; judging the test comes on top."),
    ] = 60,
    out: Annotated[Path | None, typer.Option(help="New folder for the model and its page; runs/NAME-fit-TIME.")] = None,
    preset: Annotated[str, typer.Option(help="Named settings.")] = "default",
    group: Annotated[
        str | None,
        typer.Option(help="Column of the table that is kept apart when judging; `group` or `speaker` if there."),
    ] = None,
    label: Annotated[
        str | None, typer.Option(help="Column of the table that is learnt, where several could be; `label` if there.")
    ] = None,
    augment: Annotated[
        str | None,
        typer.Option(help="What networks are trained with: mixup,specmix(gamma=0.3), or auto to let the run choose."),
    ] = None,
    pretrained: Annotated[bool, typer.Option(help="Start from the shipped weights.")] = True,
    max_hours: Annotated[
        float | None, typer.Option(min=0.001, help="Of sound to learn from; as much as the budget can use if left out.")
    ] = None,
    max_bad: Annotated[float, typer.Option(min=0, max=0.99, help="Share of files that may be unreadable.")] = 0.1,
    updates: Annotated[
        int | None, typer.Option(min=1, help="Improve the answer so many times, in place of a budget: repeatable.")
    ] = None,
    tensorboard: Annotated[Path | None, typer.Option(help="Folder for TensorBoard's logs; none if left out.")] = None,
    seed: Annotated[int, typer.Option(help="Seeds everything.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", help="Tell the end alone.")] = False,
) -> None:
    """Learn to tell the classes of SRC apart; end with a model to predict with and a page to open.

    Files that SRC gives to the test are left alone, and judged at the end. Ctrl-C keeps the best model so far. Exit
    code 0: all went well; 2: the input is bad; 130: stopped by Ctrl-C.

    Example: autospeech fit MY_SOUNDS --budget 60 --out MY_MODEL
    """
    import os
    import shlex
    import sys

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from autospeech.cli.figures_of import figures_of
    from autospeech.cli.labelled_source import read_source
    from autospeech.cli.named_error import named_error
    from autospeech.cli.plain_console import PlainConsole
    from autospeech.cli.told_warnings import told_warnings
    from autospeech.presets import check_can_be_saved
    from autospeech.whole_writing import own_folder

    console = PlainConsole()
    try:
        with told_warnings() as told:
            found = read_source(source, group, label)
        learnt, judged = found.part("train"), found.part("test")
        check_can_be_saved(preset)
        out = out or Path("runs") / f"{found.name}-fit-{time.strftime('%Y%m%d-%H%M%S')}"
        # Until the process ends, the judging of the test included.
        ctx.with_resource(own_folder(out))

        from autospeech.classifier import AutoSpeechClassifier

        classifier = AutoSpeechClassifier(
            budget,
            preset,
            seed,
            max_updates=updates,
            augment=augment,
            pretrained=pretrained,
            max_hours=max_hours,
            max_bad=max_bad,
            verbose=0 if quiet else 1,
        )
        began = time.monotonic()
        with told_warnings():
            classifier.fit(learnt.sounds, learnt.y, learnt.groups)
        seconds = time.monotonic() - began
        for error in classifier.skipped_:
            tell(f"left out: {error}", err=True)
        with _no_interrupts():
            # The page's libraries take longer to import than the first answer has.
            from autospeech.fit_folder import write_fit, write_tensorboard

            model, page = write_fit(
                out,
                classifier,
                learnt.sounds,
                learnt.matrix(classifier),
                title=found.name,
                command=shlex.join(["autospeech", *sys.argv[1:]]),
                seconds=seconds,
                seed=seed,
                warnings=(*told, *found.warnings),
                settings={
                    "budget": budget, "preset": preset, "augment": augment, "pretrained": pretrained, "group": group,
                    "label": label, "max_hours": max_hours, "max_bad": max_bad, "updates": updates, "seed": seed,
                },
            )  # fmt: skip
            if tensorboard is not None:
                write_tensorboard(tensorboard, classifier)
        for warning in found.warnings:
            tell(f"warning: {warning}", err=True)
    except KeyboardInterrupt:
        tell("stopped before there was anything to keep", err=True)
        raise typer.Exit(130) from None
    except (ValueError, OSError) as error:
        tell(f"error: {named_error(error, out)}", err=True)
        raise typer.Exit(2) from None
    figures = figures_of(learnt.matrix(classifier), classifier.out_of_fold_, classifier.multi_label_)
    console.print(f"out of fold: {figures}")
    if judged.sounds:
        console.print(f"test: {_judged(classifier, judged)}", soft_wrap=True)
    console.print(f"model {model}", soft_wrap=True)
    if page is not None:
        console.print(f"open {page.resolve()}", soft_wrap=True)
    if classifier.interrupted_:
        raise typer.Exit(130)


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Let what was learnt be written, however impatient the second Ctrl-C."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _judged(classifier: AutoSpeechClassifier, part: LabelledPart) -> str:
    """Tell how good the model is on the test, or why that cannot be told: the model is there in any case."""
    from autospeech.cli.figures_of import figures_of
    from autospeech.cli.told_warnings import told_warnings

    try:
        with told_warnings():
            return figures_of(part.matrix(classifier), classifier.predict_proba(part.sounds), classifier.multi_label_)
    except (ValueError, OSError) as error:
        return f"not judged: {error}"
    except KeyboardInterrupt:
        return "not judged: stopped"
