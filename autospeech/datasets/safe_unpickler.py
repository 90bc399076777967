"""Read a pickle that came from a stranger: NumPy arrays, lists and numbers, and nothing that runs.

Nothing here calls Python's unpickler or NumPy's. The file is read twice with the tables of `pickletools`: once to check
it, and once to build. Behind the few names that a pickle of arrays needs stand functions of this file.

This file stands twice, in `ingestion/` (which runs alone) and in `autospeech/datasets/`; one test covers both.
"""

from __future__ import annotations

import codecs
import math
import pickletools
import stat
from collections.abc import Iterator
from enum import Enum
from io import BufferedReader
from pathlib import Path
from typing import Any, Literal

import numpy as np

# A clip takes about 12 opcodes.
MOST_OPCODES = 2_000_000
DEEPEST_NESTING = 20


class UnsafePickleError(ValueError):
    """A pickle is damaged, or holds something else than arrays, lists and numbers."""


class _Name(Enum):
    NDARRAY, DTYPE, RECONSTRUCT, FROM_BUFFER, SCALAR, ENCODE, BYTES = range(7)


_NAMES = {
    "numpy ndarray": _Name.NDARRAY,
    "numpy dtype": _Name.DTYPE,
    "_codecs encode": _Name.ENCODE,
    "__builtin__ bytes": _Name.BYTES,
}
for _package in ("numpy.core", "numpy._core"):
    _NAMES[f"{_package}.multiarray _reconstruct"] = _Name.RECONSTRUCT
    _NAMES[f"{_package}.numeric _frombuffer"] = _Name.FROM_BUFFER
    _NAMES[f"{_package}.multiarray scalar"] = _Name.SCALAR
