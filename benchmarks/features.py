"""Networks from scratch on single features and on their combinations, by cross-validation.

Run with `python -m benchmarks.features --tasks esc10/sound emodb/emotion --seconds 90`. All clips of a task, those to
train on and those to test on, are dealt out to folds by their `group`, so that no speaker or recording stands in two;
the network of each feature is trained without a fold, for so many seconds, and asked about it. What was computed stays
in the folder of `--build`, and another call goes on from there. Accuracies and their paired differences from the best
single feature go to docs/results/NAME.md, .json and .png, beside the paper's.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from scipy import special

from autospeech.audio.decode import decode
from autospeech.datasets.csv_table import read_table
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.features import FEATURES
from autospeech.fusion import FUSIONS
from autospeech.learners.feature_ensemble_settings import FeatureEnsembleSettings
from autospeech.learners.fold_networks_settings import FoldNetworksSettings
from autospeech.networks.rann import RANN
from benchmarks.machine import ROOT, commit, machine
from benchmarks.report_files import heading, write_report
from benchmarks.run_table import mean_and_error
from benchmarks.tasks import choose

COMBINATIONS = ("log_mel+mfcc", "log_mel+cqt", "log_mel+mfcc+cqt+wavegram", "+".join(FEATURES))
# Accuracy on ESC-50, Verbitskiy (2020): single features, and the three fusions of combinations.
PAPER: dict[str, tuple[float, ...]] = {
    "log_mel": (0.878,),
    "mfcc": (0.853,),
    "cqt": (0.823,),
    "gfcc": (0.813,),
    "wavegram": (0.813,),
    "chroma": (0.708,),
    "tempogram": (0.455,),
    "log_mel+mfcc": (0.896, 0.890, 0.887),
    "log_mel+mfcc+cqt+wavegram": (0.910, 0.904, 0.904),
}
Floats = npt.NDArray[np.float32]
T = TypeVar("T", int, float)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train what is lacking, write the tables; returns 0, or 2 for bad input."""
    options = _parse(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        RANN.named(options.network)
        tasks = choose(options.tasks)
        unknown = {name for each in options.combinations for name in each.split("+")} - set(FEATURES)
        if unknown:
            raise DatasetError(f"there is no feature {', '.join(sorted(unknown))}; choose from: {', '.join(FEATURES)}")
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    report: dict[str, Any] = {
        "command": shlex.join(
            ["python", "-m", "benchmarks.features", *(sys.argv[1:] if arguments is None else arguments)]
        ),
        "commit": commit(),
        "machine": machine(),
        "tasks": {},
    }
    for task in tasks:
        train, groups = read_grouped(task.source)
        folds = folds_of(groups, options.folds)
        cache = options.build / f"{task.name.replace('/', '_')}-{key(train, folds, options)}"
        wanted = dict.fromkeys(name for each in [*FEATURES, *options.combinations] for name in each.split("+"))
        logits = {name: cross_fitted(name, train, folds, cache, options) for name in wanted}
        report["tasks"][task.name] = compare(logits, train.labels, folds, options.combinations)
        write_report(report, options.out / options.name, as_markdown, draw)
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.features", description=__doc__)
    parser.add_argument(
        "--tasks", nargs="+", default=["esc10/sound", "emodb/emotion"], help="tables of AUTOSPEECH_DATA"
    )
    parser.add_argument("--combinations", nargs="+", default=list(COMBINATIONS), help="features, joined by +")
    parser.add_argument("--network", default="rann-4x8-1-d10", help="name of a RANN")
    parser.add_argument("--seconds", type=_at_least(1.0), default=90.0, help="to train one network")
    parser.add_argument("--folds", type=_at_least(2), default=5, help="at most; fewer where there are fewer groups")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--build", type=Path, default=ROOT / "build" / "features", help="where networks' answers are kept"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "results", help="folder of the tables")
    parser.add_argument("--name", default="features", help="of the tables")
    return parser.parse_args(arguments)


def _at_least(least: T) -> Callable[[str], T]:
    def number(text: str) -> T:
        value = type(least)(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"{value} is less than {least}")
        return value

    return number


def key(train: LabelledClips, folds: npt.NDArray[np.intp], options: argparse.Namespace) -> str:
    """Return a name for all that networks' answers depend on, but for the code."""
    told = hashlib.sha256(repr((options.network, options.seconds, options.seed, settings_of(options))).encode())
    for part in (*train.clips, train.labels, folds):
        told.update(np.ascontiguousarray(part).tobytes())
    return told.hexdigest()[:12]


def settings_of(options: argparse.Namespace) -> FoldNetworksSettings:
    """Return how each network is trained: as in the ladder, but for the time that was asked for."""
    settings = FeatureEnsembleSettings().networks
    return replace(settings, share=0.0, least_seconds=options.seconds, most_epochs=1_000_000)


def read_grouped(table: Path) -> tuple[LabelledClips, list[str]]:
    """Return all clips of a table and their groups; a clip without one is a group of its own."""
    recordings = read_table(table)
    names = sorted({label for recording in recordings for label in recording.labels})
    labels = np.array([[name in recording.labels for name in names] for recording in recordings], np.float32)
    groups = [recording.group or recording.path.name for recording in recordings]
    return LabelledClips([decode(recording.path) for recording in recordings], labels), groups


def folds_of(groups: Sequence[str], most: int) -> npt.NDArray[np.intp]:
    """Deal groups out to folds of about one size; where there are no more groups than folds, each is a fold.

    Example:
        >>> folds_of(["a", "b", "b", "c"], 2).tolist()
        [1, 0, 0, 1]
    """
    names, numbers, sizes = np.unique(np.asarray(groups), return_inverse=True, return_counts=True)
    filled = np.zeros(min(most, len(names)), np.intp)
    fold_of = np.zeros(len(names), np.intp)
    for name in np.argsort(-sizes, kind="stable"):
        fold_of[name] = filled.argmin()
        filled[fold_of[name]] += sizes[name]
    return fold_of[numbers]


def cross_fitted(
    feature: str, train: LabelledClips, folds: npt.NDArray[np.intp], cache: Path, options: argparse.Namespace
) -> Floats:
    """Return the logits of all clips by networks that have not heard their fold, `(clips, classes)`."""
    from autospeech.clock import Clock
    from autospeech.learners.feature_source import FeatureSource
    from autospeech.learners.fold_networks import FoldNetworks
    from autospeech.learners.task import Task

    file = cache / f"{feature}.npy"
    if file.is_file():
        return np.load(file)
    settings = settings_of(options)
    networks = FoldNetworks(FeatureSource(feature, options.network, options.seed), 0.1, settings, options.seed)
    networks.warm_up(Task(train.class_num))
    networks.begin(options.seconds)
    judged = np.full(train.labels.shape, np.nan, np.float32)
    for fold in np.unique(folds):
        judged = next(iter(networks.learn(train, folds, Clock()).values()))
        seen = folds == fold
        print(f"{feature}, without fold {fold}: accuracy {accuracy(judged, train.labels, seen):.3f}", flush=True)
    cache.mkdir(parents=True, exist_ok=True)
    part = cache / f".{feature}.part.npy"
    np.save(part, judged)
    part.replace(file)
    return judged


def accuracy(scores: npt.NDArray[Any], labels: Floats, rows: npt.NDArray[np.bool_]) -> float:
    """Return the share of the clips in `rows` whose highest score is at a true label."""
    return float(labels[rows, scores[rows].argmax(axis=1)].mean())


def compare(
    logits: Mapping[str, Floats], labels: Floats, folds: npt.NDArray[np.intp], combinations: Sequence[str]
) -> dict[str, Any]:
    """Return the accuracy of each fold by single features and by fused ones.

    Args:
        logits: Of each feature, `(clips, classes)`, by networks that have not heard the fold.
        labels: `(clips, classes)`.
        folds: The fold of each clip.
        combinations: Names joined by `+`.

    Returns:
        `accuracies`, a list over the folds for each row and fusion, and `best`, the best single feature.
    """
    probabilities = {name: special.softmax(values.astype(np.float64), axis=1) for name, values in logits.items()}
    rows: dict[str, dict[str, list[float]]] = {}
    numbers = np.unique(folds)
    for name in (*logits, *combinations):
        stack = np.stack([probabilities[part] for part in name.split("+")])
        fusions = FUSIONS.items() if "+" in name else [("alone", lambda alone: alone[0])]
        rows[name] = {
            fusion: [accuracy(fused, labels, folds == number) for number in numbers]
            for fusion, fused in ((fusion, rule(stack)) for fusion, rule in fusions)
        }
    best = max(logits, key=lambda name: np.mean(rows[name]["alone"]))
    return {"accuracies": rows, "best": best, "clips": len(labels), "folds": len(numbers)}


def as_markdown(report: Mapping[str, Any], name: str) -> str:
    """Return the tables, one a task."""
    lines = [
        *heading("Single features and their fusion", report, report["commit"]),
        "Accuracy from scratch, cross-validated by group: mean over the folds and, in brackets, the paired difference",
        "from the best single feature with its standard error. The last column is Verbitskiy's (2020) on ESC-50 with",
        "other data and larger networks: what can be compared is the order.",
        "",
        f"![bar chart]({name}.png)",
    ]
    for task, found in report["tasks"].items():
        base = np.array(found["accuracies"][found["best"]]["alone"])
        lines += [
            "",
            f"## {task}: {found['clips']} clips, {found['folds']} folds",
            "",
            "| features | weighted average | Dempster-Shafer | improved Dempster-Shafer | ESC-50, paper |",
            "| --- | --- | --- | --- | --- |",
        ]
        for row, fusions in found["accuracies"].items():
            cells = []
            for values in fusions.values():
                mean, _ = mean_and_error(values)
                difference, error = mean_and_error([*(np.array(values) - base)])
                apart = f" ({difference:+.3f} ± {error:.3f})" if row != found["best"] and error is not None else ""
                cells.append(f"{mean:.3f}{apart}")
            cells += [""] * (3 - len(cells))
            paper = ", ".join(f"{value:.3f}" for value in PAPER.get(row, ()))
            lines.append(f"| {row.replace('+', ' + ')} | {' | '.join(cells)} | {paper} |")
    return "\n".join(lines) + "\n"


def draw(report: Mapping[str, Any], file: Path) -> None:
    """Draw a bar for each feature and each fusion, with standard errors over the folds."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    tasks = report["tasks"]
    colours = {"alone": "#999999", "weighted_average": "#4477aa", "dempster_shafer": "#ee6677"}
    colours["improved_dempster_shafer"] = "#228833"
    figure = Figure(figsize=(11, 3.6 * len(tasks)), dpi=110, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    handles: dict[str, Any] = {}
    for axes, (task, found) in zip(figure.subplots(len(tasks), 1, squeeze=False).flat, tasks.items(), strict=True):
        for place, fusions in enumerate(found["accuracies"].values()):
            for number, (fusion, values) in enumerate(fusions.items()):
                mean, error = mean_and_error(values)
                at = place + (number - (len(fusions) - 1) / 2) * 0.25
                handles[fusion] = axes.bar(at, mean, 0.24, yerr=error, color=colours[fusion], ecolor="#333333")
        names = [row.replace("+", "+\n") for row in found["accuracies"]]
        axes.set_xticks(range(len(names)), names, fontsize=8)
        axes.set(title=task, ylabel="accuracy", ylim=(0, 1))
        axes.grid(axis="y", color="#dddddd", linewidth=0.6)
        axes.set_axisbelow(True)
    figure.legend(handles.values(), [name.replace("_", " ") for name in handles], loc="outside upper center", ncols=4)
    canvas.print_png(str(file))


if __name__ == "__main__":
    sys.exit(main())
