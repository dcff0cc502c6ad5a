"""A backend -> its servers, which of them may get a request, and what keeps a client at one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.formats.haproxy import Line
from advisor.model import Place
from advisor.proxies.haproxy.grammar import table
from advisor.proxies.haproxy.load import Proxy
from advisor.proxies.haproxy.values import Endpoint, endpoint


@dataclass(frozen=True, slots=True)
class Member:
    """One server; ``count`` is more than one for a ``server-template``."""

    name: str
    address: Endpoint
    options: dict[str, str]
    place: Place
    count: int = 1

    @property
    def disabled(self) -> bool:
        return "disabled" in self.options or self.options.get("weight") == "0"

    @property
    def backup(self) -> bool:
        return "backup" in self.options


def members(proxy: Proxy) -> list[Member]:
    """A backend's servers, with what ``default-server`` lines above them set."""
    found: list[Member] = []
    usual = dict(
        _options(line for section in reversed(proxy.defaults) for line in section.lines if line.name == "default-server")
    )
    for line in proxy.section.lines:
        if line.name == "default-server":
            usual |= _options([line])
        elif line.name == "server" and len(line.args) >= 2:
            found.append(Member(line.args[0], endpoint(line.args[1]), _merged(usual, line.args[2:]), line.place))
        elif line.name == "server-template" and len(line.args) >= 3:
            last = line.args[1].rpartition("-")[2]
            count = int(last) if last.isdigit() else 1
            found.append(Member(line.args[0], endpoint(line.args[2]), _merged(usual, line.args[3:]), line.place, count))
        elif line.name == "dispatch" and line.args:
            found.append(Member("dispatch", endpoint(line.args[0]), {}, line.place))
    return found


def words_of(args: tuple[str, ...], kind: str) -> dict[str, str]:
    """Keywords of a ``server`` or ``bind`` line with what follows each."""
    known = table()[kind]
    found: dict[str, str] = {}
    at = 0
    while at < len(args):
        word = args[at]
        takes = known.get(word, 0)
        found[word] = args[at + 1] if takes and at + 1 < len(args) else ""
        at += 1 + takes
    return found


def _options(lines: Iterator[Line] | list[Line]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        found |= words_of(line.args, "server")
    return found


def _merged(usual: dict[str, str], own: tuple[str, ...]) -> dict[str, str]:
    """Later words win, and ``no-ssl`` and its kin switch off what came before."""
    merged = {**usual, **words_of(own, "server")}
    own_words = words_of(own, "server")
    for word in list(merged):
        opposite = word.removeprefix("no-")
        if word.startswith("no-") and opposite in merged and (word in own_words or opposite not in own_words):
            merged.pop(opposite)
    if "enabled" in own_words:
        merged.pop("disabled", None)
    return merged


def eligible(proxy: Proxy) -> list[Member]:
    """The servers that may get a request while all that are not disabled answer: backups only where nothing else serves."""
    serving = [member for member in members(proxy) if not member.disabled]
    active = [member for member in serving if not member.backup]
    if active:
        return active
    return serving if proxy.option("allbackups") else serving[:1]


def affinity(proxy: Proxy) -> tuple[str, Place | None]:
    """What keeps a client at one server: ip, cookie, header, query, path or none."""
    cookie = proxy.find("cookie")
    marked = any("cookie" in member.options for member in members(proxy))
    if cookie is not None and proxy.mode == "http" and (marked or "dynamic" in cookie.args):
        return "cookie", cookie.place
    for line in proxy.rules("stick"):
        if line.args[:1] in (("on",), ("match",)) and len(line.args) > 1:
            return _kind(line.args[1]), line.place
    balance = proxy.find("balance")
    words = balance.args if balance is not None else ()
    if not words or balance is None:
        return "none", None
    kinds = {"source": "ip", "uri": "path", "url_param": "query", "rdp-cookie": "cookie"}
    name = re.split(r"[( ]", words[0])[0]
    if name in kinds:
        return kinds[name], balance.place
    if name == "hdr":
        return _kind(f"req.{words[0]}"), balance.place
    if name == "hash" and len(words) > 1:
        return _kind(words[1]), balance.place
    return "none", None


def by_peer(frontend: Proxy, backend: Proxy) -> bool:
    """True where ``balance source`` decides alone, and no rule, and no PROXY line, puts another address in the place of it."""
    balance = backend.find("balance")
    if balance is None or balance.args[:1] != ("source",) or next(iter(backend.rules("stick")), None) is not None:
        return False
    lines = [line for proxy in (frontend, backend) for line in proxy.rules("http-request", "tcp-request", "bind")]
    replacing = {"set-src", "accept-proxy", "accept-netscaler-cip", "expect-proxy", "expect-netscaler-cip"}
    return not any(replacing.intersection(line.args) for line in lines)


def _kind(expression: str) -> str:
    """What a sample expression tells clients apart by."""
    lowered = expression.lower()
    if re.match(r"(src|fc_src|base32\+src|url32\+src)\b", lowered) or re.search(
        r"x-forwarded-for|x-real-ip|cf-connecting-ip", lowered
    ):
        return "ip"
    for sign, kind in (("cook", "cookie"), ("hdr", "header"), ("urlp", "query"), ("url_param", "query"), ("path", "path")):
        if sign in lowered:
            return kind
    return "path" if re.match(r"(url|base|uri)", lowered) else "key"
