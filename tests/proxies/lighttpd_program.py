"""lighttpd for the bench: where its files go, how it is started, and how it words what it refuses."""

from __future__ import annotations

import contextlib
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from tests.proxies import bench
from tests.proxies.bench import Case, Measured, fill

_SHORT_S, _PINGED_S = 3, 6.5
"""The shortened clocks of the cases, and how long pings must keep a socket open to show that they count."""


@dataclass
class Program:
    """A lighttpd binary."""

    path: str
    version: str = field(init=False)

    def __post_init__(self) -> None:
        shown = subprocess.run([self.path, "-v"], capture_output=True, text=True, check=True).stdout
        self.version = re.search(r"lighttpd/(\d+\.\d+\.\d+)", shown)[1]  # type: ignore[index]


def programs() -> list[Program]:
    """The system's lighttpd, if there is one."""
    path = shutil.which("lighttpd", path="/usr/sbin:/usr/local/sbin")
    return [Program(path)] if path else []


class Bench(bench.Bench):
    """A case's ``config`` is a whole lighttpd.conf; certificate and key stand in one file, ``@DIR@/cert.pem``."""

    ROOT: ClassVar[str] = "/etc/lighttpd"

    def write(self, folder: Path, case: Case, words: dict[str, str]) -> None:
        both = "".join(Path(part).read_text() for part in self.certificate)
        (folder / "cert.pem").write_text(both)
        (folder / "html").mkdir()
        (folder / "html" / "index.html").write_text("page")
        (folder / "lighttpd.conf").write_text(fill(case.config, words))
        for name, content in case.files:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(fill(content, words))

    def command(self, folder: str, master: bool) -> Sequence[str]:
        return [self.program.path, "-D", "-f", f"{folder}/lighttpd.conf"]

    def variables(self, case: Case, words: dict[str, str]) -> dict[str, str]:
        return {name: fill(value, words) for name, value in case.environment}

    def reason(self, message: str) -> str:
        lines = [line for line in message.splitlines() if not re.search(r"WARNING|DEPRECATED|server started", line)]
        line = re.sub(r"^\S+ \S+: \([^)]*\) (?:source: \S+ line: \d+ pos: \d+ )?", "", lines[0] if lines else message.strip())
        line = re.sub(r"(parser failed somehow near here|error comp_key \$\w+\[[^\]]*\]).*", r"\1", line)
        return re.sub(r"(dlopen\(\) failed for: )\S*?(mod_\w+)\.so.*", r"\1\2", line)

    def _idle(self, case: Case, measured: Measured, stream: socket.socket) -> None:
        """As for all, but slower: lighttpd looks at its clocks once a second, so a drop after three may come after five."""
        stream.settimeout(0.3)
        kept = self._pinged(case, stream, _PINGED_S)
        if case.backend_ping:
            measured.backend_ping_keeps = kept
            return
        measured.client_ping_keeps = kept
        stream.settimeout(9)
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            try:
                stream.recv(4096)
            except TimeoutError:
                return
        measured.idle_s = (time.monotonic() - began) // _SHORT_S * _SHORT_S if kept else None

    def _pinged(self, case: Case, stream: socket.socket, seconds: float) -> bool:
        """Whether the socket is still open after so long, with pings from one side only."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            try:
                if not case.backend_ping:
                    stream.sendall(b"\x89\x80\x00\x00\x00\x00")
                if stream.recv(4096) == b"":
                    return False
            except TimeoutError:
                continue
            except OSError:
                return False
        return True

    def tell_to_reload(self, process: subprocess.Popen[str], folder: str) -> None:
        process.send_signal(signal.SIGUSR1)
