"""`run`: the submission on a data set, under a budget, scored while it runs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from autospeech.cli.preset_options import Augment, Fusion, MixAt
from autospeech.cli.tell import tell
from autospeech.plain_text import plain_text


def run(
    dataset_dir: Annotated[
        Path, typer.Argument(help="Data set in the AutoSpeech or AutoDL format.", show_default=False)
    ],
    budget: Annotated[float, typer.Option(min=0.1, help="Seconds for learning and answering.")] = 1200,
    preset: Annotated[str, typer.Option(help="Named settings.")] = "default",
    out: Annotated[Path | None, typer.Option(help="New folder for the run; runs/NAME-TIME if left out.")] = None,
    memory_limit: Annotated[float | None, typer.Option(min=0.1, help="GiB that the submission may use.")] = None,
    warm_start: Annotated[bool, typer.Option(help="Start from shipped weights.")] = True,
    encoder: Annotated[Path | None, typer.Option(help="Weights of another encoder than the shipped one.")] = None,
    augment: Augment = None,
    mix_at: MixAt = None,
    fusion: Fusion = None,
    seed: Annotated[int, typer.Option(help="Seeds everything.")] = 0,
    isolation: Annotated[
        Literal["auto", "none", "required"], typer.Option(help="Namespaces of its own for the submission.")
    ] = "auto",
    verbose: Annotated[bool, typer.Option("--verbose", help="Tell more.")] = False,
) -> None:
    """Run ingestion and scoring side by side on a data set; end with the ALC and a page to open.

    Exit code 0: all went well; 1: the submission failed; 2: the input is bad; 3: the machine failed; 130: stopped by
    Ctrl-C.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from autospeech.cli.named_error import named_error
    from autospeech.cli.plain_console import PlainConsole
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.harness import run_harness

    console = PlainConsole()
    name = dataset_dir.resolve().name.removesuffix(".data")
    folder = out or Path("runs") / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}"
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("starting", total=None)

        def report(program: str, line: str) -> None:
            console.print(f"{program:>9} | {line}", soft_wrap=True)
            if program == "ingestion":
                bar.update(task, description=plain_text(line).split(",")[0][:60])

        try:
            result = run_harness(
                dataset_dir,
                folder,
                budget=budget,
                preset=preset,
                warm_start=warm_start,
                encoder=encoder,
                augment=augment,
                mix_at=mix_at,
                fusion=fusion,
                seed=seed,
                memory_limit=memory_limit,
                isolation=isolation,
                verbose=verbose,
                report=report,
            )
        except (DatasetError, ValueError, OSError) as error:
            tell(f"error: {named_error(error, folder)}", err=True)
            raise typer.Exit(2) from None
    first = "" if result.first_prediction is None else f"   first after {result.first_prediction:.2f} s"
    console.print()
    console.print(result.reason)
    if not result.success and result.predictions:
        console.print("the last answer is taken to hold to the end of the budget")
    console.print(f"ALC {result.alc:.4f}   predictions {result.predictions}{first}", style="bold")
    console.print(f"open {_report(folder) or result.page}", soft_wrap=True)
    raise typer.Exit(result.exit_code)


def _report(folder: Path) -> Path | None:
    """Make the page about a run; None where it left too little for one."""
    from autospeech.report.from_run import from_run
    from autospeech.report.page import write_report

    try:
        record, sounds = from_run(folder)
        record.write(folder)
        return write_report(record, folder, sounds).resolve()
    # The run is over and scored, whatever becomes of the page.
    except Exception as error:
        tell(f"there is no report: {error}", err=True)
        return None
