"""`inspect`: what is in a folder, a table or a data set, and what may go wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from autospeech.cli.tell import tell

if TYPE_CHECKING:
    from autospeech.datasets.inspection import Inspection

# More rows than these would push the warnings off the screen.
MOST_CLASSES = 20


def inspect(
    source: Annotated[
        Path, typer.Argument(metavar="SRC", help="Audio folder, table, data set or sound file.", show_default=False)
    ],
    picture: Annotated[
        Path | None, typer.Option(help="The PNG to write; SRC's name with `-inspection.png`, here, if left out.")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Write all findings, those of each file too, as JSON.")] = None,
    group: Annotated[str | None, typer.Option(help="Column of the table (speaker, recording) of the groups.")] = None,
    label: Annotated[str | None, typer.Option(help="Column of the table with the labels.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Files read at a time; one a core if left out.")] = None,
) -> None:
    """Look at sound before learning from it: classes, lengths, rates, levels, and what is wrong with which files.

    SRC is whatever convert takes, or sounds without labels. Files are read bit by bit, so that length does not matter;
    files that are no sounds by their names are passed over, and told.
    What is wrong is told and no error; the exit code is 2 only where there is nothing to look at.

    Example: autospeech inspect MY_SOUNDS --json findings.json
    """
    import os

    # TensorFlow, which only AutoDL data need, would write a page of notes about the machine.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from autospeech.audio.decode import AudioDecodeError
    from autospeech.audio.path_text import path_text
    from autospeech.cli.plain_console import PlainConsole
    from autospeech.cli.told_warnings import told_warnings
    from autospeech.datasets.dataset_error import DatasetError

    console = PlainConsole()
    try:
        with told_warnings():
            name, found = _inspect(source, threads, group, label)
        target = picture or Path(f"{name}-inspection.png")
        for file in (target, json):
            if file is not None and not file.absolute().parent.is_dir():
                raise FileNotFoundError(f"{file}: there is no folder {file.parent}; make it or write elsewhere")
        _tell(path_text(name), found, console)
        _draw(path_text(name), found, target)
        if json is not None:
            _write(found, json)
    except (AudioDecodeError, DatasetError, OSError) as error:
        tell(f"error: {error}", err=True)
        raise typer.Exit(2) from None
    for written in (target, json):
        if written is not None:
            console.print(f"-> {path_text(written)}", soft_wrap=True)


def _inspect(source: Path, threads: int | None, group: str | None, label: str | None) -> tuple[str, Inspection]:
    from autospeech.audio.path_text import path_text
    from autospeech.cli.decoding_bar import decoding_bar
    from autospeech.datasets.audio_folder import NoLabelsError
    from autospeech.datasets.data_folder import DataFolder
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.datasets.inspection import inspect_dataset, inspect_recordings
    from autospeech.datasets.list_recordings import SOURCE_SUFFIXES, check_source, list_recordings, source_name
    from autospeech.datasets.list_sounds import list_sounds
    from autospeech.datasets.read_dataset import read_dataset
    from autospeech.datasets.recording import Recording

    source = check_source(source)
    if source.is_dir() and DataFolder.find(source) is not None:
        dataset = read_dataset(source, group=group, label=label)
        return dataset.name, inspect_dataset(dataset)
    if source.is_file() and source.suffix.lower() not in SOURCE_SUFFIXES:
        name, recordings = source.name, [Recording(file, ()) for file in list_sounds(source)]
    else:
        name = source_name(source)
        try:
            recordings = list_recordings(source, group, label)
        except NoLabelsError:
            recordings = [Recording(file, ()) for file in list_sounds(source)]
    with decoding_bar("reading") as (read, _):
        found = inspect_recordings(recordings, read, threads)
    if not found.clips:
        first = next(iter(found.unreadable.values()))
        raise DatasetError(f"{path_text(source)}: none of its {len(recordings)} files can be read; the first: {first}")
    return name, found


def _tell(name: str, found: Inspection, console: Any) -> None:
    from rich.table import Table

    classes = "1 class" if len(found.classes) == 1 else f"{len(found.classes)} classes"
    console.print(f"{name}: {found.clips} clips, {found.hours:.2f} hours, {classes}", style="bold", soft_wrap=True)
    if found.classes:
        table = Table("class")
        for heading in ("clips", *found.splits, "hours"):
            table.add_column(heading, justify="right")
        largest = sorted(found.classes, key=lambda label: -found.classes[label])
        for label in largest[:MOST_CLASSES]:
            parts = [str(clips[label]) for clips in found.splits.values()]
            table.add_row(label, str(found.classes[label]), *parts, f"{found.hours_by_class[label]:.3f}")
        others = largest[MOST_CLASSES:]
        if others:
            parts = [str(sum(clips[label] for label in others)) for clips in found.splits.values()]
            hours = sum(found.hours_by_class[label] for label in others)
            together = str(sum(found.classes[label] for label in others))
            table.add_row(f"{len(others)} others together", together, *parts, f"{hours:.3f}")
        console.print(table)
    lengths = ", ".join(
        f"{what} {seconds:.3g}" if seconds < 100 else f"{what} {seconds:.0f}" for what, seconds in found.lengths.items()
    )
    rates = ", ".join(f"{rate} Hz ({clips})" for rate, clips in found.sample_rates.items())
    channels = ", ".join(f"{number} ({clips})" for number, clips in found.channels.items())
    told = [("seconds", lengths), ("rates", rates), ("channels", channels)]
    if found.groups:
        cut = f", of clips cut from {len(found.sources)} recordings" if found.sources else ""
        some = ", ".join(found.groups[:3]) + (", …" if len(found.groups) > 3 else "")
        told.append(("groups", f"{len(found.groups)} ({some}){cut}"))
    for what, text in told:
        console.print(f"{what + ':':10}{text}", soft_wrap=True)
    for warning in found.warnings():
        console.print(f"warning: {warning}", soft_wrap=True, style="yellow")


def _draw(name: str, found: Inspection, target: Path) -> None:
    from autospeech.plots.clip_figure import save_figure
    from autospeech.plots.inspection_figure import inspection_figure

    every = [facts for _, facts in found.readable]
    figure = inspection_figure(
        found.classes,
        [facts.seconds for facts in every],
        [facts.peak for facts in every],
        [facts.rms for facts in every],
        found.sample_rates,
        f"{name}: {found.clips} clips, {found.hours:.2f} hours",
    )
    save_figure(figure, target)


def _write(found: Inspection, target: Path) -> None:
    import json

    from autospeech.whole_writing import whole_file

    text = json.dumps(found.as_json(), indent=1, ensure_ascii=False) + "\n"
    with whole_file(target) as part:
        # In JSON, the escape of a lone surrogate means the same.
        part.write_text(text, encoding="utf-8", errors="backslashreplace")