_DTYPES = {name: np.dtype(name) for name in ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8")}
_SCALARS = {dtype.type for dtype in _DTYPES.values()}
_PLAIN = {type(None), bool, int, float, str, bytes, np.ndarray} | _SCALARS

_STRINGS = {"STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"}
_LONG = _STRINGS | {"BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"}
_PUSHED = _LONG | {"INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"}
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_GETS, _PUTS = {"GET", "BINGET", "LONG_BINGET"}, {"PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"}
_REMARKS = {"PROTO", "FRAME", "STOP"}
_MADE = {"GLOBAL", "STACK_GLOBAL", "REDUCE", "BUILD", "MARK", "EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3"}
_FILLED = {"EMPTY_LIST", "LIST", "APPEND", "APPENDS", "EMPTY_DICT", "DICT", "SETITEM", "SETITEMS"}
_OPCODES: dict[bytes, tuple[str, Any]] = {
    opcode.code.encode("latin-1"): (opcode.name, opcode.arg and opcode.arg.reader)
    for opcode in pickletools.opcodes
    if opcode.name in _PUSHED | set(_CONSTANTS) | _GETS | _PUTS | _REMARKS | _MADE | _FILLED
}
# Of anything but text and bytes, so long may the argument of an opcode be: a name, or a number in digits.
_SHORT = 400
_SKIPPED_FROM = 4096
_DEFINED, _WANTED, _AGAIN = 1, 2, 4


class _Skipped(bytes):
    """Has the length of bytes that are in the file and are not read."""

    length = 0

    def __len__(self) -> int:
        return self.length


class _Source:
    """The bytes of a file as `pickletools` reads them, never more than there are."""

    def __init__(self, file: BufferedReader, size: int, skips: bool):
        self.left, self.limit = size, size
        self._file, self._skips = file, skips
        file.seek(0)

    def read(self, count: int) -> bytes:
        if count > self.left:
            raise UnsafePickleError(f"cut short: {count} bytes are announced and {self.left} are left")
        if count > self.limit:
            raise UnsafePickleError(f"a number or name of {count} bytes")
        self.left -= count
        if self._skips and count >= _SKIPPED_FROM:
            self._file.seek(count, 1)
            skipped = _Skipped()
            skipped.length = count
            return skipped
        data = self._file.read(count)
        if len(data) != count:
            raise UnsafePickleError("the file has become shorter while it was read")
        return data

    def readline(self) -> bytes:
        line = self._file.readline(min(self.limit, self.left))
        self.left -= len(line)
        return line


def _opcodes(source: _Source) -> Iterator[tuple[str, Any]]:
    """Yield the name and the argument of each opcode up to the last; raise where one is not allowed."""
    for _ in range(MOST_OPCODES):
        source.limit = _SHORT
        code = source.read(1)
        if code not in _OPCODES:
            names = [opcode.name for opcode in pickletools.opcodes if opcode.code == code.decode("latin-1")]
            raise UnsafePickleError(f"the opcode {names[0] if names else repr(code)}; no pickle of arrays has it")
        (name, reader), argument = _OPCODES[code], None
        if reader is not None:
            if name in _LONG:
                source.limit = source.left
            argument = _quoted(source) if name == "STRING" else reader(source)
        yield name, argument
        if name == "STOP":
            return
    raise UnsafePickleError(f"more than {MOST_OPCODES} opcodes; put the samples of a clip into one array")


def _quoted(source: _Source) -> str:
    """Read a text as Python 2 wrote it, with any byte in it; `pickletools` takes ASCII alone."""
    text = source.readline().strip()
    if len(text) < 2 or text[:1] != text[-1:] or text[:1] not in (b"'", b'"'):
        raise UnsafePickleError("a string without quotes around it")
    return codecs.escape_decode(text[1:-1])[0].decode("latin-1")


def _check(source: _Source) -> bytearray:
    """See that all opcodes, lengths, names and places of the memo are allowed; return which of these are read."""
    memo = bytearray()
    texts: dict[int, str] = {}  # those in the memo that may be names
    last: list[str | None] = [None, None]  # the last two values if they are texts
    written = 0
    for number, (name, argument) in enumerate(_opcodes(source)):
        if name in _PUTS:
            place = written if name == "MEMOIZE" else argument
            if not 0 <= place <= number:
                raise UnsafePickleError(f"place {place} of the memo, after {number} opcodes")
            memo.extend(bytes(max(0, place + 1 - len(memo))))
            written += not memo[place]
            memo[place] |= _DEFINED
            texts.pop(place, None)
            if last[1] is not None:
                texts[place] = last[1]
        elif name in _GETS:
            if not 0 <= argument < len(memo) or not memo[argument]:
                raise UnsafePickleError(f"place {argument} of the memo is read and was never written")
            memo[argument] |= _WANTED
            last = [last[1], texts.get(argument)]
        elif name == "GLOBAL" or name == "STACK_GLOBAL":
            _name(argument if name == "GLOBAL" else f"{last[0] or '?'} {last[1] or '?'}")
            last = [None, None]
        elif name not in _REMARKS:
            last = [last[1], argument if name in _STRINGS and len(argument) < _SHORT else None]
    return memo


def _name(text: str) -> _Name:
    if text not in _NAMES:
        raise UnsafePickleError(f"it names {text!r:.100}; only NumPy arrays, lists and numbers are read")
    return _NAMES[text]


class _Unbuilt:
    """A dtype or an array before BUILD has said all of it; what stands in the memo for it."""

    def __init__(self, dtype: np.dtype[Any] | None):
        self.dtype = dtype
        self.value: np.dtype[Any] | np.ndarray | None = None


class _Builder:
    """Makes the objects of a pickle that has been checked."""

    def __init__(self, size: int, memo: bytearray):
        self._stack: list[Any] = []
        self._marks: list[int] = []
        self._flags, self._memo, self._written = memo, dict[int, Any](), 0
        self._copied, self._most_copied = 0, 2 * size

    def build(self, source: _Source) -> Any:
        stack = self._stack
        for name, argument in _opcodes(source):
            if name in _PUSHED:
                if type(argument) is int and not -(1 << 63) <= argument < 1 << 64:
                    raise UnsafePickleError("an integer of more than 64 bits")
                stack.append(argument)
            elif name in _PUTS:
                self._put(self._written if name == "MEMOIZE" else argument)
            elif name in _GETS:
                value = self._memo[argument]
                built = type(value) is _Unbuilt and value.value is not None
                stack.append(value.value if built else value)
            elif name in _CONSTANTS:
                stack.append(_CONSTANTS[name])
            elif name not in _REMARKS:
                self._step(name, argument)
        if len(stack) != 1 or self._marks:
            raise UnsafePickleError(f"{len(stack)} objects at its end; there must be one")
        return stack[0]

    def _pop(self) -> Any:
        if len(self._stack) <= (self._marks[-1] if self._marks else 0):
            raise UnsafePickleError("it takes an object where there is none")
        return self._stack.pop()

    def _above_mark(self) -> list[Any]:
        if not self._marks:
            raise UnsafePickleError("it takes objects up to a mark where there is none")
        mark = self._marks.pop()
        objects = self._stack[mark:]
        del self._stack[mark:]
        return objects

    def _top(self, *kinds: type) -> Any:
        """The object on top, which stays there; of one of the kinds, if there are any."""
        value = self._pop()
        if kinds and type(value) not in kinds:
            raise UnsafePickleError(f"a {type(value).__name__} where a {kinds[0].__name__} is filled")
        self._stack.append(value)
        return value

    def _put(self, place: int) -> None:
        self._written += not self._flags[place] & _AGAIN
        self._flags[place] |= _AGAIN
        value = self._top()
        if self._flags[place] & _WANTED:
            self._memo[place] = value

    def _step(self, name: str, argument: Any) -> None:
        stack = self._stack
        match name:
            case "REDUCE":
                arguments, called = self._pop(), self._pop()
                stack.append(self._called(called, arguments))
            case "BUILD":
                state, unbuilt = self._pop(), self._pop()
                stack.append(self._built(unbuilt, state))
            case "GLOBAL":
                stack.append(_name(argument))
            case "STACK_GLOBAL":
                last, first = self._pop(), self._pop()
                stack.append(_name(f"{first} {last}" if type(first) is type(last) is str else "? ?"))
            case "MARK":
                self._marks.append(len(stack))
            case "EMPTY_TUPLE" | "EMPTY_LIST" | "EMPTY_DICT":
                stack.append({"EMPTY_TUPLE": tuple, "EMPTY_LIST": list, "EMPTY_DICT": dict}[name]())
            case "TUPLE1" | "TUPLE2" | "TUPLE3":
                stack.append(tuple([self._pop() for _ in range(int(name[-1]))][::-1]))
            case "TUPLE":
                stack.append(tuple(self._above_mark()))
            case "LIST":
                stack.append(self._above_mark())
            case "APPEND":
                value = self._pop()
                self._top(list).append(value)
            case "APPENDS":
                values = self._above_mark()
                self._top(list).extend(values)
            case "DICT":
                values = self._above_mark()
                stack.append({})
                self._fill(values)
            case "SETITEM":
                value, key = self._pop(), self._pop()
                self._fill([key, value])
            case "SETITEMS":
                self._fill(self._above_mark())

    def _fill(self, values: list[Any]) -> None:
        target = self._top(dict)
        for key, value in zip(values[::2], values[1::2], strict=True):
            if type(key) not in (str, bytes, int):
                raise UnsafePickleError(f"a {type(key).__name__} as a key")
            target[key] = value

    def _called(self, called: Any, arguments: Any) -> Any:
        if type(called) is not _Name or type(arguments) is not tuple:
            raise UnsafePickleError(f"it calls a {type(called).__name__} with a {type(arguments).__name__}")
        match called, arguments:
            case _Name.DTYPE, (str(text), 0, 1):
                if text not in _DTYPES:
                    raise UnsafePickleError(f"the dtype {text!r:.40}; put arrays of {', '.join(_DTYPES)} into a list")
                return _Unbuilt(_DTYPES[text])
            case (_Name.RECONSTRUCT, (_Name.NDARRAY, (0,), ("b" | b"b"))) | (_Name.NDARRAY, ((0,), "|u1")):
                return _Unbuilt(None)  # the second as `PortablePickler` writes it
            case _Name.FROM_BUFFER, (data, np.dtype() as dtype, shape, ("C" | "F") as order, *_):
                return self._array(shape, dtype, order, data)
            case _Name.FROM_BUFFER, (data, np.dtype() as dtype, shape, "K", tuple(axes)):
                return self._array(shape, dtype, "C", data).transpose(axes)  # NumPy checks the axes
            case _Name.SCALAR, (np.dtype() as dtype, data):
                return self._array((), dtype, "C", data)[()]
            case _Name.ENCODE, (str(text), "latin1"):
                self._count(len(text))
                return text.encode("latin-1")
            case _Name.BYTES, ():
                return b""
        what = ", ".join(repr(one)[:40] if type(one) in (str, int) else type(one).__name__ for one in arguments[:8])
        raise UnsafePickleError(f"it calls {called.name.lower()} with ({what}), which no array needs")

    def _built(self, unbuilt: Any, state: Any) -> Any:
        if type(unbuilt) is not _Unbuilt or unbuilt.value is not None:
            raise UnsafePickleError(f"it changes a finished {type(unbuilt).__name__.strip('_')}")
        match unbuilt.dtype, state:
            case np.dtype() as dtype, (3, ("|" | "<" | ">") as order, None, None, None, -1, -1, 0):
                if order not in (("|",) if dtype.itemsize == 1 else ("<", ">")):
                    raise UnsafePickleError(f"the byte order {order!r} of {dtype.name}")
                unbuilt.value = dtype.newbyteorder(order)
            case None, (1, shape, np.dtype() as dtype, (0 | 1) as fortran, data):
                unbuilt.value = self._array(shape, dtype, "F" if fortran else "C", data)
            case _:
                what = "an array" if unbuilt.dtype is None else f"the dtype {unbuilt.dtype.name}"
                raise UnsafePickleError(f"the state of {what} is not one that an array of numbers has")
        return unbuilt.value

    def _array(self, shape: Any, dtype: np.dtype[Any], order: Literal["C", "F"], data: Any) -> np.ndarray:
        """Make an array of a copy of bytes, of which there are exactly enough."""
        if type(data) is str:  # as Python 2 wrote them
            data = data.encode("latin-1")
        if type(data) not in (bytes, bytearray):
            raise UnsafePickleError(f"the samples of an array are a {type(data).__name__}, not bytes")
        if type(shape) is not tuple or len(shape) > 32 or not all(type(size) is int and size >= 0 for size in shape):
            raise UnsafePickleError("the shape of an array is not at most 32 whole numbers from 0")
        needed = math.prod(shape) * dtype.itemsize
        if needed != len(data):
            raise UnsafePickleError(f"an array of {needed} bytes, and {len(data)} are there")
        self._count(needed)
        array = np.ndarray(shape, dtype, data, order=order)
        if dtype.kind == "b":  # any byte that is not 0 is true; NumPy counts on 1
            return np.asarray(array.view(np.uint8) != 0)
        return array.astype(dtype.newbyteorder("="))

    def _count(self, size: int) -> None:
        self._copied += size
        if self._copied > self._most_copied:
            raise UnsafePickleError(f"its objects take more than {self._most_copied} bytes, twice the file's size")


def _check_plain(result: Any) -> None:
    """See that there is nothing else in an object than lists, dicts, numbers, texts and arrays, and no endless one."""
    todo = [iter((result,))]
    seen = 0
    while todo:
        for value in todo[-1]:
            seen += 1
            if type(value) in (list, tuple, dict):
                todo.append(iter(value.values() if type(value) is dict else value))
                break
            if type(value) not in _PLAIN:
                raise UnsafePickleError(f"there is a {type(value).__name__.strip('_')} in it")
        else:
            todo.pop()
        if len(todo) > DEEPEST_NESTING or seen > MOST_OPCODES:
            raise UnsafePickleError("lists in lists without an end, or too many")


def load(path: str | Path) -> Any:
    """Load one pickle file safely.

    Args:
        path: The file, of any protocol, written by NumPy 1 or 2 or by Python 2.

    Returns:
        The object: lists, tuples, dicts, numbers, texts, bytes, and NumPy arrays and scalars of `bool`, integers and
        floats, in the machine's byte order. The arrays may be written to.

    Raises:
        FileNotFoundError: The file is not there.
        UnsafePickleError: It cannot be read, is cut short, no pickle at all, or holds another kind of object, which
            arrays of objects are too. Nothing of it has run.

    Example:
        >>> import pickle, tempfile
        >>> with tempfile.NamedTemporaryFile(suffix=".pkl") as file:
        ...     _ = file.write(pickle.dumps([np.zeros(3, "float32")]))
        ...     file.flush()
        ...     load(file.name)
        [array([0., 0., 0.], dtype=float32)]
    """
    try:
        status = Path(path).stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnsafePickleError("no file but a folder, a pipe or a device")
        with Path(path).open("rb") as file:
            memo = _check(_Source(file, status.st_size, skips=True))
            result = _Builder(status.st_size, memo).build(_Source(file, status.st_size, skips=False))
        _check_plain(result)
    except FileNotFoundError:
        raise
    except Exception as error:
        reason = str(error) if isinstance(error, UnsafePickleError) else f"{type(error).__name__}: {error}"
        raise UnsafePickleError(f"{path}: not a safe, whole pickle of arrays: {reason}") from error
    return result
