"""From settings to a schedule."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from autospeech.learners.clip_views import ClipViews
from autospeech.learners.first_look import FirstLook
from autospeech.learners.network import NetworkLearner
from autospeech.learners.probe import Probe
from autospeech.learners.rung import Rung
from autospeech.schedule.ladder import Ladder
from autospeech.schedule.ladder_settings import LadderSettings
from autospeech.schedule.rounds_settings import RoundsSettings
from autospeech.schedule.trace import Trace
from autospeech.schedule.validated_rounds import ValidatedRounds


def build_schedule(
    settings: RoundsSettings | LadderSettings, *, warm_start: bool = True, seed: int = 0, trace: Path | None = None
) -> ValidatedRounds | Ladder:
    """Build the schedule that settings describe.

    Args:
        settings: Its settings.
        warm_start: Whether to use shipped weights.
        seed: Seeds everything.
        trace: File for the decisions of a ladder; None for none.

    Returns:
        The schedule, not yet warmed up.
    """
    if isinstance(settings, RoundsSettings):
        network = replace(settings.network, seed=seed, warm_start=settings.network.warm_start if warm_start else None)
        return ValidatedRounds(
            NetworkLearner(network), valid_share=settings.valid_share, stop_share=settings.stop_share, seed=seed
        )
    views = ClipViews()
    rungs: list[Rung] = [Probe("statistics", settings.statistics, views, settings.gains.get("statistics", 0.1))]
    return Ladder(
        FirstLook(views, seed),
        rungs,
        views,
        prior=settings.prior,
        clustered=settings.clustered,
        calibrate=settings.calibrate,
        trace=Trace(trace),
        seed=seed,
    )
