"""Both copies of the safe unpickler: arrays of every protocol pass, everything else is refused before it runs."""

from __future__ import annotations

import importlib.util
import os
import pickle
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
COPIES = [ROOT / "ingestion" / "safe_unpickler.py", ROOT / "autospeech" / "datasets" / "safe_unpickler.py"]
PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


@pytest.fixture(params=COPIES, ids=lambda path: path.parent.name)
def unpickler(request):
    spec = importlib.util.spec_from_file_location(f"{request.param.parent.name}_safe_unpickler", request.param)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_copies_are_identical():
    assert COPIES[0].read_bytes() == COPIES[1].read_bytes()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_arrays_lists_and_scalars_pass(unpickler, tmp_path, protocol):
    clips = [
        np.arange(5, dtype="int16"),
        np.zeros(0, "float32"),
        np.linspace(-1, 1, 7),
        np.asfortranarray(np.ones((3, 2), ">f4")),
        np.array([np.arange(2), np.arange(3)], object),
    ]
    values = {"clips": clips, "scalar": np.float32(0.5), "number": -3, "text": "ä", "bytes": b"\xff\x00", "none": None}
    path = tmp_path / "clips.pkl"
    path.write_bytes(pickle.dumps(values, protocol))
    read = unpickler.load(path)
    for one, other in zip(read["clips"][:4], pickle.loads(path.read_bytes())["clips"][:4], strict=True):
        np.testing.assert_array_equal(one, other)
        assert one.dtype == other.dtype
    np.testing.assert_array_equal(read["clips"][4][1], np.arange(3))
    assert read["scalar"] == 0.5
    assert (read["number"], read["text"], read["none"]) == (-3, "ä", None)
    assert read["bytes"] == b"\xff\x00"


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


@pytest.mark.parametrize("case", HAND_MADE)
def test_hand_made_pickles_are_refused(unpickler, tmp_path, case):
    path = tmp_path / "hostile.pkl"
    path.write_bytes(HAND_MADE[case])
    with pytest.raises(unpickler.UnsafePickleError):
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
