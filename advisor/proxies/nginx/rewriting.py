"""The rewrite module: ``set``, ``if``, ``rewrite``, ``return`` and ``break`` in the order written.

After ``ngx_http_rewrite_module.c`` and ``ngx_http_script.c`` (nginx 1.31). An ``if`` that holds in a location moves the
request into a nested configuration; several that hold leave the last one in force.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from advisor.formats.nginx import Directive
from advisor.model import Place
from advisor.proxies import patterns
from advisor.proxies.nginx.blocks import Block
from advisor.proxies.nginx.exchange import Exchange
from advisor.proxies.nginx.variables import evaluate, keep, variable

REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Reply:
    """A status that nginx answers itself. ``final``: sent as it is, no ``error_page`` looks at it."""

    status: int
    reason: str
    place: Place
    location: str | None = None
    final: bool = False


@dataclass(slots=True)
class _Run:
    """One pass over a block's directives. ``changed``: the URI was rewritten and locations are searched anew."""

    changed: bool = False
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a pass ended with."""

    reply: Reply | None = None
    changed: bool = False


def rewrite(exchange: Exchange, block: Block) -> Rewritten:
    """Runs the rewrite directives of a server or location for the exchange."""
    run = _Run()
    reply = _each(exchange, block, block.directive.block or (), run)
    return Rewritten(reply, run.changed)


def _each(exchange: Exchange, block: Block, directives: tuple[Directive, ...], run: _Run) -> Reply | None:
    if not any(name in block.own for name in ("set", "if", "rewrite", "return", "break")):
        return None
    for directive in directives:
        reply = None
        if directive.name == "set" and len(directive.args) == 2:
            _set(exchange, directive)
        elif directive.name == "rewrite" and len(directive.args) >= 2:
            reply = _rewrite(exchange, directive, run)
        elif directive.name == "return" and directive.args:
            reply = _return(exchange, directive)
        elif directive.name == "break":
            if run.changed:
                exchange.location_valid = False
                run.changed = False
            run.stopped = True
        elif directive.name == "if" and id(directive) in block.inner:
            reply = _if(exchange, block.inner[id(directive)], run)
        elif directive.name.startswith("set_by_lua"):
            _lua(exchange, directive)
        if reply is not None or run.stopped:
            return reply
    return None


def _set(exchange: Exchange, directive: Directive) -> None:
    name = directive.args[0].lstrip("$").lower()
    value = evaluate(exchange, directive.args[1])
    exchange.variables[name] = value.text
    if value.known:
        exchange.unknown.discard(name)
    else:
        exchange.unknown.add(name)
    if name == "args":
        exchange.args = value.text


def _lua(exchange: Exchange, directive: Directive) -> None:
    if directive.args and directive.args[0].startswith("$"):
        name = directive.args[0][1:].lower()
        exchange.variables[name] = directive.args[0]
        exchange.unknown.add(name)
    exchange.note(directive.name, "runs code that is not followed here", directive.place)


def _return(exchange: Exchange, directive: Directive) -> Reply:
    first, rest = directive.args[0], directive.args[1:]
    if not first.isdigit():
        target = evaluate(exchange, first).text
        return Reply(302, f"return sends clients to {target}", directive.place, _absolute(exchange, target))
    status = int(first)
    if rest and status in REDIRECTS:
        target = evaluate(exchange, rest[0]).text
        return Reply(status, f"return sends clients to {target}", directive.place, _absolute(exchange, target))
    return Reply(
        status, f"return {status} stands here", directive.place, final=bool(rest) or status in (204, 444) or status < 300
    )


def _absolute(exchange: Exchange, target: str) -> str:
    """A Location header as it goes out: nginx completes a path with scheme, host and port."""
    if not target.startswith("/") or exchange.block.value("absolute_redirect") == "off":
        return target
    host = variable(exchange, "host" if exchange.block.value("server_name_in_redirect") != "on" else "server_name").text
    listener = exchange.chosen.listener
    port = exchange.request.port if exchange.chosen.exact_port else listener.port
    usual = 443 if exchange.scheme == "https" else 80
    shown = "" if port in (usual, None) or exchange.block.value("port_in_redirect") == "off" else f":{port}"
    return f"{exchange.scheme}://{host}{shown}{target}"


def absolute(exchange: Exchange, target: str) -> str:
    """See ``_absolute``; for redirects that nginx makes by itself."""
    return _absolute(exchange, target)


def _rewrite(exchange: Exchange, directive: Directive, run: _Run) -> Reply | None:
    pattern, replacement, *rest = directive.args
    flag = rest[0] if rest else ""
    match = _judge(exchange, pattern, exchange.uri, False, directive)
    if match is None:
        exchange.groups = ()
        return None
    keep(exchange, match)
    away = flag in ("redirect", "permanent") or replacement.startswith(("http://", "https://", "$scheme"))
    keeps_args = not replacement.endswith("?")
    template = replacement if keeps_args else replacement[:-1]
    path, mark, query = template.partition("?")
    target = evaluate(exchange, path).text if not away else _ESCAPED.sub(_unescaped, _escaped(exchange, path))
    new_args = _escaped(exchange, query)
    if mark:
        args = f"{new_args}&{exchange.args}" if exchange.args and keeps_args else new_args
    else:
        args = exchange.args if keeps_args else ""
    if away:
        location = f"{target}?{args}" if args else target
        status = 301 if flag == "permanent" else 302
        return Reply(status, f"rewrite sends clients to {location}", directive.place, _absolute(exchange, location))
    if mark or not keeps_args:
        exchange.args = args
    exchange.uri = target
    exchange.internal = True
    exchange.unparsed_valid = False
    exchange.note(f"rewrite {pattern}", f"turns the path into {target or '(nothing)'}", directive.place)
    if not target:
        return Reply(500, "the rewritten URI has a zero length", directive.place)
    if flag == "break":
        exchange.location_valid = False
        run.changed, run.stopped = False, True
    else:
        run.changed = True
        run.stopped = flag == "last"
    return None


def _escaped(exchange: Exchange, text: str) -> str:
    """A text whose captures are written for a query, where the client's own path had signs that needed it.

    ``ngx_http_script_copy_capture_code``; other variables go in as they are.
    """
    whole = exchange.groups
    if "%" in exchange.unparsed.partition("?")[0] or "+" in exchange.unparsed.partition("?")[0]:
        exchange.groups = tuple(quote(group, safe="/:@!$'()*,=-._~<>[]^`{}|\\\"") for group in whole)
    done = evaluate(exchange, text).text
    exchange.groups = whole
    return done


_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")


def _unescaped(escaped: re.Match[str]) -> str:
    """The sign of an escape in a redirect's path (``NGX_UNESCAPE_REDIRECT``): those that a header cannot hold stay escaped."""
    code = int(escaped[1], 16)
    return chr(code) if 0x25 < code < 0x7F else escaped[0]


