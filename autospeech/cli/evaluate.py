"""`evaluate`: how good a model is on labelled sound."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer


def evaluate(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="File that `fit` has written.", show_default=False)],
    source: Annotated[
        Path,
        typer.Argument(metavar="SRC", help="Audio folder, table (.csv, .tsv, .jsonl) or data set.", show_default=False),
    ],
    part: Annotated[
        Literal["test", "train", "all"] | None,
        typer.Option(help="Which clips: those of the test where SRC says which these are, else all."),
    ] = None,
    label: Annotated[str | None, typer.Option(help="Column of the table with the labels.")] = None,
    picture: Annotated[Path | None, typer.Option(help="PNG of the confusion matrix to write.")] = None,
) -> None:
    """Judge a model by labelled sound: accuracy, NAUC, each class, and what is taken for what.

    Exit code 0: all went well; 2: the input is bad, or some file cannot be read.

    Example: autospeech evaluate MY_MODEL/model.autospeech OTHER_SOUNDS
    """
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        import numpy as np
        from rich.console import Console
        from rich.table import Table
        from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

        from autospeech.classifier import AutoSpeechClassifier
        from autospeech.cli.decoding_bar import decoding_bar
        from autospeech.cli.figures_of import figures_of
        from autospeech.cli.labelled_source import read_source
        from autospeech.cli.told_warnings import told_warnings
        from autospeech.training.validation_score import ValidationScore

        if picture is not None and not picture.absolute().parent.is_dir():
            raise FileNotFoundError(f"{picture}: there is no folder {picture.parent}; make it or write elsewhere")
        with told_warnings():
            found = read_source(source, label=label, learning=False)
        chosen = part or ("test" if found.part("test").sounds else "all")
        parts = [found.part(name) for name in ("train", "test") if chosen in (name, "all")]
        classifier = AutoSpeechClassifier.load(model)
        if picture is not None and classifier.multi_label_:
            raise ValueError(f"{picture}: where a clip may have several labels there is no confusion matrix")
        labels = np.concatenate([one.matrix(classifier) for one in parts])
        sounds = [sound for one in parts for sound in one.sounds]
        if not sounds:
            raise ValueError(f"{source}: it has no clips of the part {chosen}; choose another with --part")
        answers = []
        with decoding_bar("predicting") as (done, _), told_warnings():
            for first in range(0, len(sounds), 32):
                answers.append(classifier.predict_proba(sounds[first : first + 32]))
                done(min(first + 32, len(sounds)), len(sounds))
        answer = np.concatenate(answers)
        names = [str(name) for name in classifier.classes_]
        console = Console(highlight=False)
        console.print(f"{chosen}: {figures_of(labels, answer, classifier.multi_label_)}", markup=False)
        if classifier.multi_label_:
            said = (answer >= 0.5).astype(int)
            truth = labels.astype(int)
        else:
            said, truth = answer.argmax(axis=1), labels.argmax(axis=1)
        precision, recall, _, counts = precision_recall_fscore_support(
            truth, said, labels=range(len(names)), zero_division=0
        )
        table = Table("class", "clips", "precision", "recall", "AUC")
        for number, name in enumerate(names):
            of_class = np.stack([1 - labels[:, number], labels[:, number]], axis=1)
            both = np.stack([1 - answer[:, number], answer[:, number]], axis=1)
            auc = f"{ValidationScore.of(of_class, both).auc:.3f}" if 0 < counts[number] < len(labels) else ""
            table.add_row(name, str(counts[number]), f"{precision[number]:.3f}", f"{recall[number]:.3f}", auc)
        console.print(table)
        if picture is not None:
            from autospeech.plots.clip_figure import save_figure
            from autospeech.plots.confusion_figure import confusion_figure

            matrix = confusion_matrix(truth, said, labels=range(len(names)))
            save_figure(confusion_figure(matrix, names, title=found.name), picture)
            console.print(f"-> {picture}", markup=False, soft_wrap=True)
    except (ValueError, OSError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from None
