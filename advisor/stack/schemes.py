"""An app's own code -> where it builds a socket's address from the scheme of the request, and whether it trusts a proxy's."""

from __future__ import annotations

import re

from advisor.formats.source import Source
from advisor.model import Place
from advisor.scope import scope_of
from advisor.stack.apps import Apps, Root
from advisor.tree import Tree

WORDS = frozenset(
    {
        "req.protocol",
        "req.secure",
        "request.protocol",
        "request.scheme",
        "request.is_secure",
        "request.ssl?",
        "conn.scheme",
        "url.scheme",
        "url_root",
        "host_url",
        "build_absolute_uri",
        "trust proxy",
        "trustProxy",
        "ProxyFix",
        "SECURE_PROXY_SSL_HEADER",
        "ProxyHeadersMiddleware",
        ".TLS != nil",
        ".TLS == nil",
        "Request.Scheme",
        "Request.IsHttps",
        "getScheme()",
        "isSecure()",
        "ForwardedHeaders",
        "forward-headers",
        "forwardHeaders",
        "remoteip",
        "ForwardedHeaderFilter",
    }
)
_SCHEME = (
    r"(?:\breq(?:uest)?\.(?:protocol|secure)\b|\brequest\.(?:scheme|is_secure(?:\(\))?|url\.scheme|ssl\?)|\bconn\.scheme\b"
    r"|\bRequest\.(?:Scheme|IsHttps)\b|\breq(?:uest)?\.(?:getScheme|isSecure)\(\))"
)
_BUILT = re.compile(
    rf"{_SCHEME}[^\n;]{{0,60}}[\"'`]wss?\b"
    r"|\b(?:r|req|request|c\.Request|ctx\.Request)\.TLS\s*[!=]=\s*nil\s*\{[^{}]{0,120}\"wss?(?:://)?\""
    rf"|[\"'`]wss(?:://)?[\"'`]\s+if\s+{_SCHEME}"
    r"|(?:\burl_root|\bhost_url|\bbuild_absolute_uri\([^()\n]{0,80}\))\.replace\(\s*[\"']http[\"']\s*,\s*[\"']ws[\"']"
)
_TRUSTS = re.compile(
    r"trust ?proxy|ProxyFix|SECURE_PROXY_SSL_HEADER|ProxyHeadersMiddleware|UseForwardedHeaders|ForwardedHeaderFilter"
    r"|forward-?headers(?:-?strategy)?\"?\s{0,5}[:=]\s{0,5}(?:framework|native|true)|tomcat\.remote-?ip|\bremoteip:|RemoteIpValve",
    re.IGNORECASE,
)
_LOOKS_ITSELF = re.compile(r"x-forwarded-proto", re.IGNORECASE)
_PAGES = (".erb", ".haml", ".slim", ".heex", ".eex")
_CODE = (
    *(".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".py", ".go", ".rb", ".ex", *_PAGES),
    *(".java", ".kt", ".cs", ".properties", ".yml", ".yaml"),
)
_LARGEST = 300_000


def built(tree: Tree, apps: Apps, root: Root) -> tuple[Place | None, bool]:
    """Where an address is built so, if anywhere, and whether the app is told to trust what a proxy says of the scheme."""
    place, trusts = None, False
    for path in tree.having(*sorted(WORDS)):
        text = tree.text(path) if path.endswith(_CODE) and apps.owner(path).path == root.path else None
        if not text or len(text) > _LARGEST or scope_of(path) != "production":
            continue
        trusts = trusts or bool(_TRUSTS.search(text))
        found = _BUILT.search(text)
        if found is not None and place is None and not _LOOKS_ITSELF.search(text):
            place = Source(text, path).place(*found.span())
    return place, trusts
