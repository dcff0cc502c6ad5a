"""What the app does with sockets: endpoints, heartbeats, clients, uses, apps, and what a start command runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from advisor.model.places import Certainty, NotRead, Place, Role, Scope, Setting


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a server accepts sockets. ``path`` is the path the app itself listens on; ``None``: it accepts any path."""

    path: str | None
    place: Place
    port: int | None = None
    port_from: Literal["literal", "environment", "default"] | None = None
    """``environment``: read from a variable (``port`` is then the fallback); ``default``: the library's own."""
    bind: str | None = None
    """The literal host bound to (``127.0.0.1``, ``0.0.0.0``); ``None``: not given, so the library's default."""
    prefix: bool = False
    """True where every path below ``path`` is accepted as well (Socket.IO, a mounted router)."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What is sent on an idle connection. ``interval_s`` is the longest time without a byte that it allows."""

    sender: Literal["server", "client", "both", "none"]
    source: Literal["default", "configured", "observed"]
    interval_s: float | None = None
    timeout_s: float | None = None
    """After how long without an answer the sender drops the peer; ``None``: never, or not known."""
    place: Place | None = None
    answered: bool = True
    """True where the peer answers by itself (ping and pong, engine.io), so that bytes flow both ways."""
    fact: str | None = None
    certainty: Certainty = "explicit"


@dataclass(frozen=True, slots=True)
class Reconnect:
    """What a client does after a close. ``library``: it follows its library's documented schedule."""

    kind: Literal["none", "immediate", "fixed", "exponential", "library"]
    delay_s: float | None = None
    max_delay_s: float | None = None
    jitter: bool = False
    attempts: int | None = None
    """After how many tries it gives up; ``None``: never."""
    place: Place | None = None
    growth: Literal["doubling", "linear", "listed"] = "doubling"
    """How the waits of ``exponential`` grow: twice as long each time, by ``delay_s`` each time, or along a list in the code."""
    resumed: bool = False
    """True where a person or an event of the browser can start it again after it gave up (a button, ``online``)."""


@dataclass(frozen=True, slots=True)
class Url:
    """A URL that a client opens. Parts that code computes are ``None``."""

    text: str
    """As written, with computed parts as ``{name}``; never the value of a secret."""
    place: Place
    scheme: Literal["ws", "wss", "http", "https"] | None = None
    """``None`` with ``derived``: follows the page's own scheme; ``None`` without: not known."""
    host: str | None = None
    port: int | None = None
    path: str | None = None
    derived: bool = False
    """True where scheme and host come from ``location``, so that they fit the page."""
    guarded: bool = False
    """True where the literal is only a fallback or sits in a branch for development (``env.X || "ws://localhost"``)."""
    environment: str | None = None
    """The variable the URL is read from, if any."""


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a socket library in the project: a server, a client, a backplane or a managed client."""

    library: str
    name: str
    role: Role
    app: str
    place: Place
    certainty: Certainty = "explicit"
    scope: Scope = "production"
    version: str | None = None
    endpoints: tuple[Endpoint, ...] = ()
    urls: tuple[Url, ...] = ()
    heartbeat: Heartbeat | None = None
    reconnect: Reconnect | None = None
    transports: tuple[str, ...] = ("websocket",)
    """In the order tried; ``("polling", "websocket")`` for Socket.IO as it comes."""
    broadcasts: Place | None = None
    """Where a server sends to sockets it keeps in this process's memory (rooms, ``wss.clients``)."""
    jobs_send: Place | None = None
    """Where a message for all is sent by code that runs in a process of jobs, wherever there is one."""
    backplane: str | None = None
    """The library that joins several processes, where it is really attached."""
    backplane_scope: Literal["host", "network"] | None = None
    """``host``: joins the workers of one machine only (cluster adapter)."""
    sticky: bool = False
    """True where the app itself sends all requests of one client to one worker (``@socket.io/sticky``)."""
    origins: tuple[str, ...] | None = None
    """Allowed origins as written; ``("*",)`` any, ``None`` not checked, empty: something checks, and no list is in the code.

    ``{same origin}``: the scheme and host of the request itself, ``{same host}``: its host alone; other ``{...}``: computed.
    """
    origins_place: Place | None = None
    max_message: Setting | None = None
    lifetime: Setting | None = None
    """The server's own cap on the age of a connection (daphne: 86,400 s)."""
    idle: Setting | None = None
    """The server's own idle timeout (uWebSockets.js, Bun)."""
    http10: Literal["accepts", "refuses"] | None = None
    """What the library does with an upgrade request over HTTP/1.0, where that is known."""
    plain_get: int | None = None
    """Status of ``GET /`` where nothing but the socket library is there (ws: 426, Socket.IO: 404); 0: it is never answered;
    ``None``: the app's own."""
    runs_in: Literal["own_process", "asgi", "wsgi", "browser", "device", "function", "platform"] = "own_process"
    """What must host a server: itself, an ASGI or WSGI server, a function, a platform's own model. A client runs in a browser,
    in an app on a person's device, or in a process of its own."""
    foreign: bool = False
    """True for a client of somebody else's service: not the user's endpoint."""
    one_shot: bool = False
    """True for a client that opens, asks, closes and ends (a script, a health check)."""
    cookies: bool = False
    """True where a server takes a session or cookie as the identity of the socket."""
    sent_once: Place | None = None
    """Where a client that reconnects joins, subscribes or signs in, and nothing repeats that after a reconnect."""
    sent_what: str = ""
    """What it says there: the event or the type of the message."""


