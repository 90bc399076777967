"""`convert`: labelled sound of any kind as a data set in an official format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from autospeech.cli.tell import tell

if TYPE_CHECKING:
    from autospeech.datasets.dataset import Dataset


def convert(
    source: Annotated[Path, typer.Argument(metavar="SRC", help="Audio folder, table or data set.", show_default=False)],
    destination: Annotated[
        Path,
        typer.Argument(metavar="DST", help="Folder in which the data set's own folder is made.", show_default=False),
    ],
    to: Annotated[Literal["autospeech", "autodl"], typer.Option(help="Format to write.", show_default=False)],
    name: Annotated[str | None, typer.Option(help="Name of the data set; that of SRC if left out.")] = None,
    time_budget: Annotated[
        float | None,
        typer.Option(help="Seconds, written into an AutoSpeech data set, where they win over any other budget."),
    ] = None,
    sample_rate: Annotated[
        int,
        typer.Option(
            min=1, help="Of the clips, in Hz: 44100 keeps what a network such as envnet-v2 hears above 8 kHz."
        ),
    ] = 16000,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a data set that stands there.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out files that cannot be decoded.")] = False,
    group: Annotated[
        str | None, typer.Option(help="Column of the table (speaker, recording) that no split tears apart.")
    ] = None,
    label: Annotated[str | None, typer.Option(help="Column of the table with the labels.")] = None,
    seed: Annotated[int, typer.Option(help="Of the split, where SRC names none.")] = 0,
) -> None:
    """Turn labelled sound into a data set for the AutoSpeech or AutoDL programs.

    SRC is a folder with train/CLASS/* and test/CLASS/*, or CLASS/*; a table (.csv, .tsv, .jsonl) of
    file_name,label[,split][,group]; a folder with such a table or a metadata.csv; a published data set as it comes
    (UrbanSound8K, ESC-50, RAVDESS, Common Voice, Kaldi, Parquet and more, see docs/your-own-data.md); or a data set in
    one of the two formats. Folders whose names begin with _ are left out; what else is passed over is told.
    """
    import os
    from dataclasses import replace

    # TensorFlow, which only AutoDL data need, would write a page of notes about the machine.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from autospeech.audio.decode import AudioDecodeError
    from autospeech.datasets.autodl_format import write_autodl
    from autospeech.datasets.autospeech_format import write_autospeech
    from autospeech.datasets.dataset_error import DatasetError

    try:
        if to == "autodl" and time_budget is not None:
            raise DatasetError("--time-budget: AutoDL data have no place for it; leave it out")
        if to == "autodl" and sample_rate != 16000:
            raise DatasetError(f"--sample-rate {sample_rate}: AutoDL data are at 16000 Hz; leave it out")
        dataset = _read(source, name, seed, skip_bad, sample_rate, group, label)
        if to == "autodl":
            written = write_autodl(dataset, destination, overwrite)
        else:
            written = write_autospeech(replace(dataset, time_budget=time_budget), destination, overwrite)
    except (AudioDecodeError, DatasetError, OSError) as error:
        hint = "; --skip-bad leaves such files out" if isinstance(error, AudioDecodeError) else ""
        tell(f"error: {error}{hint}", err=True)
        raise typer.Exit(2) from None
    clips = f"{len(dataset.train)} train and {len(dataset.test)} test clips"
    tell(f"{dataset.name}: {dataset.train.class_num} classes, {clips}, {dataset.hours:.2f} hours -> {written}")


def _read(
    source: Path,
    name: str | None,
    seed: int,
    skip_bad: bool,
    sample_rate: int,
    group: str | None,
    label: str | None,
) -> Dataset:
    from autospeech.cli.decoding_bar import decoding_bar
    from autospeech.cli.told_warnings import told_warnings
    from autospeech.datasets.read_dataset import read_dataset

    with decoding_bar() as (decoded, left_out), told_warnings():
        return read_dataset(source, name, seed, decoded, left_out if skip_bad else None, sample_rate, group, label)
