"""What is deployed: hops, processes, and the files that show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from advisor.model.places import Certainty, NotRead, Place, Scope, Setting


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
class Passes:
    """Which of a request's headers a rule of a hop hands on. Host and those of the upgrade itself are always there."""

    names: tuple[str, ...]
    """In lower case: those that go on, or with ``all_but`` those that do not."""
    place: Place
    why: str
    all_but: bool = False

    def keeps(self, name: str) -> bool:
        """True where a header of that name goes on."""
        lowered = name.lower()
        return lowered in ("host", "connection", "upgrade", "user-agent") or (lowered in self.names) is not self.all_but


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What a rule of a hop makes of a path: a regular expression and what takes the place of what it matches (``/$2``)."""

    pattern: str
    replacement: str
    place: Place
    ignore_case: bool = False


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
    passes: Passes | None = None
    """Which headers go there; ``None``: all, as far as is known."""
    conditions: tuple[tuple[str, str], ...] = ()
    """Conditions of facts that hold for requests that go there (a route that caches)."""
    pattern: str | None = None
    """A regular expression that the path must match besides, whatever its case."""
    rewrite: Rewrite | None = None
    """What becomes of the path on the way."""
    headers: tuple[tuple[str, str, Place], ...] = ()
    """Headers that the rule sets, each with its value and where that is said."""


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
    image_place: Place | None = None
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
    ends: bool = False
    """True where no app of the tree is looked for behind it: it answers sockets itself, or only code says where they go."""
    gates: tuple[Gate, ...] = ()
    """Firewall rules that decide on a handshake by nothing but its host and path."""
    ineffective: tuple[tuple[Setting, str], ...] = ()
    """Settings of its file that people rely on for sockets but that it does not read, with the reason."""

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