@dataclass(frozen=True, slots=True)
class App:
    """A directory with a manifest in which socket libraries are used. ``root`` is ``.`` for the scanned root."""

    id: str
    root: str
    scope: Scope = "production"
    ecosystem: str = ""
    uses: tuple[Use, ...] = ()
    scripts: tuple[tuple[str, str, Place], ...] = ()
    """Start scripts of the manifest: name, command, place (``npm start``)."""
    is_library: bool = False
    """True where the app is itself a socket library (its own source, not a deployment)."""
    forks: Place | None = None
    """Where the app's own code starts worker processes that share its port (``cluster.fork()``)."""
    signals: tuple[tuple[str, Place], ...] = ()
    """Stop signals that the app's own code listens for, and where."""
    same_site: Place | None = None
    """Where it keeps its cookies from requests that other sites cause (``SameSite`` lax or strict)."""
    built_from_scheme: Place | None = None
    """Where its server builds a socket's address from the scheme of the request that it received."""
    trusts_proxy: bool = False
    """True where its code is told to take the scheme from a proxy (Express's ``trust proxy``, ``ProxyFix``)."""
    published: str | None = None
    """Id of the process that runs it, where it is a published image: a program whose code is not in the tree."""

    def servers(self) -> tuple[Use, ...]:
        return tuple(use for use in self.uses if use.role == "server")

    def clients(self) -> tuple[Use, ...]:
        return tuple(use for use in self.uses if use.role == "client" and not use.foreign)


@dataclass(frozen=True, slots=True)
class Stack:
    """All apps of the tree, and the files that were parsed to find them."""

    apps: tuple[App, ...] = ()
    not_read: tuple[NotRead, ...] = ()

    def uses(self) -> tuple[Use, ...]:
        return tuple(use for app in self.apps for use in app.uses)


@dataclass(frozen=True, slots=True)
class Server:
    """What a start command runs, as read from the command itself (``gunicorn app:app -k uvicorn.workers.UvicornWorker``)."""

    program: str
    """``node``, ``gunicorn``, ``uvicorn``, ``daphne``, ``hypercorn``, ``pm2``, ``flask``, ``npm`` ..."""
    protocol: Literal["asgi", "wsgi", "rack", "node", "cgi", "other"] = "other"
    can_upgrade: bool | None = None
    """``False`` where the process as started can never answer 101; ``None`` where that depends on the app."""
    reason: str = ""
    """Why ``can_upgrade`` is what it is, one clause."""
    entry: str | None = None
    """The file or ``module:attribute`` started."""
    worker_class: str | None = None
    workers: int | None = None
    """Worker processes; 1 where the program's default is one; ``None`` where it is computed (``$(nproc)``)."""
    port: int | None = None
    port_from: Literal["literal", "environment", "default"] | None = None
    bind: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    """The flags as written, without dashes (``ws-ping-interval`` -> ``30``)."""
    several: bool = False
    """True where it starts more than one worker, though the number is the machine's (``-i max``, ``-w $(nproc)``)."""
