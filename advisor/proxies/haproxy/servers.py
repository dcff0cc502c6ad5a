"""Where a configuration listens, and which frontend takes a request."""

from __future__ import annotations

from typing import Literal

from advisor.model import Listen, Request
from advisor.proxies.haproxy.backends import words_of
from advisor.proxies.haproxy.exchange import Bind
from advisor.proxies.haproxy.grammar import split_condition
from advisor.proxies.haproxy.load import Config, Proxy
from advisor.proxies.haproxy.values import endpoint

_LOOPBACK = ("127.", "localhost", "::1")


def binds(proxy: Proxy) -> list[Bind]:
    """Every address that a section listens on; QUIC and unix sockets are none for a browser's handshake."""
    found: list[Bind] = []
    for line in proxy.own("bind") if proxy.takes else ():
        options = words_of(line.args[1:], "bind")
        for text in line.args[0].split(",") if line.args else ():
            if not text.startswith("quic"):
                found.append(Bind(endpoint(text), options, line.place))
    return [bind for bind in found if bind.address.unix is None]


def choose(config: Config, request: Request) -> tuple[Proxy, Bind, bool] | None:
    """The section and bind that take a request, and whether that port is really written; ``None`` where nothing listens.

    Where nothing listens on the request's port, what stands in front leads there by another one: then a bind that speaks
    the request's scheme is taken, and one that only shows statistics is left alone.
    """
    live = (proxy for proxy in config.proxies if proxy.takes and not any(proxy.own("disabled")))
    every = [(proxy, bind) for proxy in live for bind in binds(proxy)]
    exact = [pair for pair in every if pair[1].has_port(request.port)]
    if exact:
        public = [pair for pair in exact if not pair[1].address.host.startswith(_LOOPBACK)]
        return (*(public or exact)[0], True)
    leading = [pair for pair in every if _leads(pair[0])] or every
    fitting = [pair for pair in leading if pair[1].tls == (request.scheme == "https")] or leading
    return (*fitting[0], False) if fitting else None


def _leads(proxy: Proxy) -> bool:
    """True where a section sends requests anywhere."""
    own = any(proxy.own("server", "server-template", "use_backend", "default_backend", "dispatch"))
    return own or proxy.find("default_backend") is not None


def servers(config: Config) -> tuple[Listen, ...]:
    """Every public side of a configuration."""
    found: list[Listen] = []
    for proxy in config.proxies:
        for bind in binds(proxy) if _leads(proxy) or only_redirects(proxy) else ():
            scheme: Literal["http", "https", "tcp"] = "https" if bind.tls else "http" if proxy.mode == "http" else "tcp"
            redirect = "https" if not bind.tls and only_redirects(proxy) else None
            found.append(Listen(scheme, bind.address.port, bind.place, (), redirect))
    return tuple(dict.fromkeys(found))


def only_redirects(proxy: Proxy) -> bool:
    """True where every plain request is sent to https, but for those of a condition on the scheme."""
    lines = [*proxy.own("redirect"), *(line for line in proxy.own("http-request") if line.args[:1] == ("redirect",))]
    for line in lines:
        words, when = split_condition(line.args)
        if "https" not in words or "scheme" not in words:
            continue
        if not when or " ".join(when) in ("unless { ssl_fc }", "if !{ ssl_fc }", "if ! { ssl_fc }"):
            return True
    return False


def upstream_names(config: Config) -> dict[str, tuple[str, ...]]:
    """Backend name -> the addresses of its servers as written, without those that are disabled."""
    from advisor.proxies.haproxy.backends import members

    return {
        proxy.name: tuple(f"{member.address.host}:{member.address.port}" for member in members(proxy) if not member.disabled)
        for proxy in config.proxies
        if proxy.serves
    }
