"""The nouns of a scan: what the steps hand to each other, from a place in a file to the whole report.

All of them are frozen values. Durations are seconds, sizes are bytes, lines and columns count from 1, files are
relative to the scanned root with ``/``. ``None`` means "not known" unless a docstring says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Scope = Literal["production", "development", "test", "example", "documentation"]
Certainty = Literal["explicit", "strong", "weak"]
Severity = Literal["error", "warning", "info"]
FindingVerdict = Literal["breaks", "degrades", "depends", "note"]
Confidence = Literal["certain", "likely", "possible"]
Verdict = Literal["works", "works_with_changes", "breaks", "depends", "no_websocket"]
Handled = Literal["accepted", "refused", "redirected", "depends", "invalid_config"]
Cause = Literal[
    "answered",
    "redirected",
    "unsupported",
    "own_protocol",
    "upgrade_lost",
    "http10",
    "http2",
    "not_routed",
    "rewritten",
    "cannot_upgrade",
    "module_missing",
    "invalid",
]
"""Why a handshake does not end as it should; rules choose by it."""
Role = Literal["server", "client", "backplane", "managed_client"]
Value = str | int | float | bool | None


# ---------------------------------------------------------------- where something stands


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file of the scanned tree: the first character of a block, key or call, and its end if known."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int | None = None
    end_column: int | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that belongs to a finding, and why."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class NotRead:
    """A file that could not be read or parsed. ``deployment`` is true where the file would have shown a hop."""

    file: str
    reason: str
    line: int | None = None
    deployment: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """One key that a file sets.

    ``key`` is spelled as in the ``set_by`` of a platform profile (``proxy_read_timeout``, ``aws_lb.idle_timeout``).
    ``value`` is the text as written; ``amount`` the same in the dimension's unit (seconds, bytes, count, a flag or a
    keyword), ``None`` where the file leaves it open (a variable without a default).
    """

    key: str
    value: str
    place: Place
    amount: Value = None
    format: str = ""


# ---------------------------------------------------------------- what the app does (stack)


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
    backplane: str | None = None
    """The library that joins several processes, where it is really attached."""
    backplane_scope: Literal["host", "network"] | None = None
    """``host``: joins the workers of one machine only (cluster adapter)."""
    sticky: bool = False
    """True where the app itself sends all requests of one client to one worker (``@socket.io/sticky``)."""
    origins: tuple[str, ...] | None = None
    """Allowed origins; ``("*",)`` any, ``None`` not checked."""
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
    runs_in: Literal["own_process", "asgi", "wsgi", "browser", "function", "platform"] = "own_process"
    """What must host a server: itself, an ASGI or WSGI server, a function, a platform's own model."""
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
    protocol: Literal["asgi", "wsgi", "node", "cgi", "other"] = "other"
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


# ---------------------------------------------------------------- what is deployed (deployment)


@dataclass(frozen=True, slots=True)
class Listen:
    """One public side of a hop: scheme, port and host names (empty: any)."""

    scheme: Literal["http", "https", "tcp"]
    port: int | None
    place: Place
    hosts: tuple[str, ...] = ()
    redirect_to: str | None = None
    """``https`` where this listener only sends clients to the secure one."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a hop that is driven by its profile sends requests: a name (see ``Hop.names``) with an optional path pattern."""

    name: str
    place: Place
    port: int | None = None
    paths: tuple[str, ...] = ()
    """Glob patterns of the paths that go there; empty: all that nothing else takes."""
    scheme: Literal["http", "https", "h2", "grpc", "tcp"] = "http"
    why: str = ""
    hosts: tuple[str, ...] = ()
    """Glob patterns of the host names that go there; empty: any."""
    settings: tuple[Setting, ...] = ()
    """Settings that hold for requests that go there (those of a target group)."""


