"""Lua code of OpenResty in front of an answer -> whether the request gets past it, which no file tells where the code can answer.

Code runs after nginx's own rewrites and access rules, and that of an inner block replaces that of an outer one (measured with
lua-nginx-module 0.10.23 on nginx 1.22.1). It is not followed:
code that calls nothing but what reads, computes or logs lets every request pass; any other may answer, or send it elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.formats.nginx import Directive
from advisor.model import Answer, Outcome
from advisor.proxies.nginx.blocks import Block
from advisor.proxies.nginx.exchange import Exchange

_SPOKEN = re.compile(r"--\[\[.*?\]\]|--[^\n]*|\[\[.*?\]\]|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'", re.DOTALL)
"""Comments and texts, in which nothing is called."""
_CALL = re.compile(r"(?<![\w.:])(function\s+)?([A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)*)\s*(?=[({\x00])")
_ASSIGNED = re.compile(r"\bngx\.var\.(\w+)\s*=(?!=)")
_WORDS = frozenset("if elseif while until and or not return in then do else for local end function repeat".split())
_PLAIN = frozenset("tostring tonumber type ipairs pairs select next unpack rawget setmetatable getmetatable".split())
_READS = re.compile(
    r"(?:string|table|math|bit)\.\w+|os\.(?:time|date|clock|getenv)"
    r"|ngx\.(?:log|now|time|today|localtime|utctime|http_time|cookie_time|update_time|md5|md5_bin|sha1_bin|hmac_sha1|crc32_\w+"
    r"|escape_uri|unescape_uri|encode_args|decode_args|encode_base64|decode_base64|re\.\w+|req\.get_\w+|req\.start_time"
    r"|req\.http_version|req\.raw_header|req\.is_internal|shared\.\w+[:.]\w+|resp\.get_headers)"
    r"|[\w.]+:(?:match|find|lower|upper|gsub|gmatch|sub|len|byte|rep|format|reverse|get|get_stale|set|safe_set|add|incr|expire|ttl)"
)


def passes(exchange: Exchange, phase: str) -> Outcome | None:
    """What a phase's code (``access``, ``rewrite``, ``server_rewrite``) answers; ``None`` where the request goes on.

    Variables that the code sets are not known behind it. ``header_filter`` runs on the app's 101, where only ``ngx.exit``
    makes another answer of it.
    """
    directive = _in_force(exchange.block, phase)
    if directive is None:
        return None
    code = (
        directive.code if directive.code is not None else None if directive.name.endswith("_file") else " ".join(directive.args)
    )
    if phase == "header_filter" and not (code is not None and may_answer(code) and "ngx.exit" in code):
        return None
    exchange.note(directive.name, "runs code that is not followed here", directive.place)
    for name in _ASSIGNED.findall(code or ""):
        exchange.variables[name.lower()] = f"${name.lower()}"
        exchange.unknown.add(name.lower())
    if exchange.admitted or (code is not None and not may_answer(code)):
        return None
    said = (f"the code of {directive.name} lets it pass", f"the code of {directive.name} answers or sends it elsewhere")
    asked = exchange.choices.ask(f"lua {directive.place}", f"whether {directive.name} ({directive.place}) lets it pass", said)
    return (
        Answer(None, f"the code of {directive.name} answers or sends the request elsewhere", directive.place) if asked else None
    )


def is_asked(block: Block, phase: str) -> bool:
    """True where code of that phase is in force."""
    return _in_force(block, phase) is not None


def picks(directives: Iterator[Directive]) -> Directive | None:
    """The code of an upstream that chooses the server (``balancer_by_lua_block``)."""
    return next((each for each in directives if re.fullmatch(r"balancer_by_lua(?:_block|_file)?", each.name)), None)


def may_answer(code: str) -> bool:
    """False for code whose every call reads, computes or logs, and that leaves the handshake's headers alone."""
    bare = _SPOKEN.sub("\0", code)
    own = {name for defined, name in _CALL.findall(bare) if defined}
    calls = (name for defined, name in _CALL.findall(bare) if not defined)
    return any(name not in own and name not in _WORDS and name not in _PLAIN and not _READS.fullmatch(name) for name in calls)


def _in_force(block: Block, phase: str) -> Directive | None:
    """The innermost block's; ``access_by_lua``, ``access_by_lua_block`` and ``access_by_lua_file`` are one setting."""
    names = (f"{phase}_by_lua", f"{phase}_by_lua_block", f"{phase}_by_lua_file")
    return next((level.own[name][0] for level in block.levels() for name in names if name in level.own), None)
