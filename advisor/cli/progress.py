"""A line on the terminal while a scan or a reading of sources takes longer than a moment; nothing anywhere else."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, Self

PATIENCE = 0.5
"""Seconds before anything is shown."""


class Progress:
    """Call it with the number of things seen. It shows itself after ``PATIENCE``, and leaves nothing behind."""

    def __init__(self, *, wanted: bool, patience: float = PATIENCE, doing: str = "Scanning", seen: str = "files seen") -> None:
        self._wanted = wanted
        self._doing, self._what = doing, seen
        self._timer = threading.Timer(patience, self._show)
        self._timer.daemon = True
        self._lock = threading.Lock()
        self._status: Any = None
        self._done = False
        self._seen = 0

    def __enter__(self) -> Self:
        if self._wanted:
            self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._timer.cancel()
        with self._lock:
            self._done = True
            if self._status is not None:
                self._status.stop()

    def __call__(self, seen: int) -> None:
        self._seen = seen
        with self._lock:
            if self._status is not None and not self._done:
                self._status.update(self._text())

    def _text(self) -> str:
        return f"{self._doing}: {self._seen:,} {self._what}" if self._seen else self._doing

    def _show(self) -> None:
        from rich.console import Console

        with self._lock:
            if not self._done:
                self._status = Console(stderr=True).status(self._text())
                self._status.start()
