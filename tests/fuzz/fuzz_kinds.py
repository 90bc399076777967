"""All readers of the project, by kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fuzz_package_kinds as package
import fuzz_program_kinds as programs
from fuzz_kind import Kind

KINDS: dict[str, Callable[[Path], Kind]] = {
    kind.__name__: kind
    for kind in (
        package.sounds,
        package.unpickled,
        package.autospeech,
        package.autodl,
        package.autodl_metadata,
        package.solutions,
        package.tables,
        package.layouts,
        package.parquet,
        package.models,
        package.submissions,
        package.settings,
        programs.ingestion_autospeech,
        programs.ingestion_autodl,
        programs.ingestion_metadata,
        programs.messages,
        programs.predictions,
        programs.ingestion_solutions,
        programs.scored_texts,
        programs.records,
    )
}
