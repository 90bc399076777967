"""Both copies of the safe unpickler: arrays of every protocol pass, everything else is refused before it runs."""

from __future__ import annotations

import importlib.util
import io
import os
import pickle
import tracemalloc
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

from autospeech.datasets.portable_pickler import PortablePickler

ROOT = Path(__file__).parents[1]
COPIES = [ROOT / "ingestion" / "safe_unpickler.py", ROOT / "autospeech" / "datasets" / "safe_unpickler.py"]
PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


@pytest.fixture(scope="module", params=COPIES, ids=lambda path: path.parent.name)
def unpickler(request):
    spec = importlib.util.spec_from_file_location(f"{request.param.parent.name}_safe_unpickler", request.param)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ARRAYS = {
    "int16": np.arange(5, dtype="int16"),
    "empty": np.zeros(0, "float32"),
    "float64": np.linspace(-1, 1, 7),
    "big-endian float32 in Fortran's order": np.asfortranarray(np.ones((3, 2), ">f4")),
    "big-endian int16": np.arange(300, dtype=">i2"),
    "neither C's nor Fortran's order": np.arange(24, dtype="float32").reshape(2, 3, 4).transpose(1, 0, 2),
    "strided": np.arange(20, dtype="int32")[::3],
    "float16": np.linspace(0, 1, 9, dtype="float16"),
    "bool": np.array([True, False, True]),
    "no axis": np.array(3.5, "float32"),
    "no axis, bool": np.array(True),
    "no rows": np.zeros((0, 16000), "float32"),
    "read-only": np.frombuffer(b"abcdefgh", "uint16"),
} | {kind: np.array([0, 1, 100], kind) for kind in ("int8", "uint8", "uint16", "uint32", "uint64", "int64")}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("case", ARRAYS)
def test_arrays_come_back(unpickler, tmp_path, case, protocol):
    array, path = ARRAYS[case], tmp_path / "clips.pkl"
    path.write_bytes(pickle.dumps([array, {"again": array}, array], protocol))
    one, again, other = unpickler.load(path)
    assert one is again["again"] is other
    assert type(one) is np.ndarray
    np.testing.assert_array_equal(one, array)
    assert one.dtype == array.dtype.newbyteorder("=")
    assert one.flags.writeable
    portable = io.BytesIO()
    PortablePickler(portable, protocol).dump([array])
    path.write_bytes(portable.getvalue())
    np.testing.assert_array_equal(unpickler.load(path)[0], array)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_lists_numbers_and_texts_come_back(unpickler, tmp_path, protocol):
    values = {
        "scalars": [np.float32(0.5), np.bool_(True), np.int16(-3), np.uint64(2**64 - 1), np.float16(0.25), np.int8(1)],
        "numbers": (-3, 255, 70000, 2**40, -(2**63), 2**64 - 1, 0.1, float("inf"), True, False, None),
        "texts": ["ä", "", "'\\n\"", "𝄞", "x" * 5000, b"\xff\x00", b"", b"y" * 70000],
        b"key": {1: [], 2: (), 3: {}, 4: ((1,), (1, 2), (1, 2, 3), (1, 2, 3, 4))},
    }
    path = tmp_path / "values.pkl"
    path.write_bytes(pickle.dumps(values, protocol))
    read = unpickler.load(path)
    assert read == values
    assert [type(one) for one in read["scalars"]] == [type(one) for one in values["scalars"]]


