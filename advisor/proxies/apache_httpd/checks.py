"""A configuration -> why httpd would refuse to start with it, in its own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.formats.apache import Directive
from advisor.model import Place
from advisor.proxies.apache_httpd.directives import MODULES, module_of
from advisor.proxies.apache_httpd.hosts import Compiled, compiled
from advisor.proxies.apache_httpd.load import Config
from advisor.proxies.apache_httpd.workers import table
from advisor.versions import older

_OWN = frozenset({"else", "elseif", "if", "macro", "use", "include", "includeoptional", "define", "undefine"})
_FLAGS = {
    "proxypreservehost": "ProxyPreserveHost",
    "proxyrequests": "ProxyRequests",
    "rewriteengine": "RewriteEngine",
    "sslproxyengine": "SSLProxyEngine",
}
"""Directives that are on or off, as they are spelled where they are refused."""
_LATER = {"proxywebsocketfallbacktoproxyhttp": "2.4.48", "h2websockets": "2.4.58"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One refusal. ``module``: what would have to be loaded."""

    reason: str
    place: Place
    module: str | None = None


def faults(config: Config, version: str | None) -> list[Fault]:
    """All refusals in the order in which httpd would come upon them: what its parser finds first."""
    blocks = compiled(config)
    read = list(_unknown(config, config.directives, version))
    read += [Fault(one.reason, one.place) for host in (blocks.main, *blocks.hosts) for one in table(host).faults]
    files = {file: number for number, file in enumerate(config.files)}
    read.sort(key=lambda one: (files.get(one.place.file, 0), one.place.line))
    return [*(Fault(one.reason, one.place) for one in config.problems), *read, *_started(blocks)]


def _unknown(config: Config, directives: tuple[Directive, ...], version: str | None) -> Iterator[Fault]:
    """Directives of modules that are not loaded, and such as no module knows."""
    if config.modules is None:
        return
    foreign = bool(config.modules - MODULES)
    waiting = [(one, False) for one in reversed(directives)]
    while waiting:
        one, inside = waiting.pop()
        waiting.extend((inner, inside or one.key == "virtualhost") for inner in reversed(one.block or ()))
        if one.key in _OWN:
            continue
        if one.key == "listen" and inside:
            yield Fault("Listen cannot occur within <VirtualHost> section", one.place)
        module = module_of(one.key)
        newer = version is not None and one.key in _LATER and older(version, _LATER[one.key])
        missing = module is not None and module != "core" and not module.startswith("mpm_") and module not in config.modules
        if newer or missing or (module is None and not foreign):
            bracket = "<" if one.block is not None else ""
            what = "perhaps misspelled or defined by a module not included in the server configuration"
            yield Fault(f"Invalid command '{bracket}{one.name}', {what}", one.place, module if missing else None)
        elif (wrong := _argued(one)) is not None:
            yield Fault(wrong, one.place)


def _argued(one: Directive) -> str | None:
    """What is wrong with a directive's arguments, for those that decide about a handshake."""
    if any("${" in word or "%{" in word for word in one.args):
        return None
    if one.key in _FLAGS and [word.lower() for word in one.args] not in (["on"], ["off"]):
        return f"{_FLAGS[one.key]} must be On or Off"
    if one.key == "proxytimeout" and len(one.args) != 1:
        described = "Set the timeout (in seconds) for a proxied connection. This overrides the server timeout"
        return f"{one.name} takes one argument, {described}"
    if one.key == "proxytimeout" and not re.match(r"\s*\+?0*[1-9]", one.args[0]):
        return "Proxy Timeout must be at least 1 second."
    if one.key == "servername" and len(one.args) != 1:
        return f"{one.name} takes one argument, The hostname and port of the server"
    return None


def _started(blocks: Compiled) -> Iterator[Fault]:
    """What is only found once the files are read."""
    config = blocks.config
    hosts = (blocks.main, *blocks.hosts)
    balancers = [balancer for host in hosts for balancer in table(host).balancers.values()]
    for balancer in balancers if config.has("proxy_balancer") and config.modules is not None else ():
        method = balancer.value("lbmethod") or "byrequests"
        if not config.has(f"lbmethod_{method}"):
            yield Fault(f"Cannot find LB Method: {method}", balancer.place, f"lbmethod_{method}")
    for host in blocks.hosts:
        if host.tls and config.has("ssl") and host.find("sslcertificatefile") is None and config.whole and not config.missing:
            managed = any(one.key in ("mddomain", "mdomain", "sslpolicy") for one in config.directives)
            if not managed:
                engine = host.find("sslengine")
                name = f"{host.name or 'localhost'}:443"
                reason = f"Failed to configure at least one certificate and key for {name}"
                yield Fault(reason, engine.place if engine else host.place)
