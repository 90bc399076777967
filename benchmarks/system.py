"""What is compared: presets of ours, and submissions of others."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from autospeech.presets import find_preset

SYSTEMS = Path(__file__).parent / "systems"
# What a rival needs on top of requirements.txt; without it the rival is left out.
NEEDS = {"egemaps_svm": "opensmile"}
OPTIONS = {"no-warm-start": {"warm_start": False}}


@dataclass(frozen=True)
class System:
    """A system by its name.

    Args:
        name: As it stands in the tables.
        settings: Preset and options, for a preset of ours.
        folder: The submission, for a rival.
    """

    name: str
    settings: dict[str, Any]
    folder: Path | None = None

    @classmethod
    def parse(cls, name: str) -> System:
        """Find a system.

        Args:
            name: `PRESET`, `PRESET:no-warm-start`, `PRESET:encoder=FILE`, a rival of `benchmarks/systems`, or a folder
                with a `model.py`.

        Returns:
            The system.

        Raises:
            ValueError: There is none of that name, or no such option.

        Example:
            >>> System.parse("kon:no-warm-start").settings
            {'preset': 'kon', 'warm_start': False}
            >>> System.parse("mfcc_logreg").folder.name
            'mfcc_logreg'
        """
        preset, *options = name.split(":")
        try:
            settings: dict[str, Any] = {"preset": find_preset(preset).name}
        except ValueError as error:
            for folder in (SYSTEMS / name, Path(name)):
                if name and (folder / "model.py").is_file():
                    return cls(folder.resolve().name, {}, folder)
            rivals = ", ".join(sorted(model.parent.name for model in SYSTEMS.glob("*/model.py")))
            raise ValueError(f"--systems {name}: {error}; or a rival: {rivals}; or a folder with a model.py") from None
        for option in options:
            if option.startswith("encoder=") and Path(option.removeprefix("encoder=")).is_file():
                settings["encoder"] = Path(option.removeprefix("encoder="))
                continue
            if option not in OPTIONS:
                raise ValueError(
                    f"--systems {name}: there is no option {option!r}; choose one of: {', '.join(OPTIONS)}, "
                    "encoder=FILE"
                )
            settings |= OPTIONS[option]
        return cls(name, settings)

    @property
    def missing(self) -> str | None:
        """Why it cannot run here; None if it can."""
        package = NEEDS.get(self.name)
        if package is None or find_spec(package) is not None:
            return None
        return f"{package} is not installed; `pip install -r requirements-bench.txt` brings it"
