"""Squid for the bench: where its file goes, how it is started, and how it words what it refuses."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from tests.proxies import bench
from tests.proxies.bench import Case, Measured, fill
from tests.proxies.recorder import Seen

HOST = "edge.example.com"
OWN = """\
pid_filename @DIR@/squid.pid
access_log none
cache_log /dev/null
cache_store_log none
netdb_filename none
pinger_enable off
cache deny all
shutdown_lifetime 0 seconds
visible_hostname @HOSTNAME@
include @DIR@/squid.conf
"""
"""What a run on this machine needs beside the case's own file."""


@dataclass
class Program:
    """A squid binary."""

    path: str
    version: str = field(init=False)

    def __post_init__(self) -> None:
        shown = subprocess.run([self.path, "-v"], capture_output=True, text=True, check=True).stdout
        self.version = re.search(r"Version (\d+\.\d+(?:\.\d+)?)", shown)[1]  # type: ignore[index]


def programs() -> list[Program]:
    """The system's squid, if there is one."""
    path = shutil.which("squid", path="/usr/sbin:/usr/local/sbin:/usr/local/squid/sbin")
    return [Program(path)] if path else []


class Bench(bench.Bench):
    """A case's ``config`` is a whole squid.conf; lines that only this machine needs stand in a file that includes it."""

    ROOT: ClassVar[str] = "/etc/squid"
    PINGED_S: ClassVar[float] = 6.5
    SILENT_S: ClassVar[float] = 9
    STEP_S: ClassVar[float] = 3

    def words(self) -> dict[str, str]:
        return {"HOSTNAME": HOST}

    def write(self, folder: Path, case: Case, words: dict[str, str]) -> None:
        folder.chmod(0o777)
        for part, name in zip(self.certificate, ("cert.pem", "key.pem"), strict=True):
            (folder / name).write_bytes(Path(part).read_bytes())
        (folder / "bench.conf").write_text(fill(OWN, words))
        (folder / "squid.conf").write_text(fill(case.config, words))
        for name, content in case.files:
            (folder / name).write_text(fill(content, words))

    def command(self, folder: str, master: bool) -> Sequence[str]:
        # The name keeps what several of them share in memory apart.
        name = "bench" + re.sub(r"[^A-Za-z0-9]", "", Path(folder).name)
        return [self.program.path, "-N", "-d", "1", "-n", name, "-f", f"{folder}/bench.conf"]

    def stop(self, process: subprocess.Popen[str]) -> None:
        """Squid takes two seconds to obey; what it shares in memory is taken away in its place."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        name = process.args[process.args.index("-n") + 1]  # type: ignore[union-attr, index, arg-type]
        for shared in Path("/dev/shm").glob(f"{name}-*"):
            shared.unlink(missing_ok=True)

    def reason(self, message: str) -> str:
        """The first line that says what is wrong, without time and severity, and without the file's folder."""
        for line in message.splitlines():
            text = re.sub(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\| ", "", line)
            if match := re.search(
                r"(unrecognized: '.*'|^ACL not found: .*|^configuration error: .*)|^FATAL: (?:ERROR: )?(.*)", text
            ):
                return re.sub(r"Bungled \S*/", "Bungled ", match[1] or match[2]).strip().replace(HOST, "$visible_hostname")
        return message.strip()

    def is_own(self, seen: Seen) -> bool:
        return super().is_own(seen) or seen.target.startswith("/squid-internal")

    def measure(self, case: Case) -> Measured:
        measured = super().measure(case)
        if measured.seen is not None:
            new = {"Via": (f"squid/{self.program.version}", "squid/$version")}
            measured.seen["headers"] = [
                [key, value.replace(*new.get(key, ("", ""))).replace(HOST, "$visible_hostname") if value else value]
                for key, value in measured.seen["headers"]
            ]
        return measured
