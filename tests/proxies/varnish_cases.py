"""Varnish configurations, good and broken; each is measured on the real program."""

# ruff: noqa: E501 - a line of a VCL reads better in one piece

from __future__ import annotations

from tests.proxies.bench import Case

PIPES = 'if (req.http.Upgrade ~ "(?i)websocket") { return (pipe); }'
COPIES = "if (req.http.upgrade) { set bereq.http.upgrade = req.http.upgrade; set bereq.http.connection = req.http.connection; }"


def varnish(recv: str = PIPES, pipe: str = COPIES, more: str = "") -> str:
    """A VCL with two backends, and these lines in vcl_recv and vcl_pipe."""
    subs = (f"sub vcl_recv {{ {recv} }}\n" if recv else "") + (f"sub vcl_pipe {{ {pipe} }}\n" if pipe else "")
    backends = (
        'backend default { .host = "127.0.0.1"; .port = "@APP@"; }\nbackend other { .host = "127.0.0.1"; .port = "@APP2@"; }\n'
    )
    used = "sub vcl_miss { set req.backend_hint = other; set req.backend_hint = default; }"
    return f"vcl 4.1;\nimport directors;\nimport std;\n{backends}{subs}{more}\n{used}\n"


CASES = (
    Case("nothing about pipes", varnish("", "")),
    Case("pipe with both headers", varnish()),
    Case("pipe without the headers", varnish(PIPES, "")),
    Case("pipe with one header", varnish(PIPES, "set bereq.http.upgrade = req.http.upgrade;")),
    Case("headers without a pipe", varnish("", COPIES)),
    Case("pass is no tunnel", varnish('if (req.http.Upgrade ~ "(?i)websocket") { return (pass); }')),
    Case("the match has its case", varnish('if (req.http.Upgrade ~ "WebSocket") { return (pipe); }')),
    Case("equal", varnish('if (req.http.upgrade == "websocket") { return (pipe); }')),
    Case("by path", varnish('if (req.url ~ "^/ws") { return (pipe); }'), path="/ws?a=1"),
    Case("by another path", varnish('if (req.url ~ "^/live") { return (pipe); }')),
    Case("by host", varnish('if (req.http.host == "app.example.com") { return (pipe); }'), host="app.example.com"),
    Case("backend by path", varnish(
        'if (req.url ~ "^/ws") { set req.backend_hint = other; } else { return (pass); } ' + PIPES)),
    Case("path rewritten", varnish('set req.url = regsub(req.url, "^/live", ""); ' + PIPES), path="/live/ws?a=1"),
    Case("all or nothing", varnish('if (req.method == "GET" && (req.http.upgrade || req.url ~ "x")) { return (pipe); }')),
    Case("not", varnish('if (!req.http.upgrade) { return (pass); } elsif (req.url !~ "^/no") { return (pipe); }')),
    Case("redirect", varnish(
        'if (req.http.X-Forwarded-Proto !~ "https") { return (synth(750, "")); }',
        more='sub vcl_synth { if (resp.status == 750) { set resp.status = 301; '
             'set resp.http.Location = "https://" + req.http.host + req.url; return (deliver); } }'), host="app.example.com"),
    Case("refused", varnish('return (synth(403, "Forbidden"));')),
    Case("sub of one's own", varnish("call sockets;", more="").replace("sub vcl_recv", f"sub sockets {{ {PIPES} }}\nsub vcl_recv")),
    Case("director", varnish("set req.backend_hint = both.backend(); " + PIPES).replace(
        "sub vcl_recv", "sub vcl_init { new both = directors.fallback(); both.add_backend(other); }\nsub vcl_recv")),
    Case("access list", varnish("if (client.ip ~ inside) { " + PIPES + " } else { return (synth(403)); }").replace(
        "sub vcl_recv", 'acl inside { "127.0.0.0"/8; }\nsub vcl_recv'), branch="inside holds"),
    Case("idle", varnish(), idle=True, environment=(("pipe_timeout", "1"),)),
    Case("idle, app pings", varnish(), idle=True, backend_ping=True, environment=(("pipe_timeout", "1"),)),
)  # fmt: skip