@dataclass(frozen=True, slots=True)
class Process:
    """Something that runs the user's code: a compose service, a Procfile line, an ECS task, an image's command."""

    id: str
    place: Place
    root: str = "."
    """The directory whose code it runs (build context, directory of the Procfile)."""
    command: str | None = None
    command_place: Place | None = None
    replicas: int | None = None
    """Copies; ``None`` where the files do not say (then one is assumed and said so)."""
    replicas_place: Place | None = None
    replicas_range: tuple[int, int] | None = None
    """Least and most copies where something scales them."""
    replicas_source: Literal["default", "configured"] = "configured"
    """``default``: the platform scales like that unless it is told otherwise."""
    names: tuple[str, ...] = ()
    """Names by which hops reach it (compose service, target group address)."""
    network: str = ""
    """Where those names are known: a compose project (``compose:<directory>``), a Kubernetes namespace; empty: anywhere."""
    ports: tuple[int, ...] = ()
    """Ports it is told to listen on or that are exposed."""
    published: tuple[int, ...] = ()
    """Ports of the machine at which anybody reaches it past every proxy."""
    environment: tuple[str, ...] = ()
    """Names (never values) of variables it is given."""
    port_variable: Literal["PORT"] | None = None
    """Set where the platform tells the app its port in ``$PORT``."""
    port_given: int | None = None
    """Literal value of PORT in the files (not a secret), or the platform's internal port."""
    image: str | None = None
    built: bool = True
    """False where it runs an image that these files do not build (a database, a published image)."""
    scope: Scope = "production"
    environment_name: str = "production"
    host: str | None = None
    """Id of the host hop that runs it (heroku, fly-io, aws-ecs), if any."""
    health_check: HealthCheck | None = None


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A check that the platform makes before it sends traffic. ``tcp`` ones ask nothing of the app."""

    place: Place
    path: str | None = "/"
    kind: Literal["http", "tcp", "command"] = "http"
    accepts: tuple[int, int] = (200, 399)
    source: Literal["default", "configured"] = "configured"


@dataclass(frozen=True, slots=True)
class Gate:
    """A firewall rule of a hop that a file shows: what it does with the requests that it covers."""

    place: Place
    action: Literal["block", "challenge"]
    """``block``: answered with 403. ``challenge``: answered with a page that a browser has to solve first."""
    why: str
    paths: tuple[str, ...] = ()
    """Glob patterns of the paths covered; empty: all."""
    hosts: tuple[str, ...] = ()
    """Glob patterns of the host names covered; empty: all."""


@dataclass(frozen=True, slots=True)
class Hop:
    """A program or service between the browser and the app."""

    id: str
    platform: str
    """Id of the platform profile."""
    name: str
    place: Place
    version: str | None = None
    version_place: Place | None = None
    floating: bool = False
    """True where the version is a tag that moves (``nginx:latest``): the one current at ``--as-of`` is meant."""
    certainty: Certainty = "explicit"
    scope: Scope = "production"
    environment: str = "production"
    settings: tuple[Setting, ...] = ()
    conditions: tuple[tuple[str, str], ...] = ()
    """Conditions of facts that the files show (``plan`` -> ``hobby``, ``protocol`` -> ``http``)."""
    names: tuple[str, ...] = ()
    """Names by which hops in front reach it."""
    network: str = ""
    """Where those names, and the names it sends to, are known (see ``Process.network``)."""
    listens: tuple[Listen, ...] = ()
    targets: tuple[Target, ...] = ()
    serves: str | None = None
    """Directory whose app this hop itself builds and runs (Heroku, Fly.io, Vercel)."""
    processes: tuple[str, ...] = ()
    """Ids of the processes that this hop runs or sends to directly."""
    config: Any = None
    """A configurable proxy's parsed configuration, as its module in ``proxies/`` takes it."""
    local: bool = False
    """True for a proxy on the app's own machine, which reaches what is bound to 127.0.0.1."""
    because: str = ""
    """Why it is taken for a hop, one clause."""
    gates: tuple[Gate, ...] = ()
    """Firewall rules that decide on a handshake by nothing but its host and path."""

    def setting(self, key: str) -> Setting | None:
        return next((setting for setting in self.settings if setting.key == key), None)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A deployment file and what it was taken for, with the reason (shown first in the report)."""

    file: str
    scope: Scope
    environment: str
    why: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """Every hop and process that the files show, and which files they were."""

    hops: tuple[Hop, ...] = ()
    processes: tuple[Process, ...] = ()
    files: tuple[Chosen, ...] = ()
    not_read: tuple[NotRead, ...] = ()


# ---------------------------------------------------------------- the virtual handshake


@dataclass(frozen=True, slots=True)
class Request:
    """A handshake on its way. Header names keep their spelling; look-ups ignore case."""

    scheme: Literal["http", "https"] = "https"
    host: str = "app.example.com"
    port: int = 443
    path: str = "/"
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    http_version: str = "1.1"
    method: str = "GET"

    def header(self, name: str) -> str | None:
        """The value of the first header of that name, or ``None``."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def upgrades(self) -> bool:
        """True where an app would see a WebSocket handshake (RFC 6455 section 4.2.1), whatever its HTTP version."""
        upgrade = (self.header("Upgrade") or "").lower()
        tokens = {token.strip() for token in (self.header("Connection") or "").lower().split(",")}
        return (
            self.method == "GET"
            and "websocket" in {token.strip() for token in upgrade.split(",")}
            and "upgrade" in tokens
            and self.header("Sec-WebSocket-Key") is not None
        )

    def at(self, **changes: Any) -> Request:
        return replace(self, **changes)


