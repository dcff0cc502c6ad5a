"""Varnish for the bench: where its file goes, how it is started, and how it words what it refuses."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from tests.proxies import bench
from tests.proxies.bench import Case, Measured, fill


@dataclass
class Program:
    """A varnishd binary."""

    path: str
    version: str = field(init=False)

    def __post_init__(self) -> None:
        shown = subprocess.run([self.path, "-V"], capture_output=True, text=True, check=True)
        self.version = re.search(r"varnish-(\d+\.\d+\.\d+)", shown.stdout + shown.stderr)[1]  # type: ignore[index]


def programs() -> list[Program]:
    """The system's varnishd, where there is one and a compiler, without which it starts no VCL."""
    path = shutil.which("varnishd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    return [Program(path)] if path is not None and shutil.which("gcc") is not None else []


class Bench(bench.Bench):
    """A case's ``config`` is a whole default.vcl; its environment holds the parameters that varnishd is started with."""

    ROOT: ClassVar[str] = "/etc/varnish"

    def write(self, folder: Path, case: Case, words: dict[str, str]) -> None:
        (folder / "default.vcl").write_text(fill(case.config, words))
        (folder / "arguments").write_text("\n".join([f"127.0.0.1:{words['PORT']}", *(f"{k}={v}" for k, v in case.environment)]))

    def command(self, folder: str, master: bool) -> Sequence[str]:
        address, *parameters = (Path(folder) / "arguments").read_text().splitlines()
        options = [piece for parameter in parameters for piece in ("-p", parameter)]
        own = ["-F", "-j", "none", "-n", f"{folder}/work", "-s", "malloc,10M", "-a", address, "-f", f"{folder}/default.vcl"]
        return [self.program.path, *own, *options]

    def reason(self, message: str) -> str:
        lines = [line for line in message.splitlines() if line.strip()]
        at = next((index for index, line in enumerate(lines) if "Message from VCC-compiler" in line), -1)
        return lines[at + 1].strip() if lines else ""

    def tell_to_reload(self, process: subprocess.Popen[str], folder: str) -> None:
        """What Debian's varnishreload does: the file is compiled again, and the new one is used."""
        shutil.copy(f"{folder}/default.vcl", f"{folder}/again.vcl")
        for words in (["vcl.load", "again", f"{folder}/again.vcl"], ["vcl.use", "again"]):
            subprocess.run(["varnishadm", "-n", f"{folder}/work", *words], check=True, capture_output=True, timeout=20)

    def measure(self, case: Case) -> Measured:
        measured = super().measure(case)
        if measured.seen is not None:
            new = {"X-Varnish": "$id", "Via": "$via"}
            measured.seen["headers"] = [[key, new.get(key, value)] for key, value in measured.seen["headers"]]
        return measured
