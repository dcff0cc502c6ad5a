"""IIS's web.config and applicationHost.config -> Application Request Routing in front of what its rewrite rules name.

Source: https://learn.microsoft.com/en-us/iis/extensions/url-rewrite-module/url-rewrite-module-configuration-reference
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

from advisor.deployment.parts import Findings, Part, Purpose, identity, purpose_of
from advisor.formats.document import Node
from advisor.model import Hop, Listen, Setting, Target, Value
from advisor.tree import Tree

_KEYS = ("webSocket.enabled", "proxy.enabled", "proxy.timeout")
_SERVER = "system.webServer"
_ALL = frozenset({"", "(.*)", ".*", "(.+)", ".+", "*"})
_LITERAL = re.compile(r"^\^?([\w/.-]{1,200}?)/?(?:\(?[/]?\.[*+]\)?|\(/\.\*\)\?)?\$?$")
_CLOCK = re.compile(r"^(?:(\d{1,3})\.)?(\d{1,2}):(\d{1,2}):(\d{1,2})$")


def read(tree: Tree) -> Part:
    """Every such file that sends requests to another server."""
    from advisor.formats.xml import parse

    found = Findings()
    for path in tree.named("web.config", "web.*.config", "applicationHost.config"):
        text, purpose = tree.text(path) or "", purpose_of(path)
        if not purpose.deployed or ("<rewrite>" not in text and "<proxy" not in text):
            continue
        document = found.document(tree, path, parse)
        for server in _servers(document) if document is not None else ():
            _server(path, server, purpose, found)
    return found.part()


def _servers(document: Node) -> Iterator[Node]:
    """The sections for the web server: of the whole file, and of its locations."""
    root = document.get("configuration")
    locations = root.get("location") if root is not None else None
    for holder in (root, *(locations.each() if locations is not None else ())):
        section = holder.get(_SERVER) if holder is not None else None
        yield from section.each() if section is not None else ()


def _server(path: str, server: Node, purpose: Purpose, found: Findings) -> None:
    targets = tuple(dict.fromkeys(_targets(path, server)))
    proxy = server.get("proxy")
    on = proxy.get("enabled") if proxy is not None else None
    if not targets and (on is None or on.text() != "true"):
        return
    place = targets[0].place if targets else server.place
    found.hops.append(
        Hop(
            identity("iis-arr", path),
            "iis-arr",
            "IIS with Application Request Routing",
            place,
            certainty="explicit" if on is not None else "strong",
            scope=purpose.scope,
            environment=purpose.environment,
            settings=tuple(_settings(path, server)),
            listens=(Listen("http", None, place), Listen("https", None, place)),
            targets=targets or (Target("", place, why="hands the upgrade on"),),
            local=all(target.name in ("localhost", "127.0.0.1") for target in targets),
            because=f"{path} rewrites requests to {targets[0].name}" if targets else f"{path} switches the proxy on",
        )
    )
    found.chose(path, purpose, "configures the proxy of IIS")


def _targets(path: str, server: Node) -> Iterator[Target]:
    rules = server.get("rewrite", "rules", "rule")
    for rule in rules.each() if rules is not None else ():
        enabled, action, match = rule.get("enabled"), rule.get("action"), rule.get("match", "url")
        url, kind = (action.get("url"), action.get("type")) if action is not None else (None, None)
        address = (url.text() if url is not None else None) or ""
        off = enabled is not None and enabled.text() == "false"
        if off or url is None or kind is None or kind.text() != "Rewrite" or not address.startswith(("http://", "https://")):
            continue
        try:
            parts = urlsplit(address.partition("{")[0])
            name, port = parts.hostname or "", parts.port
        except ValueError:
            continue
        pattern = (match.text() if match is not None else None) or ""
        scheme: Literal["http", "https"] = "https" if parts.scheme == "https" else "http"
        why = f"{path} rewrites {pattern or 'requests'} to {parts.scheme}://{parts.netloc}"
        if name:
            yield Target(name, url.key_place or url.place, port, _paths(pattern), scheme, why)


def _paths(pattern: str) -> tuple[str, ...]:
    """A rule's pattern, which has no slash in front, as globs; empty for all requests and for what is no simple prefix."""
    if pattern in _ALL:
        return ()
    found = _LITERAL.match(pattern)
    if found is None:
        return ()
    literal = found[1].strip("/")
    return (f"/{literal}", f"/{literal}/*") if literal else ()


def _settings(path: str, server: Node) -> Iterator[Setting]:
    format = "applicationHost.config" if path.lower().endswith("applicationhost.config") else "web.config"
    for key in _KEYS:
        node = server.get(*key.split("."))
        text = node.text() if node is not None else None
        if node is not None and text is not None:
            yield Setting(f"{_SERVER}.{key}", text, node.key_place or node.place, _amount(text), format)


def _amount(text: str) -> Value:
    """A flag, a number, or a time (``00:02:00``) in seconds."""
    clock = _CLOCK.match(text)
    if clock is not None:
        days, hours, minutes, seconds = (int(piece or 0) for piece in clock.groups())
        return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return {"true": True, "false": False}.get(text.lower(), int(text) if text.isascii() and text.isdecimal() else text)