def handshake(scheme: str, host: str, path: str = "/", query: str = "", port: int | None = None, **extra: str) -> Request:
    """The request that a browser sends for ``ws(s)://host:port/path?query`` (RFC 6455 section 4.1)."""
    secure = scheme in ("wss", "https")
    number = port or (443 if secure else 80)
    authority = host if port is None or number == (443 if secure else 80) else f"{host}:{number}"
    headers = (
        ("Host", authority),
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Origin", f"{'https' if secure else 'http'}://{authority}"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        *((name.replace("_", "-"), value) for name, value in extra.items()),
    )
    return Request("https" if secure else "http", host, number, path or "/", query, headers)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a hop sends a request: ``host`` is a name or number as the configuration writes it; or a unix socket."""

    host: str
    port: int | None = None
    scheme: str = "http"
    unix: str | None = None

    def __str__(self) -> str:
        return f"unix:{self.unix}" if self.unix else f"{self.host}:{self.port}" if self.port else self.host


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that happened inside a hop: ``location /ws`` at its place, and what it does."""

    at: str
    does: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class HeaderFate:
    """What became of a header on its way through a hop, and the line or default that decides.

    ``because``: ``set`` (a line in force sets it), ``default`` (the program's default, for instance dropped),
    ``passed`` (handed on as received), ``lost`` (an outer block sets it, but ``discarded_by`` replaces the whole list).
    """

    name: str
    value: str | None
    because: Literal["set", "default", "passed", "lost"]
    place: Place | None = None
    written: str | None = None
    """As the file writes it (``$http_upgrade``)."""
    outer: Place | None = None
    discarded_by: Place | None = None


