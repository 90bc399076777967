"""FLAC: streams that follow one another in a file, lengths that are not said."""

from __future__ import annotations

from typing import BinaryIO

from autospeech.audio.sound_layout import SoundLayout

# Of a stream: with the kind of its first block and the size of that, which never differ.
_MARK = b"fLaC\x00\x00\x00\x22"
_MOST_BLOCKS = 1000


def flac_layout(file: BinaryIO, size: int) -> SoundLayout:
    """Look whether a FLAC file holds several streams one after the other, and whether it says how long it is.

    Args:
        file: The file.
        size: Its length in bytes.

    Returns:
        The layout: a part for each stream where there are several. No seeking where the length is not said, as in
        what was written into a pipe, or where frames do not begin at the first, as in pieces of a longer recording.
    """
    begins: list[int] = []
    file.seek(0)
    start, buffer = 0, b""
    while read := file.read(1 << 20):
        # A mark may lie across two reads.
        kept = buffer[1 - len(_MARK) :]
        start, buffer = start + len(buffer) - len(kept), kept + read
        found = buffer.find(_MARK)
        while found >= 0:
            begins.append(start + found)
            found = buffer.find(_MARK, found + 1)
    if len(begins) > 1:
        return SoundLayout(tuple(((a, b),) for a, b in zip(begins, [*begins[1:], size], strict=True)), can_seek=False)
    if not begins:
        return SoundLayout()
    file.seek(begins[0] + 8)
    return SoundLayout(can_seek=any(file.read(18)[13:18]) and _first_frame_is_first(file, begins[0]))


def _first_frame_is_first(file: BinaryIO, begin: int) -> bool:
    position = begin + 4
    for _ in range(_MOST_BLOCKS):
        file.seek(position)
        head = file.read(4)
        if len(head) < 4:
            return False
        position += 4 + int.from_bytes(head[1:], "big")
        if head[0] & 0x80:
            break
    file.seek(position)
    # Behind two bytes of sync and two of format the number of the frame or sample begins: 0 is one byte.
    return file.read(5)[4:] == b"\0"
