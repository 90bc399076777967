"""A sound file that is not on the disk by itself."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from autospeech.audio.open_sound import AudioDecodeError
from autospeech.audio.path_text import path_text

_PART = 1 << 20
_ONE_AT_A_TIME = threading.Lock()
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


@dataclass(frozen=True, eq=False)
class StoredSound:
    """The content of a sound file: bytes, an open file, or what a data set holds in a row.

    Args:
        name: What errors call it.
        load: Returns the bytes, a file that is open for reading bytes, or the path of a file. It is called whenever the
            sound is read, so that it is in memory no longer than that.
        suffix: Of the name that the file had, where known, such as `.mp3`.

    Example:
        >>> with StoredSound("clip 0", lambda: b"RIFF").at_path() as path:
        ...     path.read_bytes()
        b'RIFF'
    """

    name: str
    load: Callable[[], Any]
    suffix: str = ""

    @contextmanager
    def at_path(self) -> Iterator[Path]:
        """Give the sound as a file, a temporary one unless it is one already; errors then name the sound and not it.

        Raises:
            AudioDecodeError: It cannot be read; or, while the file is in use, whatever is wrong with it.
        """
        with tempfile.TemporaryDirectory(prefix="autospeech-") as folder:
            path = Path(folder, "sound" + (self.suffix if _SUFFIX.fullmatch(self.suffix) else ""))
            try:
                content = self.load()
                if isinstance(content, str | PathLike):
                    path = Path(content)
                elif isinstance(content, bytes | bytearray | memoryview):
                    path.write_bytes(content)
                else:
                    _copy(content, path)
            except (OSError, ValueError, TypeError) as error:
                mend = "open the file for reading bytes (`rb`), or give its path"
                raise AudioDecodeError(self.name, f"it cannot be read ({error})", mend) from error
            try:
                yield path
            except AudioDecodeError as error:
                error.args = (str(error).replace(path_text(path), self._told(path), 1),)
                raise

    def _told(self, path: Path) -> str:
        return f"{self.name}, {path_text(path)}" if path.name != f"sound{self.suffix}" else self.name


def _copy(file: Any, path: Path) -> None:
    # Clips are read by several threads, and open files may share a place, such as the members of an archive.
    with _ONE_AT_A_TIME, path.open("wb") as target:
        if callable(getattr(file, "seek", None)) and (not hasattr(file, "seekable") or file.seekable()):
            file.seek(0)
        while True:
            part = file.read(_PART)
            if not isinstance(part, bytes):
                raise TypeError(f"read() gives {type(part).__name__} and no bytes")
            if not part:
                return
            target.write(part)
