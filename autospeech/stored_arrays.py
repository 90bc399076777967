"""Arrays of numbers in a `.npz` file of a stranger, none of them larger than the file says before it is made."""

from __future__ import annotations

import math
import struct
import zipfile
import zlib
from typing import IO, Any

import numpy as np
import numpy.typing as npt

# Of the text that tells an array's type and shape, in bytes; NumPy writes about 100.
_MOST_HEADER = 1000
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def read_arrays(file: IO[bytes], most: int) -> dict[str, npt.NDArray[Any]]:
    """Read arrays of numbers or texts, as `numpy.savez` and `numpy.savez_compressed` write them.

    Args:
        file: The `.npz` file, open for reading bytes.
        most: Bytes that all arrays together may have.

    Returns:
        The arrays by name.

    Raises:
        ValueError: It is no such file, is damaged, holds Python objects, or its arrays say that they have more bytes
            than there are, or than they may have.

    Example:
        >>> import io
        >>> file = io.BytesIO()
        >>> np.savez(file, weights=np.zeros((2, 3), "float32"))
        >>> read_arrays(file, most=1000)["weights"].shape
        (2, 3)
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            stated = sum(entry.file_size for entry in entries)
            if stated > most:
                raise ValueError(f"its arrays have {stated:,} bytes; {most:,} are the most that is read")
            return {entry.filename.removesuffix(".npy"): _array(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, zlib.error) as error:
        raise ValueError(f"no whole .npz file: {error}") from error
    except (EOFError, struct.error, OverflowError, MemoryError) as error:
        raise ValueError(f"an array in it is damaged: {error}") from error


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> npt.NDArray[Any]:
    with archive.open(entry) as member:
        read_header = _HEADERS.get(np.lib.format.read_magic(member))
        if read_header is None:
            raise ValueError(f"{entry.filename[:40]} is of an unknown version of the format")
        try:
            shape, is_fortran, dtype = read_header(member, max_header_size=_MOST_HEADER)
        except ValueError:
            raise ValueError(f"{entry.filename[:40]} has no header that tells a type and a shape") from None
        if dtype.kind not in "biufU":
            raise ValueError(f"{entry.filename[:40]} holds {str(dtype)[:40]}; it must hold numbers or texts")
        size, there = math.prod(shape) * dtype.itemsize, entry.file_size - member.tell()
        if min(shape, default=0) < 0 or size != there:
            raise ValueError(f"{entry.filename[:40]} has {there:,} bytes, not {size:,} as its shape {shape} takes")
        data = bytearray(member.read(size))
    return np.frombuffer(data, dtype).reshape(shape, order="F" if is_fortran else "C")
