"""What becomes of an open socket at a reload, and in silence where every clock is left at its default: what is measured."""

# ruff: noqa: E501 - one configuration per case, in one piece

from __future__ import annotations

import math
from dataclasses import dataclass

from tests.proxies.apache_cases import PROXY, TUNNEL, UPGRADE
from tests.proxies.apache_cases import one as apache
from tests.proxies.bench import Case
from tests.proxies.caddy_cases import APP
from tests.proxies.caddy_cases import one as caddy
from tests.proxies.envoy_cases import TCP, cluster, envoy
from tests.proxies.haproxy_cases import behind
from tests.proxies.lighttpd_cases import proxied
from tests.proxies.nginx_headers import UP, location
from tests.proxies.squid_cases import squid
from tests.proxies.traefik_cases import to_app, traefik
from tests.proxies.varnish_cases import varnish

QUICK_S, SLOW_S = 5, 75
"""What is watched longer is only measured where the programs are required; what is slower still, when the table is recorded."""


@dataclass(frozen=True)
class Watch:
    """One open socket that nobody sends on. Without ``reload`` it is only watched; ``changed``: files with their new content."""

    case: Case
    watched_s: float
    reload: bool = False
    changed: tuple[tuple[str, str], ...] = ()
    since: str = "0"
    """The first version that knows what the configuration says."""
    spread: bool = False
    """True where the program closes sockets at moments of its own choice until that time."""

    @property
    def name(self) -> str:
        return self.case.name


def reloaded(case: Case, watched_s: float = 3, changed: tuple[tuple[str, str], ...] = (), since: str = "0") -> Watch:
    return Watch(case, watched_s, True, changed, since)


def _nginx(name: str, before: str = "") -> Case:
    return Case(name, f"{before}\nevents {{}}\nhttp {{\n{location(f'proxy_http_version 1.1; {UP}')}}}\n")


UNTIMED = "defaults\n mode http\n timeout connect 2s\n"
TCP_LISTEN = f"{UNTIMED}listen web\n mode tcp\n bind 127.0.0.1:@PORT@\n server one 127.0.0.1:@APP@\n"
DYNAMIC = dict(traefik("", to_app("PathPrefix(`/`)")).files)["dynamic.yml"]
ROUTES = """resources:
- "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
  name: r
  virtual_hosts: [{name: all, domains: ['*'], routes: [{match: {prefix: %s}, route: {cluster: app}}]}]
"""
LISTENERS = """resources:
- "@type": type.googleapis.com/envoy.config.listener.v3.Listener
  name: main
  address: {socket_address: {address: 127.0.0.1, port_value: @PORT@}}
  %s
  filter_chains:
  - filters:
    - name: envoy.filters.network.http_connection_manager
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
        stat_prefix: %s
        stream_idle_timeout: 0s
        upgrade_configs: [{upgrade_type: websocket}]
        http_filters: [{name: envoy.filters.http.router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
        route_config: {name: r, virtual_hosts: [{name: all, domains: ['*'], routes: [{match: {prefix: /}, route: {cluster: app}}]}]}
"""


def _clusters(word: str) -> str:
    kind = '- "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster'
    return (
        f"resources:\n{kind}{cluster('app', word).replace('  - name', '  name', 1).replace(chr(10) + '    ', chr(10) + '  ')}\n"
    )


FROM_FILES = """node: {id: a, cluster: b}
dynamic_resources:
  lds_config: {path_config_source: {path: @DIR@/lds.yaml}}
  cds_config: {path_config_source: {path: @DIR@/cds.yaml}}
"""
NODE = "node: {id: a, cluster: b}\n"
DYNAMIC_ROUTES = NODE + envoy().replace(
    "          route_config:\n            name: local\n            virtual_hosts: [{name: all, domains: ['*'],  routes: [{match: {prefix: /}, route: {cluster: app}}]}]",
    "          rds: {route_config_name: r, config_source: {path_config_source: {path: @DIR@/rds.yaml}}}",
)
DYNAMIC_CLUSTERS = f"{NODE}dynamic_resources: {{cds_config: {{path_config_source: {{path: @DIR@/cds.yaml}}}}}}\n{envoy().partition('  clusters:')[0]}".replace(
    "name: local", "name: local\n            validate_clusters: false"
)
QUICK = (("--drain-time-s", "1"),)


