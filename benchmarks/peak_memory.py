"""Peak memory of processes that come and go (Linux)."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from types import TracebackType

# Looking takes a few milliseconds; what is held shorter than this goes unseen only if several processes share it.
PERIOD = 0.25


class PeakMemory:
    """Watch the submission of the ingestion program that this process runs, while the body of a `with` lasts.

    Of a single process the kernel itself keeps the peak. Of several, it is the largest sum of resident sizes that was
    seen; pages that they share, mostly those of libraries, count once for each.

    Args:
        start_txt: Where the ingestion program writes its process number.

    Attributes:
        mib: The peak in MiB; None if no process was seen.
    """

    def __init__(self, start_txt: Path) -> None:
        self.mib: float | None = None
        self._start = start_txt
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        ingestion = None
        while not self._over.wait(PERIOD):
            ingestion = ingestion or _ingestion_pid(self._start)
            sizes = [_sizes(process) for process in descendants(ingestion)] if ingestion else []
            if sizes:
                together = sum(now for now, _ in sizes)
                self.mib = max(self.mib or 0.0, together / 1024, max(peak for _, peak in sizes) / 1024)


def descendants(root: int) -> list[int]:
    """Return the numbers of all living descendants of a process; none where there is no /proc."""
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc") if Path("/proc/self/stat").exists() else ():
        try:
            # The name, in brackets, may hold anything; state and parent follow it.
            parent = int(Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()[1])
            children.setdefault(parent, []).append(int(entry.name))
        except (OSError, ValueError, IndexError):
            continue
    found = list(children.get(root, []))
    for process in found:  # the list grows while it is walked
        found += children.get(process, [])
    return found


def _sizes(process: int) -> tuple[int, int]:
    """Resident size of a process now and at its peak, KiB."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0, 0
    fields = {
        name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines) if name[:2] == "Vm"
    }
    return fields.get("VmRSS", 0), fields.get("VmHWM", 0)


def _ingestion_pid(start_txt: Path) -> int | None:
    try:
        first = start_txt.read_text("utf-8").partition("\n")[0]
    except OSError:
        return None
    return int(first.removeprefix("ingestion_pid:"))
