"""A worker, its balancer and the host -> the settings in force for a socket, its affinity, and settings that do nothing."""

from __future__ import annotations

import re

from advisor.model import Place, Setting, Value
from advisor.proxies.apache_httpd.exchange import Exchange
from advisor.proxies.apache_httpd.workers import BALANCER, WORKER, Balancer, Parameter, Pass, Worker
from advisor.versions import older

LONGER_DECIDES = "2.4.53"
"""Since this release the longer of the two timeouts ends a silent tunnel; before it the shorter one did."""
_DEFAULT = 60.0
_DEBIAN = 300.0
_NO_EFFECT = {
    "keepalivetimeout": "it ends connections that idle between requests; an open socket is one request",
    "requestreadtimeout": "it runs while the request is read, before the socket is open",
    "limitrequestbody": "it limits request bodies; messages on an open socket are not looked at",
}
_FLAGS = ("proxypreservehost", "proxyaddheaders", "sslproxyengine")
_COUNTS = ("maxrequestworkers", "threadsperchild", "serverlimit", "maxclients")
_NAMES = {"proxypreservehost": "ProxyPreserveHost", "proxyaddheaders": "ProxyAddHeaders", "sslproxyengine": "SSLProxyEngine",
          "maxrequestworkers": "MaxRequestWorkers", "threadsperchild": "ThreadsPerChild", "serverlimit": "ServerLimit",
          "maxclients": "MaxClients"}  # fmt: skip
KEYS = frozenset({"Timeout", "ProxyTimeout", *_NAMES.values(), *BALANCER, *(f"ProxyPass.{name}" for name in WORKER)})
"""Every key that ``settings`` hands out."""


def settings(
    exchange: Exchange, by: Pass | None, worker: Worker | None, balancer: Balancer | None, wstunnel: bool
) -> tuple[tuple[Setting, ...], tuple[tuple[Setting, str], ...]]:
    """The settings in force, the deciding clock first, and those that look as if they acted."""
    found: list[Setting] = []
    useless: list[tuple[Setting, str]] = []
    _clock(exchange, worker, wstunnel, found, useless)
    for key, parameter in by.ignored if by is not None else ():
        if key != "timeout":
            continue
        made = _of_parameter(key, parameter)
        where = f"{by.shared}" if by is not None else ""
        useless.append(
            (made, f"the worker defined at {where} serves this address, and httpd ignores the parameters of a later line")
        )
    for key, parameter in worker.parameters.items() if worker is not None else ():
        if key not in ("timeout",):
            found.append(_of_parameter(key, parameter))
    if balancer is not None:
        for key, parameter in balancer.parameters.items():
            found.append(Setting(key, parameter.value, parameter.place, parameter.value, "apache"))
    for name in (*_FLAGS, *_COUNTS):
        if (one := exchange.find(name)) is not None and one.args:
            amount: Value = one.args[0].lower() == "on" if name in _FLAGS else _count(one.args[0])
            found.append(Setting(_NAMES[name], one.args[0], one.place, amount, "apache"))
    return tuple(found), tuple(useless)


def _clock(
    exchange: Exchange, worker: Worker | None, wstunnel: bool, found: list[Setting], useless: list[tuple[Setting, str]]
) -> None:
    """The one clock of an open tunnel: of the client's side and of the worker's, the longer one (before 2.4.53 the shorter)."""
    own = worker.parameters.get("timeout") if worker is not None else None
    general = exchange.host.find("timeout")
    proxy = exchange.host.find("proxytimeout")
    client = (
        Setting("Timeout", general.args[0], general.place, _count(general.args[0]), "apache")
        if general and general.args
        else None
    )
    if client is None and exchange.blocks.config.debian:
        client = Setting("Timeout", "300 in Debian's apache2.conf", Place(exchange.blocks.config.main), _DEBIAN, "apache")
    inner: Setting | None = None
    if own is not None:
        inner = _of_parameter("timeout", own)
    elif proxy is not None and proxy.args:
        inner = Setting("ProxyTimeout", proxy.args[0], proxy.place, seconds(proxy.args[0]), "apache")
    if wstunnel:
        place = worker.place if worker is not None else exchange.host.place
        found.append(Setting("Timeout", "none: mod_proxy_wstunnel waits without end", place, 0, "apache"))
        for made in (client, inner):
            if made is not None and inner is made:
                useless.append((made, "mod_proxy_wstunnel itself has no idle clock"))
        return
    outer_amount = _number(client.amount) if client is not None else _DEFAULT
    inner_amount = _number(inner.amount) if inner is not None else outer_amount
    if outer_amount is None or inner_amount is None:
        found.extend(each for each in (inner, client) if each is not None)
        return
    shorter = exchange.version is not None and older(exchange.version, LONGER_DECIDES)
    inner_decides = inner is not None and ((inner_amount < outer_amount) if shorter else (inner_amount >= outer_amount))
    if inner is not None and inner_decides:
        found.append(inner)
        return
    if client is not None:
        found.append(client)
    if inner is not None and inner_amount != outer_amount:
        which = "shorter" if shorter else "longer"
        useless.append((inner, f"of it and Timeout ({outer_amount:g} s) the {which} one ends a silent tunnel"))


def _of_parameter(key: str, parameter: Parameter) -> Setting:
    amount: Value = _leading(parameter.value) if key == "timeout" else parameter.value
    return Setting(f"ProxyPass.{key}", parameter.value, parameter.place, amount, "apache")


def seconds(text: str) -> float | None:
    """``60``, ``60s``, ``5min``, ``3000ms`` -> seconds, as ``ap_timeout_parameter_parse`` reads them."""
    found = re.fullmatch(r"(\d{1,12})(ms|mi|min|s|h|us)?", text.strip(), re.IGNORECASE)
    if found is None:
        return None
    scale = {"ms": 0.001, "us": 0.000001, "mi": 60, "min": 60, "h": 3600}.get((found[2] or "s").lower(), 1)
    amount = int(found[1]) * scale
    return int(amount) if amount == int(amount) else amount


def _leading(text: str) -> float | None:
    """``timeout=`` counts whole seconds and reads no unit: ``3000ms`` is 3000 s (``atoi``)."""
    found = re.match(r"\s*(\d{1,12})", text)
    return int(found[1]) if found else None


def _count(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _number(value: Value) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def affinity(balancer: Balancer | None) -> tuple[str, Place | None]:
    """What keeps a client at one member: a cookie, where the balancer names one and its members have routes."""
    sticky = balancer.parameters.get("stickysession") if balancer is not None else None
    routed = balancer is not None and any(member.value("route") for member in balancer.members)
    return ("cookie", sticky.place) if sticky is not None and routed else ("none", None)
