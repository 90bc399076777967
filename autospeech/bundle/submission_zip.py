"""`submission.zip`: what a participant hands in."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from autospeech.bundle.submission_files import submission_files
from autospeech.bundle.submission_settings import SubmissionSettings
from autospeech.bundle.write_zip import write_zip

LARGEST_SIZE = 20_000_000
# CodaLab takes a submission without this file for results.
CODALAB_METADATA = b"description: Classifies sound under a wall-clock budget\n"


def write_submission(
    path: Path,
    settings: SubmissionSettings | None = None,
    *,
    platform: Literal["codabench", "codalab"] = "codabench",
    overwrite: bool = False,
) -> int:
    """Write the submission with everything that it needs of this project, and nothing else.

    Args:
        path: The zip file.
        settings: For `settings.json`; None for none.
        platform: CodaLab 1.5 knows code by a file `metadata`. Codabench must not find one: where ingestion runs during
            scoring, its worker passes on only the code of submissions without.
        overwrite: Whether a file that stands there may be replaced.

    Returns:
        Bytes of the zip file.

    Raises:
        BundleError: Something stands there already, it would have more than `LARGEST_SIZE` bytes, or it cannot be
            written.

    Example:
        >>> import tempfile
        >>> write_submission(Path(tempfile.mkdtemp()) / "submission.zip") < LARGEST_SIZE
        True

    References:
        Creating a Submission Bundle, https://codalab-competitions.readthedocs.io/en/latest/Creating%20a%20Submission%20Bundle/
        `_run_program_directory` in compute_worker.py, https://github.com/codalab/codabench
    """
    files: dict[str, bytes | Path] = dict(submission_files())
    text = settings.to_json() if settings else None
    if text:
        files["settings.json"] = text.encode()
    if platform == "codalab":
        files["metadata"] = CODALAB_METADATA
    write_zip(path, files, overwrite, LARGEST_SIZE)
    return path.stat().st_size
