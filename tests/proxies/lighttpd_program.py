"""lighttpd for the bench: where its files go, how it is started, and how it words what it refuses."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from tests.proxies import bench
from tests.proxies.bench import Case, fill


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
    PINGED_S: ClassVar[float] = 6.5
    SILENT_S: ClassVar[float] = 9
    STEP_S: ClassVar[float] = 3

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

    def tell_to_reload(self, process: subprocess.Popen[str], folder: str) -> None:
        process.send_signal(signal.SIGUSR1)
