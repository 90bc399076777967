"""What `keywords` writes and tells: pictures, figures, tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autospeech.whole_writing import whole_file

if TYPE_CHECKING:
    from autospeech.cli.keyword_training import KeywordTraining
    from autospeech.datasets.speech_commands import SpeechCommands


def write_ways(learnt: Mapping[str, KeywordTraining], words: Sequence[str], target: Path) -> None:
    """Write the pictures of the ways side by side, and all figures."""
    from autospeech.plots.accuracy_figure import accuracy_by_class_figure
    from autospeech.plots.clip_figure import save_figure
    from autospeech.plots.confusion_figure import confusion_figure
    from autospeech.plots.training_figure import training_figure

    histories = {name: found.history for name, found in learnt.items()}
    steps = {name: found.step_losses for name, found in learnt.items()}
    save_figure(training_figure(histories, steps, f"{len(words)} keywords"), target / "training.png")
    counts = {name: found.counts for name, found in learnt.items()}
    save_figure(accuracy_by_class_figure(counts, words, "test accuracy by word"), target / "accuracy.png")
    for name, confusions in counts.items():
        save_figure(confusion_figure(confusions, words, f"{name}, test clips"), target / f"confusions-{name}.png")
    _write_figures({"words": words, "ways": {name: _as_json(found) for name, found in learnt.items()}}, target)


def write_shares(learnt: Sequence[KeywordTraining], data: SpeechCommands, target: Path) -> None:
    """Write the picture of test accuracy against the share of the training clips, and all figures.

    A training that was stopped is not drawn.
    """
    from autospeech.plots.clip_figure import save_figure
    from autospeech.plots.shares_figure import shares_figure

    _write_figures({"words": data.words, "shares": [_as_json(found) for found in learnt]}, target)
    plain: dict[str, dict[float, float]] = {}
    augmented: dict[str, dict[float, float]] = {}
    finished = [found for found in learnt if found.finished]
    for found in finished:
        lines = augmented if _is_augmented(found) else plain
        lines.setdefault(found.way, {})[found.share] = found.test_accuracy
    if finished:
        clips = {found.share: found.clips for found in finished}
        figure = shares_figure(plain, augmented, clips, _chance(data), f"{len(data.words)} keywords")
        save_figure(figure, target / "shares.png")


def tell_ways(learnt: Mapping[str, KeywordTraining], data: SpeechCommands, target: Path, console: Any) -> None:
    """Print a table of the ways, and the pictures to open."""
    from rich.table import Table

    later = sorted({epoch for found in learnt.values() for epoch in found.test_accuracy_after})
    table = Table("way", title="test accuracy")
    for heading in ("parameters", "seconds", "epochs", *(f"after {epoch}" for epoch in later), "best state"):
        table.add_column(heading, justify="right")
    for name, found in learnt.items():
        after = found.test_accuracy_after
        between = [f"{after[epoch]:.1%}" if epoch in after else "-" for epoch in later]
        cells = (f"{found.parameters:,}", f"{found.seconds:.0f}", str(len(found.history)), *between)
        table.add_row(name, *cells, f"{found.test_accuracy:.1%}")
    table.add_row("the most frequent word", *[""] * (len(later) + 3), f"{_chance(data):.1%}")
    console.print(table)
    _tell_pictures(target, console)


def tell_shares(learnt: Sequence[KeywordTraining], data: SpeechCommands, target: Path, console: Any) -> None:
    """Print a table of shares and ways, with and without augmentation, and the picture to open."""
    from rich.table import Table

    found = {(each.way, each.share, _is_augmented(each)): each for each in learnt}
    ways = list(dict.fromkeys(each.way for each in learnt))
    table = Table("training clips", title="test accuracy, best state by validation")
    for way in ways:
        table.add_column(way, justify="right")
        table.add_column(f"{way}, augmented", justify="right")
    for share, clips in sorted({(each.share, each.clips) for each in learnt}):
        cells = [_cell(found.get((way, share, augmented))) for way in ways for augmented in (False, True)]
        table.add_row(f"{100 * share:g} %, {clips}", *cells)
    table.add_row("the most frequent word", f"{_chance(data):.1%}", *[""] * (2 * len(ways) - 1))
    console.print(table)
    for way, augment in dict.fromkeys((each.way, each.augment) for each in learnt if _is_augmented(each)):
        console.print(f"{way}, augmented: {augment}", soft_wrap=True)
    _tell_pictures(target, console)


def _cell(found: KeywordTraining | None) -> str:
    if found is None:
        return "-"
    stopped = "" if found.finished else f" ({len(found.history)} of {found.epochs} epochs)"
    return f"{found.test_accuracy:.1%}{stopped}"


def _is_augmented(found: KeywordTraining) -> bool:
    from autospeech.augment.text_form import NONE

    return found.augment != NONE


def _chance(data: SpeechCommands) -> float:
    return float(data.test.labels.sum(axis=0).max() / len(data.test))


def _as_json(found: KeywordTraining) -> dict[str, Any]:
    return {**asdict(found), "counts": found.counts.tolist(), "test_accuracy": found.test_accuracy}


def _write_figures(report: Mapping[str, Any], target: Path) -> None:
    with whole_file(target / "keywords.json") as part:
        part.write_text(json.dumps(report, indent=1) + "\n")


def _tell_pictures(target: Path, console: Any) -> None:
    for picture in sorted(target.glob("*.png")):
        console.print(f"open {picture}", soft_wrap=True)
