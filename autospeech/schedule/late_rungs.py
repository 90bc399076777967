"""Rungs that take seconds to load, made beside other work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait

from autospeech.learners.rung import Rung
from autospeech.learners.task import Task


class LateRungs:
    """Make rungs and warm them up on a thread of their own; TensorFlow alone takes four seconds to import.

    The thread is waited for when Python ends, since a library must not be torn down while it loads.

    Args:
        makers: What makes each rung, by its name; it imports what that rung needs.

    Attributes:
        started: Whether it has begun.

    Example:
        >>> from autospeech.learners.clip_views import ClipViews
        >>> from autospeech.learners.member import Member
        >>> from autospeech.learners.probe import Probe
        >>> late = LateRungs({"statistics": lambda: Probe("statistics", [Member("simple", "lda")], ClipViews(), 0.1)})
        >>> late.start(Task(2, 3))
        >>> late.wait()
        >>> [name for name, _ in late.taken()], late.pending
        (['statistics'], False)
    """

    def __init__(self, makers: Mapping[str, Callable[[], Rung]]) -> None:
        self._makers = dict(makers)
        self._pending: dict[str, Future[Rung]] = {}
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="autospeech late rungs")
        self._over = threading.Event()
        self.started = False

    @property
    def pending(self) -> bool:
        """Whether some were begun and not taken yet."""
        return bool(self._pending)

    def start(self, task: Task) -> None:
        """Begin to make the rungs."""
        self.started = True
        self._pending = {name: self._pool.submit(self._made, make, task) for name, make in self._makers.items()}

    def wait(self, seconds: float | None = None) -> None:
        """Wait until all are made, but no longer than this; None for as long as it takes."""
        wait(self._pending.values(), seconds)

    def stop(self) -> None:
        """Give up those that are not made yet; one that is being made gets no further than its next step."""
        self._over.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pending = {}

    def taken(self) -> list[tuple[str, Future[Rung]]]:
        """Return the name of each rung that was made since the last call, and what holds it or its error."""
        made = [(name, future) for name, future in self._pending.items() if future.done()]
        for name, _ in made:
            del self._pending[name]
        return made

    def _made(self, make: Callable[[], Rung], task: Task) -> Rung:
        rung = make()
        if not self._over.is_set():
            rung.warm_up(task)
        return rung
