"""The readers of the two programs, and of what they leave; each kind runs in a process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from fuzz_containers import made_member
from fuzz_kind import Kind
from fuzz_made import LABELS, ROOT, data_set, written


def ingestion_autospeech(folder: Path) -> Kind:
    """The ingestion program's check of an AutoSpeech data set."""
    files = data_set(folder, "autospeech")
    sys.path.insert(0, str(ROOT / "ingestion"))
    from autospeech_input import check_autospeech
    from bad_input_error import BadInputError
    from data_set_folder import find_data_set

    return Kind(
        files,
        [name for name in files if ".data/" in name],
        lambda at, _: check_autospeech(find_data_set(at / "bells")),
        (BadInputError,),
        made_member,
    )


def ingestion_autodl(folder: Path) -> Kind:
    """The ingestion program's check of an AutoDL data set, and its copy without labels."""
    files = data_set(folder, "autodl")
    sys.path.insert(0, str(ROOT / "ingestion"))
    from autodl_input import check_autodl
    from bad_input_error import BadInputError
    from data_set_folder import find_data_set

    def read(at: Path, _: str) -> None:
        task = check_autodl(find_data_set(at / "bells"))
        staged = at.parent / "staged"
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir()
        task.stage_metadata(staged)
        task.stage_clips(staged)

    return Kind(files, [name for name in files if ".data/" in name], read, (BadInputError,), made_member)


def ingestion_metadata(folder: Path) -> Kind:
    """What a model of AutoDL is told, all of it."""
    files = {name: data for name, data in data_set(folder, "autodl").items() if name.endswith(".textproto")}
    sys.path.insert(0, str(ROOT / "ingestion"))
    from autodl_metadata import AutoDLMetadata

    def read(at: Path, name: str) -> None:
        metadata = AutoDLMetadata((at / name).parent)
        for index in range(min(3, metadata.get_bundle_size())):
            metadata.get_tensor_shape(index)
            metadata.is_sparse(index)
        metadata.get_label_to_index_map()
        metadata.get_feature_to_index_map()
        metadata.size()

    return Kind(files, [*files], read, (ValueError,))


def messages(folder: Path) -> Kind:
    """What the ingestion program reads of the submission's process."""
    sys.path.insert(0, str(ROOT / "ingestion"))
    from message_reader import MessageReader
    from submission_fault import SubmissionFaultError

    told = [{"is": "ready"}, {"is": "prediction", "shape": [4, 2], "dtype": "float64", "bytes": 40, "done": False}]
    files = {"messages": b"".join(json.dumps(one).encode() + b"\n" for one in told) + bytes(40) + b'{"is": "fault"}\n'}

    def read(at: Path, name: str) -> None:
        reader = MessageReader()
        data = (at / name).read_bytes()
        for begin in range(0, len(data), 4096):
            reader.feed(data[begin : begin + 4096])
            while (message := reader.message()) is not None:
                if type(message.get("bytes")) is int and 0 <= message["bytes"] < 2**40:
                    reader.raw(message["bytes"])

    return Kind(files, [*files], read, (SubmissionFaultError,))


def predictions(folder: Path) -> Kind:
    """A prediction that the submission's process announces and sends."""
    sys.path.insert(0, str(ROOT / "ingestion"))
    from prediction_check import announced_dtype, read_prediction
    from submission_fault import SubmissionFaultError

    told = {"shape": [4, 2], "dtype": "float64"}
    files = {"told.json": json.dumps(told).encode(), "sent": LABELS.astype("float64").tobytes()}

    def read(at: Path, name: str) -> None:
        data = (at / name).read_bytes()
        if name == "sent":
            read_prediction(data.ljust(64, b"x")[:64], np.dtype("float64"), (4, 2))  # as much as is wanted is taken
            return
        try:
            message = json.loads(data)
        except (ValueError, RecursionError):  # these end in `MessageReader`
            return
        if isinstance(message, dict):
            announced_dtype(message, (4, 2))

    return Kind(files, [*files], read, (SubmissionFaultError,), made_member)


