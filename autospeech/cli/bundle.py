"""`bundle`: what a platform takes, a submission or a competition."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from autospeech.cli.preset_options import Augment, Fusion, MixAt
from autospeech.cli.tell import tell

if TYPE_CHECKING:
    from autospeech.bundle.submission_settings import SubmissionSettings


def bundle(
    out: Annotated[
        Path | None,
        typer.Option(help="What to write: a .zip, of a competition a folder too; submission.zip or competition.zip."),
    ] = None,
    preset: Annotated[str, typer.Option(help="Named settings.")] = "default",
    augment: Augment = None,
    mix_at: MixAt = None,
    fusion: Fusion = None,
    seed: Annotated[int, typer.Option(help="Seeds everything.")] = 0,
    warm_start: Annotated[bool, typer.Option(help="Start from shipped weights.")] = True,
    platform: Annotated[
        Literal["codabench", "codalab"], typer.Option(help="Where the submission goes; they know code in two ways.")
    ] = "codabench",
    competition: Annotated[
        Path | None, typer.Option(metavar="DATASET_DIR", help="Write a Codabench competition with this data set.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Of the competition.")] = None,
    budget: Annotated[
        float | None, typer.Option(help="Seconds for each submission; the data set's own or 1200 if left out.")
    ] = None,
    docker_image: Annotated[str | None, typer.Option(help="In which the competition's programs run.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what stands there.")] = False,
    check: Annotated[
        Path | None, typer.Option(metavar="ZIP", help="Write nothing; say what a submission lacks, without running it.")
    ] = None,
) -> None:
    """Write submission.zip, or with --competition all that Codabench needs to open a competition.

    The settings are those of the submission, which is the starting kit of a competition. Exit code 0: all went well;
    2: the input is bad, or what is checked lacks something.
    """
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from autospeech.bundle.bundle_error import BundleError
    from autospeech.bundle.submission_settings import SubmissionSettings
    from autospeech.bundle.submission_zip import write_submission

    try:
        if check is not None:
            _refuse("--check", out=out, competition=competition, title=title, budget=budget, docker_image=docker_image)
            _check(check)
            return
        settings = SubmissionSettings(preset, warm_start, augment, fusion, seed, mix_at)
        if competition is None:
            _refuse("no --competition", title=title, budget=budget, docker_image=docker_image)
            target = out or Path("submission.zip")
            if target.suffix != ".zip":
                raise BundleError(f"{target}: a submission is a zip file; let --out end in .zip")
            size = write_submission(target, settings, platform=platform, overwrite=overwrite)
            tell(f"submission, {size / 1e6:.2f} MB -> {target}")
        else:
            if platform != "codabench":
                raise BundleError("--platform codalab: a competition is written for Codabench; leave it out")
            target = out or Path("competition.zip")
            _write_competition(target, competition, title, budget, docker_image, settings, overwrite)
    except (ValueError, OSError) as error:
        tell(f"error: {error}", err=True)
        raise typer.Exit(2) from None


def _write_competition(
    target: Path,
    dataset_dir: Path,
    title: str | None,
    budget: float | None,
    docker_image: str | None,
    submission: SubmissionSettings,
    overwrite: bool,
) -> None:
    from autospeech.bundle.competition_bundle import write_competition
    from autospeech.bundle.competition_settings import PLACEHOLDER_IMAGE, CompetitionSettings

    settings = CompetitionSettings(title, budget, docker_image=docker_image or PLACEHOLDER_IMAGE)
    written = write_competition(target, dataset_dir, settings, submission, overwrite)
    tell(f"competition {written['title']!r} -> {target}")
    if docker_image is None:
        tell(
            f"its image {PLACEHOLDER_IMAGE} is a placeholder: build the one of docker/, push it, and name it in "
            "competition.yaml or with --docker-image"
        )


def _check(path: Path) -> None:
    from autospeech.bundle.check_submission import check_submission

    found = check_submission(path)
    tell(f"{path}: {found.files} files, {found.size / 1e6:.2f} MB, unpacked {found.unpacked / 1e6:.2f} MB")
    for remark in found.remarks:
        tell(f"  {remark}")
    for fault in found.missing:
        tell(f"  missing: {fault}")
    if found.missing:
        raise typer.Exit(2)
    tell("  nothing is missing")


def _refuse(why: str, **options: object) -> None:
    given = [name for name, value in options.items() if value is not None]
    if given:
        raise ValueError(f"--{given[0].replace('_', '-')}: it means nothing with {why}; leave it out")
