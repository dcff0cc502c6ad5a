"""Squid configurations as a reverse proxy, good and broken; each is measured on the real program."""

# ruff: noqa: E501 - one configuration per case, in one piece

from __future__ import annotations

from tests.proxies.bench import Case

UP = "http_upgrade_request_protocols OTHER allow all\n"
ALL = "http_access allow all\n"
ORIGIN = "0 no-query no-digest originserver"
TLS = "tls-cert=@DIR@/cert.pem tls-key=@DIR@/key.pem"


def squid(more: str = ALL, port: str = "accel defaultsite=app.example.com", peer: str = "name=app", up: str = UP) -> str:
    """One reverse proxy port, one origin server, a rule for upgrades, and these lines behind."""
    return f"http_port 127.0.0.1:@PORT@ {port}\ncache_peer 127.0.0.1 parent @APP@ {ORIGIN} {peer}\n{up}{more}"


def acl(text: str) -> str:
    """The ACL ``x`` lets the request in, and nothing else does."""
    return squid(f"acl x {text}\nhttp_access allow x\nhttp_access deny all\n")


def two(more: str = "", first: str = "name=app", second: str = "name=app2") -> str:
    """Two origin servers."""
    peers = f"cache_peer 127.0.0.1 parent @APP@ {ORIGIN} {first}\ncache_peer 127.0.0.1 parent @APP2@ {ORIGIN} {second}\n"
    return f"http_port 127.0.0.1:@PORT@ accel\n{peers}{UP}{more}{ALL}"


def secure(port: str = f"accel {TLS}", peer: str = "") -> str:
    return f"https_port 127.0.0.1:@TLS@ {port}\ncache_peer 127.0.0.1 parent @APP@ {ORIGIN} {peer}\n{UP}{ALL}"


WS = "acl ws urlpath_regex ^/ws\n"
DIRECT = "http_port 127.0.0.1:@PORT@ accel no-vhost defaultsite=127.0.0.1 vport=@APP2@"

