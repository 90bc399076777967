"""Plain training, between-class learning and SpeechMix on one network of raw waveforms, by cross-validation.

Run with `python -m benchmarks.raw_waveforms --tasks esc10/sound --network m5 --steps 1200`. All clips of a task are
dealt out to folds by their `group`; for each fold and each way a network is trained without it, for as many steps, and
asked about it: silence of half a section on both sides of each clip, random sections to train on, ten evenly spaced
ones to answer by, the Kullback-Leibler divergence from the labels as loss, Nesterov's momentum, L2 in the gradient, and
a learning rate that falls to a tenth after half and three quarters of the steps. What was computed stays in the folder
of `--build`, and another call goes on from there. The table goes to docs/results/NAME.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners.waveform_network_settings import WaveformNetworkSettings
from benchmarks.features import folds_of, read_grouped
from benchmarks.kept_results import Result, commits, kept
from benchmarks.machine import ROOT, machine
from benchmarks.report_files import heading, write_report
from benchmarks.run_table import mean_and_error
from benchmarks.tasks import choose

STANDARD = "standard"
# Error on ESC-10 in %, Tokozume et al. (2018): EnvNet, EnvNet-v2, EnvNet-v2 with strong augmentation.
PAPER = {STANDARD: (12.8, 14.2, 10.9), "between-class": (11.3, 10.6, 8.6)}
RATES = {"envnet": 16000, "envnet-v2": 44100}
# Shares of all steps after which the learning rate falls to a tenth, as in the public code for ESC-10.
DROPS = (0.5, 0.75)
Indices = npt.NDArray[np.intp]


def main(arguments: Sequence[str] | None = None) -> int:
    """Train what is lacking, write the table; returns 0, or 2 for bad input."""
    options = _parse(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from autospeech.augment.text_form import parse_augmentations

    try:
        parse_augmentations(options.augment)
        tasks = choose(options.tasks)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    given = sys.argv[1:] if arguments is None else arguments
    report: dict[str, Any] = {
        "command": shlex.join(["python", "-m", "benchmarks.raw_waveforms", *given]),
        "machine": machine(),
        "network": options.network,
        "steps": options.steps,
        "tasks": {},
    }
    ways: dict[str, tuple[str, ...]] = {
        STANDARD: (), "between-class": ("input",), "SpeechMix": ("input", *options.cuts)
    }  # fmt: skip
    for task in tasks:
        clips, groups = read_grouped(task.source)
        folds = folds_of(groups, options.folds)
        found: dict[str, list[Result]] = {way: [] for way in ways}
        for fold in np.unique(folds)[: options.most_folds]:
            for way, cuts in ways.items():
                result = one(task.name, clips, folds, int(fold), cuts, options)
                found[way].append(result)
                seconds = f"{result['seconds']:.0f} s"
                print(f"{task.name}, {way}, without fold {fold}: error {result['error']:.3f}, {seconds}", flush=True)
            report["tasks"][task.name] = found
            write_report(report, options.out / options.name, as_markdown)
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.raw_waveforms", description=__doc__)
    parser.add_argument("--tasks", nargs="+", default=["esc10/sound"], help="of AUTOSPEECH_DATA")
    parser.add_argument("--network", default="m5", help="a network on waveforms")
    parser.add_argument("--cuts", nargs="+", default=["pool_1", "pool_2"], help="layers that SpeechMix mixes after")
    parser.add_argument("--gain", default="hidden", help="whose gains weigh a pair: hidden, waveform, none")
    parser.add_argument("--section", type=float, default=1.5, help="seconds that the network takes")
    parser.add_argument("--augment", default="none", help="of waveforms, for all ways: random_scale,gain")
    parser.add_argument("--steps", type=int, default=1200, help="of each training")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--learning-rate", type=float, default=0.01)
    parser.add_argument("--weight-decay", type=float, default=5e-4, help="L2 in the gradient")
    parser.add_argument("--folds", type=int, default=5, help="at most; fewer where there are fewer groups")
    parser.add_argument("--most-folds", type=int, help="of these, so many are held out in turn; all if left out")
    parser.add_argument("--seed", type=int, default=0, help="each fold adds its number")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "raw_waveforms", help="where results are kept")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "results", help="folder of the table")
    parser.add_argument("--name", default="raw_waveforms", help="of the table")
    options = parser.parse_args(arguments)
    if options.steps < 1 or options.folds < 2:
        parser.error("steps must be 1 or more, and folds 2 or more")
    return options


def one(
    task: str, clips: LabelledClips, folds: Indices, fold: int, cuts: tuple[str, ...], options: argparse.Namespace
) -> Result:
    """Return the error on a fold of a network that did not learn from it."""
    learnt = int((folds != fold).sum())
    steps_an_epoch = max(1, learnt // options.batch)
    settings = WaveformNetworkSettings(
        network=options.network,
        sample_rate=RATES.get(options.network.split("-w")[0], 8000),
        seconds=options.section,
        margin=options.section / 2,
        augment=options.augment,
        mix_at=cuts,
        mix_gain=options.gain,
        optimizer="sgd",
        learning_rate=options.learning_rate,
        weight_decay=options.weight_decay,
        batch=options.batch,
        drops=DROPS,
        epochs_a_round=max(1, round(options.steps / steps_an_epoch)),
        seed=options.seed + fold,
    )
    what = {"task": task, "fold": fold, "folds": folds.tolist(), "steps": options.steps, "settings": repr(settings)}
    return kept(options.build, what, lambda: _trained(clips, folds, fold, settings))


def _trained(clips: LabelledClips, folds: Indices, fold: int, settings: WaveformNetworkSettings) -> Result:
    from autospeech.clock import Clock
    from autospeech.learners.task import Task
    from autospeech.learners.waveform_network import WaveformNetwork

    learner = WaveformNetwork(settings)
    learner.warm_up(Task(clips.class_num))
    learnt, judged = clips.subset(np.flatnonzero(folds != fold)), clips.subset(np.flatnonzero(folds == fold))
    # One round: nothing is chosen by the fold that judges.
    learner.fit(learnt, judged, Clock())
    record = learner.history[-1]
    return {
        "error": 1 - record.valid_accuracy,
        "train_loss": float(np.mean(learner.step_losses[-20:])),
        "steps": len(learner.step_losses),
        "seconds": record.seconds,
    }


def as_markdown(report: Mapping[str, Any], _: str = "") -> str:
    """Return the table."""
    lines = [
        *heading("Plain training, between-class learning and SpeechMix", report, commits(report)),
        f"Error in % of {report['network']} from scratch, {report['steps']} steps, cross-validated by group: mean over",
        "the folds, each with a seed of its own, with its standard error; then the paired difference from plain",
        "training. The paper's errors are those of EnvNet, EnvNet-v2, and EnvNet-v2 strongly augmented on ESC-10.",
    ]
    for task, found in report["tasks"].items():
        lines += ["", f"## {task}, {len(found[STANDARD])} folds", "", "| training | error, % | difference | paper |"]
        lines += ["| --- | --- | --- | --- |"]
        base = [100 * result["error"] for result in found[STANDARD]]
        for way, results in found.items():
            errors = [100 * result["error"] for result in results]
            apart = (
                _told([error - other for error, other in zip(errors, base, strict=False)], "+")
                if way != STANDARD
                else ""
            )
            paper = ", ".join(f"{value:.1f}" for value in PAPER.get(way, ()))
            lines.append(f"| {way} | {_told(errors)} | {apart} | {paper} |")
    return "\n".join(lines) + "\n"


def _told(values: Sequence[float], sign: str = "") -> str:
    if not values:
        return ""
    mean, error = mean_and_error(values)
    return f"{mean:{sign}.1f}" + (f" ± {error:.1f}" if error is not None else "")


if __name__ == "__main__":
    sys.exit(main())
