"""Valid pickles of every protocol, and others that are made of allowed opcodes in any order."""

from __future__ import annotations

import io
import pickle
import random
import struct
from typing import Any

import numpy as np

from autospeech.datasets.portable_pickler import PortablePickler

_DTYPES = (b"f4", b"i2", b"f8", b"u1", b"b1", b"i8", b"f2", b"O8", b"V4", b"U3", b"c8", b"M8")
_MODULES = ("numpy", "numpy.core.multiarray", "numpy._core.multiarray", "numpy.core.numeric", "_codecs", "__builtin__")
_NAMES = ("ndarray", "dtype", "_reconstruct", "scalar", "_frombuffer", "encode", "bytes")


def pickles() -> dict[str, bytes]:
    """Valid ones by name."""
    clips: list[Any] = [np.arange(5, dtype="i2"), np.zeros(0, "f4"), np.ones((3, 2), ">f4", order="F"), np.bool_(True)]
    values = {
        "clips": clips,
        "again": clips[0],
        "number": [-3, 0.5, 2**40],
        "text": "ä",
        "bytes": b"\xff\x00",
        "no": None,
    }
    made = {}
    for protocol in range(6):
        made[f"values{protocol}.pkl"] = pickle.dumps(values, protocol)
        made[f"clips{protocol}.pkl"] = pickle.dumps([np.linspace(-1, 1, 40, dtype="f4")] * 2 + clips, protocol)
        file = io.BytesIO()
        PortablePickler(file, protocol).dump(clips[:3])
        made[f"portable{protocol}.pkl"] = file.getvalue()
    return made


def made_pickle(rng: random.Random, name: str, data: bytes) -> bytes:
    """Opcodes of arrays, most of them in an order that makes sense."""
    parts = [b"\x80" + bytes([rng.randrange(6)])]
    for _ in range(rng.choice((1, 3, 10, 40))):
        parts.append(rng.choice(_PARTS)(rng))
    return b"".join(parts) + rng.choice((b".", b"e.", b"t.", b"l.", b"a.", b""))


def _integer(rng: random.Random) -> bytes:
    number = rng.choice((0, 1, 2, -1, 5, 255, 2**16, 2**31 - 1, -(2**31)))
    wide = rng.choice((number, 2**40, 2**62, 2**63))
    return rng.choice((
        b"K" + bytes([number & 255]),
        b"J" + struct.pack("<i", number),
        b"I%d\n" % wide,
        b"L%dL\n" % wide,
        b"\x8a" + bytes([10]) + wide.to_bytes(10, "little", signed=True),
        b"\x8b" + struct.pack("<i", rng.choice((1, 100, number))) + b"\x7f" * 100,
        b"G" + struct.pack(">d", rng.choice((0.0, float("nan"), 1e300))),
        rng.choice((b"N", b"\x88", b"\x89")),
    ))  # fmt: skip


def _text(rng: random.Random, text: bytes | None = None) -> bytes:
    text = (
        text
        if text is not None
        else rng.choice((*_DTYPES, b"<", b">", b"|", b"b", b"C", b"F", b"K", b"latin1", b"ab\xc3"))
    )
    size = rng.choice((len(text),) * 9 + (2**31 - 1,))
    return rng.choice((
        b"X" + struct.pack("<I", size) + text,
        b"\x8c" + bytes([size & 255]) + text,
        b"\x8d" + struct.pack("<Q", size) + text,
        b"U" + bytes([size & 255]) + text,
        b"T" + struct.pack("<i", size) + text,
        b"V" + text + b"\n",
        b"S'" + text + b"'\n",
    ))  # fmt: skip


def _bytes(rng: random.Random) -> bytes:
    data = bytes(rng.choice((0, 1, 2, 4, 8, 16, 300)))
    size = rng.choice((len(data),) * 9 + (2**31,))
    return rng.choice((
        b"C" + bytes([size & 255]) + data,
        b"B" + struct.pack("<I", size) + data,
        b"\x8e" + struct.pack("<Q", size) + data,
        b"\x96" + struct.pack("<Q", size) + data,
    ))  # fmt: skip


def _memo(rng: random.Random) -> bytes:
    place = rng.choice((0, 0, 1, 2, 3, 2**27, 2**32 - 1))
    return rng.choice((
        b"\x94",
        b"q" + bytes([place & 255]),
        b"h" + bytes([place & 255]),
        b"r" + struct.pack("<I", place),
        b"j" + struct.pack("<I", place),
        b"p%d\n" % place,
        b"g%d\n" % place,
    ))  # fmt: skip


def _global(rng: random.Random) -> bytes:
    module, name = rng.choice(_MODULES).encode(), rng.choice(_NAMES).encode()
    stacked = _text(rng, module) + rng.choice((b"", b"\x94")) + _text(rng, name) + rng.choice((b"", b"\x94")) + b"\x93"
    return rng.choice((b"c" + module + b"\n" + name + b"\n", stacked))


def _dtype(rng: random.Random) -> bytes:
    made = b"cnumpy\ndtype\n(" + _text(rng, rng.choice(_DTYPES)) + b"\x89\x88tR"
    state = b"(K\x03" + _text(rng, rng.choice((b"<", b">", b"|"))) + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t"
    other = b"(" + b"".join(rng.choice((_integer, _text))(rng) for _ in range(8)) + b"t"
    return made + rng.choice((b"", b"\x94")) + rng.choice((state, state, state, other)) + b"b"


def _array(rng: random.Random) -> bytes:
    empty = rng.choice((
        b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R",
        b"cnumpy\nndarray\nK\x00\x85\x8c\x03|u1\x86R",
    ))  # fmt: skip
    shape = b"(" + b"".join(_integer(rng) for _ in range(rng.randrange(4))) + b"t"
    shape = rng.choice((shape, b"K\x01\x85", b"K\x02\x85", b"(K\x00K\x05t"))
    samples = rng.choice((_bytes, _bytes, _text, _list))(rng)
    return empty + b"(K\x01" + shape + _dtype(rng) + rng.choice((b"\x88", b"\x89")) + samples + b"tb"


def _buffer(rng: random.Random) -> bytes:
    called = rng.choice((b"cnumpy.core.numeric\n_frombuffer\n", b"cnumpy.core.multiarray\nscalar\n"))
    whole = b"(" + _bytes(rng) + _dtype(rng) + b"(" + _integer(rng) + b"t" + _text(rng, b"C") + b"tR"
    return called + rng.choice((whole, b"(" + _dtype(rng) + _bytes(rng) + b"tR"))


def _list(rng: random.Random) -> bytes:
    return rng.choice((b"]", b"}", b")", b"](", b"}(", b"(l", b"(d", b"(t"))


def _close(rng: random.Random) -> bytes:
    return rng.choice(
        (b"a", b"e", b"s", b"u", b"t", b"l", b"d", b"\x85", b"\x86", b"\x87", b"R", b"b", b"(", b"\x95" + bytes(8))
    )


_PARTS = (_integer, _text, _bytes, _memo, _memo, _global, _dtype, _array, _array, _buffer, _list, _list, _close, _close)
