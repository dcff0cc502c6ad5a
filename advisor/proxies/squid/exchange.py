"""One request on its way through Squid: the URL that it makes of it, and which ACLs and rules hold.

After src/acl/*.cc of squid 5.7. The first rule whose ACLs all hold decides; where none does, the opposite of the last one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from advisor.formats.squid import Line, Word
from advisor.model import Move, Place, Request
from advisor.proxies import patterns
from advisor.proxies.choices import Choices
from advisor.proxies.squid.load import BUILT_IN, Acl, Config
from advisor.proxies.squid.ports import Port

_DEEPEST = 20
_HEADERS = {"browser": "User-Agent", "referer_regex": "Referer", "req_mime_type": "Content-Type"}
_LATER = frozenset({"peername", "peername_regex", "hier_code", "http_status", "rep_header", "rep_mime_type", "squid_error"})
"""What is not known yet when a request is let in."""
_LOOSE = re.compile(r"\\[dDbB]|\(\?")
"""What POSIX expressions do not have, and other kinds read in another way."""


@dataclass(slots=True)
class Exchange:
    """The state of one run. ``host`` and ``number`` are those of the URL that Squid builds."""

    config: Config
    request: Request
    choices: Choices
    port: Port
    host: str
    number: int
    version: str | None = None
    moves: list[Move] = field(default_factory=list)
    known: dict[str, bool] = field(default_factory=dict)
    """ACL -> whether it holds: lists of lists that name each other are gone through once."""

    def note(self, at: str, does: str, place: Place | None = None) -> None:
        if len(self.moves) < 60:
            self.moves.append(Move(at, does, place))

    @property
    def scheme(self) -> str:
        return "https" if self.port.tls else "http"

    @property
    def authority(self) -> str:
        """Host and port as the URL has them: without the port that the scheme has anyway."""
        return self.host if self.number == (443 if self.port.tls else 80) else f"{self.host}:{self.number}"

    @property
    def target(self) -> str:
        return f"{self.request.path}?{self.request.query}" if self.request.query else self.request.path

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"

    # ------------------------------------------------------------ rules

    def first(self, rules: Sequence[tuple[Line, tuple[str, ...]]]) -> tuple[bool, Line] | None:
        """Whether the first rule that holds allows, and its line; the opposite of the last one where none holds.

        ``None`` where there is no rule. Lines that Squid skips (no action, no ACL) are none.
        """
        read = [(line, words) for line, words in rules if words[:1] in (("allow",), ("deny",)) and len(words) > 1]
        for line, words in read:
            if all(self.holds(name) for name in words[1:]):
                return words[0] == "allow", line
        return (read[-1][1][0] == "deny", read[-1][0]) if read else None

    def rules(self, name: str, *before: str) -> list[tuple[Line, tuple[str, ...]]]:
        """The lines of a directive that begin with these words, with what follows them."""
        lines = self.config.lines.get(name, [])
        return [(line, line.args[len(before) :]) for line in lines if line.args[: len(before)] == before]

    def allows(self, name: str, usual: bool) -> tuple[bool, Line | None]:
        """Whether a directive's rules let the request pass, and the line that says so."""
        return self.first(self.rules(name)) or (usual, None)

    # ------------------------------------------------------------ ACLs

    def holds(self, name: str, depth: int = 0) -> bool:
        """Whether a name of a rule holds (``!`` in front turns it round); asks where no file shows it."""
        if name.startswith("!"):
            return not self.holds(name[1:], depth)
        if name not in self.known:
            self.known[name] = self._holds(name, depth)
        return self.known[name]

    def _holds(self, name: str, depth: int) -> bool:
        acl = self.config.acls.get(name)
        if acl is None:
            type_, words = BUILT_IN.get(name, ("", ""))
            acl = Acl(name, type_, self.port.place, tuple(Word(each) for each in words.split()))
        elif name in BUILT_IN and acl.type == BUILT_IN[name][0]:
            acl = Acl(name, acl.type, acl.place, (*(Word(each) for each in BUILT_IN[name][1].split()), *acl.words), acl.hidden)
        found = self._compared(acl, depth)
        if found is None or (not found and acl.hidden is not None):
            return self.ask(acl)
        return found

    def ask(self, acl: Acl) -> bool:
        what = f"{acl.name} ({acl.type})"
        said = (f"{what} does not hold", f"{what} holds")
        return self.choices.ask(f"acl {acl.name}", f"whether the ACL {what} holds ({acl.place})", said) == 1

    def _compared(self, acl: Acl, depth: int) -> bool | None:
        values = [word.text for word in acl.words]
        if acl.type in ("any-of", "all-of"):
            if depth > _DEEPEST:
                return None
            # Asked in their order, and no further than is needed, as Squid does.
            return (any if acl.type == "any-of" else all)(self.holds(value, depth + 1) for value in values)
        if acl.type == "src":
            return True if set(values) & {"all", "0.0.0.0/0", "0/0"} else None if values else False
        if acl.type == "dst":
            return self._leads(values)
        if acl.type == "dstdomain":
            return any(_in_domain(self.host, value) for value in values if value not in ("-n", "--"))
        if acl.type in ("port", "localport", "myport"):
            number = self.number if acl.type == "port" else self.port.number
            return any(_within(number, value) for value in values)
        if acl.type == "myportname":
            return self.port.name in values
        if acl.type == "method":
            return self.request.method in values
        if acl.type == "proto":
            return self.scheme in [value.lower() for value in values]
        if acl.type in _LATER:
            return False
        subject = self._subject(acl, values)
        return None if subject is None else self._matches(*subject)

    def _subject(self, acl: Acl, values: list[str]) -> tuple[str | None, list[str]] | None:
        """The text that an expression looks at, and the expressions; ``None`` for a type that no file shows the answer of."""
        if acl.type == "req_header":
            return self.request.header(values[0]) if values else None, values[1:]
        texts = {"url_regex": unquote(self.url), "urlpath_regex": unquote(self.target), "dstdom_regex": self.host}
        if acl.type in texts:
            return texts[acl.type], values
        return (self.request.header(_HEADERS[acl.type]), values) if acl.type in _HEADERS else None

    def _matches(self, text: str | None, values: list[str]) -> bool | None:
        ignore_case, unsure = False, False
        for value in values:
            if value in ("-i", "+i", "-n", "--"):
                ignore_case = (ignore_case or value == "-i") and value != "+i"
                continue
            try:
                if text is not None and patterns.match(value, text, ignore_case) is not None and not _LOOSE.search(value):
                    return True
            except patterns.Undecided:
                unsure = unsure or not patterns.is_broken(value)
            unsure = unsure or (text is not None and _LOOSE.search(value) is not None)
        return None if unsure else False

    def _leads(self, values: list[str]) -> bool | None:
        """``dst`` goes by the address that the URL's host has: known only for the machine's own and for numbers."""
        own = self.host in ("localhost", "::1", "0.0.0.0") or self.host.startswith("127.")  # noqa: S104 - a comparison
        if any(value in ("all", "0.0.0.0/0") for value in values):
            return True
        local = all(value.startswith(("127.", "0.0.0.0/32", "::1", "::/128", "169.254.", "fe80:")) for value in values)
        return own if local else None


def _in_domain(host: str, wanted: str) -> bool:
    """``.example.com`` takes the domain and all below it, ``example.com`` itself only."""
    host, wanted = host.lower().rstrip("."), wanted.lower().rstrip(".")
    if wanted.startswith("."):
        return host == wanted[1:] or host.endswith(wanted)
    return host == wanted


def _within(number: int, value: str) -> bool:
    first, _, last = value.partition("-")
    return (
        first.isdigit()
        and len(first) < 8
        and int(first) <= number <= (int(last) if last.isdigit() and len(last) < 8 else int(first))
    )


def protocols(header: str) -> Iterator[str]:
    """The names that an Upgrade header offers."""
    yield from (each.strip() for each in header.split(",") if each.strip())
