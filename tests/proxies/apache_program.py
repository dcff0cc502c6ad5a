"""Apache httpd for the bench: where its files go, how it is started, and how it words what it refuses."""

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

MODULES = Path("/usr/lib/apache2/modules")


@dataclass
class Program:
    """An httpd binary."""

    path: str
    version: str = field(init=False)

    def __post_init__(self) -> None:
        shown = subprocess.run([self.path, "-v"], capture_output=True, text=True, check=True).stdout
        self.version = re.search(r"Apache/(\d+\.\d+\.\d+)", shown)[1]  # type: ignore[index]


def programs() -> list[Program]:
    """The system's httpd, if there is one with its modules."""
    path = shutil.which("apache2", path="/usr/sbin:/usr/local/sbin")
    return [Program(path)] if path and MODULES.is_dir() else []


class Bench(bench.Bench):
    """A case's ``config`` is a whole httpd.conf, but for what every machine sets its own way: user, directories and log."""

    ROOT: ClassVar[str] = "/etc/apache2"

    def write(self, folder: Path, case: Case, words: dict[str, str]) -> None:
        folder.chmod(0o755)
        (folder / "htdocs").mkdir()
        (folder / "htdocs" / "index.html").write_text("page")
        (folder / "modules").symlink_to(MODULES)
        (folder / "httpd.conf").write_text(fill(case.config, words))
        for name, content in case.files:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(fill(content, words))

    def command(self, folder: str, master: bool) -> Sequence[str]:
        own = (
            f"DefaultRuntimeDir {folder}",
            f"PidFile {folder}/httpd.pid",
            f"ErrorLog {folder}/error.log",
            f"DocumentRoot {folder}/htdocs",
            "User www-data",
            "Group www-data",
        )
        small = ("StartServers 1", "MinSpareThreads 1", "MaxSpareThreads 16", "ThreadsPerChild 8", "MaxRequestWorkers 32")
        before = [word for line in own for word in ("-C", line)]
        after = [word for line in small for word in ("-c", line)]
        return [self.program.path, "-d", folder, "-f", f"{folder}/httpd.conf", "-D", "FOREGROUND", *before, *after]

    def is_up(self, folder: Path) -> bool:
        return (folder / "httpd.pid").exists()

    def message(self, folder: Path) -> str:
        log = folder / "error.log"
        return super().message(folder) + (log.read_text(errors="replace") if log.exists() else "")

    def reason(self, message: str) -> str:
        lines = [line for line in message.splitlines() if not re.search(r"AH00558|AH00112|AH00111|AH01146|:warn\]", line)]
        text = "\n".join(lines).strip()
        found = re.search(r"Syntax error on line \d+ of [^\n]*?: *(.*)", text, re.DOTALL)
        reason = " ".join((found[1] if found else re.sub(r"^.*?(AH\d+: )", "", text)).split())
        return re.sub(r" \(/[^)]*\)$", "", re.sub(r" (\[\w{3} \w{3} |AH\d+: ).*$", "", reason))

    def tell_to_reload(self, process: subprocess.Popen[str], folder: str) -> None:
        process.send_signal(signal.SIGUSR1)
