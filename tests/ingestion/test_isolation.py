"""What a submission sees and can do when it is shut into namespaces, and what is kept from it in any case."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy as np
import pytest
from ingestion_program import PROGRAM, SUBMISSIONS

_ENCLOSED = ["unshare", "--map-root-user", "--mount", "--pid", "--fork", "true"]
needs_namespaces = pytest.mark.xfail(
    shutil.which("unshare") is None or subprocess.run(_ENCLOSED, capture_output=True).returncode != 0,
    reason="this machine allows no namespaces",
    run=False,
    strict=False,
)
# Without a search path bubblewrap is not found, and the kernel is asked directly.
TOOLS = {"bubblewrap": {}, "namespaces": {"PATH": "/nonexistent"}}
if shutil.which("bwrap") is None:
    del TOOLS["bubblewrap"]


@pytest.fixture
def looks_around(tmp_path):
    """The submission that looks around, told a port on which somebody listens."""
    folder = tmp_path / "looks_around"
    shutil.copytree(SUBMISSIONS / "looks_around", folder)
    with socket.create_server(("127.0.0.1", 0)) as server:
        (folder / "port").write_text(str(server.getsockname()[1]))
        yield folder


def seen_by(run):
    log = (run.output / "submission.log").read_text()
    (line,) = (line for line in log.splitlines() if line.startswith("seen:"))
    return json.loads(line.removeprefix("seen:"))


@needs_namespaces
@pytest.mark.parametrize("tool", TOOLS)
def test_what_an_isolated_submission_sees_is_a_list(run_program, data_set, looks_around, tool, tmp_path_factory):
    # What is asked for is shown, and the data set is not, though it lie there and a link lead to it.
    link = tmp_path_factory.mktemp("elsewhere") / "link"
    link.symlink_to(data_set.parent)
    flags = (
        "--isolation",
        "required",
        "--time_budget",
        "50",
        "--visible",
        str(data_set.parent),
        "--visible",
        str(link),
    )
    run = run_program(data_set, looks_around, *flags, **TOOLS[tool])
    assert run.code == 0, run.stdout + run.stderr
    assert f"isolated ({tool})" in run.stdout
    seen = seen_by(run)
    # The data set's name stands in no path: neither the original nor the copy, and no solution.
    assert seen["solutions"] == []
    allowed = ("/submission/code", "/submission/tmp", "/tmp")
    assert [folder for folder in seen["writable"] if not folder.startswith(allowed)] == []
    assert "/submission/code" in seen["writable"]
    assert seen["switches"] == []
    assert seen["signalled"] == []
    assert not seen["connects"]
    assert seen["rights"] == 0
    assert not seen["nests"]
    assert seen["home"] == "/tmp"
    assert seen["runs_python"]


def test_without_isolation_it_sees_what_its_user_sees(run_program, data_set, looks_around):
    # The counterpart: what the test above does not find is there to be found.
    run = run_program(data_set, looks_around, "--isolation", "none", "--time_budget", "50")
    assert "the submission may read what this user may read" in run.stdout
    seen = seen_by(run)
    assert str(data_set / "hidden_task.solution") in seen["solutions"]
    assert seen["connects"]
    assert seen["signalled"]


@needs_namespaces
@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [
        ("segfault", 1, "killed by signal 11 (SIGSEGV)"),
        ("os_exit", 1, "exited with code 3"),
        ("ignores_sigterm", 0, "time budget used up"),
        ("raises_after_prediction", 1, "raised ValueError: the loss is not finite: it is NaN in train"),
    ],
)
def test_ends_are_told_through_the_isolation(run_program, data_set, tool, name, code, reason):
    run = run_program(data_set, name, "--isolation", "required", "--time_budget", "2", **TOOLS[tool])
    assert (run.code, len(run.predictions)) == (code, 1), run.stdout + run.stderr
    assert reason in run.end["reason"]


@pytest.mark.parametrize("isolation", ["none", pytest.param("required", marks=needs_namespaces)])
def test_init_finds_no_training_data(run_program, data_set, isolation):
    run = run_program(data_set, "peeks_early", "--isolation", isolation, "--time_budget", "20")
    assert run.code == 0, run.stdout + run.stderr
    assert not run.predictions[0].any(), (run.output / "submission.log").read_text()


@pytest.mark.parametrize(
    "change",
    [
        "os.mkfifo(data / 'train.pkl')",
        "os.symlink('/dev/full', data / 'train.pkl')",
        "os.symlink('train.pkl', data / 'train.pkl')",
        "data.rename(data.with_name('moved')), os.symlink('data', data)",
        "(data / 'meta.json').unlink(), data.rmdir()",
    ],
)
def test_changing_the_folder_of_the_clips_is_the_submission_s_fault(run_program, data_set, tmp_path, change):
    submission = tmp_path / "submission"
    submission.mkdir()
    (submission / "model.py").write_text(
        "import os\nfrom pathlib import Path\n"
        "class Model:\n"
        "    def __init__(self, metadata):\n"
        "        data = Path(__file__).parents[1] / 'data'\n"
        f"        {change}\n"
    )
    run = run_program(data_set, submission, "--isolation", "none", "--time_budget", "10")
    assert run.code == 1
    assert run.end["reason"].startswith("the submission changed the folder of its data: ")


@needs_namespaces
def test_where_nothing_is_allowed_required_says_so(data_set, tmp_path):
    def run(isolation: str) -> subprocess.CompletedProcess[str]:
        # Within a user namespace the number of further namespaces can be set to none.
        names = ("user", "mnt", "pid", "net")
        forbid = "; ".join(f"echo 0 > /proc/sys/user/max_{name}_namespaces" for name in names)
        command = [sys.executable, PROGRAM, "--dataset_dir", data_set, "--output_dir", tmp_path / "output"]
        command += ["--code_dir", SUBMISSIONS / "good", "--isolation", isolation, "--time_budget", "20"]
        script = f'{forbid}; exec "$@"'
        enclosed = ["unshare", "--map-root-user", "--", "sh", "-c", script, "sh", *map(str, command)]
        return subprocess.run(enclosed, capture_output=True, text=True, timeout=60)

    required = run("required")
    assert required.returncode == 2
    assert "bad input: --isolation=required, but this machine allows none (bubblewrap: " in required.stdout
    automatic = run("auto")
    assert automatic.returncode == 0, automatic.stdout + automatic.stderr
    assert "without isolation: the submission may read what this user may read" in automatic.stdout


@needs_namespaces
def test_visible_and_writable_paths_are_added(run_program, data_set, tmp_path):
    asked, kept, submission = tmp_path / "weights.txt", tmp_path / "a b\\c", tmp_path / "submission"
    asked.write_text("1 2 3")
    kept.mkdir()
    submission.mkdir()
    (submission / "model.py").write_text(
        "import numpy as np\nfrom pathlib import Path\n"
        "class Model:\n"
        "    done_training = True\n"
        "    def __init__(self, metadata):\n"
        f"        Path({str(kept / 'copy')!r}).write_text(Path({str(asked)!r}).read_text())\n"
        "        try:\n"
        f"            Path({str(asked)!r}).write_text('changed')\n"
        "        except OSError:\n"
        "            pass\n"
    )
    for variables in TOOLS.values():
        flags = ("--visible", str(asked), "--writable", str(kept), "--isolation", "required")
        run_program(data_set, submission, *flags, **variables)
        assert (kept / "copy").read_text() == asked.read_text() == "1 2 3"
        (kept / "copy").unlink()


@needs_namespaces
@pytest.mark.parametrize("tool", TOOLS)
def test_modules_are_found_wherever_they_are_installed(run_program, data_set, tmp_path, tool):
    search, project, user = tmp_path / "a path", tmp_path / "project", tmp_path / "user"
    packages = Path(sysconfig.get_path("purelib", f"{os.name}_user", {"userbase": str(user)}))
    for package in (search / "space" / "tool", project / "src" / "mapped", project / "linked", packages / "mine"):
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
    (search / "space" / "notes").write_text("not for everybody")
    (project / "single.py").write_text("")
    # setuptools' editable installs bring a module of this kind. A venv has no packages of the user, hence the path.
    mapping = {"mapped": str(project / "src" / "mapped"), "single": str(project / "single")}
    (search / "__editable___finder.py").write_text(
        "import os, sys\nfrom importlib.machinery import PathFinder\n"
        f"MAPPING = {mapping}\n"
        "class Finder:\n"
        "    @staticmethod\n"
        "    def find_spec(name, path=None, target=None):\n"
        "        return PathFinder.find_spec(name, [os.path.dirname(MAPPING[name])]) if name in MAPPING else None\n"
        "sys.meta_path.append(Finder)\n"
    )
    (search / "sitecustomize.py").write_text(f"import __editable___finder, sys\nsys.path.append({str(packages)!r})\n")
    (packages / "linked").symlink_to(project / "linked")
    submission = tmp_path / "submission"
    submission.mkdir()
    (submission / "model.py").write_text(
        "import linked, mapped, mine, os, single, space.tool\n"
        "class Model:\n"
        "    done_training = True\n"
        "    def __init__(self, metadata):\n"
        f"        assert not os.path.exists({str(search / 'space' / 'notes')!r})\n"
    )
    run = run_program(data_set, submission, "--isolation", "required", PYTHONPATH=str(search), **TOOLS[tool])
    assert run.end["reason"] == "done_training before the first prediction", run.stdout


def _link(folder: Path) -> None:
    (folder / "data.txt").symlink_to("/etc/passwd")


def _loop(folder: Path) -> None:
    (folder / "again").symlink_to(folder)


def _dangling(folder: Path) -> None:
    (folder / "gone").symlink_to("nowhere")


def _odd_name(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/odd\nname\xff")).symlink_to("/etc/passwd")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe")


def _socket(folder: Path) -> None:
    # A path of a socket has at most 107 bytes.
    here = Path.cwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("socket")
    finally:
        os.chdir(here)


def _deep(folder: Path) -> None:
    (folder / "/".join("d" * 60)).mkdir(parents=True)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (_link, "holds a symbolic link, data.txt"),
        (_loop, "holds a symbolic link, again"),
        (_dangling, "holds a symbolic link, gone"),
        (_odd_name, "holds a symbolic link, odd name"),
        (_pipe, "holds pipe, a device, pipe or socket"),
        (_socket, "holds socket, a device, pipe or socket"),
        (_deep, "too large, seen at d/d/d/"),
    ],
)
def test_what_no_submission_needs_is_refused(run_program, data_set, tmp_path, make, told):
    submission = tmp_path / "submission"
    shutil.copytree(SUBMISSIONS / "good", submission)
    make(submission)
    run = run_program(data_set, submission, "--time_budget", "5", PYTHONIOENCODING="utf-8:strict")
    assert run.code == 1, run.stderr
    assert told in run.end["reason"]
    assert run.seconds < 10


def test_learning_while_a_prediction_is_handed_over_is_counted(run_program, data_set, tmp_path):
    submission = tmp_path / "submission"
    submission.mkdir()
    (submission / "model.py").write_text(
        "import time\nimport numpy as np\n"
        "class Slow:\n"
        "    def __array__(self, dtype=None, copy=None):\n"
        "        time.sleep(1.5)\n"
        "        return np.zeros((4, 3))\n"
        "class Model:\n"
        "    def __init__(self, metadata):\n"
        "        self.done_training = False\n"
        "    def train(self, dataset, remaining_time_budget=None):\n"
        "        self.done_training = True\n"
        "    def test(self, dataset, remaining_time_budget=None):\n"
        "        return Slow()\n"
    )
    assert 1.5 < run_program(data_set, submission, "--time_budget", "10").stamps[0] < 4


@pytest.mark.slow
def test_learning_while_the_clips_are_loaded_is_counted(run_program, data_set, tmp_path):
    submission = tmp_path / "submission"
    submission.mkdir()
    (submission / "model.py").write_text(
        "import time\nimport numpy as np\n"
        "load = np.loadtxt\n"
        "def slow(*arguments, **options):\n"
        "    time.sleep(4)\n"
        "    return load(*arguments, **options)\n"
        "np.loadtxt = slow\n"
        "class Model:\n"
        "    done_training = False\n"
        "    def __init__(self, metadata):\n"
        "        pass\n"
        "    def train(self, dataset, remaining_time_budget=None):\n"
        "        self.done_training = True\n"
        "    def test(self, dataset, remaining_time_budget=None):\n"
        "        return np.zeros((len(dataset), 3))\n"
    )
    run = run_program(data_set, submission, "--time_budget", "10")
    assert 1.5 < run.stamps[0] < 3
    assert run_program(data_set, submission, "--time_budget", "1").end["reason"].startswith("time budget used up")


@pytest.mark.parametrize("isolation", ["none", pytest.param("required", marks=needs_namespaces)])
def test_no_command_line_leads_to_the_solution(data_set, tmp_path, isolation):
    out = tmp_path / "out"
    program = "import sys; from pathlib import Path; from autospeech.harness import run_harness\n"
    program += "a = sys.stdin.read().split()\n"
    program += "run_harness(Path(a[0]), Path(a[1]), budget=20, isolation=a[2], submission=Path(a[3]))"
    asked = f"{data_set} {out} {isolation} {SUBMISSIONS / 'reads_command_lines'}"
    done = subprocess.run([sys.executable, "-c", program], input=asked, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert not np.loadtxt(out / "output" / "hidden_task.predict_0").any(), done.stdout
    assert json.loads((out / "score" / "scores.json").read_text())["score"] == 0
    assert (out / "reference" / "hidden_task.solution").is_file()
