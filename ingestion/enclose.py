"""Runs a program in new namespaces of the kernel: a list of folders, its own processes, no network, no rights.

It is what `bwrap` does, for machines without it: a process of user, mount, PID, network, IPC and UTS namespaces of its
own, whose root folder holds only what is listed. Arguments: a file with a JSON object, then the command. The object has
`root` (an empty folder), `shown` (triples of a way, a path outside and a path inside; the ways are `ro`, `rw`, `dev`,
`empty` and `link`) and `folder` (to start in). Exit code: that of the command, 128 + N when signal N killed it.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

_NEW_USER, _NEW_MOUNT, _NEW_PID, _NEW_NETWORK, _NEW_IPC, _NEW_NAMES = (
    *(0x10000000, 0x00020000, 0x20000000),
    *(0x40000000, 0x08000000, 0x04000000),
)
_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_EXEC, _REMOUNT, _BIND, _RECURSIVE, _PRIVATE = (
    *(1, 2, 4, 8),
    *(32, 4096, 16384, 1 << 18),
)
_KEPT_FLAGS = {os.ST_NOSUID: 2, os.ST_NODEV: 4, os.ST_NOEXEC: 8, os.ST_NOATIME: 1024, os.ST_NODIRATIME: 2048}
_DETACH = 2
_NOBODY = 65534
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 24, 38
_CAPABILITIES = 64  # more than any kernel has
_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Enclose, run, and end as the command ends."""
    work, command = json.loads(Path(sys.argv[1]).read_text(encoding="ascii")), sys.argv[2:]
    _call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    user, group = os.getuid(), os.getgid()
    others = _NEW_MOUNT | _NEW_PID | _NEW_NETWORK | _NEW_IPC | _NEW_NAMES
    try:
        _call("unshare", _NEW_USER | others)
    except OSError:
        _call("unshare", others)  # root may do so where no namespaces of users are allowed
    else:
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{_NOBODY} {user} 1")
        _write("/proc/self/gid_map", f"{_NOBODY} {group} 1")
        # In a further one a process could mount the control groups, and stop the processes of others there.
        _write("/proc/sys/user/max_user_namespaces", "0")
    os._exit(_wait_for(_fork(lambda: _first_process(work, command))))


def _first_process(work: dict, command: list[str]) -> None:
    """Set the stage as the first process of the new namespace, and take care of orphans while the command runs."""
    _call("sethostname", b"submission", len(b"submission"))
    _show(work)
    os.chdir(work["folder"])
    _give_up_rights()
    code = _wait_for(_fork(lambda: os.execv(command[0], command)))
    os._exit(code)  # with the first process, the kernel ends all others of the namespace


def _show(work: dict) -> None:
    """Make a root folder that holds what is listed and nothing else, and move into it."""
    root = Path(work["root"])
    _mount(None, Path("/"), None, _PRIVATE | _RECURSIVE)
    _mount("tmpfs", root, "tmpfs", _NO_SUID | _NO_DEVICES)
    for way, outside, inside in work["shown"]:
        target = root / inside.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if way == "link":
            target.symlink_to(outside)
        elif way == "empty":
            target.mkdir(exist_ok=True)
            _mount("tmpfs", target, "tmpfs", _NO_SUID | _NO_DEVICES | _READ_ONLY)
        else:
            if Path(outside).is_dir():
                target.mkdir(exist_ok=True)
            elif not target.exists():
                target.touch()
            _mount(outside, target, None, _BIND | _RECURSIVE)
            _restrict(target, read_only=way == "ro", devices=way == "dev")
    for name in ("proc", "old"):
        (root / name).mkdir(exist_ok=True)
    # Even without rights, a process of root may write to /proc/sys, from where the whole machine is ruled.
    _mount("proc", root / "proc", "proc", _READ_ONLY | _NO_SUID | _NO_DEVICES | _NO_EXEC)
    os.chdir(root)
    _call("pivot_root", b".", b"old")
    _call("umount2", b"/old", _DETACH)
    Path("/old").rmdir()
    os.chdir("/")
    _mount(None, Path("/"), None, _REMOUNT | _BIND | _READ_ONLY | _NO_SUID | _NO_DEVICES)


def _restrict(target: Path, read_only: bool, devices: bool) -> None:
    """Take rights from a mount and from those below it, which come with it."""
    lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    # A blank in a name stands there as \040, and other characters likewise.
    names = [re.sub(rb"\\([0-7]{3})", lambda code: bytes([int(code[1], 8)]), line.split()[4]) for line in lines]
    for point in (Path(os.fsdecode(name)) for name in names):
        if point.is_relative_to(target):
            # What was restricted outside must stay so; the kernel refuses the rest.
            flags = sum(flag for told, flag in _KEPT_FLAGS.items() if os.statvfs(point).f_flag & told)
            flags |= _NO_SUID | (0 if devices else _NO_DEVICES) | (_READ_ONLY if read_only else 0)
            _mount(None, point, None, _REMOUNT | _BIND | flags)


def _give_up_rights() -> None:
    """Lose all capabilities for good."""
    for capability in range(_CAPABILITIES):
        _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)  # fails for those that the kernel does not have
    header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    _call("capset", header, sets)
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _fork(action: Callable[[], object]) -> int:
    process = os.fork()
    if process:
        return process
    try:
        _call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        action()
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
    os._exit(125)


def _wait_for(process: int) -> int:
    """Wait until a child ends, and reap the others that end meanwhile; returns its exit code."""
    while True:
        ended, status = os.wait()
        if ended == process:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _mount(source: str | None, target: Path, kind: str | None, flags: int) -> None:
    names = [None if name is None else os.fsencode(name) for name in (source, target, kind)]
    _call("mount", *names, ctypes.c_ulong(flags), None, about=str(target))


def _call(name: str, *arguments: object, about: str = "") -> None:
    if getattr(_libc, name)(*arguments) < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}", about or None)


def _write(path: str, text: str) -> None:
    Path(path).write_text(text, encoding="ascii")


if __name__ == "__main__":
    try:
        main()
    except OSError as failure:
        sys.exit(f"{failure}")
