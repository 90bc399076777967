"""Sound files without labels: what there is to predict."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autospeech.audio.path_text import path_text
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.sound_files import SoundFiles, warn_of_passed_over
from autospeech.datasets.unicode_form import existing_path


def list_sounds(paths: str | Path | Iterable[str | Path]) -> list[Path]:
    """List the sound files among files and below folders.

    Args:
        paths: A file, a folder, or several of either; found under either Unicode form of its name. A file is taken
            whatever its suffix; so is one of several that is not there, and reading it ends in the error. In folders,
            files that are no sounds by their names, whatever begins with `.`, and inner folders that begin with `_` are
            left out; a `ListingWarning` tells of what may hold sound.

    Returns:
        The files, sorted, each once.

    Raises:
        DatasetError: None of the paths is there, a folder holds no sound or cannot be read, or nothing is named.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("b.wav", "a.FLAC", "notes.txt"):
        ...         Path(folder, name).touch()
        ...     [file.name for file in list_sounds([folder, f"{folder}/b.wav"])]
        ['a.FLAC', 'b.wav']
    """
    found: set[Path] = set()
    missing: list[Path] = []
    for path in map(existing_path, [paths] if isinstance(paths, str | Path) else paths):
        if path.is_dir():
            inside = SoundFiles.below(path)
            if not inside.sounds:
                there = f" (passed over: {inside.passed_over})" if inside.passed_over else ""
                raise DatasetError(
                    f"{path_text(path)}: no sound files found in it{there}; put some there, name files, or name "
                    f"another folder; sounds are known by their suffixes, as .wav, .flac, .mp3 or .m4a"
                )
            warn_of_passed_over(path, [inside])
            found.update(inside.sounds)
        elif not path.exists():
            missing.append(path)
        else:
            found.add(path)
    if missing and not found:
        raise DatasetError(f"{path_text(missing[0])}: there is no such file or folder; correct the name")
    if not found:
        raise DatasetError("no files named; name sound files, or folders with some")
    return sorted(found.union(missing))