def _if(exchange: Exchange, block: Block, run: _Run) -> Reply | None:
    if not _holds(exchange, block.directive):
        return None
    exchange.note(block.label, "holds", block.place)
    if block.parent is not None and block.parent.kind == "location":
        exchange.block = block
    return _each(exchange, block, block.directive.block or (), run)


def condition_words(args: tuple[str, ...]) -> list[str] | None:
    """The words of an ``if`` without its parentheses; ``None`` where they are not there."""
    words = list(args)
    if not words or not words[0].startswith("(") or not words[-1].endswith(")"):
        return None
    words[-1] = words[-1][:-1]
    if not words[-1]:
        words.pop()
    words[:1] = [words[0][1:]] if words and words[0] != "(" else []
    return words


def _holds(exchange: Exchange, directive: Directive) -> bool:
    words = condition_words(directive.args) or []
    if not words:
        return False
    first = words[0]
    if first.startswith(("-", "!-")):
        return _file_test(exchange, first, words[1] if len(words) > 1 else "", directive)
    value = variable(exchange, first.lstrip("$").strip("{}"))
    if len(words) == 1:
        return _known(exchange, value.known, directive) if not value.known else value.text not in ("", "0")
    operator, operand = words[1], words[2] if len(words) > 2 else ""
    if operator in ("=", "!="):
        other = evaluate(exchange, operand)
        if not (value.known and other.known):
            return _known(exchange, False, directive)
        return (value.text == other.text) == (operator == "=")
    if not value.known:
        return _known(exchange, False, directive)
    match = _judge(exchange, operand, value.text, operator.endswith("*"), directive)
    if match is None:
        exchange.groups = ()
    else:
        keep(exchange, match)
    return (match is None) == operator.startswith("!")


def _file_test(exchange: Exchange, test: str, subject: str, directive: Directive) -> bool:
    """A file of the handshake's own path is taken not to exist; any other one is asked about (a maintenance page)."""
    negated = test.startswith("!")
    names = ("$request_filename", "$document_root$uri", "$document_root$fastcgi_script_name", "$document_root$request_uri")
    if subject.startswith(names):
        return negated
    asked = exchange.choices.ask(
        f"file {subject}", f"whether {subject} exists", (f"{subject} does not exist", f"{subject} exists")
    )
    return bool(asked) != negated


def _known(exchange: Exchange, known: bool, directive: Directive) -> bool:
    label = " ".join(directive.args)
    return bool(
        exchange.choices.ask(
            f"if {directive.place} {label}",
            f"whether the condition {label} in {directive.place} holds",
            (f"{label} does not hold", f"{label} holds"),
        )
    )


def _judge(exchange: Exchange, pattern: str, subject: str, ignore_case: bool, directive: Directive) -> patterns.Match | None:
    try:
        return patterns.match(pattern, subject, ignore_case)
    except patterns.Undecided:
        asked = exchange.choices.ask(
            f"pattern {pattern} {subject}",
            f"whether {pattern} in {directive.place} matches {subject}",
            (f"{pattern} does not match", f"{pattern} matches"),
        )
        return patterns.Match((), ()) if asked else None
