"""Ogg: streams that follow one another in a file, pages that are missing."""

from __future__ import annotations

import zlib
from typing import BinaryIO

from autospeech.audio.pieced_file import Piece
from autospeech.audio.sound_layout import SoundLayout

_HEADER = 27
_MOST_PAGE = _HEADER + 255 + 255 * 255
_BEGINS = 2
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def ogg_layout(file: BinaryIO, size: int) -> SoundLayout:
    """Look for the streams of an Ogg file and for what is missing in them.

    A recorder that begins anew, or `cat`, leaves several streams one after the other ("chained"); libsndfile ends with
    the first.

    Args:
        file: The file.
        size: Its length in bytes.

    Returns:
        The layout: a part for each stream where there are several.
    """
    links: list[int] = []
    last: dict[bytes, int] = {}
    begins_before, lost, damaged, junk, is_cut = False, 0, 0, 0, False
    position, start, buffer = 0, 0, b""
    while position < size:
        inside = position - start
        if inside < 0 or (len(buffer) - inside < _MOST_PAGE and start + len(buffer) < size):
            file.seek(position)
            start, buffer, inside = position, file.read(1 << 20), 0
        if buffer[inside : inside + 4] != b"OggS":
            found = buffer.find(b"OggS", inside + 1)
            # The last bytes may be the beginning of a page.
            step = found - inside if found >= 0 else max(1, len(buffer) - inside - 3)
            junk += step
            position += step
            continue
        count = buffer[inside + 26] if inside + 26 < len(buffer) else 0
        length = _HEADER + count + sum(buffer[inside + _HEADER : inside + _HEADER + count])
        is_cut = position + length > size or inside + _HEADER + count > len(buffer)
        damaged += not is_cut and not _is_sound(buffer[inside : inside + length])
        begins = bool(buffer[inside + 5] & _BEGINS) if inside + 5 < len(buffer) else False
        if begins and not begins_before:
            links.append(position)
        serial, number = buffer[inside + 14 : inside + 18], int.from_bytes(buffer[inside + 18 : inside + 22], "little")
        if not begins and serial in last and number > last[serial] + 1:
            lost += number - last[serial] - 1
        last[serial], begins_before = number, begins
        position += length
    notes = []
    if lost or damaged or junk:
        what = f"{lost} pages are missing in it" if lost else f"{junk} bytes in it are no Ogg pages"
        if damaged:
            # The decoder leaves them out.
            what = f"{damaged} of its pages {'is' if damaged == 1 else 'are'} damaged"
        notes.append(f"{what}; the sound before and after is read as if it were joined")
    if is_cut:
        notes.append("it ends in the middle of a page, so that its end is missing; what is before that is read")
    parts: tuple[tuple[Piece, ...], ...] = ()
    if len(links) > 1:
        parts = tuple(((begin, end),) for begin, end in zip(links, [*links[1:], size], strict=True))
    return SoundLayout(parts, None, tuple(notes), can_seek=not parts and not notes)


def _is_sound(page: bytes) -> bool:
    """Tell whether a page has the checksum that it says: as in ZIP, but each byte the other way round."""
    mirrored = (page[:22] + bytes(4) + page[26:]).translate(_MIRRORED)
    checksum = zlib.crc32(mirrored, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return checksum.to_bytes(4, "big").translate(_MIRRORED) == page[22:26]
