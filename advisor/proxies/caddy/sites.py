"""A configuration's sites and a request -> the site that takes it, with automatic HTTPS and its redirects.

After ``httptype.go`` and ``autohttps.go`` (Caddy 2.11): a site with a name and no scheme is served over HTTPS, and plain requests
are sent there, unless a site for plain HTTP has that very name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from advisor.model import Listen, Request
from advisor.proxies.caddy.adapt import adapted
from advisor.proxies.caddy.load import Config
from advisor.proxies.caddy.matching import host_fits
from advisor.proxies.caddy.model import Adapted, Address, Handler, Route, Site


@dataclass(frozen=True, slots=True)
class Bound:
    """One address of a site, with the port it listens on and whether it speaks TLS there."""

    site: Site
    address: Address
    port: int
    tls: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """The site that takes a request and why; or what happens instead."""

    site: Site
    scheme: str
    why: str
    redirects_to: str | None = None
    refusal: tuple[int | None, str] | None = None


def bound(servers: Adapted) -> tuple[Bound, ...]:
    """Where every address of every site listens; one that a variable hides listens on both usual ports."""
    found: list[Bound] = []
    for site in servers.sites:
        for one in site.addresses:
            if one.is_open and one.port is None and not one.scheme:
                found.append(Bound(site, one, servers.http_port, False))
                found.append(Bound(site, one, servers.https_port, True))
                continue
            port = one.port or (servers.http_port if one.scheme == "http" else servers.https_port)
            found.append(Bound(site, one, port, _is_tls(servers, site, one, port)))
    return tuple(found)


def _is_tls(servers: Adapted, site: Site, one: Address, port: int) -> bool:
    if one.scheme == "http" or (port == servers.http_port and not one.scheme):
        return False
    if one.scheme == "https" or site.has_tls:
        return True
    if servers.auto_https == "off":
        return False
    return bool(one.host) or one.is_open or port == servers.https_port


def choose(servers: Adapted, request: Request) -> Chosen | None:
    """The site for a request. Where nothing listens on its port, something in front leads to one that is listened on."""
    every = bound(servers)
    if not every:
        return None
    ports = {one.port for one in every} | ({servers.http_port} if _redirecting(servers, every) else set())
    if request.port in ports:
        return _at(servers, every, request, request.port)
    return _led(servers, every, request)


def _led(servers: Adapted, every: tuple[Bound, ...], request: Request) -> Chosen | None:
    """Behind something else: the side of the request's own scheme, or the other one where TLS ended in front."""
    plain = request.scheme != "https"
    usual = servers.http_port if plain else servers.https_port
    sides = [usual, *dict.fromkeys(one.port for one in every if one.tls != plain), *dict.fromkeys(one.port for one in every)]
    listened = {one.port for one in every} | ({servers.http_port} if _redirecting(servers, every) else set())
    for port in sides:
        if port in listened and any(one.port == port and _fits(one, request) for one in every):
            return _at(servers, every, request, port, led=True)
    port = next(port for port in sides if port in listened)
    return _at(servers, every, request, port, led=True)


def _at(servers: Adapted, every: tuple[Bound, ...], request: Request, port: int, led: bool = False) -> Chosen | None:
    here = [one for one in every if one.port == port]
    tls = any(one.tls for one in here)
    scheme = "https" if tls else "http"
    if here and not led and tls and request.scheme == "http":
        return Chosen(here[0].site, scheme, "its port", refusal=(400, "a plain HTTP request reaches a port that speaks TLS"))
    if here and not led and not tls and request.scheme == "https":
        return Chosen(here[0].site, scheme, "its port", refusal=(400, "a TLS connection reaches a port that speaks plain HTTP"))
    if port == servers.http_port and not tls:
        return _plain(servers, every, here, request)
    site = _best(here, request)
    if site is not None:
        return Chosen(site.site, scheme, _why(site, request))
    first = here[0].site
    if tls:
        reason = f"no site is for {request.host}, so there is no certificate for the TLS handshake"
        return Chosen(first, scheme, "its port", refusal=(None, reason))
    return Chosen(_empty(first), scheme, f"no site is for {request.host}")


def _plain(servers: Adapted, every: tuple[Bound, ...], here: list[Bound], request: Request) -> Chosen | None:
    """Port 80: a site for the very name, else the redirect of an HTTPS site of that name, else a site for any name."""
    site = _best(here, request)
    if site is not None and site.address.host and not site.address.is_open:
        return Chosen(site.site, "http", _why(site, request))
    secure = _redirecting(servers, every)
    fitting = _best(list(secure), request)
    if fitting is not None and fitting.address.host:
        return _redirect(servers, fitting, request)
    if site is not None:
        return Chosen(site.site, "http", _why(site, request))
    if secure:
        return _redirect(servers, secure[0], request)
    return Chosen(_empty(here[0].site), "http", f"no site is for {request.host}") if here else None


def _redirecting(servers: Adapted, every: tuple[Bound, ...]) -> tuple[Bound, ...]:
    """The HTTPS sites to which Caddy sends plain requests by itself."""
    if servers.auto_https in ("off", "disable_redirects"):
        return ()
    return tuple(
        one for one in every if one.tls and one.address.host and not one.address.is_open and one.port != servers.http_port
    )


def _redirect(servers: Adapted, one: Bound, request: Request) -> Chosen:
    port = "" if one.port == servers.https_port else f":{one.port}"
    return Chosen(one.site, "http", _why(one, request), redirects_to=f"https://{request.host}{port}")


def _empty(site: Site) -> Site:
    return Site(site.addresses, (), (), site.place, site.has_tls, site.label)


def _best(here: list[Bound], request: Request) -> Bound | None:
    """The most specific address that fits: the longest path, a whole name before a wildcard before none."""

    def rank(one: Bound) -> tuple[int, bool, int]:
        return len(one.address.path), bool(one.address.host) and "*" not in one.address.host, len(one.address.host)

    return max((one for one in here if _fits(one, request)), key=rank, default=None)


def _fits(one: Bound, request: Request) -> bool:
    path = one.address.path.rstrip("*")
    return host_fits(one.address.host, request.host.lower()) and request.path.lower().startswith(path.lower())


def _why(one: Bound, request: Request) -> str:
    return f"its address fits {request.host}" if one.address.host else "its address takes any name"


def servers(config: Config) -> tuple[Listen, ...]:
    """Every public side of a configuration: scheme, port, host names, and whether it only sends clients to https."""
    known = adapted(config, None)
    every = bound(known)
    found: list[Listen] = []
    for one in every:
        scheme: Literal["http", "https"] = "https" if one.tls else "http"
        names = (one.address.host,) if one.address.host else ()
        sends = "https" if not one.tls and _only_redirects(one.site.routes) else None
        found.append(Listen(scheme, one.port, one.site.place, names, sends))
    plain = {one.address.host for one in every if not one.tls and one.port == known.http_port}
    for one in _redirecting(known, every):
        if one.address.host not in plain:
            found.append(Listen("http", known.http_port, one.site.place, (one.address.host,), "https"))
    return tuple(dict.fromkeys(found))


def _only_redirects(routes: tuple[Route, ...]) -> bool:
    def handlers(routes: tuple[Route, ...]) -> list[Handler]:
        return [inner for route in routes for one in route.handlers for inner in (one, *handlers(one.routes))]

    every = handlers(routes)
    sends = any(str(one.data.get("location", "")).startswith("https://") for one in every if one.kind == "static_response")
    return sends and not any(one.kind == "reverse_proxy" for one in every)
