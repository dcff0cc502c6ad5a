"""Envoy configurations, good and broken; each is measured on the real program."""

# ruff: noqa: E501 - a route of a configuration reads better in one piece
from __future__ import annotations

from tests.proxies.bench import Case

WEBSOCKET = "upgrade_configs: [{upgrade_type: websocket}]"
NOW = "delayed_close_timeout: 0s"
"""Otherwise the closing itself takes a second more."""
TO_APP = "{match: {prefix: /}, route: {cluster: app}}"
ROUTER = "{name: envoy.filters.http.router, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}"


def cluster(name: str, word: str, extra: str = "") -> str:
    return f"""
  - name: {name}
    type: STATIC
    connect_timeout: 1s
    load_assignment:
      cluster_name: {name}
      endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: @{word}@}}}}}}}}]}}]
{extra}"""


def envoy(
    routes: str = TO_APP,
    manager: str = WEBSOCKET,
    *,
    hosts: str | None = None,
    clusters: str = "",
    filters: str = "",
    tls: bool = False,
    host: str = "",
    app: str = "",
) -> str:
    """A whole bootstrap: one listener, one connection manager with these lines, and two clusters."""
    hosts = hosts or f"[{{name: all, domains: ['*'], {host} routes: [{routes}]}}]"
    transport = (
        "transport_socket: {name: envoy.transport_sockets.tls, typed_config: {'@type': "
        "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext, common_tls_context: {tls_certificates: "
        "[{certificate_chain: {filename: @CERT@}, private_key: {filename: @KEY@}}]}}}"
    )
    return f"""static_resources:
  listeners:
  - name: main
    address: {{socket_address: {{address: 127.0.0.1, port_value: {"@TLS@" if tls else "@PORT@"}}}}}
    filter_chains:
    - {transport if tls else "name: plain"}
      filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: web
          {manager}
          http_filters: [{filters}{ROUTER}]
          route_config:
            name: local
            virtual_hosts: {hosts}
  clusters:{cluster("app", "APP", app)}{cluster("other", "APP2")}{clusters}"""


H2 = """    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: {http2_protocol_options: {}}"""
SAFE = """
  - name: safe
    type: STATIC
    load_assignment:
      cluster_name: safe
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: @SAFE@}}}}]}]
    transport_socket:
      name: envoy.transport_sockets.tls
      typed_config: {"@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext}"""
RBAC = (
    "{name: envoy.filters.http.rbac, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC, "
    "rules: {action: ALLOW, policies: {all: {permissions: [{any: true}], principals: [{any: true}]}}}}}, "
)

TCP = f"""static_resources:
  listeners:
  - address: {{socket_address: {{address: 127.0.0.1, port_value: @PORT@}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.tcp_proxy
        typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: t, cluster: app}}
  clusters:{cluster("app", "APP")}"""

