"""nginx text -> its directives with places, read token by token the way nginx reads them.

The words follow ``ngx_conf_read_token`` (nginx 1.31, src/core/ngx_conf_file.c): a ``}`` or a quote inside a word is an
ordinary character, ``${`` opens no block, a backslash keeps the next character. No include is followed here. Text that
another program fills in first is kept as written where it stands for a value (``${NAME}``, ``{{ name }}``, ``<%= name %>``);
a template with control flow is refused, because its branches cannot stand side by side.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from advisor.formats.document import Problem, Unreadable
from advisor.formats.source import Source, conflict_line
from advisor.model import Place

DEEPEST = 100
"""Blocks nested deeper than this are refused; nginx's own contexts end far earlier."""


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive: its words, unquoted, and its block (``None`` where it ends with ``;``).

    ``place`` runs from the first character of the name to behind the ``;`` or the closing ``}``.
    """

    name: str
    args: tuple[str, ...]
    place: Place
    block: tuple[Directive, ...] | None = None
    code: str | None = None
    """The body of a block in another language (``content_by_lua_block``)."""

    def each(self, *names: str) -> Iterator[Directive]:
        """The directives of these names directly in the block."""
        yield from (inner for inner in self.block or () if inner.name in names)


@dataclass(frozen=True, slots=True)
class Document:
    """All directives that could be read, and what nginx would not accept; reading goes on behind a problem."""

    file: str
    directives: tuple[Directive, ...]
    problems: tuple[Problem, ...] = ()


_HOLE = r"\{\{[^{}\n]*\}\}|<%=[^%\n]*%>"
_WORD = rf"(?![\"'\#}}])(?:\\.|\$\{{*|{_HOLE}|[^ \t\r\n;{{\\$])+"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r\n]+)
      |(?P<comment>\#[^\n]*)
      |(?P<word>{_WORD})
      |(?P<end>;)
      |(?P<open>\{{)
      |(?P<close>\}})
      |"(?P<double>(?:[^"\\]|\\.)*)"
      |'(?P<single>(?:[^'\\]|\\.)*)'""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\([\"'\\trn])")
_ESCAPED = {"t": "\t", "r": "\r", "n": "\n"}
_CONTROL = re.compile(
    r"\{%-?\s*(?:if|for|else|elif|set|block|include|macro|raw|extends)\b"
    r"|\{\{-?\s*(?:if|else|end|range|with|template|define|block|\$\w+\s*:=|#|/)"
    r"|<%-?\s*(?![=#])\w"
)
_TAG = re.compile(
    r"\{%[^\n]*?%\}|\{\{-?\s*(?:if|else|end|range|with|define|template|block|#|/)[^\n]*?\}\}|<%-?\s*(?![=#])[^\n]*?%>"
)
_LUA = re.compile(r"--\[(=*)\[.*?\]\1\]|--[^\n]*|\[(=*)\[.*?\]\2\]|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|[{}]", re.DOTALL)


class _Lines:
    """Offsets of a text -> lines and columns."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, start: int, end: int | None = None) -> Place:
        line = bisect_right(self._starts, start)
        column = start - self._starts[line - 1] + 1
        if end is None:
            return Place(self._file, line, column)
        last = bisect_right(self._starts, end)
        return Place(self._file, line, column, last, end - self._starts[last - 1] + 1)


@dataclass(slots=True)
class _Open:
    """A block that has not been closed yet."""

    name: str
    args: tuple[str, ...]
    start: int
    inner: list[Directive] = field(default_factory=list)


def parse(text: str, file: str) -> Document:
    """Reads a whole file.

    Raises ``Unreadable`` for binary content and for templates with control flow; everything else gives a document whose
    ``problems`` say what nginx would refuse.
    """
    if "\0" in text:
        raise Unreadable("holds binary content instead of an nginx configuration")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise Unreadable(f"is a template whose branches another program chooses ({control[0].strip()} ...)", line)
    conflict = conflict_line(Source(text, file))
    if conflict is not None:
        raise Unreadable("holds an unresolved merge conflict (<<<<<<<)", conflict)
    return _Reader(text, file).read()


