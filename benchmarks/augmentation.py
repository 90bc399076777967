"""No augmentation, each alone, and the automatic choice, from scratch, by cross-validation.

Run with `python -m benchmarks.augmentation --tasks esc10/sound emodb/emotion --seconds 60`. All clips of a task are
dealt out to folds by their `group`, so that no speaker or recording stands in two; for each fold a network on log-mel
images is trained without it, for so many seconds, and asked about it. The automatic choice has the same seconds, those
for its short trainings among them. With `--shares 10 25 50 100` it also tells what fewer training clips do, without
augmentation and with the automatic choice. What was computed stays in the folder of `--build`, and another call goes
on from there. Tables and pictures go to docs/results/NAME.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.splitting import stratified_subset
from autospeech.learners.feature_ensemble_settings import FeatureEnsembleSettings
from autospeech.learners.fold_networks_settings import FoldNetworksSettings
from autospeech.networks.rann import RANN
from autospeech.schedule.portfolio import AUTO, PORTFOLIO
from benchmarks.features import folds_of, read_grouped
from benchmarks.kept_results import Result, commits, kept
from benchmarks.machine import ROOT, machine
from benchmarks.report_files import heading, write_report
from benchmarks.run_table import mean_and_error
from benchmarks.tasks import choose

NONE = "none"
# The portfolio, and what each of its parts does alone.
ALONE = tuple(dict.fromkeys((NONE, "mixup(alpha=0.3)", "cutout(probability=0.5,largest=0.2)", *PORTFOLIO)))
# Of the seconds of the automatic choice, those for its short trainings.
SEARCH = 0.3
Indices = npt.NDArray[np.intp]


def main(arguments: Sequence[str] | None = None) -> int:
    """Train what is lacking, write the tables; returns 0, or 2 for bad input."""
    options = _parse(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        RANN.named(options.network)
        tasks = choose(options.tasks)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    given = sys.argv[1:] if arguments is None else arguments
    report: dict[str, Any] = {
        "command": shlex.join(["python", "-m", "benchmarks.augmentation", *given]),
        "machine": machine(),
        "seconds": options.seconds,
        "tasks": {},
    }
    for task in tasks:
        clips, groups = read_grouped(task.source)
        folds = folds_of(groups, options.folds)
        wanted = [(text, 100.0) for text in (*options.augmentations, AUTO)]
        wanted += [(text, share) for share in options.shares if share < 100 for text in (NONE, AUTO)]
        found: dict[str, dict[str, list[Result]]] = {}
        for text, share in wanted:
            results = [one(task.name, clips, folds, int(fold), text, share, options) for fold in np.unique(folds)]
            found.setdefault(f"{share:g}", {})[text] = results
            mean = np.mean([result["accuracy"] for result in results])
            print(f"{task.name}, {share:g} % of the clips, {text}: accuracy {mean:.3f}", flush=True)
            report["tasks"][task.name] = found
            write_report(report, options.out / options.name, as_markdown, draw)
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.augmentation", description=__doc__)
    parser.add_argument("--tasks", nargs="+", default=["esc10/sound", "emodb/emotion"], help="of AUTOSPEECH_DATA")
    parser.add_argument(
        "--augmentations", nargs="+", default=list(ALONE), help="as text; none is the one to compare to"
    )
    parser.add_argument("--network", default="rann-4x8-1-d10", help="name of a RANN")
    parser.add_argument("--seconds", type=float, default=60.0, help="to train one network")
    parser.add_argument("--folds", type=int, default=5, help="at most; fewer where there are fewer groups")
    parser.add_argument("--shares", type=float, nargs="*", default=[], help="of the training clips, in %%")
    parser.add_argument("--seed", type=int, default=0, help="each fold adds its number")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "augmentation", help="where results are kept")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "results", help="folder of the tables")
    parser.add_argument("--name", default="augmentation", help="of the tables")
    options = parser.parse_args(arguments)
    if options.seconds <= 0 or options.folds < 2 or not all(0 < share <= 100 for share in options.shares):
        parser.error("seconds must be above 0, folds 2 or more, and shares above 0 and at most 100 %")
    if NONE not in options.augmentations:
        options.augmentations.insert(0, NONE)
    return options


def one(
    task: str,
    clips: LabelledClips,
    folds: Indices,
    fold: int,
    augment: str,
    share: float,
    options: argparse.Namespace,
) -> Result:
    """Return what a network says of a fold that it did not learn from."""
    settings = settings_of(augment, options.seconds)
    seed = options.seed + fold
    what = {
        "task": task, "fold": fold, "folds": folds.tolist(), "share": share, "network": options.network, "seed": seed,
        "settings": repr(settings),
    }  # fmt: skip
    return kept(
        options.build,
        what,
        lambda: _trained(clips, folds, fold, share, settings, options.network, seed, options.seconds),
    )


def settings_of(augment: str, seconds: float) -> FoldNetworksSettings:
    """Return how a network is trained: as in the ladder's ensemble, but for the time that was asked for."""
    settings = replace(FeatureEnsembleSettings().networks, share=0.0, least_seconds=seconds, most_epochs=1_000_000)
    if augment != AUTO:
        return replace(settings, augment=augment)
    return replace(settings, portfolio=PORTFOLIO, search=SEARCH)