CASES = (
    Case("nothing about upgrades", envoy(manager="")),
    Case("websocket at the manager", envoy()),
    Case("another upgrade type alone", envoy(manager="upgrade_configs: [{upgrade_type: CONNECT}]")),
    Case("upgrade type in capitals", envoy(manager="upgrade_configs: [{upgrade_type: WebSocket}]")),
    Case("off at the manager, on at the route", envoy(
        "{match: {prefix: /}, route: {cluster: app, upgrade_configs: [{upgrade_type: websocket}]}}",
        "upgrade_configs: [{upgrade_type: websocket, enabled: false}]")),
    Case("on at the manager, off at the route", envoy(
        "{match: {prefix: /}, route: {cluster: app, upgrade_configs: [{upgrade_type: websocket, enabled: false}]}}")),
    Case("at the route alone", envoy(
        "{match: {prefix: /}, route: {cluster: app, upgrade_configs: [{upgrade_type: websocket}]}}", "")),
    Case("at another route alone", envoy(
        "{match: {prefix: /live}, route: {cluster: app, upgrade_configs: [{upgrade_type: websocket}]}}, "
        "{match: {prefix: /}, route: {cluster: other}}", "")),
    Case("first route that matches wins", envoy(
        "{match: {prefix: /}, route: {cluster: other}}, {match: {path: /ws}, route: {cluster: app}}")),
    Case("exact path before prefix", envoy("{match: {path: /ws}, route: {cluster: app}}, {match: {prefix: /}, route: {cluster: other}}"),
         path="/ws?token=1"),
    Case("no route matches", envoy("{match: {prefix: /api}, route: {cluster: app}}")),
    Case("prefix is a prefix of text", envoy("{match: {prefix: /w}, route: {cluster: app}}")),
    Case("path separated prefix", envoy(
        "{match: {path_separated_prefix: /ws}, route: {cluster: app}}, {match: {prefix: /}, route: {cluster: other}}"), path="/wsx"),
    Case("path separated prefix below", envoy(
        "{match: {path_separated_prefix: /ws}, route: {cluster: app}}, {match: {prefix: /}, route: {cluster: other}}"), path="/ws/a"),
    Case("regex takes the whole path", envoy(
        "{match: {safe_regex: {regex: '/w'}}, route: {cluster: other}}, {match: {safe_regex: {regex: '/w.*'}}, route: {cluster: app}}")),
    Case("case of the path", envoy("{match: {prefix: /WS, case_sensitive: false}, route: {cluster: app}}")),
    Case("headers choose the route", envoy(
        "{match: {prefix: /, headers: [{name: Upgrade, string_match: {exact: websocket}}]}, route: {cluster: app}}, "
        "{match: {prefix: /}, route: {cluster: other}}")),
    Case("a header is not there", envoy(
        "{match: {prefix: /, headers: [{name: x-room, present_match: true}]}, route: {cluster: other}}, "
        "{match: {prefix: /, headers: [{name: x-room, present_match: true, invert_match: true}]}, route: {cluster: app}}")),
    Case("query chooses the route", envoy(
        "{match: {prefix: /, query_parameters: [{name: v, string_match: {exact: '2'}}]}, route: {cluster: app}}, "
        "{match: {prefix: /}, route: {cluster: other}}"), path="/ws?v=2"),
    Case("prefix rewrite", envoy("{match: {prefix: /live/}, route: {cluster: app, prefix_rewrite: /}}"), path="/live/ws?a=1"),
    Case("prefix rewrite leaves two slashes", envoy("{match: {prefix: /live}, route: {cluster: app, prefix_rewrite: /}}"), path="/live/ws"),
    Case("regex rewrite", envoy(
        "{match: {prefix: /}, route: {cluster: app, regex_rewrite: {pattern: {regex: '^/api/v(\\d+)/(.*)$'}, "
        "substitution: '/v\\1/\\2'}}}"), path="/api/v2/ws?a=1"),
    Case("prefix rewritten to itself", envoy("{match: {prefix: /}, route: {cluster: app, prefix_rewrite: /}}")),
    Case("regex rewrite that changes nothing", envoy(
        "{match: {prefix: /}, route: {cluster: app, regex_rewrite: {pattern: {regex: '^/api'}, substitution: '/v1'}}}")),
    Case("host rewrite", envoy("{match: {prefix: /}, route: {cluster: app, host_rewrite_literal: inner.example.com}}")),
    Case("redirect to https", envoy("{match: {prefix: /}, redirect: {https_redirect: true}}"), host="app.example.com"),
    Case("redirect of a path", envoy("{match: {prefix: /ws}, redirect: {path_redirect: /socket, response_code: TEMPORARY_REDIRECT}}"),
         host="app.example.com"),
    Case("redirect of a host and prefix", envoy(
        "{match: {prefix: /ws}, redirect: {host_redirect: new.example.com, prefix_rewrite: /live}}"), path="/ws/a?b=1",
        host="app.example.com"),
    Case("direct response", envoy("{match: {prefix: /}, direct_response: {status: 404}}")),
    Case("hosts: exact before wildcards", envoy(hosts=(
        "[{name: any, domains: ['*'], routes: [{match: {prefix: /}, route: {cluster: other}}]}, "
        "{name: suffix, domains: ['*.example.com'], routes: [{match: {prefix: /}, route: {cluster: other}}]}, "
        "{name: exact, domains: ['app.example.com'], routes: [" + TO_APP + "]}]")), host="app.example.com"),
    Case("hosts: the port counts", envoy(hosts=(
        "[{name: exact, domains: ['app.example.com'], routes: [" + TO_APP + "]}]"))),
    Case("hosts: the port is stripped", envoy(
        manager=f"strip_any_host_port: true\n          {WEBSOCKET}",
        hosts="[{name: exact, domains: ['app.example.com'], routes: [" + TO_APP + "]}]")),
    Case("hosts: longest suffix", envoy(hosts=(
        "[{name: any, domains: ['*.com'], routes: [{match: {prefix: /}, route: {cluster: other}}]}, "
        "{name: suffix, domains: ['*.example.com'], routes: [" + TO_APP + "]}]")), host="app.example.com"),
    Case("redirect without upgrades", envoy("{match: {prefix: /}, redirect: {https_redirect: true}}", ""), host="app.example.com"),
    Case("redirect keeps the port", envoy("{match: {prefix: /}, redirect: {https_redirect: true}}")),
    Case("direct response without upgrades", envoy("{match: {prefix: /}, direct_response: {status: 404}}", "")),
    Case("no route and no upgrades", envoy("{match: {prefix: /api}, route: {cluster: app}}", "")),
    Case("listener for http/2 alone", envoy(manager=f"codec_type: HTTP2\n          {WEBSOCKET}")),
    Case("camel case", envoy("{match: {prefix: /a/}, route: {cluster: app, prefixRewrite: /}}", "upgradeConfigs: [{upgradeType: websocket}]"),
         path="/a/ws"),
    Case("no timeout for the route", envoy("{match: {prefix: /}, route: {cluster: app, timeout: 0s}}")),
    Case("slashes merged and dots resolved", envoy(
        "{match: {prefix: /live/}, route: {cluster: app}}", f"normalize_path: true\n          merge_slashes: true\n          {WEBSOCKET}"),
        path="/x/..//live//ws"),
    Case("tcp instead of http", TCP),
    Case("lifetime", envoy("{match: {prefix: /}, route: {cluster: app, max_stream_duration: {max_stream_duration: 3600s}}}")),
    Case("tls required",  envoy(host="require_tls: ALL,"), host="app.example.com"),
    Case("tls on the listener", envoy(tls=True), port="TLS", secure=True),
    Case("http/2 to the upstream", envoy(app=H2)),
    Case("tls to the upstream", envoy("{match: {prefix: /}, route: {cluster: safe}}", clusters=SAFE)),
    Case("unknown cluster", envoy("{match: {prefix: /}, route: {cluster: nowhere}}")),
    Case("headers added and removed", envoy(
        "{match: {prefix: /}, request_headers_to_add: [{header: {key: x-tier, value: edge}}], request_headers_to_remove: [origin], "
        "route: {cluster: app}}")),
    Case("remote address is used", envoy(manager=f"use_remote_address: true\n          {WEBSOCKET}"), headers=(("X-Forwarded-For", "192.0.2.7"),)),
    Case("idle at the stream", envoy(manager=f"stream_idle_timeout: 1s\n          {NOW}\n          {WEBSOCKET}"), idle=True),
    Case("idle at the stream, app pings", envoy(manager=f"stream_idle_timeout: 1s\n          {NOW}\n          {WEBSOCKET}"), idle=True, backend_ping=True),
    Case("idle at the route wins", envoy(
        "{match: {prefix: /}, route: {cluster: app, idle_timeout: 1s}}", f"stream_idle_timeout: 9s\n          {NOW}\n          {WEBSOCKET}"), idle=True),
    Case("route timeout ends no open socket", envoy(
        "{match: {prefix: /}, route: {cluster: app, timeout: 0.5s, idle_timeout: 2s}}", f"{NOW}\n          {WEBSOCKET}"), idle=True),
    Case("connection idle timeout ends no open socket", envoy(
        "{match: {prefix: /}, route: {cluster: app, idle_timeout: 2s}}",
        f"common_http_protocol_options: {{idle_timeout: 0.5s}}\n          request_timeout: 0.5s\n          {NOW}\n          {WEBSOCKET}"), idle=True),
    Case("the key is removed", envoy("{match: {prefix: /}, route: {cluster: app}, request_headers_to_remove: [sec-websocket-key]}")),
    Case("the version is removed by the host", envoy(host="request_headers_to_remove: [Sec-WebSocket-Version],")),
    Case("access filter that lets all in", envoy(filters=RBAC), branch="access rules let"),
)  # fmt: skip
