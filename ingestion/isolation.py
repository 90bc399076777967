"""Shut a submission into namespaces of its own, so that what it may see is a list (Linux)."""

from __future__ import annotations

import contextlib
import importlib.machinery
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bad_input_error import BadInputError
from private_folder import PrivateFolder

_HERE = Path(__file__).resolve().parent
# Where the submission finds its private folder. It says nothing of where that folder lies.
INSIDE = Path("/submission")
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store")
_SETTINGS = (
    *("alternatives", "fonts", "group", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types"),
    *("nsswitch.conf", "passwd", "ssl"),
)
# What belongs to an installation of Python. A virtual environment may have been made in a folder with data beside it.
_OF_PREFIX = (
    *("bin", "sbin", "lib", "lib32", "lib64", "libexec", "include", "share", "etc", "ssl", "pyvenv.cfg"),
    *("conda-meta", "nvvm", "targets", "x86_64-conda-linux-gnu"),
)
_DEVICES = ("null", "zero", "full", "random", "urandom")
_ACCELERATORS = ("nvidia*", "dri", "kfd", "accel*")
_NOBODY = "65534"
_PROBE_SECONDS = 20.0
# A folder on the search path that holds more than this is shown whole, and not module by module.
_MOST_MODULES = 200
# A folder without `__init__.py` that holds more than this is taken for something else, and not shown.
_MOST_IN_NAMESPACE = 50
_MOST_LOOKED_AT = 2000


@dataclass(frozen=True)
class Isolation:
    """A way to start a program that sees a list of folders, its own processes and no network.

    Args:
        tool: `"bubblewrap"`, or `"namespaces"` for the kernel's own, which `enclose.py` asks for.
        readable: What the submission may read besides its private folder.
        writable: What it may change besides the folders of its code and its temporary files.
        hidden: Folders that stay empty, though they lie in readable ones.
    """

    tool: str
    readable: tuple[Path, ...]
    writable: tuple[Path, ...]
    hidden: tuple[Path, ...]

    def command(self, private: PrivateFolder) -> list[str]:
        """What stands before the command of the program that is to be shut in.

        Args:
            private: The folder of the submission.
        """
        return self._bubblewrap(private) if self.tool == "bubblewrap" else self._namespaces(private)

    def _folders(self, private: PrivateFolder) -> list[tuple[str, Path, Path]]:
        """What is shown: in which way, the path outside, the path inside; what lies in another comes after it."""
        shown = [("ro", path, path) for path in self.readable] + [("rw", path, path) for path in self.writable]
        shown += [("dev", path, path) for pattern in _ACCELERATORS for path in sorted(Path("/dev").glob(pattern))]
        shown += [("empty", path, path) for path in self.hidden]
        shown += [("ro", private.seen, INSIDE)]
        shown += [("rw", private.seen / name, INSIDE / name) for name in ("code", "tmp")]
        shown += [("rw", private.seen / "tmp", Path("/tmp")), ("rw", private.seen / "shm", Path("/dev/shm"))]
        return sorted(shown, key=lambda entry: len(entry[2].parts))

    def _bubblewrap(self, private: PrivateFolder) -> list[str]:
        command = ["bwrap", "--unshare-all", "--uid", _NOBODY, "--gid", _NOBODY, "--hostname", "submission"]
        # In a further user namespace it could mount the control groups, and stop the processes of others there.
        command += ["--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"]
        command += ["--proc", "/proc", "--dev", "/dev", "--ro-bind-try", "/sys", "/sys"]
        for link in _links():
            command += ["--symlink", str(link.readlink()), str(link)]
        flags = {"ro": "--ro-bind", "rw": "--bind", "dev": "--dev-bind"}
        for way, outside, inside in self._folders(private):
            command += ["--tmpfs", str(inside)] if way == "empty" else [flags[way], str(outside), str(inside)]
            if way == "empty":
                command += ["--remount-ro", str(inside)]
        # Even without rights, a process of root may write to /proc/sys, from where the whole machine is ruled.
        for mount in ("/", "/dev", "/proc"):
            command += ["--remount-ro", mount]
        return [*command, "--chdir", str(INSIDE / "code"), "--"]

    def _namespaces(self, private: PrivateFolder) -> list[str]:
        shown = [(way, str(outside), str(inside)) for way, outside, inside in self._folders(private)]
        shown += [("link", str(link.readlink()), str(link)) for link in _links()]
        shown += [("dev", f"/dev/{name}", f"/dev/{name}") for name in _DEVICES]
        shown += [("ro", "/sys", "/sys")] if Path("/sys").is_dir() else []
        work = {"root": str(private.root), "shown": shown, "folder": str(INSIDE / "code")}
        # The list may be longer than an argument, and is none of the submission's business.
        listed = private.path / "shown.json"
        listed.write_text(json.dumps(work), encoding="ascii")
        return [sys.executable, "-I", "-S", str(_HERE / "enclose.py"), str(listed)]


def find_isolation(
    wish: str, private: PrivateFolder, readable: Iterable[Path], writable: Iterable[Path], hidden: Iterable[Path]
) -> tuple[Isolation | None, str]:
    """Find out what this machine allows, by trying it.

    Args:
        wish: `"auto"` takes what there is, `"none"` takes nothing, `"required"` insists on it.
        private: The folder of the submission, made.
        readable: What the submission may read besides Python and its libraries.
        writable: What it may change besides its own folder.
        hidden: What it may not see, though it lie in a folder of modules.

    Returns:
        The isolation, or None without; and a line for a person that says which, and why.

    Raises:
        BadInputError: It is required, and cannot be had.
    """
    if wish == "none":
        return None, "without isolation, as asked for: the submission may read what this user may read"
    shown = tuple(_without_inner([*_interpreter(), *_searched(), *(path.absolute() for path in readable)]))
    kept = tuple(path.resolve() for path in writable)
    masks = {path.resolve() for path in hidden} - set(kept)
    # Where a folder is shown by a path with links in it, what is hidden there lies below that path.
    masked = tuple(
        outer / path.relative_to(outer.resolve())
        for outer in shown
        for path in masks
        if path.is_dir() and path.is_relative_to(outer.resolve())
    )
    failures = []
    for tool in ("bubblewrap", "namespaces"):
        isolation = Isolation(tool, shown, kept, masked)
        failure = _try(isolation, private)
        if failure is None:
            return isolation, f"the submission is isolated ({tool}): no network, and it sees its own files alone"
        failures.append(f"{tool}: {failure}")
    reason = "; ".join(failures)
    if wish == "required":
        raise BadInputError(
            f"--isolation=required, but this machine allows none ({reason}); allow user namespaces, or say "
            "--isolation=none for a submission that you trust"
        )
    return None, f"without isolation: the submission may read what this user may read ({reason})"


def _try(isolation: Isolation, private: PrivateFolder) -> str | None:
    """Why a program cannot be started so; None where it can."""
    if sys.platform != "linux":
        return f"there is none on {sys.platform}"
    command = [*isolation.command(private), sys.executable, "-I", "-S", "-c", "pass"]
    if shutil.which(command[0]) is None:
        return "not installed"
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PROBE_SECONDS, cwd=private.seen
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return said[-1][:200] if said else f"exit code {done.returncode}"


def _links() -> list[Path]:
    """System folders that are links into /usr on most machines of today."""
    return [Path(name) for name in _SYSTEM if Path(name).is_symlink()]


def _interpreter() -> list[Path]:
    """What Python itself and its libraries need."""
    folders = [Path(name) for name in _SYSTEM if Path(name).is_dir() and not Path(name).is_symlink()]
    folders += [Path("/etc", name) for name in _SETTINGS if Path("/etc", name).exists()]
    for name in (sys.prefix, sys.base_prefix, sys.exec_prefix, Path(sys.executable).resolve().parents[1]):
        for prefix in (Path(name), Path(name).resolve()):
            folders += [prefix / inner for inner in _OF_PREFIX if (prefix / inner).exists()]
    folders += [Path(sys.executable), Path(sys.executable).resolve()]
    libraries = [Path(name) for name in os.environ.get("LD_LIBRARY_PATH", "").split(":") if name]
    return folders + [path for path in libraries if path.is_dir()]


def _searched() -> list[Path]:
    """Modules and packages on the search path: of a folder that holds more than these, only these."""
    found = _editable()
    for entry in (Path(name) for name in sys.path if name):
        if not entry.exists() or entry.resolve() == _HERE:
            continue
        if entry.name in ("site-packages", "dist-packages"):
            found += [entry, *(path.resolve() for path in entry.iterdir() if path.is_symlink() and path.exists())]
            continue
        modules = [path for path in entry.iterdir() if _is_module(path)] if entry.is_dir() else [entry]
        found += [entry] if len(modules) > _MOST_MODULES else [*modules, *_in_namespaces(entry)]
    return found


def _in_namespaces(folder: Path) -> list[Path]:
    """Modules and packages in those folders of a folder that are packages without `__init__.py`, which hold few."""
    found = []
    spaces = folder.iterdir() if folder.is_dir() else []
    for space in (path for path in spaces if path.name.isidentifier() and path.is_dir() and not _is_module(path)):
        with contextlib.suppress(PermissionError):
            inner = [path for pattern in ("*", "*/*") for path in islice(space.glob(pattern), _MOST_LOOKED_AT)]
            modules = _without_inner(path for path in inner if _is_module(path))
            found += modules if len(modules) <= _MOST_IN_NAMESPACE else []
    return found


def _editable() -> list[Path]:
    """What setuptools' editable installs map names to, which need not lie on the search path."""
    found = []
    for module in [module for name, module in sys.modules.items() if name.startswith("__editable__")]:
        for path in map(Path, getattr(module, "MAPPING", {}).values()):
            files = [path, *(path.with_suffix(suffix) for suffix in importlib.machinery.all_suffixes())]
            found += [file for file in files if file.exists()]
    return found


def _is_module(path: Path) -> bool:
    return (
        path.suffix in (".py", ".so", ".dist-info", ".egg-info")
        or (path / "__init__.py").is_file()
        or (path.suffix == ".libs" and path.is_dir())  # shared libraries that a wheel brings
    )


def _without_inner(paths: Iterable[Path]) -> list[Path]:
    """Each path once, and none that lies in another."""
    kept: list[Path] = []
    paths = [path.resolve() if any(path.is_relative_to(link) for link in _links()) else path for path in paths]
    for path in sorted({path for path in paths if path != Path("/")}, key=lambda path: len(path.parts)):
        if not any(path.is_relative_to(outer) for outer in kept):
            kept.append(path)
    return kept