# [array([1, -2], int16)] as older programs write it; the last is big-endian.
OLDER = {
    "Python 2, protocol 0": (
        b"(lp1\ncnumpy.core.multiarray\n_reconstruct\np2\n(cnumpy\nndarray\np3\n(I0\ntS'b'\ntRp4\n(I1\n(I2\ntcnumpy\n"
        b"dtype\np5\n(S'i2'\nI0\nI1\ntRp6\n(I3\nS'<'\nNNNI-1\nI-1\nI0\ntbI00\nS'\\x01\\x00\xfe\\xff'\ntba."
    ),
    "Python 2, protocol 2": (
        b"\x80\x02]q\x01cnumpy.core.multiarray\n_reconstruct\nq\x02cnumpy\nndarray\nq\x03K\x00\x85U\x01b\x87Rq\x04(K\x01K"
        b"\x02\x85cnumpy\ndtype\nq\x05U\x02i2K\x00K\x01\x87Rq\x06(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
        b"\x89U\x04\x01\x00\xfe\xfftba."
    ),
    "NumPy 1, protocol 4": (
        b"\x80\x04]\x94\x8c\x15numpy.core.multiarray\x94\x8c\x0c_reconstruct\x94\x93\x94\x8c\x05numpy\x94\x8c\x07ndarray\x94"
        b"\x93\x94K\x00\x85\x94C\x01b\x94\x87\x94R\x94(K\x01K\x02\x85\x94h\x04\x8c\x05dtype\x94\x93\x94\x8c\x02i2\x94\x89\x88"
        b"\x87\x94R\x94(K\x03\x8c\x01>\x94NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t\x94b\x89C\x04\x00\x01\xff\xfe\x94t\x94ba."
    ),
}


@pytest.mark.parametrize("case", OLDER)
def test_older_pickles_are_read(unpickler, tmp_path, case):
    path = tmp_path / "older.pkl"
    path.write_bytes(OLDER[case])
    (array,) = unpickler.load(path)
    np.testing.assert_array_equal(array, pickle.loads(OLDER[case], encoding="latin1")[0])
    assert (array.tolist(), array.dtype) == ([1, -2], np.dtype("int16"))