def ingestion_solutions(folder: Path) -> Kind:
    """The ingestion program's readers of solutions and of meta.json."""
    sys.path.insert(0, str(ROOT / "ingestion"))
    from autospeech_input import read_meta, read_solution
    from bad_input_error import BadInputError

    meta = {"class_num": 2, "train_num": 4, "test_num": 4, "time_budget": 30.5, "label_names": ["a", "b"]}
    files = {"a.solution": b"1 0\n0 1\n1 1\n", "meta.json": json.dumps(meta).encode()}
    readers = {"a.solution": read_solution, "meta.json": read_meta}
    return Kind(files, [*files], lambda at, name: readers[name](at / name), (BadInputError,), made_member)


def scored_texts(folder: Path) -> Kind:
    """The scoring program's readers: solution, predictions, start.txt and end.txt."""
    sys.path.insert(0, str(ROOT / "scoring"))
    from bad_input_error import BadInputError
    from run_folder import RunFolder
    from solution import read_solution
    from text_matrix import read_text_matrix

    meta = json.dumps({"class_num": 2, "label_names": ["ding", "dong"]}).encode()
    start = (
        b"ingestion_pid: 7\ntask_name: bells\ntime_budget: 20.0\nstart_time: 1700000000.0\n0: 0.5\n1: 4.0\n2: 21.0\n"
    )
    files = {
        "bells.solution": b"1 0\n0 1\n",
        "bells.data/meta.json": meta,
        "start.txt": start,
        "end.txt": b"ingestion_duration: 21.0\nend_time: 1700000061.2\ningestion_success: 1\nreason: done\n",
        "bells.predict_0": b"0.9 0.1\n0.25 7.5e-01\n",
    }

    def read(at: Path, name: str) -> None:
        run = RunFolder(at)
        if name == "start.txt":
            for whole in (False, True):
                start = run.read_start(whole)
                if start is not None:
                    run.unstamped(start.stamps)
        elif name == "end.txt":
            run.read_end()
        elif name == "bells.predict_0":
            try:
                read_text_matrix(at / name)
            except (ValueError, OSError) as error:
                raise BadInputError(str(error)) from error
        else:
            read_solution(at, "bells")

    return Kind(files, [*files], read, (BadInputError,))


def records(folder: Path) -> Kind:
    """`from_run` and `RunRecord.read`."""
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.report.from_run import from_run
    from autospeech.report.record_error import RecordError
    from autospeech.report.run_record import RunRecord

    data = data_set(folder, "autospeech")
    files = {
        ("reference/" if name.endswith("bells.solution") else "input/") + name.removeprefix("bells/"): content
        for name, content in data.items()
    }
    said = "\n".join(f"{a:.2f} {1 - a:.2f}" for a in (0.9, 0.2, 0.7, 0.4)).encode() + b"\n"
    trace = [{"time": 0.17, "decision": "first look", "clips": 4}, {"time": 6.1, "decision": "done"}]
    files |= {
        "output/start.txt": b"task_name: bells\ntime_budget: 20.0\nstart_time: 1700000000.0\n0: 0.5\n1: 4.0\n",
        "output/end.txt": b"ingestion_duration: 21.0\nend_time: 1700000021.0\ningestion_success: 1\n",
        "output/bells.predict_0": said,
        "output/bells.predict_1": said,
        "submission/settings.json": b'{"preset": "default", "warm_start": false, "seed": 7}',
        "trace.json": json.dumps(trace).encode(),
    }

    def write(made: Path) -> None:
        for name, content in files.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(content)
        score = [sys.executable, str(ROOT / "scoring" / "score.py"), f"--solution_dir={made / 'reference'}"]
        subprocess.run([*score, f"--prediction_dir={made / 'output'}", f"--score_dir={made / 'score'}"], check=True)
        from_run(made)[0].write(made / "report")

    files = written(folder, write)
    targets = [
        "output/start.txt", "output/bells.predict_1", "submission/settings.json", "trace.json",
        "score/learning_curve.json", "report/report.json",
    ]  # fmt: skip

    def read(at: Path, name: str) -> None:
        if name == "report/report.json":
            record = RunRecord.read(at / name)
            _ = record.truth, record.probabilities
        else:
            from_run(at)

    return Kind(files, targets, read, (RecordError, DatasetError), made_member)
