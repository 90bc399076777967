"""The submission: `Model` with the settings of `settings.json` beside this file, if there is one."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
# On a platform the package travels beside this file and is not installed.
sys.path.append(str(FOLDER))

from autospeech import competition  # noqa: E402
from autospeech.regular_file import read_json  # noqa: E402


class Model(competition.Model):
    """The competition's model; `settings.json` may hold the keyword arguments of `competition.Model`."""

    def __init__(self, metadata: Any) -> None:
        file = FOLDER / "settings.json"
        try:
            settings = read_json(file) if file.exists() else {}
        except ValueError as error:
            raise ValueError(f"{file}: not JSON ({error})") from error
        if not isinstance(settings, dict):
            raise ValueError(f"{file}: it must hold a JSON object, not {type(settings).__name__}")
        known = ("preset", "warm_start", "encoder", "augment", "mix_at", "fusion", "seed", "trace")
        unknown = sorted(set(settings) - set(known))
        if unknown:
            raise ValueError(f"{file}: unknown settings {unknown}; known are {', '.join(known)}")
        # What it decides, and why, goes to the log of the run.
        logging.basicConfig(level=logging.WARNING, format="%(message)s")
        logging.getLogger("autospeech").setLevel(logging.INFO)
        super().__init__(metadata, **settings)
