"""The checksum of TFRecord files, and how to change the start of a record without reading its long rest again."""

from __future__ import annotations

from functools import lru_cache

_POLYNOMIAL = 0x82F63B78


def _table_entry(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ (_POLYNOMIAL if byte & 1 else 0)
    return byte


_TABLE = tuple(_table_entry(byte) for byte in range(256))


def masked_crc32c(data: bytes) -> int:
    """CRC-32C of `data`, masked as TFRecord files keep it.

    Example:
        >>> hex(unmask(masked_crc32c(b"123456789")))
        '0xe3069283'
    """
    return mask(_register(data) ^ 0xFFFFFFFF)


def mask(crc: int) -> int:
    """Rotate and add, so that a checksum of a checksum is not weak."""
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def unmask(masked: int) -> int:
    """Undo `mask`."""
    rotated = (masked - 0xA282EAD8) & 0xFFFFFFFF
    return (rotated >> 17 | rotated << 15) & 0xFFFFFFFF


def with_other_head(crc: int, old_head: bytes, new_head: bytes, tail_length: int) -> int:
    """CRC-32C of `new_head + tail`, from that of `old_head + tail`.

    A CRC is linear: what differs after the heads is carried through the tail as if that were zeros.

    Args:
        crc: CRC-32C of `old_head + tail`, not masked.
        old_head: What the data began with.
        new_head: What it begins with now.
        tail_length: Bytes in the tail.

    Returns:
        The new CRC-32C, not masked.
    """
    return crc ^ _through_zeros(_register(old_head) ^ _register(new_head), tail_length)


def _register(data: bytes) -> int:
    register = 0xFFFFFFFF
    for byte in data:
        register = (register >> 8) ^ _TABLE[(register ^ byte) & 0xFF]
    return register


def _through_zeros(register: int, count: int) -> int:
    power = 0
    while count:
        if count & 1:
            register = _apply(_zeros_matrix(power), register)
        count >>= 1
        power += 1
    return register


def _apply(matrix: tuple[int, ...], vector: int) -> int:
    result = 0
    for column in matrix:
        if vector & 1:
            result ^= column
        vector >>= 1
    return result


@lru_cache(maxsize=64)
def _zeros_matrix(power: int) -> tuple[int, ...]:
    """The linear map of 2**power zero bytes on the register, as 32 columns."""
    if power == 0:
        return tuple((bit >> 8) ^ _TABLE[bit & 0xFF] for bit in (1 << place for place in range(32)))
    half = _zeros_matrix(power - 1)
    return tuple(_apply(half, column) for column in half)
