"""Damage bytes in the ways that find faults in readers: a seed says which, so that each input can be made again."""

from __future__ import annotations

import random
import re
import struct

INTERESTING = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 2**24, 2**27, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1)
TEXTS = (
    b"-1", b"0", b"1e400", b"nan", b"inf", b"-inf", b"9" * 25, b"9" * 400, b"9" * 5000, b"1e308", b"0x10", b"1_000",
    b"true", b"null", b"[]", b"{}", b"[" * 3000, b'{"a":' * 3000, b'"', b"'", b"\\", b"\\ud800", b"\x00", b"\xff\xfe",
    b"\xef\xbb\xbf", b"\r", b"\n", b"\t", b",", b";", b":", b"#", b"&a [*a]", b"*a", b"!!python/object:os.system",
    b"%s", b"../", b"/etc", b"\xed\xa0\x80", b"\xe2\x80\xae", b"[/b]", b"\x1b[31m", b"=1+1", b"x" * 5000, b" " * 2000,
    b"a{" * 3000, b"a<" * 3000, b"a: &a [1]\nb: &b [*a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b]\nd: [*c, *c]\n",
)  # fmt: skip


def mutated(seed: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """Apply one to six damages to a valid input.

    Args:
        seed: The valid input.
        others: Inputs of the same kind to splice with.
        rng: Draws the damages.

    Returns:
        The damaged bytes.
    """
    data = bytearray(seed)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        rng.choice(_DAMAGES)(data, others, rng)
    return bytes(data[:2_000_000])


def _place(data: bytearray, rng: random.Random) -> int:
    """A place, half of the time near the beginning, where headers are."""
    return rng.randrange(min(len(data), rng.choice((16, 64, 256, 10**9))) or 1) if data else 0


def _flip(data: bytearray, others: list[bytes], rng: random.Random) -> None:
    for _ in range(rng.choice((1, 1, 2, 8))):
        if data:
            data[_place(data, rng)] ^= 1 << rng.randrange(8)


def _set_byte(data: bytearray, others: list[bytes], rng: random.Random) -> None:
    if data:
        data[_place(data, rng)] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))


def _set_number(data: bytearray, others: list[bytes], rng: random.Random) -> None:
    size = rng.choice("BHIQ")
    number = rng.choice(INTERESTING) & (256 ** struct.calcsize(size) - 1)
    packed = struct.pack(rng.choice("<>") + size, number)
    at = _place(data, rng)
    data[at : at + len(packed)] = packed


def _truncate(data: bytearray, others: list[bytes], rng: random.Random) -> None:
    del data[rng.randrange(len(data) + 1) :]


def _delete(data: bytearray, others: list[bytes], rng: random.Random) -> None:
    at = _place(data, rng)
    del data[at : at + rng.choice((1, 2, 4, 16, 200))]


def _duplicate(data: bytearray, others: list[bytes], rng: random.Random) -> None:
    at, length = _place(data, rng), rng.choice((1, 4, 16, 100, 2000))
    part = data[at : at + length]
    data[at:at] = part * rng.choice((1, 1, 2, 20))


def _splice(data: bytearray, others: list[bytes], rng: random.Random) -> None:
    other = rng.choice(others)
    begin = rng.randrange(len(other) + 1)
    at = _place(data, rng)
    data[at : at + rng.choice((0, 8, 10**9))] = other[begin : begin + rng.choice((8, 100, 10**9))]


def _insert_text(data: bytearray, others: list[bytes], rng: random.Random) -> None:
    at = _place(data, rng)
    data[at:at] = rng.choice(TEXTS)


def _replace_number(data: bytearray, others: list[bytes], rng: random.Random) -> None:
    """Put another text where a number in digits or a word stands."""
    found = [match.span() for match in re.finditer(rb"-?[0-9.]+|[A-Za-z_]+|\"[^\"]*\"", data[:20_000])]
    if found:
        begin, end = rng.choice(found)
        data[begin:end] = rng.choice(TEXTS)


def _swap_lines(data: bytearray, others: list[bytes], rng: random.Random) -> None:
    lines = bytes(data).split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    data[:] = b"\n".join(lines)


def _noise(data: bytearray, others: list[bytes], rng: random.Random) -> None:
    at = _place(data, rng)
    noise = rng.randbytes(rng.choice((1, 4, 32, 500)))
    data[at : at + len(noise)] = noise


_DAMAGES = (
    _flip, _flip, _set_byte, _set_number, _set_number, _truncate, _delete, _duplicate, _splice, _insert_text,
    _replace_number, _replace_number, _swap_lines, _noise,
)  # fmt: skip
