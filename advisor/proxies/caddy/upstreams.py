"""A ``reverse_proxy`` directive or JSON handler -> where it sends to, what it changes, and its settings in seconds.

After ``modules/caddyhttp/reverseproxy/caddyfile.go`` (Caddy 2.6 and 2.11).
"""

from __future__ import annotations

import re
from typing import Any

from advisor.formats.caddyfile import Directive
from advisor.formats.units import go_seconds
from advisor.model import Setting, Value
from advisor.proxies.caddy.model import Fault, Handler
from advisor.versions import older

_KNOWN = frozenset(
    "to dynamic lb_policy lb_retries lb_try_duration lb_try_interval lb_retry_match health_uri health_path health_upstream "
    "health_port health_headers health_method health_request_body health_interval health_timeout health_status health_body "
    "health_follow_redirects health_passes health_fails max_fails fail_duration unhealthy_request_count unhealthy_status "
    "unhealthy_latency flush_interval request_buffers response_buffers stream_buffer_size stream_timeout stream_close_delay "
    "trusted_proxies header_up header_down method rewrite transport handle_response replace_status verbose_logs buffer_requests "
    "buffer_responses max_buffer_size uri copy_headers".split()
)
_SINCE = {"stream_timeout": "2.7.0", "stream_close_delay": "2.7.0", "verbose_logs": "2.7.1", "health_upstream": "2.9.0",
          "health_method": "2.9.0", "health_request_body": "2.9.0"}  # fmt: skip
_TIMES = ("stream_timeout", "stream_close_delay", "flush_interval", "lb_try_duration", "lb_try_interval", "health_interval",
          "health_timeout", "fail_duration")  # fmt: skip
_TRANSPORT = ("dial_timeout", "response_header_timeout", "read_timeout", "write_timeout", "expect_continue_timeout",
              "keepalive")  # fmt: skip
POLICIES = {"cookie": "cookie", "ip_hash": "ip", "client_ip_hash": "ip", "header": "header", "uri_hash": "path", "query": "query"}
KEYS = frozenset(
    {"reverse_proxy.lb_policy", "reverse_proxy.transport.versions"}
    | {f"reverse_proxy.{name}" for name in _TIMES}
    | {f"reverse_proxy.transport.{name}" for name in _TRANSPORT}
)
"""Every key that a ``reverse_proxy`` hands out as a setting."""


def reverse_proxy(one: Directive, args: list[str], version: str | None) -> tuple[Handler, list[Fault]]:
    """The handler of a directive, and why Caddy would refuse it."""
    faults: list[Fault] = []
    data: dict[str, Any] = {"upstreams": list(args), "headers": []}
    settings: list[Setting] = []
    for line in one.block or ():
        if line.name not in _KNOWN or (version is not None and line.name in _SINCE and older(version, _SINCE[line.name])):
            if not line.name.startswith("{$"):
                faults.append(Fault(f"unrecognized subdirective {line.name}", line.place))
            continue
        _line(line, data, settings)
    faults += [Fault(reason, one.place) for text in data["upstreams"] if (reason := refused(text, version))]
    return Handler("reverse_proxy", one.place, data, settings=tuple(settings), label=one.name), faults


def _line(line: Directive, data: dict[str, Any], settings: list[Setting]) -> None:
    if line.name == "to":
        data["upstreams"] += line.args
    elif line.name == "dynamic":
        data["dynamic"] = " ".join(line.args)
    elif line.name == "header_up" and line.args:
        data["headers"].append((line.args, line.place))
    elif line.name in ("rewrite", "method") and line.args:
        data[line.name] = line.args[0]
    elif line.name == "trusted_proxies":
        data["trusted"] = list(line.args)
    elif line.name == "transport":
        data["transport"] = line.args[0] if line.args else "http"
        for inner in line.block or ():
            _transport(inner, data, settings)
    elif line.name == "handle_response":
        data["handle_response"] = True
    if line.name in _TIMES or line.name == "lb_policy":
        settings.append(setting(line, f"reverse_proxy.{line.name}", line.name in _TIMES))


def _transport(inner: Directive, data: dict[str, Any], settings: list[Setting]) -> None:
    if inner.name == "versions":
        data["versions"] = list(inner.args)
        settings.append(setting(inner, "reverse_proxy.transport.versions", False))
    elif inner.name.startswith("tls"):
        data["tls"] = True
        if inner.name in ("tls_insecure_skip_verify", "tls_trusted_ca_certs", "tls_trust_pool", "tls_server_name"):
            data["trusts"] = True
    elif inner.name == "compression":
        data["compression"] = inner.args[:1] != ("off",)
    elif inner.name in _TRANSPORT:
        settings.append(setting(inner, f"reverse_proxy.transport.{inner.name}", True))


def setting(line: Directive, key: str, is_time: bool) -> Setting:
    text = " ".join(line.args)
    amount: Value = text
    if is_time:
        amount = duration(text)
    elif key.endswith("lb_policy"):
        amount = POLICIES.get(line.args[0], "none") if line.args else None
    return Setting(key, text, line.place, amount, "caddyfile")


def duration(text: str) -> float | None:
    """``5m``, ``24h``, ``1d`` -> seconds; Caddy adds days to what Go reads."""
    days = re.fullmatch(r"(\d{1,6}(?:\.\d+)?)d(.*)", text)
    rest = go_seconds(days[2] or "0") if days is not None else go_seconds(text)
    if rest is None:
        return None
    seconds = rest + (float(days[1]) * 86_400 if days is not None else 0)
    return int(seconds) if seconds == int(seconds) else seconds


def refused(upstream: str, version: str | None) -> str | None:
    """Why Caddy would refuse an upstream's address."""
    found = re.match(r"(\w+)://(.*)", upstream)
    if found is None or upstream.startswith("unix"):
        return None
    scheme, rest = found[1].lower(), found[2]
    if "/" in rest.rstrip("/") or rest.endswith("/"):
        return "for now, URLs for proxy upstreams only support scheme, host, and port components"
    if scheme in ("ws", "wss") and (version is None or not older(version, "2.8")):
        return f"the scheme {scheme}:// is only supported in browsers; use http{scheme[2:]}:// instead"
    return None