@dataclass(frozen=True, slots=True)
class Forward:
    """The hop hands the request on."""

    address: Address
    request: Request
    place: Place | None = None
    """The block that decides (the location, the route)."""
    moves: tuple[Move, ...] = ()
    fates: tuple[HeaderFate, ...] = ()
    settings: tuple[Setting, ...] = ()
    """The settings in force for this request, inherited ones included, keys as in the profile's ``set_by``."""
    idle_reset_by: Literal["any", "from_client", "from_upstream", "data_frames", "none"] = "any"
    affinity: str = "none"
    affinity_place: Place | None = None
    upstreams: int = 1
    """How many servers the request may be sent to."""
    ineffective: tuple[tuple[Setting, str], ...] = ()
    """Settings in force that people rely on for sockets but that do not act here, with the reason."""
    conditions: tuple[tuple[str, str], ...] = ()
    """Conditions of facts that hold for this request (``module`` -> ``stream``)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The hop answers the handshake itself; ``status`` ``None`` where it is not documented with which."""

    status: int | None
    reason: str
    place: Place | None = None
    location: str | None = None
    moves: tuple[Move, ...] = ()
    cause: Cause | None = None
    """Set where the status alone does not say why."""
    module: str | None = None
    """The module of the program that is not loaded and without which it cannot do what its file asks for."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """The program refuses to start with this configuration, with its reason."""

    reason: str
    place: Place | None = None
    moves: tuple[Move, ...] = ()
    module: str | None = None
    """The module that is not loaded and without which the program refuses the file."""


@dataclass(frozen=True, slots=True)
class Depends:
    """What happens hangs on something the files do not show: both branches, each with its condition in words."""

    on: str
    branches: tuple[tuple[str, Forward | Answer | Invalid], ...]
    moves: tuple[Move, ...] = ()
    assume: str | None = None
    """The ``--assume`` key that settles it."""


Outcome = Forward | Answer | Invalid | Depends


# ---------------------------------------------------------------- paths, limits


@dataclass(frozen=True, slots=True)
class Step:
    """One hop of a walked path: what it received and what it did."""

    hop: Hop
    received: Request
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class DecidedBy:
    """The hop, line or default that sets a value. ``platform`` is ``"app"`` for a limit of the app's library or program."""

    platform: str
    source: Literal["default", "configured"]
    hop: str | None = None
    place: Place | None = None
    fact: str | None = None
    name: str = ""
    """The library or program (``Uvicorn``) whose own limit it is; empty for a hop."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The effective value of one dimension along a path, who decides it, and who is next.

    ``value`` ``None``: no limit is known on any hop that was seen.
    """

    dimension: str
    value: Value
    unit: str | None
    decided_by: DecidedBy
    reset_by: str | None = None
    runner_up: tuple[DecidedBy, Value] | None = None
    depends_on: str | None = None
    """Set where the value holds only under a condition the repository does not show, or where a file sets one that it
    does not show; with a ``value`` and no ``others`` that one may only be stricter."""
    others: tuple[tuple[Value, str], ...] = ()
    """The other values and their conditions, where the value holds under a condition."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """How a virtual handshake ended: where, with what status, and why."""

    outcome: Handled
    status: int | None
    decided_by: str | None
    """Id of the deciding hop; ``"app"`` or ``None`` where no hop stands in the way."""
    reason: str = ""
    place: Place | None = None
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """One way from a browser to an endpoint, walked."""

    id: str
    environment: str
    endpoint: str
    url: str
    handshake: Handshake
    steps: tuple[Step, ...] = ()
    app: App | None = None
    server: Use | None = None
    process: Process | None = None
    runs: Server | None = None
    """What the process's start command runs."""
    clients: tuple[Use, ...] = ()
    heartbeat: Heartbeat | None = None
    """What keeps the idle connection busy: the app's own, else that of the server program that runs it."""
    arrived: Request | None = None
    """What the app receives; ``None`` where it receives nothing."""
    limits: tuple[Limit, ...] = ()
    because: tuple[str, ...] = ()
    certainty: Certainty = "explicit"
    scope: Scope = "production"

    @property
    def hops(self) -> tuple[Hop, ...]:
        return tuple(step.hop for step in self.steps)

    @property
    def destination(self) -> str:
        """What the path leads to, in a word: the app, else the image or the address that is not in the tree."""
        if self.app is not None:
            return self.app.id
        if self.process is not None:
            return self.process.image or self.process.id
        last = self.steps[-1].outcome if self.steps else None
        return str(last.address) if isinstance(last, Forward) else "the app"

    def limit(self, dimension: str) -> Limit | None:
        return next((limit for limit in self.limits if limit.dimension == dimension), None)


# ---------------------------------------------------------------- findings, report


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces the text from ``place`` to its end by ``text``."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell the reader, with its place, its chain of reasons and the facts it rests on."""

    rule: str
    name: str
    severity: Severity
    verdict: FindingVerdict
    confidence: Confidence
    message: str
    place: Place
    why: tuple[str, ...] = ()
    remedy: str = ""
    snippet: str = ""
    verify: str = ""
    related: tuple[Related, ...] = ()
    path: str | None = None
    facts: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    safe: bool = False
    who: Literal["app", "proxy", "platform", "client", "scan"] = "app"
    """Who has to act; the checklist is grouped by it."""
    excerpt: tuple[tuple[int, str], ...] = ()
    """Source lines around the place with their numbers; empty for files that may hold secrets."""
    fingerprint: str = ""
    together: str = ""
    """Findings of one rule that share this key are settled by one change, and told as one with related places."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something the repository does not show and that decides."""

    key: str
    asks: str
    assume: str
    branches: tuple[tuple[str, str], ...] = ()
    """Each possible answer and what would then hold."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement of the knowledge base that the report cites."""

    id: str
    statement: str
    sources: tuple[str, ...]
    confirmed: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that a scan has to say. Every output format is a pure function of it."""

    version: str
    knowledge_version: str
    as_of: str
    root: str
    verdict: Verdict
    sentence: str
    """The verdict in one sentence."""
    seen: int
    read: int
    chosen: tuple[Chosen, ...] = ()
    apps: tuple[App, ...] = ()
    processes: tuple[tuple[str, Process, Server | None], ...] = ()
    """App id, process, and what its command runs."""
    hops: tuple[Hop, ...] = ()
    paths: tuple[Path, ...] = ()
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    facts: tuple[Fact, ...] = ()
    looked_at: tuple[str, ...] = ()
    """What was searched for where nothing was found."""
