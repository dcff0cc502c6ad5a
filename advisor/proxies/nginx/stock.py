"""Files that nginx and its packages ship -> what they hold, for configurations that include them without carrying them.

Debian's ``proxy_params`` sets four request headers and so discards inherited ones: it matters most. Read on Debian 12,
nginx 1.22.1-9+deb12u11 (2026-11); before that security update its first line was ``Host $http_host``.
"""

from __future__ import annotations

import posixpath
import re

from advisor.formats.nginx import Directive
from advisor.model import Place

_PROXY_PARAMS = (
    ("Host", "$host"),
    ("X-Real-IP", "$remote_addr"),
    ("X-Forwarded-For", "$proxy_add_x_forwarded_for"),
    ("X-Forwarded-Proto", "$scheme"),
)
_EMPTY = frozenset({"mime.types", "koi-utf", "koi-win", "win-utf"})
_PARAMETERS = frozenset({"fastcgi_params", "fastcgi.conf", "uwsgi_params", "scgi_params", "fastcgi-php.conf"})
_HARMLESS = re.compile(
    r"ssl|tls|cert|letsencrypt|acme|dhparam|cipher|gzip|brotli|compress|log|mime|error|cors|hsts|secur|bots?\b|cache|expires"
    r"|real_?ip|cloudflare|resolver|php|fastcgi|favicon|robots|module|static|assets",
    re.IGNORECASE,
)


def directives(path: str, place: Place) -> tuple[Directive, ...] | None:
    """The directives of a shipped file as far as they touch a proxied request; ``None`` for a file that nobody ships.

    Their place is the include itself: that is the line the user can edit.
    """
    name = posixpath.basename(path)
    if name == "proxy_params":
        return tuple(Directive("proxy_set_header", header, place) for header in _PROXY_PARAMS)
    if name in _EMPTY or name in _PARAMETERS:
        return ()
    return None


def is_harmless(path: str) -> bool:
    """True where a file's name says that it is about something else than proxied headers."""
    return bool(_HARMLESS.search(posixpath.basename(path))) or "letsencrypt" in path
