"""One program call as a start command makes it, with what the reading of its flags may look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from posixpath import join, normpath


@dataclass(frozen=True, slots=True)
class Call:
    """``words`` are the arguments, ``environment`` the variables that the command itself sets (``PORT=80 node x.js``)."""

    program: str
    words: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    port_variable: str | None = None
    concurrency: int | None = 1
    """Workers where the command names none: ``None`` where WEB_CONCURRENCY is given from outside."""
    folder: str = "."
    """Where the command has changed to, relative to the directory whose code it runs."""
    read: Callable[[str], str | None] | None = None
    """A path relative to that directory -> its text."""

    def text(self, name: str) -> str | None:
        """The text of a file named in the call, or ``None``; a path that leads out of the directory is not followed."""
        if self.read is None or "$" in name:
            return None
        parts = [part for part in name.split("/") if part]
        tries = [normpath(join(self.folder, name))] if not name.startswith("/") else []
        if name.startswith("/"):
            tries = ["/".join(parts[at:]) for at in range(1, len(parts))]
        inside = (path for path in tries if path != ".." and not path.startswith(("../", "/")))
        return next((text for path in inside if (text := self.read(path)) is not None), None)
