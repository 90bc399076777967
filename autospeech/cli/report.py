"""`report`: the page about a fit or a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autospeech.cli.tell import tell


def report(
    folder: Annotated[
        Path, typer.Argument(metavar="RUN_DIR", help="Folder that `fit` or `run` has left.", show_default=False)
    ],
) -> None:
    """Make the page again: of a run from all that it left, of a fit from its report.json, without sounds.

    Exit code 0: all went well; 2: the input is bad.

    Example: autospeech report runs/sample_data-20260131-120000
    """
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        from autospeech.report.from_run import from_run
        from autospeech.report.page import write_report
        from autospeech.report.run_record import RunRecord

        if not folder.is_dir():
            raise FileNotFoundError(f"{folder}: there is no such folder; name one that `fit` or `run` has left")
        if (folder / "output").is_dir():
            record, sounds = from_run(folder)
            record.write(folder)
            page = write_report(record, folder, sounds)
        else:
            page = write_report(RunRecord.read(folder), folder)
    except (ValueError, OSError) as error:
        tell(f"error: {error}", err=True)
        raise typer.Exit(2) from None
    tell(f"open {page.resolve()}")
