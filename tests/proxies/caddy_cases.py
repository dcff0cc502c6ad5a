"""Caddy configurations that are measured: sites and TLS, order, matchers, rewriting, the proxy's options, clocks."""

from __future__ import annotations

from tests.proxies.bench import Case

OPTIONS = "admin 127.0.0.1:@ADMIN@\n\tdefault_bind 127.0.0.1\n\tskip_install_trust"
TLS_OPTIONS = f"{OPTIONS}\n\tlocal_certs\n\thttp_port @PORT@\n\thttps_port @TLS@"


def caddyfile(site: str, options: str = OPTIONS) -> str:
    return f"{{\n\t{options}\n}}\n{site}\n"


def one(name: str, body: str, *, head: str = "", options: str = OPTIONS, **more: object) -> Case:
    """A Caddyfile with one plain site on the case's port."""
    inside = "\n".join(f"\t{line}" for line in body.splitlines())
    return Case(name, caddyfile(f"{head}:@PORT@ {{\n{inside}\n}}", options), **more)  # type: ignore[arg-type]


def named(name: str, site: str, options: str = TLS_OPTIONS, **more: object) -> Case:
    """A Caddyfile with sites of their own names, whose ports for HTTP and HTTPS are the case's."""
    return Case(name, caddyfile(site, options), **more)  # type: ignore[arg-type]


APP = "reverse_proxy 127.0.0.1:@APP@"
APP2 = "reverse_proxy 127.0.0.1:@APP2@"

JSON = """{"admin": {"listen": "127.0.0.1:@ADMIN@"},
 "apps": {"http": {"servers": {"s": {"listen": ["127.0.0.1:@PORT@"], "routes": [%s]}}}}}"""
SUBROUTE = """{"handle": [{"handler": "subroute", "routes": [{"match": [{"path": ["/ws/*"]}], "handle": [
    {"handler": "rewrite", "strip_path_prefix": "/ws"},
    {"handler": "reverse_proxy", "upstreams": [{"dial": "127.0.0.1:@APP@"}]}
]}]}], "terminal": true}"""