def _trained(
    clips: LabelledClips,
    folds: Indices,
    fold: int,
    share: float,
    settings: FoldNetworksSettings,
    network: str,
    seed: int,
    seconds: float,
) -> Result:
    from autospeech.clock import Clock
    from autospeech.learners.feature_source import FeatureSource
    from autospeech.learners.fold_networks import FoldNetworks
    from autospeech.learners.task import Task
    from autospeech.training.validation_score import ValidationScore

    learnt = np.flatnonzero(folds != fold)
    learnt = learnt[stratified_subset(clips.labels[learnt], share / 100, seed)]
    rows = np.sort(np.concatenate([learnt, np.flatnonzero(folds == fold)]))
    some, some_folds = clips.subset(rows), folds[rows]
    networks = FoldNetworks(FeatureSource("log_mel", network, seed), 0.1, settings, seed)
    networks.warm_up(Task(clips.class_num))
    # Whatever a choice takes, its judging too, is missing for the network.
    (logits,) = networks.learn_without(fold, some, some_folds, Clock(seconds)).values()
    decided = networks.decided()
    if settings.portfolio and "search_seconds" not in decided:
        raise SystemExit(f"error: {seconds:g} s are too short for a choice among {len(PORTFOLIO)}; raise --seconds")
    judged = some_folds == fold
    labels, answers = some.labels[judged], special.softmax(logits[judged].astype(np.float64), axis=1)
    return {
        "accuracy": float((answers.argmax(axis=1) == labels.argmax(axis=1)).mean()),
        "nauc": 2 * ValidationScore.of(labels, answers).auc - 1,
        **decided,
    }


def as_markdown(report: Mapping[str, Any], name: str) -> str:
    """Return the tables, one a task."""
    lines = [
        *heading("Augmentations, alone and chosen", report, commits(report)),
        f"A network on log-mel images, from scratch, {report['seconds']:g} s each, cross-validated by group: mean over",
        "the folds, each with a seed of its own, with its standard error; in brackets the paired difference from no",
        "augmentation with its own. The automatic choice pays for its short trainings out of the same seconds.",
        "",
        f"![what fewer clips do]({name}.png)",
    ]
    for task, shares in report["tasks"].items():
        for share, rows in shares.items():
            lines += ["", f"## {task}, {share} % of the training clips", "", "| augmentation | accuracy | NAUC |"]
            lines += ["| --- | --- | --- |"]
            for text, results in rows.items():
                cells = [_cell(results, rows.get(NONE, results), figure, text) for figure in ("accuracy", "nauc")]
                lines.append(f"| {text} | {' | '.join(cells)} |")
            chosen = [result for result in rows.get(AUTO, []) if "augmentation" in result]
            if chosen:
                names = ", ".join(f"`{result['augmentation']}`" for result in chosen)
                seconds = np.mean([result["search_seconds"] for result in chosen])
                lines += ["", f"Chosen, fold by fold: {names}; {seconds:.1f} s each."]
    return "\n".join(lines) + "\n"


def _cell(results: Sequence[Result], base: Sequence[Result], figure: str, text: str) -> str:
    mean, error = mean_and_error([result[figure] for result in results])
    cell = f"{mean:.3f}" + (f" ± {error:.3f}" if error is not None else "")
    if text == NONE or len(results) != len(base):
        return cell
    apart = [result[figure] - other[figure] for result, other in zip(results, base, strict=True)]
    difference, error = mean_and_error(apart)
    return f"{cell} ({difference:+.3f}" + (f" ± {error:.3f})" if error is not None else ")")


def draw(report: Mapping[str, Any], file: Path) -> None:
    """Draw accuracy against the share of training clips, without augmentation and with the choice; else bars."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    tasks = report["tasks"]
    figure = Figure(figsize=(11, 3.6 * len(tasks)), dpi=110, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    for (left, right), (task, shares) in zip(figure.subplots(len(tasks), 2, squeeze=False), tasks.items(), strict=True):
        whole = shares["100"]
        bars = [mean_and_error([result["accuracy"] for result in results]) for results in whole.values()]
        left.barh(
            range(len(bars)), [mean for mean, _ in bars], xerr=[error or 0.0 for _, error in bars], color="#4477aa"
        )
        left.set_yticks(range(len(bars)), [text.replace("),", "),\n") for text in whole], fontsize=7)
        left.invert_yaxis()
        left.set(title=task, xlabel="accuracy")
        for text, colour in ((NONE, "#999999"), (AUTO, "#ee6677")):
            points = sorted((float(share), rows[text]) for share, rows in shares.items() if text in rows)
            if not points:
                continue
            figures = [mean_and_error([result["accuracy"] for result in results]) for _, results in points]
            right.errorbar(
                [share for share, _ in points],
                [mean for mean, _ in figures],
                [error or 0.0 for _, error in figures],
                label="no augmentation" if text == NONE else "chosen by the run",
                color=colour,
                marker="o",
                capsize=3,
            )
        right.set(title=task, xlabel="training clips, %", ylabel="accuracy", xscale="log", ylim=(0, 1))
        ticks = sorted(float(share) for share in shares)
        right.set_xticks(ticks, [f"{share:g}" for share in ticks])
        right.minorticks_off()
        right.grid(color="#dddddd", linewidth=0.6)
        right.legend()
    canvas.print_png(str(file))


if __name__ == "__main__":
    sys.exit(main())