CASES = (
    Case("no rule for upgrades", squid(up="")),
    Case("OTHER allowed", squid()),
    Case("websocket allowed", squid(up="http_upgrade_request_protocols websocket allow all\n"), path="/ws?a=1"),
    Case("WebSocket allowed", squid(up="http_upgrade_request_protocols WebSocket allow all\n")),
    Case("websocket denied, OTHER allowed", squid(up=f"http_upgrade_request_protocols websocket deny all\n{UP}")),
    Case("OTHER denied first, websocket allowed", squid(up="http_upgrade_request_protocols OTHER deny all\nhttp_upgrade_request_protocols websocket allow all\n")),
    Case("another protocol allowed", squid(up="http_upgrade_request_protocols h2c allow all\n")),
    Case("upgrade for a path", squid(up=f"{WS}http_upgrade_request_protocols websocket allow ws\n")),
    Case("upgrade for another path", squid(up="acl other urlpath_regex ^/other\nhttp_upgrade_request_protocols websocket allow other\n")),
    Case("upgrade denied for another path", squid(up="acl other urlpath_regex ^/other\nhttp_upgrade_request_protocols websocket deny other\n")),
    Case("own rule without a match shuts OTHER out", squid(up=f"acl other urlpath_regex ^/other\nhttp_upgrade_request_protocols websocket allow other\n{UP}")),
    Case("a version of the protocol", squid(up=f"http_upgrade_request_protocols websocket/13 allow all\n{UP}")),
    Case("rule without an ACL", squid(up="http_upgrade_request_protocols websocket allow\n")),
    Case("action first", squid(up="http_upgrade_request_protocols allow all\n")),
    Case("one protocol of two", squid(up="http_upgrade_request_protocols websocket allow all\n"), headers=(("Upgrade", "h2c"),)),
    Case("post", squid(), method="POST"),
    # access
    Case("no http_access", squid("")),
    Case("deny all", squid("http_access deny all\n")),
    Case("opposite of the last line, deny", squid("acl x method POST\nhttp_access deny x\n")),
    Case("opposite of the last line, allow", squid("acl x method POST\nhttp_access allow x\n")),
    Case("first that fits", squid(f"{WS}http_access allow ws\nhttp_access deny all\n")),
    Case("first that fits denies", squid(f"{WS}http_access deny ws\nhttp_access allow all\n")),
    Case("two ACLs in one line", squid(f"{WS}acl x method POST\nhttp_access deny ws x\nhttp_access allow all\n")),
    Case("not", squid(f"{WS}http_access deny !ws\nhttp_access allow all\n")),
    Case("line without an ACL", squid(f"http_access deny\n{ALL}")),
    Case("unknown action", squid(f"http_access permit all\n{ALL}")),
    Case("Safe_ports", squid("acl Safe_ports port 80\nacl Safe_ports port 443\nhttp_access deny !Safe_ports\nhttp_access allow all\n"), host="app.example.com"),
    Case("Safe_ports, another port", squid("acl Safe_ports port 80 443\nhttp_access deny !Safe_ports\nhttp_access allow all\n")),
    Case("Debian's own lines", squid("http_access deny manager\nhttp_access deny to_localhost\nhttp_access deny CONNECT\nhttp_access allow all\n"), host="app.example.com"),
    Case("client's address", squid("acl lan src 127.0.0.0/8\nhttp_access allow lan\nhttp_access deny all\n"), branch="lan (src) holds"),
    Case("localhost", squid("http_access allow localhost\n"), branch="localhost (src) holds"),
    Case("miss_access", squid(f"miss_access deny all\n{ALL}")),
    Case("adapted_http_access", squid(f"adapted_http_access deny all\n{ALL}")),
    Case("http_reply_access", squid(f"http_reply_access deny all\n{ALL}")),
    Case("password", squid("auth_param basic program /bin/cat\nacl user proxy_auth REQUIRED\nhttp_access allow user\nhttp_access deny all\n")),
    Case("sent elsewhere", squid("acl x method GET\ndeny_info https://www.example.com%R x\nhttp_access deny x\n"), path="/ws?a=1"),
    Case("sent elsewhere with 308", squid("acl x method GET\ndeny_info 308:https://www.example.com/ x\nhttp_access deny x\n")),
    Case("another status", squid("acl x method GET\ndeny_info 404:ERR_ACCESS_DENIED x\nhttp_access deny x\n")),
    Case("cut", squid("acl x method GET\ndeny_info TCP_RESET x\nhttp_access deny x\n")),
    Case("deny_info of another ACL", squid("acl x method GET\nacl y method GET\ndeny_info 404:ERR_ACCESS_DENIED x\nhttp_access deny x y\n")),
    # ACLs
    Case("dstdomain", acl("dstdomain app.example.com")),
    Case("dstdomain with a dot", acl("dstdomain .example.com")),
    Case("dstdomain with a dot, itself", acl("dstdomain .app.example.com")),
    Case("dstdomain in capitals", acl("dstdomain -n APP.Example.com")),
    Case("dstdomain of the parent", acl("dstdomain example.com")),
    Case("two values in two lines", acl("dstdomain www.example.com\nacl x dstdomain app.example.com")),
    Case("dstdom_regex", acl("dstdom_regex -i EXAMPLE\\.com$")),
    Case("url_regex", acl("url_regex ^http://app.example.com/ws"), host="app.example.com"),
    Case("url_regex has its case", acl("url_regex /WS")),
    Case("url_regex without case", acl("url_regex -i /WS")),
    Case("url_regex, case again", acl("url_regex -i /nothing +i /WS")),
    Case("url_regex with a port", acl("url_regex ^http://app.example.com:@PORT@/"), host="app.example.com:@PORT@"),
    Case("urlpath_regex with a query", acl("urlpath_regex a=1$"), path="/ws?a=1"),
    Case("urlpath_regex, unescaped", acl("urlpath_regex ^/a.b$"), path="/a%20b"),
    Case("posix classes", acl("urlpath_regex ^/w[[:digit:]]+$"), path="/w1"),
    Case("no digits in posix", acl("urlpath_regex ^/w\\d"), path="/w1", branch="x (urlpath_regex) does not hold"),
    Case("broken expression", acl("urlpath_regex ^/(a")),
    Case("localport", acl("localport @PORT@")),
    Case("myportname", squid("acl x myportname front\nhttp_access allow x\n", port="accel name=front")),
    Case("method", acl("method GET")),
    Case("proto", acl("proto HTTP")),
    Case("proto of TLS", acl("proto HTTPS")),
    Case("req_header", acl("req_header Upgrade -i ^WEBSOCKET$")),
    Case("req_header has its case", acl("req_header Upgrade WEBSOCKET")),
    Case("browser", acl("browser Mozilla"), headers=(("User-Agent", "Mozilla/5.0"),)),
    Case("any-of", acl("any-of a b").replace("acl x", "acl a method POST\nacl b method GET\nacl x")),
    Case("all-of", acl("all-of a !b").replace("acl x", "acl a method GET\nacl b method GET\nacl x")),
    Case("nothing in the list", acl("dstdomain")),
    Case("values of a file", acl('dstdomain "@DIR@/hosts.txt"'), files=(("hosts.txt", "# ours\nwww.example.com\napp.example.com\n"),)),
    Case("peername is not known yet", acl("peername app")),
    # peers
    Case("no peer", f"http_port 127.0.0.1:@PORT@ accel\n{UP}{ALL}"),
    Case("first of two peers", two()),
    Case("peer by path", two(f"{WS}cache_peer_access app2 allow ws\ncache_peer_access app deny ws\n")),
    Case("peer without rules goes first", two(f"{WS}cache_peer_access app2 allow ws\n")),
    Case("no peer allowed", two("acl o urlpath_regex ^/other\ncache_peer_access app allow o\ncache_peer_access app2 deny all\n")),
    Case("default peer goes last", two("", second="name=app2 default")),
    Case("peers in turn", two("", "name=app round-robin", "name=app2 round-robin")),
    Case("a peer in turn goes first", two("", second="name=app2 round-robin")),
    Case("by the client's address", two("", "name=app sourcehash", "name=app2 sourcehash").replace("@APP2@", "@APP@")),
    Case("rule before its peer", f"cache_peer_access app deny all\n{squid()}"),
    Case("rule for an unknown peer", squid(f"cache_peer_access other deny all\n{ALL}")),
    Case("sibling", squid().replace(" parent ", " sibling ")),
    Case("peer that is a proxy", squid().replace(" originserver", "")),
    Case("always_direct", f"{DIRECT}\n{UP}always_direct allow all\ncache_peer 127.0.0.1 parent @APP@ {ORIGIN}\n{ALL}"),
    Case("allow-direct", f"{DIRECT} allow-direct\n{UP}{ALL}"),
    Case("allow-direct and a peer", f"{DIRECT} allow-direct\n{UP}cache_peer 127.0.0.1 parent @APP@ {ORIGIN}\n{ALL}"),
    Case("allow-direct and never_direct", f"{DIRECT} allow-direct\nnever_direct allow all\n{UP}{ALL}"),
    Case("peer over TLS", squid(peer="name=app tls tls-options=NORMAL:-VERS-TLS1.3").replace("@APP@", "@SAFE@")),
    # what arrives
    Case("headers of a browser", squid(), headers=(("User-Agent", "Mozilla"), ("Accept-Encoding", "gzip"), ("Cookie", "a=b"), ("Pragma", "no-cache"), ("Cache-Control", "no-cache"), ("Sec-WebSocket-Extensions", "permessage-deflate"), ("Sec-WebSocket-Protocol", "chat"), ("Keep-Alive", "9"), ("TE", "trailers"))),
    Case("behind another proxy", squid(), headers=(("Via", "1.1 front"), ("X-Forwarded-For", "10.1.1.1"), ("X-Forwarded-Proto", "https"), ("Forwarded", "for=10.1.1.1"))),
    Case("password is not passed", squid(), headers=(("Authorization", "Basic YTpi"),)),
    Case("password is passed", squid(peer="login=PASS"), headers=(("Authorization", "Basic YTpi"),)),
    Case("password of Squid's own", squid(peer="login=user:word"), headers=(("Authorization", "Basic YTpi"),)),
    Case("another host", squid(peer="forceddomain=inner.local")),
    Case("defaultsite only", squid(port="accel no-vhost defaultsite=site.example.com")),
    Case("vport", squid(port="accel vport=9")),
    Case("own port", squid(port="accel vport"), host="app.example.com"),
    Case("host in capitals, usual port", squid(), host="App.Example.com:80"),
    Case("vhost alone", squid(port="vhost")),
    Case("no Host header", squid(), host=""),
    Case("via off", squid(f"via off\n{ALL}")),
    Case("forwarded_for off", squid(f"forwarded_for off\n{ALL}"), headers=(("X-Forwarded-For", "10.1.1.1"),)),
    Case("forwarded_for delete", squid(f"forwarded_for delete\n{ALL}")),
    Case("forwarded_for transparent", squid(f"forwarded_for transparent\n{ALL}"), headers=(("X-Forwarded-For", "10.1.1.1"),)),
    Case("forwarded_for truncate", squid(f"forwarded_for truncate\n{ALL}"), headers=(("X-Forwarded-For", "10.1.1.1"),)),
    Case("no version in Via", squid(f"httpd_suppress_version_string on\n{ALL}")),
    Case("no kept connections", squid(f"server_persistent_connections off\n{ALL}", up="")),
    Case("refresh_pattern", squid(f"refresh_pattern -i /WS 0 20% 10\nrefresh_pattern . 0 20% 4320\n{ALL}")),
    Case("front-end-https", squid(peer="front-end-https=on")),
    Case("header denied", squid(f"request_header_access Upgrade deny all\n{ALL}")),
    Case("all headers denied", squid(f"request_header_access All deny all\n{ALL}")),
    Case("unknown headers denied", squid(f"request_header_access Other deny all\n{ALL}")),
    Case("one header denied, all allowed", squid(f"request_header_access X-A deny all\nrequest_header_access All allow all\n{ALL}"), headers=(("X-A", "1"), ("X-B", "2"))),
    Case("header replaced", squid(f"request_header_access Origin deny all\nrequest_header_replace Origin https://a.example\n{ALL}")),
    Case("headers added", squid(f'request_header_add X-Forwarded-Proto https all\nrequest_header_add X-Words "a b"\n{WS}request_header_add X-Not no !ws\n{ALL}')),
    # ports
    Case("no accel", f"http_port 127.0.0.1:@PORT@\ncache_peer 127.0.0.1 parent @APP@ {ORIGIN}\n{UP}{ALL}"),
    Case("https_port", secure(), port="TLS", secure=True),
    Case("https_port, front-end-https by itself", secure(peer="front-end-https=auto"), port="TLS", secure=True),
    Case("plain to https_port", secure(), port="TLS"),
    Case("TLS to http_port", squid(), secure=True),
    # clocks
    Case("read_timeout", squid(f"read_timeout 3 seconds\n{ALL}"), idle=True),
    Case("read_timeout, app pings", squid(f"read_timeout 3 seconds\n{ALL}"), idle=True, backend_ping=True),
    Case("client_lifetime", squid(f"client_lifetime 3 seconds\n{ALL}"), idle=True),
    Case("client_lifetime, app pings", squid(f"client_lifetime 3 seconds\n{ALL}"), idle=True, backend_ping=True),
    Case("other clocks", squid(f"pconn_timeout 1 second\nclient_idle_pconn_timeout 1 second\nserver_idle_pconn_timeout 1 second\nrequest_timeout 1 second\nwrite_timeout 1 second\nhalf_closed_clients on\n{ALL}"), idle=True),
    # forms
    Case("continued line", squid("http_access \\\n  allow all\n")),
    Case("comment behind", squid("http_access allow all # everybody\n")),
    Case("windows line ends", squid().replace("\n", "\r\n")),
    Case("obsolete directives", squid(f"cache_peer_domain app example.com\nheader_access Via deny all\n{ALL}")),
    Case("if false", squid(f"if false\nhttp_access deny all\nelse\n{ALL}endif\n")),
    Case("if numbers", squid(f"if ${{process_number}} = 7\nhttp_access deny all\nendif\n{ALL}")),
    Case("include", squid("include @DIR@/more.conf\n"), files=(("more.conf", ALL),)),
    Case("include with a glob", squid("include @DIR@/more-*.conf\n"), files=(("more-a.conf", ALL),)),
    # refused
    Case("unknown directive", squid(f"frobnicate on\n{ALL}")),
    Case("directive in capitals", squid("Http_Access allow all\n")),
    Case("two faults", squid("frobnicate on\nhttp_access allow nope\n")),
    Case("unknown ACL", squid("http_access allow nope\n")),
    Case("ACL further down", squid("http_access allow x\nacl x method GET\n")),
    Case("unknown ACL for upgrades", squid(up="http_upgrade_request_protocols websocket allow nope\n")),
    Case("unknown ACL for a peer", squid(f"cache_peer_access app allow nope\n{ALL}")),
    Case("unknown ACL for a header", squid(f"request_header_access Via deny nope\n{ALL}")),
    Case("unknown ACL in any-of", acl("any-of nope")),
    Case("unknown type", acl("nonsense y")),
    Case("no type", squid(f"acl x\n{ALL}")),
    Case("another type", squid(f"acl x dstdomain a\nacl x method GET\n{ALL}")),
    Case("port that is none", acl("port eighty")),
    Case("password without a scheme", acl("proxy_auth REQUIRED")),
    Case("peer without ports", squid(f"cache_peer 10.0.0.1 parent\n{ALL}")),
    Case("peer twice", squid(f"cache_peer 10.0.0.1 parent 80 0 name=app\n{ALL}")),
    Case("host twice", squid(f"cache_peer 10.0.0.1 parent 80 0\ncache_peer 10.0.0.1 parent 81 0\n{ALL}")),
    Case("unknown option of a port", squid(port="accel nonsense")),
    Case("port without a number", squid(f"http_port example\n{ALL}")),
    Case("port of letters", squid(f"http_port 127.0.0.1:abc accel\n{ALL}")),
    Case("accel and intercept", squid(port="accel intercept")),
    Case("defaultsite without accel", squid(port="defaultsite=a.example")),
    Case("https_port without a certificate", secure("accel"), port="TLS", secure=True),
    Case("http_port with protocol=https", squid(port="accel protocol=https")),
    Case("no port", ALL),
    Case("time without a unit", squid(f"read_timeout 30\n{ALL}")),
    Case("time with an unknown unit", squid(f"read_timeout 30 parsecs\n{ALL}")),
    Case("time that is too fine", squid(f"read_timeout 30 milliseconds\n{ALL}")),
    Case("time that is none", squid(f"read_timeout abc seconds\n{ALL}")),
    Case("time left out", squid(f"read_timeout\n{ALL}")),
    Case("neither on nor off", squid(f"via maybe\n{ALL}")),
    Case("open if", squid(f"{ALL}if true\n")),
    Case("else without if", squid(f"{ALL}else\n")),
    Case("if that is none", squid(f"{ALL}if maybe\nendif\n")),
    Case("open quote", squid(f'{ALL}request_header_add X "abc\n')),
    Case("include that is not there", squid(f"include @DIR@/nope.conf\n{ALL}"), branch="nope.conf is not there"),
)  # fmt: skip
