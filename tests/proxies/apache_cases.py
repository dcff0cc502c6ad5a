"""Apache configurations that are measured: modules, order and sharing of ProxyPass, rewriting, hosts, access, clocks."""

from __future__ import annotations

from tests.proxies.bench import Case

CORE = "mpm_event authz_core"
PROXY = f"{CORE} proxy proxy_http"
TUNNEL = f"{PROXY} proxy_wstunnel"
REWRITE = f"{PROXY} rewrite"
ALL = f"{TUNNEL} rewrite alias headers"


def httpd(modules: str, body: str, around: str = "") -> str:
    """A main file that loads modules and has one virtual host with this body."""
    listens = "Listen 127.0.0.1:@PORT@\nServerName localhost\n"
    return f"{loaded(modules)}{listens}{around}<VirtualHost *:@PORT@>\n{body}\n</VirtualHost>\n"


def loaded(modules: str) -> str:
    return "".join(f"LoadModule {name}_module modules/mod_{name}.so\n" for name in modules.split())


def one(name: str, modules: str, body: str, **more: object) -> Case:
    return Case(name, httpd(modules, body), **more)  # type: ignore[arg-type]


UPGRADE = 'ProxyPass "/ws" "http://127.0.0.1:@APP@/ws" upgrade=websocket'
SOCKET_RULES = """RewriteEngine On
RewriteCond %{HTTP:Upgrade} websocket [NC]
RewriteCond %{HTTP:Connection} upgrade [NC]
RewriteRule ^/?(.*) "ws://127.0.0.1:@APP@/$1" [P,L]
ProxyPass / http://127.0.0.1:@APP2@/"""

REDIRECT = "RewriteEngine On\nRewriteRule ^/ws$ /ws/ [R]"

