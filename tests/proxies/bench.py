"""A real proxy on loopback: its configuration is started, a browser's handshake is sent, and what happens is written down.

What differs from program to program (how it is started, where its files go, how it words a refusal) is in ``<name>_program.py``.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

from tests.proxies.recorder import Recorder, Seen

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pplmbitxaq9kygzzhzrbk+xoo="
"""What a browser compares the answer to the key with (RFC 6455 section 1.3), in lower case."""
PATIENCE_S = 5
"""How long a silent socket is watched; one that is open then has no measured clock."""
ANSWER_S = 10
"""How long an answer is waited for, on however busy a machine."""
NAMED_PORTS = {"PORT": 8080, "OTHER": 8081, "TLS": 8443, "INNER": 9001, "APP": 3000, "APP2": 3001, "SAFE": 3443, "DEAD": 3999}
"""The ports that a case writes as ``@PORT@`` and so on, and what they are called in the record."""


@dataclass(frozen=True)
class Case:
    """One configuration and one handshake. What ``config`` may leave out is said by the program's bench."""

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


class Program(Protocol):
    """A proxy's binary."""

    path: str
    version: str


class Bench:
    """Measures cases with one program; each case gets a process, ports and a directory of its own."""

    ROOT: ClassVar[str] = "/etc"
    """What the case's directory is called in the record."""
    TLS_PATIENCE_S: ClassVar[float] = 0
    """How long a TLS handshake is tried again, where a program gets its certificates after it has started."""

    PINGED_S: ClassVar[float] = 2.2
    """How long pings must keep a socket open to show that they count: about twice the shortened clocks of the cases."""
    SILENT_S: ClassVar[float] = PATIENCE_S
    """How long a silent socket is watched."""
    STEP_S: ClassVar[float] = 0
    """The shortened clock of the cases, where a drop may come up to two seconds late and counts as the step below it."""

    def __init__(self, program: Program, recorder: Recorder, certificate: tuple[str, str]) -> None:
        self.program = program
        self.recorder = recorder
        self.certificate = certificate

    # ------------------------------------------------------------ what each program does its own way

    def write(self, folder: Path, case: Case, words: dict[str, str]) -> None:
        """Puts the case's files into the directory, with its ports and paths filled in."""
        raise NotImplementedError

    def command(self, folder: str, master: bool) -> Sequence[str]:
        """What starts the program in the foreground; with ``master`` it can be reloaded."""
        raise NotImplementedError

    def reason(self, message: str) -> str:
        """The one sentence in which the program says why it does not start."""
        raise NotImplementedError

    def words(self) -> dict[str, str]:
        """Further ``@NAME@`` that a configuration may hold."""
        return {}

    def variables(self, case: Case, words: dict[str, str]) -> dict[str, str]:
        """The environment that the program gets beside this process's own."""
        return {}

    def is_up(self, folder: Path) -> bool:
        """True once a program that listens is sure to stay."""
        return True

    def message(self, folder: Path) -> str:
        """What the program said before it ended."""
        return (folder / "stderr").read_text(errors="replace")

    def is_own(self, seen: Seen) -> bool:
        """True for what the program asks by itself; the preface of HTTP/2 may or may not be read before it is gone."""
        return seen.method == "PRI"

    def tell_to_reload(self, process: subprocess.Popen[str], folder: str) -> None:
        """Makes the running program read its configuration again."""
        process.send_signal(signal.SIGHUP)

    # ------------------------------------------------------------ the same for all

    def measure(self, case: Case) -> Measured:
        ports = self.ports(case)
        with tempfile.TemporaryDirectory() as folder:
            words = self._filled(ports, folder)
            self.write(Path(folder), case, words)
            with self.running(folder, ports[case.port], variables=self.variables(case, words)) as started:
                if isinstance(started, str):
                    return Measured(False, reason=_named(self.reason(started), ports, folder, self.ROOT))
                measured = self._handshake(case, ports)
        return _normal(measured, ports, folder, self.ROOT)

    def ports(self, case: Case) -> dict[str, int]:
        """A port of its own for every name that the case uses, and three of the recording backend."""
        used = " ".join((case.config, case.host or "", *(text for pair in (*case.files, *case.environment) for text in pair)))
        own = [name for name in ("OTHER", "TLS", "INNER", "DEAD") if f"@{name}@" in used or name == case.port]
        ports = {name: free_port() for name in ("PORT", *own)}
        ports["APP"] = self.recorder.open(0.3 if case.backend_ping else None)
        ports["APP2"] = self.recorder.open()
        ports["SAFE"] = self.recorder.open(certificate=self.certificate)
        return ports

    def _filled(self, ports: dict[str, int], folder: str) -> dict[str, str]:
        words = {name: str(port) for name, port in ports.items()}
        return words | {"CERT": self.certificate[0], "KEY": self.certificate[1], "DIR": folder} | self.words()

    def open_for(self, case: Case, watched_s: float, reload: bool, changed: Sequence[tuple[str, str]] = ()) -> float | None:
        """Seconds until a silent socket is closed, ``None`` where it still echoes after ``watched_s``.

        With ``reload`` the program first reads its configuration again, of which the ``changed`` files have another content.
        """
        ports = self.ports(case)
        with tempfile.TemporaryDirectory() as folder:
            words = self._filled(ports, folder)
            self.write(Path(folder), case, words)
            started = self.running(folder, ports[case.port], master=reload, variables=self.variables(case, words))
            with started as process:
                assert not isinstance(process, str), process
                with connect(case, ports[case.port]) as stream:
                    stream.sendall(request_bytes(case, ports[case.port]))
                    head, rest = read_head(stream)
                    assert head is not None
                    assert " 101 " in head
                    assert echoes(stream, rest)
                    began = time.monotonic()
                    if reload:
                        for name, content in changed:
                            put_in_place(Path(folder) / name, fill(content, words))
                        self.tell_to_reload(process, folder)
                    return None if still_echoes(stream, watched_s) else time.monotonic() - began

    @contextlib.contextmanager
    def running(
        self, folder: str, port: int, master: bool = False, variables: dict[str, str] | None = None
    ) -> Iterator[subprocess.Popen[str] | str]:
        """The process, up and listening; or the message it ended with."""
        with (Path(folder) / "stderr").open("w") as messages:
            process = subprocess.Popen(
                self.command(folder, master),
                stdout=messages,
                stderr=messages,
                text=True,
                cwd=folder,
                env={**os.environ, **(variables or {})},
                start_new_session=True,
            )
        try:
            for _ in range(1000):
                if process.poll() is not None:
                    yield self.message(Path(folder))
                    return
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                    if self.is_up(Path(folder)):
                        break
                time.sleep(0.01)
            yield process
        finally:
            self.stop(process)

    def stop(self, process: subprocess.Popen[str]) -> None:
        """Ends the process, which has a few seconds to obey, and whatever it has left behind in its own group."""
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _handshake(self, case: Case, ports: dict[str, int]) -> Measured:
        measured = Measured(True)
        until = time.monotonic() + self.TLS_PATIENCE_S
        while True:
            try:
                stream = connect(case, ports[case.port])
                break
            except (ssl.SSLError, ConnectionError):
                if time.monotonic() > until:
                    return measured
                time.sleep(0.05)
        try:
            head, rest = asked(stream, request_bytes(case, ports[case.port]))
            if head is None:
                return measured
            measured.status = int(head.split(" ", 2)[1])
            measured.location = next((line[10:] for line in head.split("\r\n") if line.lower().startswith("location: ")), None)
            self._recorded(measured, ports)
            if measured.status == 101:
                measured.echo = f"sec-websocket-accept: {ACCEPT}" in head.lower() and echoes(stream, rest)
                if case.idle:
                    self._idle(case, measured, stream)
        finally:
            stream.close()
        self._recorded(measured, ports)
        return measured

    def _recorded(self, measured: Measured, ports: dict[str, int]) -> None:
        for name in ("APP", "APP2", "SAFE"):
            for seen in self.recorder.seen[ports[name]]:
                if self.is_own(seen):
                    continue
                measured.seen_at = name
                measured.seen = {
                    "method": seen.method,
                    "target": seen.target,
                    "http_version": seen.http_version,
                    "headers": sorted([key, value] for key, value in seen.headers),
                }

    def _idle(self, case: Case, measured: Measured, stream: socket.socket) -> None:
        """First pings from one side for longer than the shortened timeout, then silence until the drop."""
        kept = self._pinged(case, stream)
        if case.backend_ping:
            measured.backend_ping_keeps = kept
            return
        measured.client_ping_keeps = kept
        stream.settimeout(self.SILENT_S)
        began = time.monotonic()
        try:
            stream.recv(4096)
        except TimeoutError:
            return
        except OSError:
            pass
        measured.idle_s = self.told(time.monotonic() - began) if kept else None

    def _pinged(self, case: Case, stream: socket.socket) -> bool:
        """Whether the socket is still open after ``PINGED_S``, with pings from one side only."""
        stream.settimeout(0.3)
        began = time.monotonic()
        while time.monotonic() - began < self.PINGED_S:
            try:
                if not case.backend_ping:
                    stream.sendall(b"\x89\x80\x00\x00\x00\x00")
                if stream.recv(4096) == b"":
                    return False
            except TimeoutError:
                continue
            except OSError:
                return False
        return True

    def told(self, seconds: float) -> float:
        """A measured drop as it is stored. A program that looks at its clocks once a second cuts late: see ``STEP_S``."""
        return seconds // self.STEP_S * self.STEP_S if self.STEP_S else round(seconds)