PLAIN = JSON % '{"handle": [{"handler": "reverse_proxy", "upstreams": [{"dial": "127.0.0.1:@APP@"}]}]}'
UNKNOWN = [
    Case("json: unknown field of a handler", PLAIN.replace('"upstreams"', '"foo": 1, "upstreams"')),
    Case("json: unknown field of an upstream", PLAIN.replace('"dial"', '"foo": 1, "dial"')),
    Case("json: unknown field of a route", PLAIN.replace('{"handle"', '{"foo": 1, "handle"')),
    Case("json: unknown field of a server", PLAIN.replace('"listen": ["127', '"foo": 1, "listen": ["127')),
    Case("json: unknown handler", PLAIN.replace("reverse_proxy", "reverse_prox"), branch="no module of this Caddy"),
    Case(
        "json: unknown matcher",
        PLAIN.replace('{"handle"', '{"match": [{"foo": ["/ws"]}], "handle"'),
        branch="no module of this Caddy",
    ),
    Case("json: unknown app", PLAIN.replace('"apps": {', '"apps": {"foo": {}, '), branch="no module of this Caddy"),
    Case("json: an id", PLAIN.replace('{"handle"', '{"@id": "a", "handle"')),
    Case("json: cut off", PLAIN[:-3]),
    one("unknown directive", "reverse_prox 127.0.0.1:@APP@", branch="no module of this Caddy"),
    one("unknown matcher", f"@x foo bar\n{APP}", branch="no module of this Caddy"),
    one("not resolved after a merge", f"<<<<<<< HEAD\n{APP}\n=======\n{APP}\n>>>>>>> branch"),
]
CASES = [
    *UNKNOWN,
    one("plain", APP),
    one("path matcher", "reverse_proxy /ws 127.0.0.1:@APP@\nreverse_proxy 127.0.0.1:@APP2@"),
    one("path matcher does not take what lies below", f"reverse_proxy /ws 127.0.0.1:@APP@\n{APP2}", path="/ws/a"),
    one("path with star", f"{APP2}\nreverse_proxy /ws* 127.0.0.1:@APP@", path="/wsx"),
    one("path ignores case", f"{APP2}\nreverse_proxy /WS/* 127.0.0.1:@APP@", path="/ws/A"),
    one("longer path first", "reverse_proxy /ws/* 127.0.0.1:@APP2@\nreverse_proxy /ws/live/* 127.0.0.1:@APP@", path="/ws/live/1"),
    one("suffix", f"{APP2}\n@s path *.sock\nreverse_proxy @s 127.0.0.1:@APP@", path="/a/b.sock"),
    one("several paths", f"{APP2}\n@s path /a/* /ws\nreverse_proxy @s 127.0.0.1:@APP@"),
    one("nothing takes it", "reverse_proxy /api/* 127.0.0.1:@APP@"),
    one("handle by path", f"handle /ws* {{\n\t{APP}\n}}\nhandle {{\n\t{APP2}\n}}"),
    one("handle path strips", f"handle_path /api/* {{\n\t{APP}\n}}\nhandle {{\n\t{APP2}\n}}", path="/api/ws?a=1"),
    one("handle without a match goes on", f"handle /other* {{\n\t{APP2}\n}}\n{APP}"),
    one("handle that answers nothing", f"handle /ws {{\n\theader X-A b\n}}\n{APP}"),
    one("handles exclude each other", f"handle /ws {{\n\theader X-A b\n}}\nhandle {{\n\t{APP}\n}}"),
    one("route keeps its order", f"route {{\n\t{APP2}\n\treverse_proxy /ws 127.0.0.1:@APP@\n}}"),
    one("route with a matcher", f"route /ws {{\n\turi strip_prefix /ws\n\t{APP}\n}}\n{APP2}"),
    one("respond before the proxy", f"{APP}\nrespond /ws 403"),
    one("respond with a body", 'respond "no" 418'),
    one("respond without status", "respond /ws 204\nrespond hello"),
    one("redir", f"redir https://app.example.com{{uri}}\n{APP}", path="/ws?a=1"),
    one("redir permanent by path", f"redir /ws /socket permanent\n{APP}"),
    one("redir to another status", f"redir /ws https://{{host}}/x 308\n{APP}"),
    one("error", f"error /ws 503\n{APP}"),
    one("error handled", f"error /ws 503\n{APP}\nhandle_errors {{\n\trespond 410\n}}"),
    one("abort", f"abort /ws\n{APP}"),
    one("uri strip prefix", f"uri strip_prefix /ws\n{APP}", path="/ws/a"),
    one("uri strip whole path", f"uri strip_prefix /ws\n{APP}"),
    one("uri replace", f"uri replace /ws /socket\n{APP}", path="/ws/a?b=/ws"),
    one("uri path_regexp", f"uri path_regexp ^/ws/(\\w+) /in/$1\n{APP}", path="/ws/abc/d"),
    one("rewrite", f"rewrite /ws /socket?{{query}}&x=1\n{APP}", path="/ws?a=b"),
    one("rewrite keeps the query", f"rewrite * /in{{uri}}\n{APP}", path="/ws?a=b"),
    one("rewrite path only", f"rewrite /ws/* /in{{path}}\n{APP}", path="/ws/x?a=b"),
    one(
        "rewrite before the matcher",
        "rewrite /ws /socket\nreverse_proxy /ws 127.0.0.1:@APP2@\nreverse_proxy /socket 127.0.0.1:@APP@",
    ),
    one("only the first rewrite", f"rewrite /ws /one\nrewrite /one /two\n{APP}"),
    one(
        "try files",
        "root * @DIR@/site\ntry_files {path} /index.html\nreverse_proxy /ws 127.0.0.1:@APP@\nfile_server",
        branch="/index.html exists",
    ),
    one("file server behind", "root * @DIR@/site\nreverse_proxy /ws 127.0.0.1:@APP@\nfile_server"),
    one("file server takes it", "root * @DIR@/site\nfile_server"),
    one(
        "header matcher",
        "@ws {\n\theader Connection *Upgrade*\n\theader Upgrade websocket\n}\nreverse_proxy @ws 127.0.0.1:@APP@\n" + APP2,
    ),
    one("header matcher minds case", "@ws header Upgrade WebSocket\nreverse_proxy @ws 127.0.0.1:@APP@\n" + APP2),
    one("header absent", "@no header !Upgrade\nrespond @no 400\n" + APP),
    one("header regexp", "@ws header_regexp Upgrade (?i)^WebSocket$\nreverse_proxy @ws 127.0.0.1:@APP@\n" + APP2),
    one("path regexp", "@ws path_regexp r ^/(ws|live)/(\\d+)$\nrewrite @ws /in/{re.r.2}\n" + APP, path="/ws/12"),
    one("not", "@no not path /ws*\nrespond @no 404\n" + APP),
    one("not in a block", "@no {\n\tnot {\n\t\tpath /ws*\n\t\tmethod GET\n\t}\n}\nrespond @no 404\n" + APP),
    one("method", "@get method POST\nrespond @get 405\n" + APP),
    one("query", "@q query t=websocket\nreverse_proxy @q 127.0.0.1:@APP@\n" + APP2, path="/ws?t=websocket"),
    one("protocol", "@p protocol https\nrespond @p 400\n" + APP),
    one("host matcher", "@h host app.example.com\nreverse_proxy @h 127.0.0.1:@APP@\n" + APP2),
    one("remote ip", "@r remote_ip 10.0.0.0/8\nrespond @r 403\n" + APP, branch="is not"),
    one(
        "expression",
        "@e expression {path}.startsWith('/ws')\nreverse_proxy @e 127.0.0.1:@APP@\n" + APP2,
        branch="expression at Caddyfile:7 holds",
    ),
    one(
        "basic auth",
        "basicauth {\n\tbob JDJhJDE0JEI5TkVPV3VrMDZoQXF6dG5pdnBQYi5MZ3FvUVZjQ3ZvQ29wQVJ0N1pXdC5TeTNGVnYybVdl\n}\n" + APP,
    ),
    one("forward auth", "forward_auth 127.0.0.1:@APP2@ {\n\turi /check\n\theader_up -Upgrade\n}\n" + APP, branch="refuses"),
    one("encode", f"encode gzip\n{APP}"),
    one("request header", f"request_header X-A b\nrequest_header -Origin\n{APP}"),
    one("request header without upgrade", f"request_header -Upgrade\n{APP}"),
    one(
        "header up",
        f"{APP} {{\n\theader_up Host {{upstream_hostport}}\n\theader_up X-Real-IP {{remote_host}}\n\theader_up -Origin\n}}",
    ),
    one(
        "header up upgrade by hand",
        f"{APP} {{\n\theader_up Upgrade {{http.request.header.Upgrade}}\n"
        f"\theader_up Connection {{http.request.header.Connection}}\n}}",
    ),
    one("header up connection close", f"{APP} {{\n\theader_up Connection close\n}}"),
    one("header up connection empty", f'{APP} {{\n\theader_up Connection ""\n}}'),
    one("header up without upgrade", f"{APP} {{\n\theader_up -Upgrade\n}}"),
    one("header up hostname", f"{APP} {{\n\theader_up Host example.org\n\theader_up X-Forwarded-Proto https\n}}"),
    one("several upstreams", "reverse_proxy 127.0.0.1:@APP@ 127.0.0.1:@APP@ {\n\tlb_policy ip_hash\n}"),
    one("to", "reverse_proxy {\n\tto 127.0.0.1:@APP@\n\tlb_policy cookie\n}"),
    one("h2c", "reverse_proxy h2c://127.0.0.1:@APP@"),
    one("transport versions", f"{APP} {{\n\ttransport http {{\n\t\tversions h2c 2\n\t}}\n}}"),
    one("transport of http 1.1", f"{APP} {{\n\ttransport http {{\n\t\tversions 1.1\n\t\tdial_timeout 2s\n\t}}\n}}"),
    one("https upstream", "reverse_proxy https://127.0.0.1:@SAFE@ {\n\ttransport http {\n\t\ttls_insecure_skip_verify\n\t}\n}"),
    one("https upstream, certificate not known", "reverse_proxy https://127.0.0.1:@SAFE@", branch="not trusted"),
    one("upstream with a path", "reverse_proxy http://127.0.0.1:@APP@/base"),
    one("upstream with a websocket scheme", "reverse_proxy ws://127.0.0.1:@APP@"),
    one("rewrite in the proxy", f"{APP} {{\n\trewrite /in{{uri}}\n}}", path="/ws?a=1"),
    one("method in the proxy", f"{APP} {{\n\tmethod POST\n}}"),
    one("php", "php_fastcgi 127.0.0.1:@APP@"),
    one("silence", APP, idle=True),
    one("backend pings", APP, idle=True, backend_ping=True),
    one("stream timeout", f"{APP} {{\n\tstream_timeout 1s\n}}", idle=True),
    one("read timeout", f"{APP} {{\n\ttransport http {{\n\t\tread_timeout 1s\n\t}}\n}}", idle=True),
    one(
        "read timeout, backend pings",
        f"{APP} {{\n\ttransport http {{\n\t\tread_timeout 1s\n\t}}\n}}",
        idle=True,
        backend_ping=True,
    ),
    one("write timeout", f"{APP} {{\n\ttransport http {{\n\t\twrite_timeout 1s\n\t}}\n}}", idle=True),
    one(
        "server timeouts",
        APP,
        options=f"{OPTIONS}\n\tservers {{\n\t\ttimeouts {{\n\t\t\tread_header 1s\n\t\t\tread_body 1s\n"
        f"\t\t\twrite 1s\n\t\t\tidle 1s\n\t\t}}\n\t}}",
        idle=True,
    ),
    one(
        "response header timeout",
        f"{APP} {{\n\tflush_interval -1\n\ttransport http {{\n\t\tresponse_header_timeout 1s\n\t}}\n}}",
        idle=True,
    ),
    one("snippet", "import app 127.0.0.1:@APP@", head="(app) {\n\treverse_proxy {args[0]}\n}\n"),
    one("snippet with old arguments", "import app 127.0.0.1:@APP@", head="(app) {\n\treverse_proxy {args.0}\n}\n"),
    one("imported file", "import sites/*.caddy", files=(("sites/a.caddy", APP),)),
    one("import missing", f"import none.caddy\n{APP}", branch="is not there"),
    one("environment", "reverse_proxy {$APP_HOST}:{$APP_PORT:@APP@}", environment=(("APP_HOST", "127.0.0.1"),)),
    one("environment default in the path", f"reverse_proxy {{$WS_PATH:/ws}} 127.0.0.1:@APP@\n{APP2}"),
    one("order option", f"respond /ws 403\n{APP}", options=f"{OPTIONS}\n\torder reverse_proxy before respond"),
    one("unknown directive", f"websocket /ws\n{APP}", branch="no module"),
    one("unknown subdirective", f"{APP} {{\n\ttimeout 5s\n}}"),
    one("unknown option", APP, options=f"{OPTIONS}\n\tnonsense on", branch="no module"),
    one("matcher that nobody defined", "reverse_proxy @ws 127.0.0.1:@APP@"),
    one("brace missing", f"handle /ws {{\n\t{APP}"),
    one("encoded path", APP, path="/ws/a%20b%2Fc"),
    one("encoded path and a prefix", f"handle_path /ws/* {{\n\t{APP}\n}}", path="/ws/a%2Fb"),
    one("post", APP, method="POST"),
    one("forwarded headers of the client", APP, headers=(("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "1.2.3.4"))),
    one(
        "forwarded headers of a trusted client",
        f"{APP} {{\n\ttrusted_proxies 127.0.0.1/8\n}}",
        headers=(("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "1.2.3.4")),
    ),
    named("name, plain", f"app.example.com {{\n\t{APP}\n}}"),
    named("name, TLS", f"app.example.com {{\n\t{APP}\n}}", port="TLS", secure=True),
    named("another name, TLS", f"other.example.com {{\n\t{APP}\n}}", port="TLS", secure=True),
    named("another name, plain", f"other.example.com {{\n\t{APP}\n}}"),
    named("wildcard name", f"*.example.com {{\n\t{APP}\n}}\napp.example.org {{\n\t{APP2}\n}}", port="TLS", secure=True),
    named("exact before wildcard", f"*.example.com {{\n\t{APP2}\n}}\napp.example.com {{\n\t{APP}\n}}", port="TLS", secure=True),
    named("plain by scheme", f"http://app.example.com {{\n\t{APP}\n}}"),
    named("both schemes", f"http://app.example.com, https://app.example.com {{\n\t{APP}\n}}"),
    named("plain site beside", f"app.example.com {{\n\t{APP2}\n}}\nhttp:// {{\n\t{APP}\n}}"),
    named(
        "redirects off",
        f"app.example.com {{\n\t{APP}\n}}",
        TLS_OPTIONS + "\n\tauto_https disable_redirects",
        port="TLS",
        secure=True,
    ),
    named("port in the address", f"app.example.com:@TLS@ {{\n\t{APP}\n}}"),
    named(
        "tls internal on a port", f"https://app.example.com:@OTHER@ {{\n\ttls internal\n\t{APP}\n}}", port="OTHER", secure=True
    ),
    named("plain request to a tls port", f"app.example.com {{\n\t{APP}\n}}", port="TLS"),
    named("own certificate", f"app.example.com {{\n\ttls @CERT@ @KEY@\n\t{APP}\n}}", port="TLS", secure=True),
    Case("without braces", ":@PORT@\n\nbind 127.0.0.1\nreverse_proxy /ws 127.0.0.1:@APP@\nreverse_proxy /* 127.0.0.1:@APP2@\n"),
    Case("one site for other hosts", caddyfile(f"http://other.example.com:@PORT@ {{\n\t{APP}\n}}")),
    Case(
        "json",
        JSON
        % '{"match": [{"path": ["/ws"]}], "handle": [{"handler": "reverse_proxy", "upstreams": [{"dial": "127.0.0.1:@APP@"}]}]}',
    ),
    one("header_up with a star takes them all", APP + " {\n\theader_up -Sec-WebSocket-*\n}"),
    one("header_up takes the version", APP + " {\n\theader_up -Sec-WebSocket-Version\n}"),
    one("request_header takes the key", f"request_header -Sec-WebSocket-Key\n{APP}"),
    Case("json with a subroute", JSON % SUBROUTE, path="/ws/a"),
    Case("json with a host speaks TLS", JSON % ('{"match": [{"host": ["app.example.com"]}], ' + SUBROUTE[1:]), path="/ws/a"),
]