CASES = [
    one("plain proxypass", PROXY, 'ProxyPass "/" "http://127.0.0.1:@APP@/"'),
    one("upgrade=websocket", PROXY, UPGRADE),
    one("path runs into the port", PROXY, 'ProxyPass "/" "http://127.0.0.1:@APP@"'),
    one("path runs into the port, nocanon", PROXY, 'ProxyPass "/" "http://127.0.0.1:@APP@" nocanon'),
    one("path and query run into the port", PROXY, 'ProxyPass "/" "http://127.0.0.1:@APP@"', path="/ws?a=1"),
    one("path and query run into the port, nocanon", PROXY, 'ProxyPass "/" "http://127.0.0.1:@APP@" nocanon', path="/ws?a=1"),
    one("redirect with the port of the host", REWRITE, REDIRECT, host="APP.example.com"),
    one("redirect with the port of a named host", REWRITE, f"ServerName app.example.com\n{REDIRECT}", host="app.example.com"),
    one("redirect with the port of the name", REWRITE, f"ServerName app.example.com:9090\n{REDIRECT}", host="app.example.com"),
    one("redirect with the port of the client", REWRITE, REDIRECT, host="app.example.com:9999"),
    one("redirect under the canonical name", REWRITE, f"ServerName www.example.com\nUseCanonicalName On\n{REDIRECT}"),
    Case(
        "redirect of the main server",
        f"{loaded(REWRITE)}Listen 127.0.0.1:@PORT@\nServerName localhost\n{REDIRECT}\n",
        host="app.example.com",
    ),
    one("redirect of mod_alias", f"{PROXY} alias", "Redirect /ws /live", host="APP.example.com"),
    one(
        "a worker is found by the path that goes out",
        PROXY,
        'ProxyPass "/ws" "http://127.0.0.1:@APP@/" upgrade=websocket\nProxyPass "/live" "http://127.0.0.1:@APP@"',
        path="/live",
    ),
    one(
        "a pattern has a worker of its own",
        PROXY,
        'ProxyPass "/api" "ws://127.0.0.1:@APP@/ws" upgrade=NONE\nProxyPassMatch "^/ws(.*)$" "ws://127.0.0.1:@APP@/ws$1"',
        path="/ws/a",
    ),
    one(
        "a pattern's worker serves a plain pass",
        PROXY,
        'ProxyPass "/api" "ws://127.0.0.1:@APP@/ws" upgrade=NONE\nProxyPassMatch "^/ws(.*)$" "ws://127.0.0.1:@APP@/ws$1"',
        path="/api/a",
    ),
    one(
        "nocanon after a rewritten path",
        REWRITE,
        'RewriteEngine On\nRewriteRule ^/ws(.*)$ /live$1 [PT]\nProxyPass "/live" "ws://127.0.0.1:@APP@/x" nocanon',
        path="/ws/a%20b",
    ),
    one("slashes in a row, nocanon", PROXY, 'ProxyPass "/" "ws://127.0.0.1:@APP@/" nocanon', path="//ws///a"),
    one(
        "slashes in a row below a path, nocanon", PROXY, 'ProxyPass "/ws/" "ws://127.0.0.1:@APP@/x/" nocanon', path="//ws///a//b"
    ),
    one("listen inside a host", PROXY, f"Listen 8181\n{UPGRADE}"),
    one("neither on nor off", PROXY, f"ProxyPreserveHost maybe\n{UPGRADE}"),
    one("neither on nor off for rewriting", REWRITE, f"RewriteEngine maybe\n{UPGRADE}"),
    one("neither on nor off for requests", PROXY, f"ProxyRequests 1\n{UPGRADE}"),
    one("neither on nor off for tls to targets", f"{PROXY} ssl socache_shmcb", f"SSLProxyEngine yes\n{UPGRADE}"),
    one("timeout without a number", PROXY, f"ProxyTimeout\n{UPGRADE}"),
    one("timeout in words", PROXY, f"ProxyTimeout soon\n{UPGRADE}"),
    one("timeout of nothing", PROXY, f"ProxyTimeout 0\n{UPGRADE}"),
    one("timeout in milliseconds", PROXY, f"ProxyTimeout 300ms\n{UPGRADE}"),
    one("two names", PROXY, f"ServerName a b\n{UPGRADE}"),
    one("upgrade=ANY", PROXY, 'ProxyPass "/ws" "http://127.0.0.1:@APP@/ws" upgrade=ANY'),
    one("upgrade=NONE at a ws target", PROXY, 'ProxyPass "/ws" "ws://127.0.0.1:@APP@/ws" upgrade=NONE'),
    one("ws target without wstunnel", PROXY, 'ProxyPass "/ws" "ws://127.0.0.1:@APP@/ws"'),
    one("ws target with wstunnel", TUNNEL, 'ProxyPass "/ws" "ws://127.0.0.1:@APP@/ws"'),
    one("ws target with wstunnel alone", f"{CORE} proxy proxy_wstunnel", 'ProxyPass "/ws" "ws://127.0.0.1:@APP@/ws"'),
    one("http target with wstunnel alone", f"{CORE} proxy proxy_wstunnel", UPGRADE),
    one("ws target, no fallback", TUNNEL, 'ProxyWebsocketFallbackToProxyHttp Off\nProxyPass "/ws" "ws://127.0.0.1:@APP@/ws"'),
    one("only mod_proxy", f"{CORE} proxy", UPGRADE),
    one("no mod_proxy", CORE, UPGRADE),
    one(
        "wss target",
        f"{PROXY} ssl socache_shmcb",
        'SSLProxyEngine On\nSSLProxyCheckPeerName off\nProxyPass "/ws" "wss://127.0.0.1:@SAFE@/ws"',
    ),
    one(
        "https target, upgrade",
        f"{PROXY} ssl socache_shmcb",
        'SSLProxyEngine On\nSSLProxyCheckPeerName off\nProxyPass "/ws" "https://127.0.0.1:@SAFE@/ws" upgrade=websocket',
    ),
    one(
        "wss target, certificate for another name",
        f"{PROXY} ssl socache_shmcb",
        'SSLProxyEngine On\nProxyPass "/ws" "wss://127.0.0.1:@SAFE@/ws"',
        branch="another name",
    ),
    one(
        "redirect in a location",
        f"{PROXY} alias",
        f'<Location /ws>\nRedirect 301 "https://app.example.com/new"\n</Location>\n{UPGRADE}',
    ),
    one(
        "redirect of an exempt path",
        f"{PROXY} alias",
        "ProxyPass /ws !\nRedirect permanent / https://app.example.com/\nProxyPass / http://127.0.0.1:@APP@/",
        path="/ws/a?x=1",
    ),
    one("redirect alone", f"{PROXY} alias", 'RedirectMatch 308 "^/w(.*)$" "https://app.example.com/v$1"', path="/ws?x=1"),
    one("rewrite without pt", REWRITE, "RewriteEngine On\nRewriteRule ^/ws$ /inner [L]\n" + UPGRADE.replace('"/ws"', '"/inner"')),
    one("rewrite to ws without p", REWRITE, "RewriteEngine On\nRewriteRule ^/ws(.*) ws://app.example.com/x$1 [L]"),
    one(
        "rewrite to a worker that upgrades",
        REWRITE,
        f"{UPGRADE}\nRewriteEngine On\nRewriteRule ^/other$ http://127.0.0.1:@APP@/ws [P]",
        path="/other",
    ),
    one("http 1.0 forced", PROXY, f"SetEnv force-proxy-request-1.0 1\n{UPGRADE}"),
    one("http 1.0 forced, env", f"{PROXY} env", f"SetEnv force-proxy-request-1.0 1\n{UPGRADE}"),
    one("no keepalive", f"{PROXY} env", 'SetEnv proxy-nokeepalive 1\nProxyPass "/ws" "http://127.0.0.1:@APP@/ws"'),
    one(
        "worker of a proxy section",
        PROXY,
        '<Proxy "http://127.0.0.1:@APP@/">\nProxySet upgrade=websocket timeout=9\n</Proxy>\n'
        'ProxyPass "/" "http://127.0.0.1:@APP@/"',
    ),
    one(
        "macro",
        f"{PROXY} macro",
        "<Macro App $path $port>\nProxyPass $path http://127.0.0.1:$port$path upgrade=websocket\n</Macro>\nUse App /ws @APP@",
    ),
    one(
        "location match pattern",
        PROXY,
        '<Location ~ "^/(ws|live)$">\nProxyPass "http://127.0.0.1:@APP@" upgrade=websocket\n</Location>',
    ),
    one("wss target without ssl", PROXY, 'ProxyPass "/ws" "wss://127.0.0.1:@SAFE@/ws"'),
    one("wss target, engine off", f"{PROXY} ssl socache_shmcb", 'ProxyPass "/ws" "wss://127.0.0.1:@SAFE@/ws"'),
    one("rewrite to ws", ALL, SOCKET_RULES),
    one("rewrite to ws without wstunnel", REWRITE, SOCKET_RULES),
    one("rewrite with wrong case", ALL, SOCKET_RULES.replace("websocket [NC]", "=WebSocket")),
    one("rewrite with equals and NC", ALL, SOCKET_RULES.replace("websocket [NC]", "=websocket [NC]")),
    one("rewrite to http", ALL, SOCKET_RULES.replace("ws://", "http://")),
    one("rewrite module missing", TUNNEL, SOCKET_RULES),
    one("rewrite by ifmodule", TUNNEL, f"<IfModule mod_rewrite.c>\n{SOCKET_RULES}\n</IfModule>\n{UPGRADE}"),
    one("root first", PROXY, f'ProxyPass "/" "http://127.0.0.1:@APP2@/"\n{UPGRADE}'),
    one("socket first", PROXY, f'{UPGRADE}\nProxyPass "/" "http://127.0.0.1:@APP2@/"'),
    one(
        "worker shared",
        PROXY,
        'ProxyPass "/api" "http://127.0.0.1:@APP@/"\nProxyPass "/ws" "http://127.0.0.1:@APP@/ws" upgrade=websocket',
    ),
    one(
        "worker not shared",
        PROXY,
        'ProxyPass "/ws" "http://127.0.0.1:@APP@/ws" upgrade=websocket\nProxyPass "/api" "http://127.0.0.1:@APP@/"',
    ),
    one("exclusion", PROXY, 'ProxyPass "/ws" "!"\nProxyPass "/" "http://127.0.0.1:@APP@/" upgrade=websocket'),
    one("in a location", PROXY, '<Location "/ws">\nProxyPass "http://127.0.0.1:@APP@/ws" upgrade=websocket\n</Location>'),
    one(
        "longer location last",
        PROXY,
        '<Location "/">\nProxyPass "http://127.0.0.1:@APP2@/"\n</Location>\n<Location "/ws">\n'
        'ProxyPass "http://127.0.0.1:@APP@/ws" upgrade=websocket\n</Location>',
    ),
    one(
        "longer location first",
        PROXY,
        '<Location "/ws">\nProxyPass "http://127.0.0.1:@APP@/ws" upgrade=websocket\n</Location>\n'
        '<Location "/">\nProxyPass "http://127.0.0.1:@APP2@/"\n</Location>',
    ),
    one(
        "location beats proxypass",
        PROXY,
        'ProxyPass "/" "http://127.0.0.1:@APP2@/"\n<Location "/ws">\n'
        'ProxyPass "http://127.0.0.1:@APP@/ws" upgrade=websocket\n</Location>',
    ),
    one(
        "match with group",
        PROXY,
        'ProxyPassMatch "^/ws/(.*)$" "http://127.0.0.1:@APP@/inner/$1" upgrade=websocket',
        path="/ws/a/b?x=1",
    ),
    one("match without group", PROXY, 'ProxyPassMatch "^/ws" "http://127.0.0.1:@APP@" upgrade=websocket', path="/ws/a"),
    one("path replaced", PROXY, 'ProxyPass "/ws/" "http://127.0.0.1:@APP@/inner/" upgrade=websocket', path="/ws/a?x=1"),
    one("slash missing at the target", PROXY, 'ProxyPass "/ws/" "http://127.0.0.1:@APP@" upgrade=websocket', path="/ws/a"),
    one("slash only at the path", PROXY, 'ProxyPass "/ws/" "http://127.0.0.1:@APP@/ws/" upgrade=websocket', path="/ws"),
    one("longer name", PROXY, UPGRADE, path="/wsx"),
    one("encoded path", PROXY, UPGRADE, path="/ws/a%20b"),
    one("encoded slash", PROXY, UPGRADE, path="/ws/a%2Fb"),
    one("encoded slash, nocanon", PROXY, f"AllowEncodedSlashes NoDecode\n{UPGRADE} nocanon", path="/ws/a%2Fb"),
    one("query", PROXY, UPGRADE, path="/ws?a=1&b=%20"),
    one("preserve host", PROXY, f"ProxyPreserveHost On\n{UPGRADE}"),
    one("no forwarded headers", PROXY, f"ProxyAddHeaders Off\n{UPGRADE}"),
    one("redirect to https", f"{PROXY} alias", f'Redirect permanent "/" "https://app.example.com/"\n{UPGRADE}'),
    one("redirect of another path", f"{PROXY} alias", f'Redirect 302 "/old" "/new"\n{UPGRADE}'),
    one(
        "redirectmatch",
        f"{PROXY} alias",
        f'RedirectMatch 308 "^/w(.*)$" "https://app.example.com/v$1"\n{UPGRADE}',
        path="/ws?x=1",
    ),
    one(
        "rewrite to https",
        REWRITE,
        f"RewriteEngine On\nRewriteCond %{{HTTPS}} off\n"
        f"RewriteRule ^ https://%{{HTTP_HOST}}%{{REQUEST_URI}} [R=301,L]\n{UPGRADE}",
    ),
    one(
        "rewrite to https, not for sockets",
        REWRITE,
        "RewriteEngine On\nRewriteCond %{HTTPS} !=on\nRewriteCond %{HTTP:Upgrade} !websocket [NC]\n"
        f"RewriteRule ^/?(.*) https://%{{SERVER_NAME}}/$1 [R,L]\n{UPGRADE}",
    ),
    one(
        "rewrite chain of or",
        REWRITE,
        "RewriteEngine On\nRewriteCond %{REQUEST_URI} ^/other [OR]\n"
        "RewriteCond %{QUERY_STRING} transport=websocket [NC]\n"
        "RewriteRule ^/(.*)$ ws://127.0.0.1:@APP@/%0/$1 [P]",
        path="/ws?transport=websocket",
    ),
    one("rewrite forbids", REWRITE, f"RewriteEngine On\nRewriteRule ^/ws - [F]\n{UPGRADE}"),
    one("rewrite gone", REWRITE, f"RewriteEngine On\nRewriteRule ^/ws - [G]\n{UPGRADE}"),
    one("rewrite inside", REWRITE, "RewriteEngine On\nRewriteRule ^/ws$ /inner [PT]\n" + UPGRADE.replace('"/ws"', '"/inner"')),
    one("rewrite engine off", REWRITE, f"RewriteRule ^/ws - [F]\n{UPGRADE}"),
    one("rewrite negated", REWRITE, f"RewriteEngine On\nRewriteRule !^/ws - [F]\n{UPGRADE}"),
    one("denied", PROXY, f"{UPGRADE}\n<Location /ws>\nRequire all denied\n</Location>"),
    one(
        "granted again",
        PROXY,
        f"{UPGRADE}\n<Location />\nRequire all denied\n</Location>\n<Location /ws>\nRequire all granted\n</Location>",
    ),
    one("denied by proxy section", PROXY, f'{UPGRADE}\n<Proxy "*">\nRequire all denied\n</Proxy>'),
    one("a directory denied", PROXY, UPGRADE + '\n<Directory "/">\nRequire all denied\n</Directory>'),
    one("require ip", f"{PROXY} authz_host", f"{UPGRADE}\n<Location /ws>\nRequire ip 10.0.0.0/8\n</Location>", branch="is not"),
    one(
        "basic auth",
        f"{PROXY} authn_core authn_file auth_basic authz_user",
        f'{UPGRADE}\n<Location /ws>\nAuthType Basic\nAuthName "x"\nAuthUserFile /none\nRequire valid-user\n</Location>',
    ),
    one(
        "old deny",
        f"{PROXY} access_compat authz_host",
        f"{UPGRADE}\n<Location /ws>\nOrder deny,allow\nDeny from all\n</Location>",
    ),
    one(
        "upgrade header set by hand",
        f"{PROXY} headers",
        'RequestHeader set Upgrade "websocket"\nRequestHeader set Connection "upgrade"\n'
        'ProxyPass "/ws" "http://127.0.0.1:@APP@/ws"',
    ),
    one("upgrade header taken away", f"{PROXY} headers", f"RequestHeader unset Upgrade\n{UPGRADE}"),
    one("upgrade header taken away early", f"{PROXY} headers", f"RequestHeader unset Upgrade early\n{UPGRADE}"),
    one(
        "origin replaced",
        f"{PROXY} headers",
        f'RequestHeader set Origin "https://x"\nRequestHeader set X-Forwarded-Proto "https"\n{UPGRADE}',
    ),
    one(
        "balancer of http members",
        f"{PROXY} proxy_balancer lbmethod_byrequests slotmem_shm",
        '<Proxy "balancer://app">\nBalancerMember "http://127.0.0.1:@APP@" upgrade=websocket route=a\n'
        'ProxySet stickysession=ROUTEID\n</Proxy>\nProxyPass "/" "balancer://app/"',
    ),
    one(
        "balancer of http members, no upgrade",
        f"{PROXY} proxy_balancer lbmethod_byrequests slotmem_shm",
        '<Proxy "balancer://app">\nBalancerMember "http://127.0.0.1:@APP@"\n</Proxy>\nProxyPass "/" "balancer://app/"',
    ),
    one(
        "balancer with upgrade at the proxypass",
        f"{PROXY} proxy_balancer lbmethod_byrequests slotmem_shm",
        '<Proxy "balancer://app">\nBalancerMember "http://127.0.0.1:@APP@"\n</Proxy>\n'
        'ProxyPass "/" "balancer://app/" upgrade=websocket',
    ),
    one(
        "balancer of ws members",
        f"{TUNNEL} proxy_balancer lbmethod_byrequests slotmem_shm rewrite",
        '<Proxy "balancer://app">\nBalancerMember "ws://127.0.0.1:@APP@"\n</Proxy>\nRewriteEngine On\n'
        "RewriteCond %{HTTP:Upgrade} =websocket [NC]\nRewriteRule /(.*) balancer://app/$1 [P,L]",
    ),
    one(
        "balancer without its method",
        f"{PROXY} proxy_balancer slotmem_shm",
        '<Proxy "balancer://app">\nBalancerMember "http://127.0.0.1:@APP@" upgrade=websocket\n'
        '</Proxy>\nProxyPass "/" "balancer://app/"',
    ),
    one(
        "balancer without its module",
        PROXY,
        '<Proxy "balancer://app">\nBalancerMember "http://127.0.0.1:@APP@" upgrade=websocket\n'
        '</Proxy>\nProxyPass "/" "balancer://app/"',
    ),
    one(
        "balancer that nobody defined",
        f"{PROXY} proxy_balancer lbmethod_byrequests slotmem_shm",
        'ProxyPass "/" "balancer://app/"',
    ),
    one("idle by proxypass", PROXY, f"Timeout 1\n{UPGRADE} timeout=3", idle=True),
    one("idle by timeout", PROXY, f"Timeout 3\n{UPGRADE} timeout=1", idle=True),
    one("idle by proxytimeout", PROXY, f"Timeout 1\nProxyTimeout 3\n{UPGRADE}", idle=True),
    one("idle of a ws target", TUNNEL, 'Timeout 3\nProxyPass "/ws" "ws://127.0.0.1:@APP@/ws"', idle=True),
    one(
        "idle of wstunnel alone",
        f"{CORE} proxy proxy_wstunnel",
        'Timeout 3\nProxyPass "/ws" "ws://127.0.0.1:@APP@/ws"',
        idle=True,
    ),
    one(
        "idle of wstunnel alone, longer timeout=",
        f"{CORE} proxy proxy_wstunnel",
        'Timeout 1\nProxyPass "/ws" "ws://127.0.0.1:@APP@/ws" timeout=3',
        idle=True,
    ),
    one("idle of a rewrite", ALL, f"Timeout 1\nProxyTimeout 3\n{SOCKET_RULES}", idle=True),
    one("idle with units", PROXY, f"Timeout 1\n{UPGRADE} timeout=3000ms", idle=True),
    one("backend pings", PROXY, f"Timeout 1\n{UPGRADE}", idle=True, backend_ping=True),
    one("trunk directive", TUNNEL, f"ProxyWebsocketIdleTimeout 60\n{UPGRADE}"),
    one("unknown directive", PROXY, f"ProxyPasss / http://x/\n{UPGRADE}"),
    one("unknown parameter", PROXY, f"{UPGRADE} upgrades=1"),
    one("scheme missing", PROXY, 'ProxyPass "/ws" "127.0.0.1:@APP@/ws" upgrade=websocket'),
    one("continued line", PROXY, 'ProxyPass "/ws" \\\n  "http://127.0.0.1:@APP@/ws" \\\n  upgrade=websocket'),
    one("defined variable", PROXY, "Define APP http://127.0.0.1:@APP@\nProxyPass /ws ${APP}/ws upgrade=websocket"),
    one("undefined variable", PROXY, "ProxyPass /ws ${NOTHING}/ws upgrade=websocket", branch="nothing defines"),
    one(
        "ifdefine", PROXY, f"<IfDefine SOCKETS>\n{UPGRADE}\n</IfDefine>\nDefine OTHER\n<IfDefine !OTHER>\n{UPGRADE}\n</IfDefine>"
    ),
    one("included", PROXY, "IncludeOptional sites/*.conf\nIncludeOptional none/*.conf", files=(("sites/a.conf", UPGRADE),)),
    one("include missing", PROXY, "Include none.conf", branch="is not there"),
    one("nothing takes it", PROXY, ""),
    one("alias before", f"{PROXY} alias", f'Alias "/ws" "@DIR@/htdocs"\n{UPGRADE}'),
    one("section not closed", PROXY, f"<Location /ws>\n{UPGRADE}"),
    one(
        "if by header",
        PROXY,
        'ProxyPass "/" "http://127.0.0.1:@APP2@/"\n<If "%{HTTP:Upgrade} == \'websocket\'">\nRequire all denied\n</If>',
        branch="deny",
    ),
    one(
        "location match",
        PROXY,
        '<LocationMatch "^/ws(.*)">\nProxyPassMatch "http://127.0.0.1:@APP@" upgrade=websocket\n</LocationMatch>',
        path="/ws/a",
    ),
    one(
        "location match with group",
        PROXY,
        '<LocationMatch "^/ws/(.*)">\nProxyPassMatch "http://127.0.0.1:@APP@/in/$1" upgrade=websocket\n</LocationMatch>',
        path="/ws/a",
    ),
    one("post", PROXY, UPGRADE, method="POST"),
    Case(
        "other name, default host",
        f"{loaded(PROXY)}Listen 127.0.0.1:@PORT@\n<VirtualHost *:@PORT@>\nServerName first.example.com\n"
        "ProxyPass / http://127.0.0.1:@APP2@/ upgrade=websocket\n</VirtualHost>\n"
        f"<VirtualHost *:@PORT@>\nServerName second.example.com\n{UPGRADE}\n</VirtualHost>\n",
    ),
    Case(
        "host by alias",
        f"{loaded(PROXY)}Listen 127.0.0.1:@PORT@\n<VirtualHost *:@PORT@>\nServerName first.example.com\n"
        "ProxyPass / http://127.0.0.1:@APP2@/\n</VirtualHost>\n<VirtualHost *:@PORT@>\n"
        f"ServerName second.example.com\nServerAlias *.example.com\n{UPGRADE}\n</VirtualHost>\n",
    ),
    Case(
        "host of another port",
        f"{loaded(PROXY)}Listen 127.0.0.1:@PORT@\n<VirtualHost *:@OTHER@>\nServerName app.example.com\n"
        f"ProxyPass / http://127.0.0.1:@APP2@/\n</VirtualHost>\n{UPGRADE}\n",
    ),
    Case(
        "main server settings are inherited",
        f"{loaded(PROXY)}Listen 127.0.0.1:@PORT@\nProxyPreserveHost On\n{UPGRADE}\n"
        "<VirtualHost *:@PORT@>\nServerName app.example.com\n</VirtualHost>\n",
    ),
    Case(
        "rewrites of the main server",
        f"{loaded(REWRITE)}Listen 127.0.0.1:@PORT@\nRewriteEngine On\nRewriteRule ^/ws - [F]\n"
        f"<VirtualHost *:@PORT@>\nServerName app.example.com\n{UPGRADE}\n</VirtualHost>\n",
    ),
    Case(
        "exact address before a star",
        f"{loaded(PROXY)}Listen 127.0.0.1:@PORT@\n<VirtualHost *:@PORT@>\nServerName app.example.com\n"
        "ProxyPass / http://127.0.0.1:@APP2@/\n</VirtualHost>\n<VirtualHost 127.0.0.1:@PORT@>\n"
        f"ServerName x\n{UPGRADE}\n</VirtualHost>\n",
        branch="127.0.0.1",
    ),
    Case("no virtual host", f"{loaded(PROXY)}Listen 127.0.0.1:@PORT@\n{UPGRADE}\n"),
    Case(
        "tls host",
        f"{loaded(f'{PROXY} ssl socache_shmcb')}Listen 127.0.0.1:@TLS@ https\n"
        "<VirtualHost *:@TLS@>\nServerName app.example.com\nSSLEngine on\n"
        f"SSLCertificateFile @CERT@\nSSLCertificateKeyFile @KEY@\n{UPGRADE}\n</VirtualHost>\n",
        port="TLS",
        secure=True,
    ),
    Case(
        "plain request to a tls host",
        f"{loaded(f'{PROXY} ssl socache_shmcb')}Listen 127.0.0.1:@TLS@ https\n"
        "<VirtualHost *:@TLS@>\nServerName app.example.com\nSSLEngine on\n"
        f"SSLCertificateFile @CERT@\nSSLCertificateKeyFile @KEY@\n{UPGRADE}\n</VirtualHost>\n",
        port="TLS",
    ),
    Case(
        "tls host without certificate",
        f"{loaded(f'{PROXY} ssl socache_shmcb')}Listen 127.0.0.1:@TLS@ https\n"
        "<VirtualHost *:@TLS@>\nServerName app.example.com\nSSLEngine on\n"
        f"{UPGRADE}\n</VirtualHost>\n",
        port="TLS",
    ),
    one("http2 target", f"{PROXY} proxy_http2", 'ProxyPass "/ws" "h2c://127.0.0.1:@APP@/ws"'),
    one("http2 offered", f"{PROXY} http2", f"Protocols h2c http/1.1\n{UPGRADE}"),
    one("the key is unset", f"{PROXY} headers", f"RequestHeader unset Sec-WebSocket-Key\n{UPGRADE}"),
    one("the version is unset early", f"{PROXY} headers", f"RequestHeader unset Sec-WebSocket-Version early\n{UPGRADE}"),
]
