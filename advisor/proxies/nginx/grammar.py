"""Directive names -> where nginx allows them, with how many words; and what that makes of a configuration.

``directives.txt`` was asked of the programs themselves (1.22.1 of Debian and 1.31.3): for every name and context whether it
is allowed, and with which numbers of words. Its lines: name, then ``contexts:words`` with ``{`` for a block and ``!`` for a
flag, then ``once=contexts`` where a second one is refused. A name alone is known, but of a module that was not measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path

from advisor.formats.nginx import Directive
from advisor.proxies.nginx.blocks import Compiled
from advisor.proxies.nginx.faults import Fault
from advisor.proxies.nginx.variables import is_placeholder, names_in
from advisor.versions import before

_INNER = {
    "m": {"events": "e", "http": "h", "stream": "S"},
    "h": {"server": "s", "upstream": "u"},
    "s": {"location": "l", "if": "i"},
    "l": {"location": "l", "if": "j", "limit_except": "x"},
    "S": {"server": "T", "upstream": "U"},
}
_MOST = 20
"""Faults looked for; nginx itself stops at the first."""
_CHANGED = {"ssl": (None, "1.25.1"), "http2": ("1.25.1", None)}
"""Directives that came or went between the two measured versions (nginx.org, CHANGES 1.25.1)."""
_OTHERS = (
    "lua_", "js_", "more_", "set_", "echo", "brotli", "zstd", "pagespeed", "vhost_traffic", "geoip", "passenger",
    "rtmp", "modsecurity", "naxsi", "push_stream", "nchan", "auth_", "access_by", "content_by", "rewrite_by",
    "header_filter", "body_filter", "log_by", "init_", "balancer_by", "ssl_certificate_by", "otel", "opentracing",
    "upload", "redis", "encrypted", "session_", "sticky", "check", "fancyindex", "dav_ext", "headers_more",
    "cache_purge", "acme", "zone_", "status", "perl", "image_filter",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a directive."""

    contexts: str
    least: frozenset[int]
    more: int | None
    block: bool
    flag: bool

    def takes(self, count: int) -> bool:
        return count in self.least or (self.more is not None and count >= self.more)


@dataclass(frozen=True, slots=True)
class Word:
    """What is known of a directive's name."""

    forms: tuple[Form, ...]
    once: str = ""


@cache
def table() -> dict[str, Word]:
    """All names; read on first use."""
    found: dict[str, Word] = {}
    for line in (Path(__file__).parent / "directives.txt").read_text("utf-8").splitlines():
        name, *words = line.split()
        forms, once = [], ""
        for word in words:
            if word.startswith("once="):
                once = word[5:]
                continue
            contexts, _, rest = word.partition(":")
            counts = rest.rstrip("{!")
            more = int(counts[-2]) if counts.endswith("+") else None
            least = frozenset(int(digit) for digit in counts.rstrip("+"))
            forms.append(Form(contexts, least, more, "{" in rest, "!" in rest))
        found[name] = Word(tuple(forms), once)
    return found


def has_hole(word: str) -> bool:
    """True where something fills in the word before nginx reads it."""
    return "{{" in word or "<%" in word or ("$" in word and any(is_placeholder(name) for name in names_in(word)))


def every(directives: tuple[Directive, ...]) -> Iterator[Directive]:
    """All directives in the order written, without the entries of tables."""
    waiting = list(reversed(directives))
    while waiting:
        directive = waiting.pop()
        yield directive
        if directive.block and directive.name not in ("map", "geo", "split_clients", "types", "charset_map"):
            waiting.extend(reversed(directive.block))


def faults(blocks: Compiled, version: str | None) -> Iterator[Fault]:
    """Unknown names, names in the wrong place, wrong numbers of words, bad flags, repeated directives."""
    yield from islice(_context(blocks.config.directives, "m", version), _MOST)


def _context(directives: tuple[Directive, ...], context: str, version: str | None) -> Iterator[Fault]:
    seen: set[str] = set()
    for directive in directives:
        word = table().get(directive.name)
        if word is None or _absent(directive.name, version):
            if (fault := _unknown(directive, version)) is not None:
                yield fault
            continue
        if not word.forms:
            continue
        fault = _misplaced(directive, word, context)
        if fault is not None:
            yield fault
        elif context in word.once:
            if directive.name in seen:
                yield Fault(f'"{directive.name}" directive is duplicate', directive.place)
            seen.add(directive.name)
        inner = _INNER.get(context, {}).get(directive.name)
        if inner is not None and directive.block is not None:
            yield from _context(directive.block, inner, version)


def _misplaced(directive: Directive, word: Word, context: str) -> Fault | None:
    """After ``ngx_conf_handler``: context, then block or semicolon, then the number of words."""
    name, place = directive.name, directive.place
    forms = [form for form in word.forms if context in form.contexts]
    if not forms:
        return Fault(f'"{name}" directive is not allowed here', place)
    if all(form.block for form in forms) and directive.block is None:
        return Fault(f'directive "{name}" has no opening "{{"', place)
    if not any(form.block for form in forms) and directive.block is not None:
        return Fault(f'directive "{name}" is not terminated by ";"', place)
    if any(has_hole(text) for text in directive.args):
        return None
    if not any(form.takes(len(directive.args)) for form in forms):
        return Fault(f'invalid number of arguments in "{name}" directive', place)
    if forms[0].flag and directive.args[0].lower() not in ("on", "off"):
        return Fault(f'invalid value "{directive.args[0]}" in "{name}" directive, it must be "on" or "off"', place)
    return None


def _absent(name: str, version: str | None) -> bool:
    """True for a directive that this version does not have yet or any more."""
    since, until = _CHANGED.get(name, (None, None))
    if version is None:
        return False
    return (since is not None and before(version, since)) or (until is not None and not before(version, until))


def _unknown(directive: Directive, version: str | None) -> Fault | None:
    """A name that no module we know has: refused where it is a slip of a known one, else taken for some module's."""
    name = directive.name
    fault = Fault(f'unknown directive "{name}"', directive.place)
    if _absent(name, version):
        return fault
    if name.startswith(_OTHERS) or len(name) < 5 or has_hole(name):
        return None
    return fault if _slip(name) else None


@lru_cache(maxsize=200)
def _slip(name: str) -> bool:
    """True where one or two wrong letters make it a directive of nginx's own."""
    from difflib import get_close_matches

    close = get_close_matches(name.lower(), [known for known in table() if abs(len(known) - len(name)) <= 2], 1, 0.88)
    return bool(close)
