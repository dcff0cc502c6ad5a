"""The state of one virtual handshake inside httpd: its URI, headers, the sections that apply, and the steps so far."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import translate

from advisor.formats.apache import Directive
from advisor.model import Answer, Depends, Invalid, Move, Place, Request
from advisor.proxies import patterns
from advisor.proxies.apache_httpd.hosts import Chosen, Compiled, Host
from advisor.proxies.choices import Choices


class Stop(Exception):
    """The request ends here."""

    def __init__(self, outcome: Answer | Depends | Invalid) -> None:
        super().__init__()
        self.outcome = outcome


@dataclass(slots=True, eq=False)
class Exchange:
    """What ``request_rec`` holds, as far as it decides where a handshake goes."""

    blocks: Compiled
    request: Request
    choices: Choices
    version: str | None
    chosen: Chosen
    uri: str
    """Decoded, as sections see it."""
    args: str
    headers: list[tuple[str, str]]
    moves: list[Move] = field(default_factory=list)
    removed: dict[str, Place] = field(default_factory=dict)
    """Header in lower case -> the line that took it away."""
    proxied: tuple[Directive, ...] = ()
    """``<Proxy>`` sections that apply to the target."""

    @property
    def host(self) -> Host:
        return self.chosen.host

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def origin(self) -> str:
        """``http://app.example.com:8080``: what a redirect to a path is completed with (``ap_construct_url``)."""
        scheme, usual = ("https", "443") if self.host.tls else ("http", "80")
        name, _, port = (self.header("Host") or self.request.host).partition(":")
        own = next((one.args[0] for one in reversed(self.host.own) if one.key == "servername" and one.args), None)
        if self.is_on("usecanonicalname") and own is not None:
            name, _, port = own.rpartition("://")[2].partition(":")
        elif not port and own is not None:
            port = own.rpartition("://")[2].partition(":")[2]
        elif not port:
            port = str(next((number for _, number in self.host.addresses if number), ""))
        return f"{scheme}://{name.lower()}{f':{port}' if port not in ('', usual) else ''}"

    def note(self, at: str, does: str, place: Place | None = None) -> None:
        """Adds a step to what the reader is told."""
        if len(self.moves) < 60:
            self.moves.append(Move(at, does, place))

    def sections(self) -> list[Directive]:
        """The ``<Location>`` sections that apply, the main server's first, each list in its order."""
        return [one for one in self._all("location", "locationmatch") if self.applies(one)]

    def conditional(self) -> list[Directive]:
        """The ``<If>`` sections of the host and of the sections that apply: conditions that only a request decides."""
        inner = [one for section in self.sections() for one in section.block or () if one.key in ("if", "elseif", "else")]
        return [*self._all("if", "elseif", "else"), *inner]

    def _all(self, *names: str) -> Iterator[Directive]:
        for directives in (self.host.outer, self.host.own):
            yield from (one for one in directives if one.key in names)

    def applies(self, section: Directive) -> bool:
        args = section.args
        if section.key == "locationmatch" or args[:1] == ("~",):
            return self.matches(args[-1] if args else "", self.uri) is not None
        return _in_location(self.uri, args[0] if args else "/")

    def find(self, name: str) -> Directive | None:
        """The directive in force for this request: of the last section that has it, else of the host."""
        for section in reversed((*self.proxied, *self.sections())):
            found = list(section.each(name))
            if found:
                return found[-1]
        return self.host.find(name)

    def is_on(self, name: str) -> bool:
        found = self.find(name)
        return found is not None and found.args[:1] != () and found.args[0].lower() == "on"

    def matches(self, pattern: str, subject: str, ignore_case: bool = False) -> patterns.Match | None:
        """The pattern's match; where that cannot be told the answer is open."""
        try:
            return patterns.match(pattern, subject, ignore_case)
        except patterns.Undecided:
            raise Stop(Depends(f"whether the pattern {pattern} matches {subject}", ())) from None


def _in_location(uri: str, path: str) -> bool:
    if any(sign in path for sign in "*?["):
        pattern = translate(path).replace(".*", "[^/]*")
        return re.match(pattern, uri) is not None
    return uri == path or uri.startswith(path if path.endswith("/") else path + "/")
