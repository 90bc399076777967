"""Where and with which code figures were made."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What a run depends on; a changed text elsewhere is no reason to run again.
CODE = ("autospeech", "ingestion", "scoring", "benchmarks", "model.py")
PACKAGES = ("tensorflow", "keras", "numpy", "scikit-learn", "librosa", "opensmile")


def commit() -> str:
    """Return the commit of the code, with `+` and a digest of what is not committed."""
    changes = _git("diff", "HEAD", "--", *CODE)
    for file in _git("ls-files", "--others", "--exclude-standard", "--", *CODE).decode().splitlines():
        changes += file.encode() + (ROOT / file).read_bytes()
    digest = f"+{hashlib.sha256(changes).hexdigest()[:7]}" if changes else ""
    return (_git("rev-parse", "--short", "HEAD").decode().strip() or "unknown") + digest


def machine() -> dict[str, str]:
    """Return processor, cores, memory, GPU and versions, for a report."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    facts = {
        "CPU": f"{_cpu_model()}, {cores} cores",
        "memory": f"{memory:.0f} GiB",
        "GPU": _gpu() or "none",
        "system": platform.platform(),
        "Python": platform.python_version(),
    }
    for package in PACKAGES:
        try:
            facts[package] = version(package)
        except PackageNotFoundError:
            facts[package] = "not installed"
    return facts


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "unknown")


def _gpu() -> str:
    if shutil.which("nvidia-smi") is None:
        return ""
    asked = subprocess.run(["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"], capture_output=True, text=True)
    return ", ".join(asked.stdout.splitlines()) if asked.returncode == 0 else ""


def _git(*arguments: str) -> bytes:
    if shutil.which("git") is None:
        return b""
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True).stdout