def _listener(name: str, extra: str = "", environment: tuple[tuple[str, str], ...] = QUICK) -> Case:
    files = (("lds.yaml", LISTENERS % (extra, "web")), ("cds.yaml", _clusters("APP")))
    return Case(name, FROM_FILES, files=files, environment=environment)


WATCHES: dict[str, tuple[Watch, ...]] = {
    "nginx": (
        reloaded(_nginx("reload")),
        reloaded(_nginx("reload with worker_shutdown_timeout", "worker_shutdown_timeout 1s;")),
        Watch(_nginx("silence"), 75),
    ),
    "haproxy": (
        reloaded(Case("reload", behind("timeout tunnel 1h"))),
        reloaded(Case("reload with hard-stop-after", "global\n hard-stop-after 1s\n" + behind("timeout tunnel 1h"))),
        Watch(Case("silence without any timeout", behind("", UNTIMED)), 190),
        Watch(Case("silence in mode tcp without any timeout", TCP_LISTEN), 190),
    ),
    "apache": (
        reloaded(apache("graceful restart", PROXY, UPGRADE)),
        Watch(apache("silence", PROXY, UPGRADE), 75),
        Watch(apache("silence through wstunnel", TUNNEL, 'ProxyWebsocketFallbackToProxyHttp Off\nProxyPass "/ws" "ws://127.0.0.1:@APP@/ws"'), 75),
    ),
    "caddy": (
        reloaded(caddy("reload", APP)),
        reloaded(caddy("reload with stream_close_delay", f"{APP} {{\n\tstream_close_delay 30s\n}}"), since="2.7"),
        reloaded(caddy("reload with a short stream_close_delay", f"{APP} {{\n\tstream_close_delay 1s\n}}"), since="2.7"),
        Watch(caddy("silence", APP), 190),
    ),
    "traefik": (
        reloaded(traefik("router removed", to_app("PathPrefix(`/`)")), changed=(("dynamic.yml", DYNAMIC.replace("PathPrefix(`/`)", "Host(`gone`)")),)),
        reloaded(traefik("server moved", to_app("PathPrefix(`/`)")), changed=(("dynamic.yml", DYNAMIC.replace("@APP@", "@APP2@")),)),
        Watch(traefik("silence", to_app("PathPrefix(`/`)")), 190),
    ),
    "envoy": (
        reloaded(Case("hang-up signal", envoy())),
        reloaded(Case("route removed", DYNAMIC_ROUTES, files=(("rds.yaml", ROUTES % "/"),)), changed=(("rds.yaml", ROUTES % "/gone"),)),
        reloaded(_listener("listener as it was", environment=()), changed=(("lds.yaml", LISTENERS % ("", "web")),)),
        reloaded(_listener("connection manager changed"), changed=(("lds.yaml", LISTENERS % ("", "other")),)),
        reloaded(_listener("listener changed"), changed=(("lds.yaml", LISTENERS % ("tcp_backlog_size: 64", "web")),)),
        Watch(_listener("listener changed, left to the default", environment=()), 620, True, spread=True, changed=(("lds.yaml", LISTENERS % ("tcp_backlog_size: 64", "web")),)),
        reloaded(_listener("listener removed"), changed=(("lds.yaml", "resources: []\n"),)),
        reloaded(Case("cluster moved", DYNAMIC_CLUSTERS, files=(("cds.yaml", _clusters("APP")),)), changed=(("cds.yaml", _clusters("APP2")),)),
        reloaded(Case("cluster removed", DYNAMIC_CLUSTERS, files=(("cds.yaml", _clusters("APP")),)), changed=(("cds.yaml", "resources: []\n"),)),
        Watch(Case("silence", envoy()), 330),
        Watch(Case("silence through a tcp proxy", TCP), 75),
    ),
    "varnish": (
        reloaded(Case("vcl.use", varnish())),
        Watch(Case("silence", varnish()), 75),
    ),
    "squid": (
        reloaded(Case("reconfigure", squid())),
        Watch(Case("silence", squid()), 930),
    ),
    "lighttpd": (
        reloaded(Case("restart with a timeout", proxied('server.feature-flags = ( "server.graceful-shutdown-timeout" => 1 )')), 5),
        reloaded(Case("restart", proxied()), 14),
        Watch(Case("silence", proxied()), 400),
    ),
}  # fmt: skip


def plain(seconds: float | None) -> int | None:
    """Whole seconds as they are stored: a busy machine is late by parts of one."""
    return None if seconds is None else math.floor(seconds + 0.25)