class _Reader:
    """One pass over a text."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.lines = _Lines(text, file)
        self.file = file
        self.problems: list[Problem] = []
        self.stack: list[_Open] = [_Open("", (), 0)]
        self.words: list[str] = []
        self.start = 0

    def read(self) -> Document:
        text, match, position, size = self.text, _TOKEN.match, 0, len(self.text)
        if text.startswith("\ufeff"):
            self.refuse('unknown directive "\ufeff": the file begins with a byte order mark', 0)
            position = 1
        while position < size:
            token = match(text, position)
            if token is None:
                self.refuse("unexpected end of file, a quoted text is not closed", position)
                break
            kind, begin, position = token.lastgroup, position, token.end()
            if kind == "space" or kind == "comment":
                continue
            if kind == "word" or kind == "double" or kind == "single":
                if not self.words:
                    self.start = begin
                word = token[kind]
                self.words.append(_unescape(word) if "\\" in word else word)
                if kind != "word" and position < size and text[position] not in " \t\r\n;{)":
                    self.refuse(f'unexpected "{text[position]}"', position)
            elif kind == "end":
                self.finish(begin, position)
            elif kind == "open":
                position = self.enter(begin, position)
                if position < 0:
                    break
            else:
                self.leave(begin, position)
        self.close(size)
        return Document(self.file, tuple(self.stack[0].inner), tuple(self.problems))

    def finish(self, begin: int, end: int) -> None:
        if not self.words:
            self.refuse('unexpected ";"', begin)
            return
        name, *args = self.words
        self.stack[-1].inner.append(Directive(name, tuple(args), self.lines.place(self.start, end)))
        self.words = []

    def enter(self, begin: int, end: int) -> int:
        """Opens a block and answers where to go on; -1 where the nesting is too deep."""
        if not self.words:
            self.refuse('unexpected "{"', begin)
            self.words, self.start = [""], begin
        name, *args = self.words
        self.words = []
        if name.endswith("_by_lua_block"):
            close = _end_of_lua(self.text, end)
            place = self.lines.place(self.start, close)
            self.stack[-1].inner.append(Directive(name, tuple(args), place, (), self.text[end : close - 1]))
            return close
        if len(self.stack) > DEEPEST:
            self.refuse(f"blocks are nested more than {DEEPEST} deep", begin)
            return -1
        self.stack.append(_Open(name, tuple(args), self.start))
        return end

    def leave(self, begin: int, end: int) -> None:
        if self.words:
            self.refuse('unexpected "}"', begin)
            self.finish(begin, begin)
        if len(self.stack) == 1:
            self.refuse('unexpected "}"', begin)
            return
        done = self.stack.pop()
        place = self.lines.place(done.start, end)
        self.stack[-1].inner.append(Directive(done.name, done.args, place, tuple(done.inner)))

    def close(self, size: int) -> None:
        """Ends what the text leaves open."""
        if self.words:
            self.refuse('unexpected end of file, expecting ";" or "}"', size)
            self.finish(size, size)
        elif len(self.stack) > 1:
            self.refuse('unexpected end of file, expecting "}"', size)
        while len(self.stack) > 1:
            self.leave(size, size)

    def refuse(self, reason: str, offset: int) -> None:
        if len(self.problems) < 20:
            self.problems.append(Problem(reason, self.lines.place(offset)))


def _unescape(word: str) -> str:
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), word)


def _end_of_lua(text: str, start: int) -> int:
    """Behind the ``}`` that closes a Lua body opened before ``start``; the end of the text where none does."""
    depth = 1
    for token in _LUA.finditer(text, start):
        if token[0] == "{":
            depth += 1
        elif token[0] == "}":
            depth -= 1
            if depth == 0:
                return token.end()
    return len(text)


# ---------------------------------------------------------------- is it nginx at all?

_BLOCKS = frozenset({"http", "server", "location", "upstream", "events", "stream", "map", "geo", "split_clients", "types", "if"})
_PLAIN = frozenset(
    {
        "accept_mutex", "access_log", "add_header", "alias", "allow", "auth_basic", "auth_basic_user_file", "auth_request",
        "brotli", "charset", "client_body_buffer_size", "client_body_timeout", "client_header_timeout",
        "client_max_body_size", "daemon", "default_type", "deny", "error_log", "error_page", "etag", "expires", "gzip",
        "gzip_comp_level", "gzip_disable", "gzip_min_length", "gzip_proxied", "gzip_types", "gzip_vary", "http2", "include",
        "index", "internal", "ip_hash", "keepalive", "keepalive_requests", "keepalive_timeout", "large_client_header_buffers",
        "least_conn", "limit_conn", "limit_conn_zone", "limit_rate", "limit_req", "limit_req_zone", "listen", "load_module",
        "log_format", "merge_slashes", "multi_accept", "open_file_cache", "pid", "proxy_pass", "real_ip_header",
        "resolver", "resolver_timeout", "return", "rewrite", "root", "satisfy", "sendfile", "send_timeout", "server_name",
        "server_names_hash_bucket_size", "server_tokens", "set", "set_real_ip_from", "ssl_certificate",
        "ssl_certificate_key", "ssl_ciphers", "ssl_dhparam", "ssl_prefer_server_ciphers", "ssl_protocols",
        "ssl_session_cache", "ssl_session_timeout", "ssl_stapling", "sub_filter", "tcp_nodelay", "tcp_nopush", "try_files",
        "underscores_in_headers", "use", "user", "worker_connections", "worker_processes", "worker_rlimit_nofile", "zone",
    }
)  # fmt: skip
_FAMILY = re.compile(r"(?:proxy|fastcgi|uwsgi|scgi|grpc|gzip|ssl|real_ip|limit_(?:req|conn|rate))_[a-z0-9_]+$")
_SIGN = re.compile(
    r"^(?:proxy_(?:pass|set_header)|(?:fastcgi|uwsgi|grpc)_(?:pass|param|set_header)|listen|server_name|try_files)$"
)
_OTHER = re.compile(
    r"^[ \t]*(?:\[[\w .:@-]+\]|<(?:VirtualHost|IfModule|Location|Directory|Proxy|\?xml|!DOCTYPE)\b"
    r"|frontend[ \t]|backend[ \t]\S+[ \t]*$|defaults[ \t]*$|global[ \t]*$|ProxyPass\b|RewriteEngine\b|ServerName[ \t])",
    re.MULTILINE | re.IGNORECASE,
)
_COMMENT = re.compile(r"(?m)^[ \t]*#[^\n]*$")


_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})[^\n]{0,200}$", re.MULTILINE)


def looks_like_nginx(text: str) -> bool:
    """True where the text is an nginx configuration or a part of one, judged by its directives and not by its name.

    False for Apache, HAProxy, systemd, supervisor, redis, BIND and the like. A template with control flow is judged without
    its tags, an unresolved merge without its markers: they are nginx files, though ``parse`` refuses them.
    """
    sample = _CONFLICT.sub("", _TAG.sub(" ", text[:200_000]))
    if "\0" in sample or (";" not in sample and "{" not in sample) or _OTHER.search(_COMMENT.sub("", sample)):
        return False
    try:
        document = parse(sample, "")
    except Unreadable:
        return False
    if len(document.problems) > 3 or not document.directives:
        return False
    known = signs = count = 0
    for directive in _walk(document.directives):
        count += 1
        block = directive.block is not None
        is_known = directive.name in _BLOCKS if block else directive.name in _PLAIN or bool(_FAMILY.match(directive.name))
        if directive.name == "server" and not block:
            is_known = True
        known += is_known
        signs += bool(_SIGN.match(directive.name)) or (block and directive.name in ("upstream", "location", "map", "http"))
    return signs > 0 and known * 2 > count


def _walk(directives: tuple[Directive, ...]) -> Iterator[Directive]:
    """Every directive, but not the entries of blocks that hold data (``map``, ``types``, ``geo``)."""
    waiting = list(directives)
    while waiting:
        directive = waiting.pop()
        yield directive
        if directive.block and directive.name not in ("map", "types", "geo", "split_clients", "charset_map"):
            waiting.extend(directive.block)