class _Calls:
    """Pickles as a call of any function."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def _nested(value):
    array = np.empty(1, object)
    array[0] = [value]
    return array


MARK = "AUTOSPEECH_TEST_CODE_RAN"
HOSTILE = {
    "os.system": _Calls(os.system, f"touch {MARK}"),
    "eval": _Calls(eval, f"__import__('os').environ.__setitem__('{MARK}', '1')"),
    "in a list": [np.zeros(2), _Calls(os.mkdir, MARK)],
    "in an object array": _nested(_Calls(os.mkdir, MARK)),
    "in an object array of object arrays": _nested(_nested(_Calls(os.mkdir, MARK))),
    "NumPy's loader": _Calls(np.load, "/etc/passwd"),
    "NumPy's runner": _Calls(np.fromfile, "/etc/passwd"),
    "an ordered dict": OrderedDict(a=1),
    "a function": os.getcwd,
    "a class of the library": Path("x"),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("case", HOSTILE)
def test_anything_else_is_refused_before_it_runs(unpickler, tmp_path, monkeypatch, case, protocol):
    monkeypatch.chdir(tmp_path)
    Path("hostile.pkl").write_bytes(pickle.dumps(HOSTILE[case], protocol))
    with pytest.raises(unpickler.UnsafePickleError, match=r"hostile\.pkl: not a safe, whole pickle"):
        unpickler.load("hostile.pkl")
    assert [path.name for path in Path().iterdir()] == ["hostile.pkl"]
    assert MARK not in os.environ


HAND_MADE = {
    "dotted name": b"\x80\x04\x8c\x05numpy\x8c\x0fndarray.tofile.x\x93.",
    "dotted name of an allowed class": b"\x80\x04\x8c\x05numpy\x8c\x14ndarray.__reduce_ex__\x93.",
    "name in an allowed module": b"\x80\x04\x8c\x05numpy\x8c\x04save\x93.",
    "extension registry": b"\x80\x02\x82\x01.",
    "persistent id": b"Pabc\n.",
    "out-of-band buffer": b"\x80\x05\x97.",
    "protocol 0 global": b"cos\nsystem\n(S'touch ran'\ntR.",
    "instance": b"(S'touch ran'\nios\nsystem\n.",
    "empty": b"",
    "no pickle": b"RIFF....WAVEfmt ",
    "stack underflow": b"\x80\x04R.",
    "a huge frame": b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7f.",
    "a memo that is not there": b"\x80\x04h\x07.",
}
_DTYPE = b"cnumpy\ndtype\n(X\x02\x00\x00\x00%sI0\nI1\ntR"
_ORDER = b"(K\x03X\x01\x00\x00\x00%sNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK%stb"
_FLOAT32, _BYTES = _DTYPE % b"f4" + _ORDER % (b"<", b"\x00"), b"C\x08AAAAAAAA"
_EMPTY = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tC\x01btR"
_SCALAR = b"cnumpy.core.multiarray\nscalar\n("
_ARRAY = _EMPTY + b"(K\x01(K\x02t" + _FLOAT32 + b"\x89" + _BYTES + b"tb"
_BUFFER = b"cnumpy.core.numeric\n_frombuffer\n("
REFUSED = {
    "a chosen address by a dtype without its flags": (
        _SCALAR + _DTYPE % b"O8" + _ORDER % (b"|", b"\x00") + _BYTES + b"tR.",
        "the dtype 'O8'",
    ),
    "a chosen address by an array of objects": (
        b"cnumpy\nndarray\n(K\x01\x85X\x01\x00\x00\x00O" + _BYTES + b"tR.",
        r"it calls ndarray with \(tuple, 'O', bytes\)",
    ),
    "flags of a dtype": (_DTYPE % b"f4" + _ORDER % (b"<", b"\x3f") + b".", "the state of the dtype float32"),
    "the size of a dtype": (
        _DTYPE % b"f4" + b"(K\x03X\x01\x00\x00\x00<NNNK\x80K\x01K\x00tb.",
        "the state of the dtype",
    ),
    "fields of a dtype": (
        _DTYPE % b"f4" + b"(K\x03X\x01\x00\x00\x00<N(Kat}J\0\0\0\0J\0\0\0\0K\x00tb.",
        "the state of the dtype",
    ),
    "a finished dtype changed": (_FLOAT32 + _ORDER % (b"<", b"\x00") + b".", "it changes a finished"),
    "a finished array changed": (
        _ARRAY + b"(K\x01(K\x00t" + _FLOAT32 + b"\x89C\x00tb.",
        "it changes a finished ndarray",
    ),
    "a number changed": (_SCALAR + _FLOAT32 + b"C\x04AAAAtR}b.", "it changes a finished float32"),
    "a function changed": (b"cnumpy\ndtype\n}X\x01\x00\x00\x00aK\x01sb.", "it changes a finished Name"),
    "records": (_DTYPE % b"V8" + b".", "the dtype 'V8'"),
    "texts": (_DTYPE % b"U9" + b".", "the dtype 'U9'"),
    "times": (_DTYPE % b"M8" + b".", "the dtype 'M8'"),
    "a dtype alone": (_FLOAT32 + b".", "there is a Float32DType in it"),
    "a name alone": (b"cnumpy\nndarray\n.", "there is a Name in it"),
    "an array that is not filled": (b"(" + _EMPTY + b"l.", "there is a Unbuilt in it"),
    "too few bytes": (_EMPTY + b"(K\x01(K\x03t" + _FLOAT32 + b"\x89" + _BYTES + b"tb.", "of 12 bytes, and 8 are there"),
    "too many bytes": (_EMPTY + b"(K\x01(K\x01t" + _FLOAT32 + b"\x89" + _BYTES + b"tb.", "of 4 bytes, and 8 are there"),
    "a huge shape": (
        _EMPTY + b"(K\x01(\x8a\x08\0\0\0\0\0\0\0\x40K\x08t" + _FLOAT32 + b"\x89" + _BYTES + b"tb.",
        "an array of 147573952589676412928 bytes",
    ),
    "a shape that overflows to 0": (
        _EMPTY + b"(K\x01(K\x00\x8a\x08\0\0\0\0\0\0\0\x40K\x08t" + _FLOAT32 + b"\x89C\x00tb.",
        "ValueError",
    ),
    "a negative shape": (_EMPTY + b"(K\x01(J\xfe\xff\xff\xfft" + _FLOAT32 + b"\x89" + _BYTES + b"tb.", "the shape"),
    "a shape of 33 axes": (_EMPTY + b"(K\x01(" + b"K\x01" * 33 + b"t" + _FLOAT32 + b"\x89C\x04AAAAtb.", "the shape"),
    "a list of objects as samples": (
        _EMPTY + b"(K\x01(K\x01t" + _FLOAT32 + b"\x89](K\x01etb.",
        "are a list, not bytes",
    ),
    "a scalar of too many bytes": (_SCALAR + _FLOAT32 + _BYTES + b"tR.", "of 4 bytes, and 8 are there"),
    "a buffer of too many bytes": (
        _BUFFER + _BYTES + _FLOAT32 + b"K\x01\x85X\x01\0\0\0CtR.",
        "of 4 bytes, and 8 are there",
    ),
    "a buffer that is an array": (
        _BUFFER + _ARRAY + _FLOAT32 + b"K\x02\x85X\x01\0\0\0CtR.",
        "are a ndarray, not bytes",
    ),
    "axes that are not there": (_BUFFER + _BYTES + _FLOAT32 + b"K\x02\x85X\x01\0\0\0K(K\x07ttR.", "AxisError"),
    "a subclass of arrays": (
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nmatrix\n(K\x00tC\x01btR.",
        "numpy.matrix",
    ),
    "arrays of arrays of names": (
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\ndtype\n(K\x00tC\x01btR.",
        "it calls reconst",
    ),
    "text encoded otherwise": (b"c_codecs\nencode\n(X\x01\0\0\0aX\x03\0\0\0hextR.", "it calls encode"),
    "a place 2**27 of the memo": (b"Nr\x00\x00\x00\x08.", "place 134217728 of the memo"),
    "a place 2**32-1 of the memo": (b"Nr\xff\xff\xff\xff.", "place 4294967295 of the memo"),
    "a place -1 of the memo": (b"Np-1\n.", "place -1 of the memo"),
    "a place of 4,300 digits": (b"Np" + b"9" * 4300 + b"\n.", "no newline found"),
    "bytes of 2**62": (b"\x8e\0\0\0\0\0\0\0\x40.", "4611686018427387904 bytes are announced and 1 are left"),
    "a bytearray of 2**62": (b"\x96\0\0\0\0\0\0\0\x40.", "4611686018427387904 bytes are announced"),
    "text of 2**62": (b"\x8d\0\0\0\0\0\0\0\x40.", "4611686018427387904 bytes are announced"),
    "an old string of -1 bytes": (b"T\xff\xff\xff\xff.", "ValueError: string4 byte count < 0"),
    "an integer of 1,000 bytes": (b"\x8b\xe8\x03\0\0" + b"\x7f" * 1000 + b".", "a number or name of 1000 bytes"),
    "an integer of 65 bits": (b"\x8a\x09" + b"\x7f" * 9 + b".", "an integer of more than 64 bits"),
    "a bytearray": (b"\x96\x01\0\0\0\0\0\0\0a.", "there is a bytearray in it"),
    "a set": (b"\x8f.", "the opcode EMPTY_SET"),
    "a frozen set": (b"(\x91.", "the opcode FROZENSET"),
    "an object by its class": (b"cnumpy\nndarray\n)\x81.", "the opcode NEWOBJ;"),
    "an object by its class and keywords": (b"cnumpy\nndarray\n)}\x92.", "the opcode NEWOBJ_EX"),
    "an object, the old way": (b"(cnumpy\nndarray\no.", "the opcode OBJ"),
    "an instance": (b"(inumpy\nndarray\n.", "the opcode INST"),
    "extensions": (b"\x84\x01\0\0\0.", "the opcode EXT4"),
    "a persistent id": (b"NQ.", "the opcode BINPERSID"),
    "a buffer from outside": (b"\x97\x98.", "the opcode NEXT_BUFFER"),
    "a copy of the top": (b"N2.", "the opcode DUP"),
    "an object thrown away": (b"NN0.", "the opcode POP"),
    "a name that is computed": (b"X\x05\0\0\0numpy(X\x05\0\0\0dtypet\x93.", "it names"),
    "a name that is a number": (b"K\x01K\x02\x93.", "it names"),
    "a name replaced in the memo": (
        b"X\x05\0\0\0numpyX\x05\0\0\0dtypeq\x000K\x05q\x00h\x00\x93.",
        "the opcode POP",
    ),
    "a number that is called": (b"K\x01)R.", "it calls a int with a tuple"),
    "an array that is filled like a list": (_ARRAY + b"K\x01a.", "a ndarray where a list is filled"),
    "an array that is filled like a dict": (_ARRAY + b"K\x00K\x01s.", "a ndarray where a dict is filled"),
    "a key that is a list": (b"}]K\x01s.", "a list as a key"),
    "a key that is a tuple": (b"})K\x01s.", "a tuple as a key"),
    "an odd number of keys and values": (b"}(K\x01u.", "ValueError: zip"),
    "two objects": (b"NN.", "2 objects at its end"),
    "a mark that is left": (b"(N.", "objects at its end"),
    "a list that holds itself": (b"]q\x00h\x00a.", "lists in lists"),
    "tuples in tuples": (b"N" + b"\x85" * 10_000 + b".", "lists in lists"),
    "lists in lists": (b"]" * 10_000 + b"a" * 9_999 + b".", "lists in lists"),
    "a list of 2**40": (b"N" + b"".join(b"q%ch%c\x86" % (n, n) for n in range(40)) + b".", "lists in lists"),
}


@pytest.mark.parametrize("case", HAND_MADE)
def test_hand_made_pickles_are_refused(unpickler, tmp_path, case):
    path = tmp_path / "hostile.pkl"
    path.write_bytes(HAND_MADE[case])
    with pytest.raises(unpickler.UnsafePickleError):
        unpickler.load(path)


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_said(unpickler, tmp_path, case):
    path = tmp_path / "hostile.pkl"
    path.write_bytes(REFUSED[case][0])
    tracemalloc.start()
    with pytest.raises(unpickler.UnsafePickleError, match=REFUSED[case][1]):
        unpickler.load(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30e6


def test_an_array_is_what_the_hostile_pickles_build_on(unpickler, tmp_path):
    path = tmp_path / "array.pkl"
    path.write_bytes(_ARRAY + b".")
    np.testing.assert_array_equal(unpickler.load(path), np.frombuffer(b"AAAAAAAA", "<f4"))


def test_a_byte_that_is_neither_0_nor_1_is_true(unpickler, tmp_path):
    path = tmp_path / "bool.pkl"
    path.write_bytes(pickle.dumps(np.array([True, False]), 4).replace(b"\x01\x00\x94t", b"\x07\x00\x94t"))
    assert unpickler.load(path).view("uint8").tolist() == [1, 0]


def test_one_text_cannot_become_many_arrays(unpickler, tmp_path):
    path = tmp_path / "many.pkl"
    state = b"(K\x01(J\x40\x42\x0f\x00t" + _DTYPE % b"i1" + _ORDER % (b"|", b"\x00") + b"\x89h\x00tb"
    path.write_bytes(b"(B\x40\x42\x0f\x00" + bytes(1_000_000) + b"q\x00" + (_EMPTY + state) * 100 + b"l.")
    with pytest.raises(unpickler.UnsafePickleError, match="twice the file's size"):
        unpickler.load(path)


def test_too_many_opcodes_are_refused(unpickler, tmp_path, monkeypatch):
    monkeypatch.setattr(unpickler, "MOST_OPCODES", 1000)
    path = tmp_path / "many.pkl"
    path.write_bytes(b"(" + b"N" * 997 + b"l.")
    assert unpickler.load(path) == [None] * 997
    path.write_bytes(b"(" + b"N" * 998 + b"l.")
    with pytest.raises(unpickler.UnsafePickleError, match="more than 1000 opcodes"):
        unpickler.load(path)
    path.write_bytes(b"(Nq\x00" + b"".join(b"(%stq%c" % (b"h%c" % n * 8, n + 1) for n in range(8)) + b"l.")
    with pytest.raises(unpickler.UnsafePickleError, match="lists in lists"):  # 8**8 of them
        unpickler.load(path)


def test_what_is_no_file_is_not_waited_for(unpickler, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        with pytest.raises(unpickler.UnsafePickleError, match="no file but a folder, a pipe or a device"):
            unpickler.load(path)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_cut_is_noticed(unpickler, tmp_path, protocol):
    whole = pickle.dumps([np.arange(40, dtype="float32")], protocol)
    path = tmp_path / "cut.pkl"
    for length in range(0, len(whole) - 1, 7):
        path.write_bytes(whole[:length])
        with pytest.raises(unpickler.UnsafePickleError):
            unpickler.load(path)


def test_a_missing_file_is_said_to_be_missing(unpickler, tmp_path):
    with pytest.raises(FileNotFoundError):
        unpickler.load(tmp_path / "none.pkl")
