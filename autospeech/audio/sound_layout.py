"""Where in a file its sound lies, where the decoder cannot be trusted to find out."""

from __future__ import annotations

from dataclasses import dataclass

from autospeech.audio.pieced_file import Piece


@dataclass(frozen=True, slots=True)
class SoundLayout:
    """Of one file.

    Args:
        parts: Each a sound in itself, to be heard one after the other. Empty: the file can be read as it is.
        present: How much of what the container says there is, 0 to 1; None where it says nothing, or the decoder says
            it.
        notes: What is wrong with the file and what is done about it.
        can_seek: Whether the length is known and reading may begin anywhere.
    """

    parts: tuple[tuple[Piece, ...], ...] = ()
    present: float | None = None
    notes: tuple[str, ...] = ()
    can_seek: bool = True
