"""Runs inside the submission's own process: makes the model, loads the data, trains and predicts as it is told to.

It is started on a private copy of the code and the metadata, and knows of no other place. The clips are there when the
model is ready. Commands come and answers go as
lines of JSON over two pipes; the array of a prediction follows its line as its bytes, row by row.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP = 1, 24
# Each of CAP_SYS_PTRACE, CAP_SYS_ADMIN and CAP_PERFMON opens something of another process under /proc.
_CAPABILITIES = (19, 21, 38)
_OWN_MODULES = ("autodl_dataset", "autodl_metadata", "regular_file", "safe_unpickler", "text_proto")
# Number of the system call keyctl(2), for which the C library has no function, and of its first operation.
_KEYCTL = {"x86_64": 250, "aarch64": 219}
_JOIN_SESSION_KEYRING = 1

# Reads the clips; returns what hands out those to train on, and those to test on.
_Read = Callable[[], tuple[Callable[[], Any], Callable[[], Any]]]


class Runner:
    """Answers the ingestion program's commands.

    Args:
        commands: Where commands are read.
        answers: Where answers are written.
        data: The folder of the copied data.
        kind: `"autospeech"` or `"autodl"`.
    """

    def __init__(self, commands: BinaryIO, answers: BinaryIO, data: Path, kind: str):
        self._commands = commands
        self._answers = answers
        self._process = os.getpid()
        self._model: Any = None
        prepare = _prepare_autospeech if kind == "autospeech" else _prepare_autodl
        self._metadata, self._read = self._guarded("reading the metadata", lambda: prepare(data))
        self._answer({"is": "started"})

    def serve(self) -> None:
        """Do what the commands say until they end."""
        do = {"init": self._init, "load": self._load, "train": self._train, "test": self._test}
        for line in self._commands:
            command = json.loads(line)
            do[command["do"]](command)

    def _init(self, command: dict) -> None:
        def import_model() -> type:
            from model import Model

            return Model

        model_class = self._guarded("import", import_model)
        self._model = self._guarded("__init__", lambda: model_class(self._metadata))
        tells_when_done = self._guarded("done_training", lambda: hasattr(self._model, "done_training"))
        self._answer({"is": "ready", "tells_when_done": tells_when_done, "done": self._done()})

    def _load(self, command: dict) -> None:
        self._train_data, self._test_data = self._guarded("loading the data set", self._read)
        self._answer({"is": "loaded"})

    def _train(self, command: dict) -> None:
        self._guarded(
            "train", lambda: self._model.train(self._train_data(), remaining_time_budget=command["remaining"])
        )
        self._answer({"is": "trained"})

    def _test(self, command: dict) -> None:
        prediction = self._guarded(
            "test", lambda: self._model.test(self._test_data(), remaining_time_budget=command["remaining"])
        )
        self._answer({"is": "tested"})
        if prediction is None:
            self._answer({"is": "prediction", "none": True})
            return
        array = self._guarded("test: what it returned is no array", lambda: np.asarray(prediction))
        raw = array.astype(array.dtype.newbyteorder("="), copy=False).tobytes() if array.dtype.kind in "biuf" else b""
        message = {"is": "prediction", "shape": array.shape, "dtype": array.dtype.name, "done": self._done()}
        self._answer(message, raw)

    def _done(self) -> bool:
        return self._guarded("done_training", lambda: bool(getattr(self._model, "done_training", False)))

    def _guarded(self, where: str, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except BaseException as error:  # SystemExit and KeyboardInterrupt too: nothing of it may go unreported
            trace = traceback.format_exc()
            print(trace, file=sys.stderr, flush=True)
            self._answer({"is": "fault", "where": where, "error": _describe(error), "traceback": trace[-20_000:]})
            os._exit(1)

    def _answer(self, message: dict, raw: bytes = b"") -> None:
        if os.getpid() != self._process:
            os._exit(0)  # a fork that the submission let run on into this file
        self._answers.write(json.dumps(message).encode() + b"\n" + raw)
        self._answers.flush()


def _describe(error: BaseException) -> str:
    try:
        text = str(error)[:300]
    except Exception:  # a stranger's exception may fail even here
        text = "(without a readable message)"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


# What reads the clips is imported now, since the submission may have modules of the same names.
def _prepare_autospeech(data: Path) -> tuple[Any, _Read]:
    from safe_unpickler import load

    def read() -> tuple[Callable[[], Any], Callable[[], Any]]:
        train, test = load(data / "train.pkl"), load(data / "test.pkl")
        labels = np.loadtxt(data / "train.solution", ndmin=2, comments=None)
        return lambda: (train, labels), lambda: test

    return json.loads((data / "meta.json").read_text(encoding="utf-8")), read


def _prepare_autodl(data: Path) -> tuple[Any, _Read]:
    from autodl_dataset import read_dataset
    from autodl_metadata import AutoDLMetadata

    (folder,) = data.glob("*.data")
    metadata = {split: AutoDLMetadata(folder / split) for split in ("train", "test")}

    def read() -> tuple[Callable[[], Any], Callable[[], Any]]:
        train = read_dataset(folder / "train", metadata["train"], labelled=True)
        test = read_dataset(folder / "test", metadata["test"], labelled=False)
        return lambda: train, lambda: test

    return metadata["train"], read


def _give_up_rights() -> None:
    """Go with the parent, and read no other process's memory and none of the keys of this session."""
    try:
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.uname().machine in _KEYCTL:
            libc.syscall(_KEYCTL[os.uname().machine], _JOIN_SESSION_KEYRING, None)
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3 of the interface, this process
        sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable: the low halves, then the high ones
        if libc.capget(header, sets) == 0:
            for capability in _CAPABILITIES:
                libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
                half = capability // 32 * 3
                for place in range(half, half + 3):
                    sets[place] &= ~(1 << capability % 32)
            libc.capset(header, sets)
    except AttributeError:
        pass  # no Linux


def main() -> None:
    """Run the submission whose copy lies beside this file's folder."""
    command_descriptor, answer_descriptor, kind = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    root = Path(__file__).resolve().parents[1]
    _give_up_rights()
    for descriptor in (command_descriptor, answer_descriptor):
        os.set_inheritable(descriptor, False)
    with os.fdopen(command_descriptor, "rb") as commands, os.fdopen(answer_descriptor, "wb") as answers:
        runner = Runner(commands, answers, root / "data", kind)
        # From here on, names mean what they mean to the submission: it may have a module of the same name.
        for name in _OWN_MODULES:
            sys.modules.pop(name, None)
        sys.path[0] = str(root / "code")
        sys.argv = ["model.py"]
        runner.serve()
    os._exit(0)


if __name__ == "__main__":
    main()
