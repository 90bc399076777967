"""`predict`: what a model says of sounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from autospeech.cli.tell import tell

if TYPE_CHECKING:
    from autospeech.export.fitted_model import FittedModel

# Files that are answered for together.
AT_A_TIME = 32
COLUMNS = ("file", "label", "error")


def predict(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="File that `fit` has written.", show_default=False)],
    sounds: Annotated[
        list[Path], typer.Argument(metavar="FILES", help="Sound files, and folders of them.", show_default=False)
    ],
    out: Annotated[
        Path | None, typer.Option(help="A .csv or .jsonl file; CSV to the terminal if left out.", show_default=False)
    ] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Write texts that a spreadsheet takes for formulas without an apostrophe.")
    ] = False,
) -> None:
    """Name the class of each sound, with all probabilities.

    Each file named is tried, whatever its suffix, and gets a line: an answer, or its error. Of a folder the files with
    the suffix of a sound are taken; a warning tells what was passed over. Exit code 0: all were answered for; 1: some
    could not be read; 2: the input is bad; 130: stopped by Ctrl-C, or by the program that reads the answers; what was
    answered by then is kept.

    In CSV, an apostrophe stands before a label, a file name or an error that a spreadsheet would take for a formula:
    one that begins with =, +, -, @, a tab or a line break. --raw leaves it out.

    Example: autospeech predict MY_MODEL/model.autospeech NEW_SOUNDS --out answers.csv
    """
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from autospeech.cli.named_error import named_error

    try:
        if out is not None and out.suffix.lower() not in (".csv", ".jsonl"):
            raise ValueError(f"{out}: it must end in .csv or .jsonl")
        from autospeech.audio.decode import AudioDecodeError
        from autospeech.classifier_file import read_classifier
        from autospeech.cli.decoding_bar import decoding_bar
        from autospeech.cli.told_warnings import told_warnings
        from autospeech.datasets.list_sounds import list_sounds

        with told_warnings():
            files = list_sounds(sounds)
        _, learnt, fitted = read_classifier(model)
        classes = [str(name) for name in learnt["classes_"]]
        number, bad, stopped = 0, 0, False
        with decoding_bar("predicting") as (done, left_out), _lines(out, classes, raw) as write, told_warnings():
            try:
                for number, (file, answer) in enumerate(_answers(fitted, files), start=1):
                    write(_row(file, answer, classes, fitted.multi_label))
                    if isinstance(answer, AudioDecodeError):
                        bad += 1
                        left_out(answer)
                    done(number, len(files))
            except KeyboardInterrupt:
                stopped = True
        if out is not None:
            tell(f"{number} sounds -> {out}", err=True)
    except BrokenPipeError:
        # Who reads the answers, such as `head`, wants no more; nor must Python write what is left when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise typer.Exit(130) from None
    except (ValueError, OSError) as error:
        tell(f"error: {named_error(error, out)}", err=True)
        raise typer.Exit(2) from None
    if stopped:
        raise typer.Exit(130)
    if bad:
        raise typer.Exit(1)


def _answers(fitted: FittedModel, files: list[Path]) -> Iterator[tuple[Path, Any]]:
    """Yield each file with its probabilities, or the error that it cannot be read for."""
    from autospeech.audio.decode import AudioDecodeError
    from autospeech.datasets.answers_of_sounds import answers_of_sounds
    from autospeech.datasets.sound_reader import SoundReader

    reader = SoundReader()

    def probabilities(part: list[Path]) -> Any:
        return answers_of_sounds(part, reader, fitted.probabilities, fitted.classes)

    for first in range(0, len(files), AT_A_TIME):
        part = files[first : first + AT_A_TIME]
        try:
            yield from zip(part, probabilities(part), strict=True)
        except AudioDecodeError:
            for file in part:
                try:
                    yield file, probabilities([file])[0]
                except AudioDecodeError as error:
                    yield file, error


def _row(file: Path, answer: Any, classes: list[str], multi_label: bool) -> dict[str, Any]:
    from autospeech.audio.path_text import path_text

    if isinstance(answer, ValueError):
        return {"file": path_text(file), "label": "", "probabilities": None, "error": str(answer)}
    if multi_label:
        label = "|".join(name for name, probability in zip(classes, answer, strict=True) if probability >= 0.5)
    else:
        label = classes[int(answer.argmax())]
    probabilities = {name: round(float(probability), 6) for name, probability in zip(classes, answer, strict=True)}
    return {"file": path_text(file), "label": label, "probabilities": probabilities, "error": None}


def _quoted(cell: str) -> str:
    """Quote a cell of CSV where it must be; the csv module forgets carriage returns before Python 3.13."""
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in ',;\t"\r\n') else cell


@contextmanager
def _lines(out: Path | None, classes: list[str], raw: bool) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Yield what writes a row: to the terminal, or to a file that takes its place when all is written or stopped."""
    import json
    import sys

    from autospeech.datasets.spreadsheet_cell import spreadsheet_cell
    from autospeech.plain_text import plain_text
    from autospeech.whole_writing import whole_file

    def text(cell: str) -> str:
        return cell if raw else spreadsheet_cell(cell)

    def line(cells: list[str]) -> str:
        return ",".join(map(_quoted, map(plain_text, cells) if file.isatty() else cells)) + "\n"

    with ExitStack() as opened:
        file: TextIO = sys.stdout
        if out is not None:
            part = opened.enter_context(whole_file(out))
            file = opened.enter_context(part.open("w", encoding="utf-8", errors="backslashreplace", newline=""))
        if out is not None and out.suffix.lower() == ".jsonl":

            def write(row: dict[str, Any]) -> None:
                told = {name: value for name, value in row.items() if value is not None}
                file.write(json.dumps(told, ensure_ascii=False) + "\n")
        else:
            # A class may have the name of a column.
            names = [text(f"class {c}" if c in COLUMNS else c) for c in classes]
            file.write(line(["file", "label", *names, "error"]))

            def write(row: dict[str, Any]) -> None:
                said = row["probabilities"]
                values = ["" if said is None else str(said[name]) for name in classes]
                file.write(line([text(row["file"]), text(row["label"]), *values, text(row["error"] or "")]))

        yield write
        file.flush()
