"""Envoy bootstraps that Envoy refuses, and odd ones that it takes; each is measured on the real program."""

# ruff: noqa: E501 - a route of a configuration reads better in one piece
from __future__ import annotations

from tests.proxies.bench import Case
from tests.proxies.envoy_cases import ROUTER, TO_APP, WEBSOCKET, envoy

_PLAIN = envoy()
_LISTENER = "    address: {socket_address: {address: 127.0.0.1, port_value: @PORT@}}\n"
_TYPE = (
    '          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager\n'
)


def _route(text: str) -> str:
    return envoy(f"{{match: {{prefix: /}}, route: {{cluster: app, {text}}}}}")


def _match(text: str) -> str:
    return envoy(f"{{match: {text}, route: {{cluster: app}}}}")


def _with(old: str, new: str) -> str:
    assert old in _PLAIN, old
    return _PLAIN.replace(old, new, 1)


CASES = (
    Case("field of the bootstrap unknown", f"{_PLAIN}\nfoo: 1\n"),
    Case("field of a listener unknown", _with("  - name: main", "  - name: main\n    nope: 1")),
    Case("field of a manager unknown", envoy(manager=f"websocket: true\n          {WEBSOCKET}")),
    Case("field of a route unknown", _route("timeoot: 0s")),
    Case("field of a filter unknown", _with("router.v3.Router}", "router.v3.Router, foo: 1}")),
    Case("field in wrong case", _route("PrefixRewrite: /")),
    Case("field of version 2", _with("name: plain", "tls_context: {}")),
    Case("filter of version 2", _with("typed_config", "config")),
    Case("type of version 2", _with("envoy.extensions.filters.network.http_connection_manager.v3", "envoy.config.filter.network.http_connection_manager.v2")),
    Case("type unknown", _with("router.v3.Router}", "router.v3.Rooter}")),
    Case("type without a host", _with("type.googleapis.com/envoy.extensions.filters.http.router", "envoy.extensions.filters.http.router")),
    Case("type missing", _with(_TYPE, "")),
    Case("key for anchors", f"{_PLAIN}\nx-common: &a {{b: 1}}\n"),
    Case("key for anchors that is passed over", f"!ignore x-common: &a {{b: 1}}\n{_PLAIN}\n"),
    Case("second document", f"{_PLAIN}\n---\nfoo: 1\n"),
    Case("enum value unknown", _with("type: STATIC", "type: STATIK")),
    Case("enum value in small letters", _with("type: STATIC", "type: static")),
    Case("enum value of both cases", _with("- name: app", "- transport_socket: {name: tls, typed_config: {'@type': type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext, common_tls_context: {tls_params: {tls_minimum_protocol_version: TLSv1_3}}}}\n    name: app").replace("prefix: /", "prefix: /other")),
    Case("enum value as a number", _with("type: STATIC", "type: 0")),
    Case("enum value as a number of none", _with("type: STATIC", "type: 7")),
    Case("enum value is true", _with("type: STATIC", "type: true")),
    Case("status of a redirect by its number", envoy("{match: {prefix: /}, redirect: {path_redirect: /a, response_code: 301}}")),
    Case("duration without a unit", _with("connect_timeout: 1s", "connect_timeout: 1")),
    Case("duration in minutes", _with("connect_timeout: 1s", "connect_timeout: 1m")),
    Case("duration in milliseconds", _with("connect_timeout: 1s", "connect_timeout: 250ms")),
    Case("duration as a message", _with("connect_timeout: 1s", "connect_timeout: {seconds: 1}")),
    Case("duration empty", _with("connect_timeout: 1s", "connect_timeout: ''")),
    Case("duration of nothing", _with("connect_timeout: 1s", "connect_timeout: 0s")),
    Case("number for text", envoy("{match: {prefix: /}, route: {cluster: 3}}")),
    Case("true for text", envoy("{match: {prefix: /}, route: {cluster: true}}")),
    Case("fraction for text", _route("prefix_rewrite: 1.5")),
    Case("list for text", _match("{prefix: [/]}")),
    Case("mapping for text", _match("{prefix: {a: 1}}")),
    Case("text for a mapping", _match("foo")),
    Case("list for a mapping", _match("[{prefix: /}]")),
    Case("one value for a list", envoy(manager="upgrade_configs: {upgrade_type: websocket}")),
    Case("list in a list", envoy(manager="upgrade_configs: [[{upgrade_type: websocket}]]")),
    Case("text for a list of mappings", envoy(manager="upgrade_configs: websocket")),
    Case("null for a list", envoy(manager="upgrade_configs: null")),
    Case("null in a list", envoy(manager="upgrade_configs: [null, {upgrade_type: websocket}]")),
    Case("quoted true", _match("{prefix: /, case_sensitive: 'true'}")),
    Case("quoted yes", _match("{prefix: /, case_sensitive: 'yes'}")),
    Case("plain yes", _match("{prefix: /, case_sensitive: yes}")),
    Case("one for true", envoy(manager=f"merge_slashes: 1\n          {WEBSOCKET}")),
    Case("quoted port", _with("port_value: @PORT@", "port_value: '@PORT@'")),
    Case("port as a word", _with("port_value: @PORT@", "port_value: http")),
    Case("port too large", _with("port_value: @PORT@", "port_value: 99999")),
    Case("status below zero", envoy("{match: {prefix: /}, direct_response: {status: -1}}")),
    Case("status out of range", envoy("{match: {prefix: /}, direct_response: {status: 99}}")),
    Case("status missing", envoy("{match: {prefix: /}, direct_response: {body: {inline_string: a}}}")),
    Case("status with a fraction", envoy("{match: {prefix: /}, direct_response: {status: 404.5}}")),
    Case("status with a fraction of nothing", envoy("{match: {prefix: /}, direct_response: {status: 404.0}}")),
    Case("two path matches", _match("{prefix: /, path: /ws}")),
    Case("two actions", envoy("{match: {prefix: /}, route: {cluster: app}, redirect: {https_redirect: true}}")),
    Case("one field in both spellings", _route("prefixRewrite: /, prefix_rewrite: /")),
    Case("no match", envoy("{route: {cluster: app}}")),
    Case("empty match", _match("{}")),
    Case("no action", envoy("{match: {prefix: /}}")),
    Case("no cluster", envoy("{match: {prefix: /}, route: {}}")),
    Case("empty cluster", envoy("{match: {prefix: /}, route: {cluster: ''}}")),
    Case("empty pattern", _match("{safe_regex: {regex: ''}}")),
    Case("no domains", envoy(hosts=f"[{{name: all, routes: [{TO_APP}]}}]")),
    Case("no name of a host", envoy(hosts=f"[{{domains: ['*'], routes: [{TO_APP}]}}]")),
    Case("no name of a cluster", _with("- name: app", "- lb_policy: ROUND_ROBIN")),
    Case("no prefix for statistics", _with("stat_prefix: web", "")),
    Case("no weighted clusters", envoy("{match: {prefix: /}, route: {weighted_clusters: {}}}")),
    Case("no upgrade type", envoy(manager="upgrade_configs: [{enabled: true}]")),
    Case("no address", _with(_LISTENER, "")),
    Case("no filter chains", f"static_resources: {{listeners: [{{name: main, {_LISTENER.strip()}}}]}}"),
    Case("two wildcard domains", envoy(hosts=f"[{{name: a, domains: ['*'], routes: [{TO_APP}]}}, {{name: b, domains: ['*'], routes: [{TO_APP}]}}]")),
    Case("one domain twice", envoy(hosts=f"[{{name: a, domains: [a.example], routes: [{TO_APP}]}}, {{name: b, domains: [a.example], routes: [{TO_APP}]}}]")),
    Case("pattern broken", _match("{safe_regex: {regex: '/(ws'}}")),
    Case("pattern that looks ahead", _match("{safe_regex: {regex: '/(?!ws).*'}}")),
    Case("pattern with a reference back", _match("{safe_regex: {regex: '/(a)\\1'}}")),
    Case("values of metadata are free", envoy("{match: {prefix: /}, route: {cluster: app}, metadata: {filter_metadata: {a: {b: [1, {c: 2}]}}}}")),
    Case("broken yaml", "static_resources: ["),
    Case("not resolved after a merge", f"<<<<<<< HEAD\n{_PLAIN}\n=======\n{_PLAIN}\n>>>>>>> branch\n"),
    Case("no filters of http", _with(ROUTER, "")),
)  # fmt: skip
