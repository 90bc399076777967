"""Sound files without labels: what there is to predict."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autospeech.audio.path_text import path_text
from autospeech.datasets.audio_folder import SOUND_SUFFIXES, sound_files
from autospeech.datasets.dataset_error import DatasetError


def list_sounds(paths: str | Path | Iterable[str | Path]) -> list[Path]:
    """List the sound files among files and below folders.

    Args:
        paths: A file, a folder, or several of either. Files that are no sounds by their names, and what is hidden in
            folders, are left out.

    Returns:
        The files, sorted, each once.

    Raises:
        DatasetError: One of the paths is not there, a folder holds no sound or cannot be read, or no path is a sound.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("b.wav", "a.FLAC", "notes.txt"):
        ...         Path(folder, name).touch()
        ...     [file.name for file in list_sounds([folder, f"{folder}/b.wav"])]
        ['a.FLAC', 'b.wav']
    """
    several = [Path(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]
    found: set[Path] = set()
    for path in several:
        if path.is_dir():
            files = sound_files(path)
            if not files:
                raise DatasetError(f"{path_text(path)}: no sound files found in it; put some there or name another")
            found.update(files)
        elif not path.exists():
            raise DatasetError(f"{path_text(path)}: there is no such file or folder; correct the name")
        elif path.suffix.lower() in SOUND_SUFFIXES:
            found.add(path)
    if not found:
        what = f"{path_text(several[0])}: its name is not that of a sound" if several else "no files named"
        raise DatasetError(f"{what}; name sound files ({', '.join(sorted(SOUND_SUFFIXES))}) or folders with some")
    return sorted(found)
