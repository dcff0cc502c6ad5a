"""lighttpd cases: which condition takes the handshake, what the backend receives, and how long the tunnel lives."""

# ruff: noqa: E501 - one configuration per case, in one piece

from __future__ import annotations

from tests.proxies.bench import Case

BASE = 'server.port = @PORT@\nserver.bind = "127.0.0.1"\nserver.document-root = "@DIR@/html"\n'
A = '( "" => (( "host" => "127.0.0.1", "port" => @APP@ )) )'
B = '( "" => (( "host" => "127.0.0.1", "port" => @APP2@ )) )'
UP = 'proxy.header = ( "upgrade" => "enable" )\n'
TLS = 'server.modules += ( "mod_openssl" )\n$SERVER["socket"] == "127.0.0.1:@TLS@" { ssl.engine = "enable" ssl.pemfile = "@DIR@/cert.pem" }\n'


def conf(body: str, modules: str = '"mod_proxy"', base: str = BASE) -> str:
    return f"server.modules = ( {modules} )\n{base}{body}\n"


def proxied(more: str = "", modules: str = '"mod_proxy"') -> str:
    return conf(f"{UP}proxy.server = {A}\n{more}", modules)


CASES = (
    Case("word for a number", proxied('server.max-connections = "many"')),
    Case("word for the upgrade", conf(f'proxy.header = ( "upgrade" => "maybe" )\nproxy.server = {A}')),
    Case("word for proxy.server", conf(f'{UP}proxy.server = "127.0.0.1"')),
    Case("upgrade is off by default", conf(f"proxy.server = {A}")),
    Case("upgrade enabled", proxied()),
    Case("upgrade disabled", conf(f'proxy.header = ( "upgrade" => "disable" )\nproxy.server = {A}')),
    Case("upgrade as a number", conf(f'proxy.header = ( "upgrade" => 1 )\nproxy.server = {A}')),
    Case("module is not loaded", conf(f"{UP}proxy.server = {A}", '"mod_access"')),
    Case("nothing proxied", conf("")),
    Case("by its path", conf(f'{UP}$HTTP["url"] =~ "^/ws" {{ proxy.server = {A} }}\nproxy.server = {B}')),
    Case("by another path", conf(f'{UP}$HTTP["url"] =~ "^/other" {{ proxy.server = {A} }}\nproxy.server = {B}')),
    Case("upgrade for one path", conf(f'$HTTP["url"] =~ "^/ws" {{ {UP} proxy.server = {A} }}\n')),
    Case("upgrade for another path", conf(f'proxy.server = {A}\n$HTTP["url"] =~ "^/other" {{ {UP} }}\n')),
    Case("header replaced in a condition", conf(f'{UP}proxy.server = {A}\n$HTTP["url"] =~ "^/ws" {{ proxy.header = ( "https-remap" => "enable" ) }}')),
    Case("the last condition wins", conf(f'{UP}$HTTP["url"] =~ "^/w" {{ proxy.server = {B} }}\n$HTTP["url"] =~ "^/ws" {{ proxy.server = {A} }}')),
    Case("the last condition wins, the other way round", conf(f'{UP}$HTTP["url"] =~ "^/ws" {{ proxy.server = {A} }}\n$HTTP["url"] =~ "^/w" {{ proxy.server = {B} }}')),
    Case("else", conf(f'{UP}$HTTP["url"] =~ "^/api" {{ proxy.server = {B} }} else {{ proxy.server = {A} }}')),
    Case("else with a condition", conf(f'{UP}$HTTP["url"] =~ "^/api" {{ proxy.server = {B} }} else $HTTP["url"] =~ "^/ws" {{ proxy.server = {A} }} else {{ proxy.server = {B} }}')),
    Case("url is exact", conf(f'{UP}$HTTP["url"] == "/ws" {{ proxy.server = {A} }}\n'), path="/ws"),
    Case("url is exact, with a query", conf(f'{UP}$HTTP["url"] == "/ws" {{ proxy.server = {A} }}\n'), path="/ws?a=b"),
    Case("url begins", conf(f'{UP}$HTTP["url"] =^ "/ws" {{ proxy.server = {A} }}\n'), path="/ws/room"),
    Case("url ends", conf(f'{UP}$HTTP["url"] =$ "/ws" {{ proxy.server = {A} }}\n'), path="/a/ws"),
    Case("not", conf(f'{UP}$HTTP["url"] !~ "^/static/" {{ proxy.server = {A} }}\n')),
    Case("not equal", conf(f'{UP}$HTTP["url"] != "/x" {{ proxy.server = {A} }}\n')),
    Case("host", conf(f'{UP}$HTTP["host"] == "app.example.com" {{ proxy.server = {A} }}\n')),
    Case("host by a pattern", conf(f'{UP}$HTTP["host"] =~ "(^|\\.)example\\.com$" {{ proxy.server = {A} }}\n'), host="app.example.com"),
    Case("host by a pattern, with a port", conf(f'{UP}$HTTP["host"] =~ "example\\.com$" {{ proxy.server = {A} }}\n')),
    Case("another host", conf(f'{UP}$HTTP["host"] == "www.example.com" {{ proxy.server = {A} }}\n')),
    Case("nested", conf(f'{UP}$HTTP["host"] =~ "example" {{ $HTTP["url"] =~ "^/ws" {{ proxy.server = {A} }} }}\n')),
    Case("scheme", conf(f'{UP}$HTTP["scheme"] == "http" {{ proxy.server = {A} }}\n')),
    Case("header of the request", conf(f'{UP}$REQUEST_HEADER["Upgrade"] == "websocket" {{ proxy.server = {A} }} else {{ proxy.server = {B} }}\n')),
    Case("query", conf(f'{UP}$HTTP["querystring"] =~ "transport=websocket" {{ proxy.server = {A} }}\n'), path="/socket.io/?EIO=4&transport=websocket"),
    Case("method", conf(f'{UP}$HTTP["request-method"] == "GET" {{ proxy.server = {A} }}\n')),
    Case("address", conf(f'{UP}$HTTP["remote-ip"] == "127.0.0.0/8" {{ proxy.server = {A} }}\n'), branch="127.0.0.0/8 holds"),
    Case("prefix in proxy.server", conf(f'{UP}proxy.server = ( "/ws" => (( "host" => "127.0.0.1", "port" => @APP@ )) )')),
    Case("another prefix in proxy.server", conf(f'{UP}proxy.server = ( "/other" => (( "host" => "127.0.0.1", "port" => @APP@ )) )')),
    Case("two prefixes, the first that fits", conf(f'{UP}proxy.server = ( "/w" => (( "port" => @APP2@ )), "/ws" => (( "port" => @APP@ )) )')),
    Case("suffix in proxy.server", conf(f'{UP}proxy.server = ( ".ws" => (( "port" => @APP@ )) )'), path="/chat.ws"),
    Case("one pair of parentheses", conf(f'{UP}proxy.server = ( "" => ( "host" => "127.0.0.1", "port" => @APP@ ) )')),
    Case("named server", conf(f'{UP}proxy.server = ( "/" => ( "app" => ( "host" => "127.0.0.1", "port" => @APP@ ) ) )')),
    Case("path is replaced", conf(f'proxy.header = ( "upgrade" => "enable", "map-urlpath" => ( "/api" => "" ) )\nproxy.server = {A}'), path="/api/ws"),
    Case("host is replaced", conf(f'proxy.header = ( "upgrade" => "enable", "map-host-request" => ( "-" => "inner.example.com" ) )\nproxy.server = {A}')),
    Case("query is kept", proxied(), path="/ws?a=b&c=d"),
    Case("encoded path", proxied(), path="/a%20b/ws"),
    Case("dots in the path", proxied(), path="/a/../ws"),
    Case("rewrite", proxied('url.rewrite-once = ( "^/chat/(.*)$" => "/$1" )', '"mod_rewrite", "mod_proxy"'), path="/chat/ws"),
    Case("rewrite behind the proxy module", proxied('url.rewrite-once = ( "^/chat/(.*)$" => "/$1" )', '"mod_proxy", "mod_rewrite"'), path="/chat/ws"),
    Case("rewrite without its module", proxied('url.rewrite-once = ( "^/chat/(.*)$" => "/$1" )'), path="/chat/ws"),
    Case("rewrite moves it into a condition", conf(f'{UP}url.rewrite-once = ( "^/chat$" => "/ws" )\n$HTTP["url"] =~ "^/ws" {{ proxy.server = {A} }}', '"mod_rewrite", "mod_proxy"'), path="/chat"),
    Case("redirect", proxied('url.redirect = ( "^/ws" => "https://www.example.com/ws" )', '"mod_redirect", "mod_proxy"')),
    Case("redirect with a code", proxied('url.redirect-code = 308\nurl.redirect = ( "^/(.*)" => "https://www.example.com/$1" )', '"mod_redirect", "mod_proxy"')),
    Case("redirect to https", proxied('$HTTP["scheme"] == "http" { $HTTP["host"] =~ ".*" { url.redirect = (".*" => "https://%0$0") } }', '"mod_redirect", "mod_proxy"'), host="app.example.com"),
    Case("redirect to https, the newer way", proxied('$HTTP["scheme"] == "http" { url.redirect = ("" => "https://${url.authority}${url.path}${qsa}") }', '"mod_redirect", "mod_proxy"'), host="app.example.com", path="/ws?a=b"),
    Case("redirect elsewhere", proxied('url.redirect = ( "^/old" => "/new" )', '"mod_redirect", "mod_proxy"')),
    Case("redirect behind the proxy module", proxied('url.redirect = ( "^/ws" => "https://www.example.com/ws" )', '"mod_proxy", "mod_redirect"')),
    Case("access denied", proxied('$HTTP["url"] =~ "^/ws" { url.access-deny = ( "" ) }', '"mod_access", "mod_proxy"')),
    Case("password", conf(f'{UP}auth.backend = "plain"\nauth.backend.plain.userfile = "@DIR@/users"\nauth.require = ( "/ws" => ( "method" => "basic", "realm" => "r", "require" => "valid-user" ) )\nproxy.server = {A}', '"mod_auth", "mod_authn_file", "mod_proxy"'), files=(("users", "ann:x\n"),)),
    Case("password behind the proxy module", conf(f'{UP}auth.backend = "plain"\nauth.backend.plain.userfile = "@DIR@/users"\nauth.require = ( "/ws" => ( "method" => "basic", "realm" => "r", "require" => "valid-user" ) )\nproxy.server = {A}', '"mod_proxy", "mod_auth", "mod_authn_file"'), files=(("users", "ann:x\n"),)),
    Case("access denied behind the proxy module", proxied('$HTTP["url"] =~ "^/ws" { url.access-deny = ( "" ) }', '"mod_proxy", "mod_access"')),
    Case("password elsewhere", conf(f'{UP}auth.backend = "plain"\nauth.backend.plain.userfile = "@DIR@/users"\nauth.require = ( "/admin" => ( "method" => "basic", "realm" => "r", "require" => "valid-user" ) )\nproxy.server = {A}', '"mod_auth", "mod_authn_file", "mod_proxy"'), files=(("users", "ann:x\n"),)),
    Case("many headers", proxied(), headers=(("Cookie", "a=1"), ("Sec-WebSocket-Protocol", "chat"), ("X-Forwarded-For", "192.0.2.1"), ("X-Mixed-Case", "Kept"))),
    Case("forwarded headers", proxied('proxy.forwarded = ( "for" => 1, "proto" => 1, "host" => 1 )')),
    Case("variables", conf(f'var.port = @APP@\n{UP}proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => var.port )) )')),
    Case("variable of the environment", conf(f'{UP}$HTTP["url"] =~ "^" + env.PREFIX {{ proxy.server = {A} }}'), environment=(("PREFIX", "/ws"),)),
    Case("joined lists", conf(f'server.modules += ( "mod_proxy" )\n{UP}proxy.server = {A}', '"mod_access"')),
    Case("included", conf('include "proxy.conf"'), files=(("proxy.conf", f"{UP}proxy.server = {A}\n"),)),
    Case("included by a pattern", conf('include "conf.d/*.conf"'), files=(("conf.d/10-proxy.conf", f"{UP}proxy.server = {A}\n"),)),
    Case("include that is not there", conf(f'include "nope.conf"\n{UP}proxy.server = {A}'), branch="is not there"),
    Case("replaced with colon and equals", conf(f"{UP}proxy.server = {B}\nproxy.server := {A}")),
    Case("balance", proxied('proxy.balance = "sticky"')),
    Case("tls", conf(f"{TLS}{UP}proxy.server = {A}"), port="TLS", secure=True),
    Case("tls for one socket, plain request", conf(f"{TLS}{UP}proxy.server = {A}"), port="TLS"),
    Case("tls everywhere", f'server.modules = ( "mod_proxy", "mod_openssl" )\nserver.port = @TLS@\nserver.bind = "127.0.0.1"\nserver.document-root = "@DIR@/html"\nssl.engine = "enable"\nssl.pemfile = "@DIR@/cert.pem"\n{UP}proxy.server = {A}\n', port="TLS", secure=True),
    Case("proxied by its socket", conf(f'{UP}$SERVER["socket"] == "127.0.0.1:@OTHER@" {{ proxy.server = {A} }}'), port="OTHER"),
    Case("not proxied on this socket", conf(f'{UP}$SERVER["socket"] == "127.0.0.1:@OTHER@" {{ proxy.server = {A} }}')),
    Case("POST", proxied(), method="POST"),
    # what it refuses to start with
    Case("missing parenthesis", conf(f'{UP}proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => @APP@ ))')),
    Case("missing brace", conf(f'$HTTP["url"] =~ "^/ws" {{ {UP}')),
    Case("no value", conf("proxy.server =\n")),
    Case("twice", conf(f"{UP}proxy.server = {A}\nproxy.server = {B}")),
    Case("unknown word", conf(f"{UP}proxy.server = {A}\nproxy.upgrade = 1")),
    Case("unknown word in proxy.header", conf(f'proxy.header = ( "upgrad" => "enable" )\nproxy.server = {A}')),
    Case("unknown module", conf(f"{UP}proxy.server = {A}", '"mod_nope", "mod_proxy"')),
    Case("nginx's words", conf("location /ws { proxy_pass http://127.0.0.1:3000; }")),
    Case("unknown condition", conf('$HTTP["path"] == "/ws" { }')),
    Case("broken pattern", conf('$HTTP["url"] =~ "^/(ws" { }')),
    Case("unknown variable", conf("server.tag = var.nope")),
    Case("no document root", f'server.modules = ( "mod_proxy" )\nserver.port = @PORT@\n{UP}proxy.server = {A}\n'),
    Case("upgrade written as proxy.upgrade in server", conf('proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => @APP@, "upgrade" => "enable" )) )')),
    # clocks
    Case("read idle", proxied("server.max-read-idle = 3"), idle=True),
    Case("read idle, the app pings", proxied("server.max-read-idle = 3"), idle=True, backend_ping=True),
    Case("write idle", proxied("server.max-write-idle = 3"), idle=True),
    Case("write idle, the app pings", proxied("server.max-write-idle = 3"), idle=True, backend_ping=True),
    Case("both", proxied("server.max-read-idle = 3\nserver.max-write-idle = 12"), idle=True),
    Case("keep-alive idle", proxied("server.max-keep-alive-idle = 3\nserver.max-read-idle = 3\nserver.max-write-idle = 12"), idle=True),
    Case("proxy read timeout", conf(f'{UP}proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => @APP@, "read-timeout" => 3 )) )'), idle=True),
    Case("proxy write timeout", conf(f'{UP}proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => @APP@, "write-timeout" => 3 )) )'), idle=True),
    Case("read idle in a condition", proxied('$HTTP["url"] =~ "^/ws" { server.max-read-idle = 3 }'), idle=True),
)  # fmt: skip