def fill(text: str, words: dict[str, str]) -> str:
    return re.sub(r"@([A-Z][A-Z0-9]*)@", lambda word: words.get(word[1], word[0]), text)


FIRST_PORT, LAST_PORT, BLOCK = 15_000, 32_700, 50
"""Below the range from which systems take the ports of outgoing connections."""
_LOCK = threading.Lock()


def _reserved() -> Iterator[int]:
    """Ports in blocks that this process holds for as long as it lives: no other run of these tests gets them."""
    for first in range(FIRST_PORT, LAST_PORT, BLOCK):
        with contextlib.suppress(OSError):
            held = os.open(Path(tempfile.gettempdir()) / f"wsadvise-ports-{first}", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(held)
                raise
            yield from range(first, first + BLOCK)


_TAKEN = _reserved()


def free_port() -> int:
    """A port that this process hands out once, and no other process while this one runs."""
    with _LOCK:
        for port in _TAKEN:
            with contextlib.suppress(OSError), socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
                return port
    raise RuntimeError(f"no port between {FIRST_PORT} and {LAST_PORT} is free")


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


def asked(stream: socket.socket, request: bytes) -> tuple[str | None, bytes]:
    """The head of the answer to a request, as ``read_head``; a peer that resets before it could be sent gives none either."""
    try:
        stream.sendall(request)
    except ConnectionError:
        return None, b""
    return read_head(stream)


def read_head(stream: socket.socket) -> tuple[str | None, bytes]:
    stream.settimeout(ANSWER_S)
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


def still_echoes(stream: socket.socket, after_s: float) -> bool:
    """False as soon as the other side closes the socket, with a close frame or without."""
    stream.settimeout(after_s)
    try:
        with contextlib.suppress(TimeoutError):
            if stream.recv(1) in (b"", b"\x88"):
                return False
        stream.settimeout(5)
        return echoes(stream, b"")
    except OSError:
        return False


def put_in_place(file: Path, content: str) -> None:
    """Another content under the same name in one step, as programs that watch a directory want it."""
    new = file.with_name(f".{file.name}.new")
    new.write_text(content)
    new.replace(file)


def _named(text: str, ports: dict[str, int], folder: str, root: str) -> str:
    for name, port in ports.items():
        text = re.sub(rf"\b{port}\b", str(NAMED_PORTS[name]), text)
    return text.replace(folder, root)


def _normal(measured: Measured, ports: dict[str, int], folder: str, root: str) -> Measured:
    if measured.location is not None:
        measured.location = _named(measured.location, ports, folder, root)
    if measured.seen is not None:
        measured.seen["target"] = _named(measured.seen["target"], ports, folder, root)
        headers = [[key, _named(value, ports, folder, root)] for key, value in measured.seen["headers"]]
        measured.seen["headers"] = [
            [key, "another one" if key.lower() == "sec-websocket-key" and value != KEY else value] for key, value in headers
        ]
    return measured
