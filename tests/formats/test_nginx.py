"""nginx text to directives: words, places, blocks, problems, and telling nginx from its look-alikes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from advisor.formats.document import Unreadable
from advisor.formats.nginx import Directive, looks_like_nginx, parse
from advisor.model import Place


def words(text: str) -> list[tuple[str, ...]]:
    return [(one.name, *one.args) for one in parse(text, "f").directives]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("listen 80;", [("listen", "80")]),
        ("a 'b c' \"d;e\";", [("a", "b c", "d;e")]),
        ("a 'it''s';", [("a", "it", "s")]),
        (r"a b\ c \"d\" e\;f;", [("a", "b\\ c", '"d"', "e\\;f")]),
        (r"a 'x\'y' '\t';", [("a", "x'y", "\t")]),
        ("a ${B}c $d{ e; } f;", [("a", "${B}c", "$d"), ("f",)]),
        ("a b#c; # d;\ne;", [("a", "b#c"), ("e",)]),
        ('a b"c;', [("a", 'b"c')]),
        ("a b}c;", [("a", "b}c")]),
        ("location ~ ^/x{2}$ { }", [("location", "~", "^/x")]),
        ('location ~ "^/x{2}$" { }', [("location", "~", "^/x{2}$")]),
        ("port {{ port | default(80) }};", [("port", "{{ port | default(80) }}")]),
        ("port <%= ENV['PORT'] %>;", [("port", "<%= ENV['PORT'] %>")]),
        ("a\r\n b;\r\n", [("a", "b")]),
        ("", []),
    ],
)
def test_words_are_split_as_nginx_splits_them(text: str, expected: list[tuple[str, ...]]) -> None:
    """Quotes, escapes, variables, comments and template holes make the words nginx would see."""
    assert expected == words(text)


def test_places_have_lines_and_columns() -> None:
    """A directive's place runs from its first letter to behind its semicolon, a block's to behind its brace."""
    document = parse("http {\n  server {\n    listen 80;\n  }\n}\n", "nginx.conf")

    http = document.directives[0]
    assert Place("nginx.conf", 1, 1, 5, 2) == http.place
    assert http.block is not None
    server = http.block[0]
    assert Place("nginx.conf", 2, 3, 4, 4) == server.place
    assert server.block is not None
    assert Directive("listen", ("80",), Place("nginx.conf", 3, 5, 3, 15)) == server.block[0]


def test_a_lua_body_is_kept_as_code() -> None:
    """Braces, strings and comments of Lua do not end its block, and none of its words is taken for a directive."""
    text = 'content_by_lua_block { local t = { a = "}" } -- }\n ngx.say(t) } listen 80;'

    first, second = parse(text, "f").directives

    assert ' local t = { a = "}" } -- }\n ngx.say(t) ' == first.code
    assert "listen" == second.name


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("a b", 'unexpected end of file, expecting ";" or "}"', 1),
        ("a {\n b;", 'unexpected end of file, expecting "}"', 2),
        ("a;\n}", 'unexpected "}"', 2),
        ("a { b }", 'unexpected "}"', 1),
        ("a;;", 'unexpected ";"', 1),
        ("{ }", 'unexpected "{"', 1),
        ('a "b"c;', 'unexpected "c"', 1),
        ('a "b', "unexpected end of file, a quoted text is not closed", 1),
    ],
)
def test_what_nginx_refuses_is_a_problem_and_not_an_exception(text: str, reason: str, line: int) -> None:
    """The reason is nginx's own, with its line; what stands before it is still read."""
    problem = parse(text, "f").problems[0]

    assert (reason, line) == (problem.reason, problem.place.line)


def test_reading_goes_on_behind_a_problem() -> None:
    """A stray brace does not hide the rest of the file."""
    assert ["a", "b"] == [one.name for one in parse("a; } b;", "f").directives]


@pytest.mark.parametrize(
    "text",
    [
        "{% if tls %}\nlisten 443 ssl;\n{% endif %}",
        "{{ if .SSL }}\nlisten 443 ssl;\n{{ end }}",
        "{{#each servers}} server {{name}}; {{/each}}",
        "<% if tls %>\nlisten 443;\n<% end %>",
        "PK\x03\x04\0\0",
    ],
)
def test_templates_with_branches_and_binaries_are_refused(text: str) -> None:
    """Branches that another program chooses cannot stand side by side."""
    with pytest.raises(Unreadable) as refused:
        parse(text, "f")

    assert refused.value.reason


def test_deep_nesting_is_a_problem() -> None:
    """Ten thousand open braces end in one sentence."""
    document = parse("a {" * 10_000, "f")

    assert "blocks are nested more than 100 deep" == document.problems[0].reason


NGINX = {
    "server": "server { listen 80; location / { proxy_pass http://app:3000; } }",
    "main": "user nginx;\nevents { worker_connections 1024; }\nhttp { include mime.types; server { listen 80; } }",
    "upstream": "upstream app { server app:3000; keepalive 16; }",
    "map": "map $http_upgrade $connection_upgrade { default upgrade; '' close; }",
    "snippet": 'proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection "upgrade";',
    "location": "location /ws/ { proxy_pass http://localhost:3000; }",
    "template": "server { listen ${PORT}; server_name ${HOST}; location / { proxy_pass http://${BACKEND}; } }",
    "jinja values": "server { listen 80; server_name {{ domain }}; location / { proxy_pass http://{{ app }}; } }",
    "stream": "stream { server { listen 443; proxy_pass app:443; } }",
    "php": "server { listen 80; root /var/www; location ~ \\.php$ { include fastcgi_params; fastcgi_pass php:9000; } }",
    "comments first": "# managed by us\n\n# [section]\nserver {\n listen 80;\n server_name _;\n}",
    "jinja branches": "server {\n{% if a %}\nlisten 80;\n{% endif %}\nlocation / { proxy_pass http://app; } }",
    "broken": "server { listen 80; location / { proxy_pass http://app:3000 } }",
}
OTHERS = {
    "apache": '<VirtualHost *:80>\n  ServerName a\n  ProxyPass "/" "http://app/"\n</VirtualHost>',
    "apache without blocks": "ServerName a\nProxyPass / http://app:3000/\nRewriteEngine on",
    "haproxy": "global\n  daemon\ndefaults\n  mode http\nfrontend web\n  bind *:80\n  default_backend app",
    "systemd": "[Unit]\nDescription=app; web\n[Service]\nExecStart=/usr/bin/app --listen 80\n",
    "supervisor": "[program:app]\ncommand=gunicorn app:app ; comment\nautostart=true",
    "redis": "bind 127.0.0.1\nport 6379\ntimeout 0\nsave 900 1",
    "named": 'options { directory "/var/cache/bind"; listen-on { any; }; };\nzone "a" { type master; file "a.db"; };',
    "dhcpd": "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.2 10.0.0.9; option routers 10.0.0.1; }",
    "logrotate": "/var/log/nginx/*.log {\n daily\n rotate 5\n postrotate\n  kill -USR1 $(cat /run/nginx.pid)\n endscript\n}",
    "caddy": "example.com {\n  reverse_proxy /ws app:3000\n}",
    "javascript": "const server = http.createServer(); server.listen(80);",
    "css": "location { color: red; } .server { margin: 0; }",
    "java": 'package a; public class Server { String location = "/"; void listen() { return; } }',
    "squid": "http_port 3128\nacl all src 0.0.0.0/0\nhttp_access allow all",
    "ini": "; comment\n[server]\nlisten = 80\n",
    "keepalived": "vrrp_instance VI_1 {\n state MASTER\n interface eth0\n}",
    "syslog-ng": 'source s_net { udp(ip(0.0.0.0) port(514)); };\ndestination d { file("/var/log/x"); };',
    "terraform": 'resource "aws_lb" "main" {\n  name = "main"\n}',
    "empty": "",
    "comments only": "# server { listen 80; }\n",
}


@pytest.mark.parametrize("name", NGINX)
def test_nginx_is_recognised(name: str) -> None:
    """Whole files and parts are told by their directives."""
    assert looks_like_nginx(NGINX[name])


@pytest.mark.parametrize("name", OTHERS)
def test_look_alikes_are_not_taken_for_nginx(name: str) -> None:
    """Other programs' files that end in .conf or look alike stay what they are."""
    assert not looks_like_nginx(OTHERS[name])


@settings(max_examples=400, deadline=None)
@given(some.text(alphabet=some.sampled_from("ab {};\"'\\#$\n\r\t${}<%=> "), max_size=200) | some.text(max_size=200))
def test_any_text_gives_a_document_or_a_sentence(text: str) -> None:
    """No text raises anything but Unreadable, and every place lies inside the text."""
    try:
        document = parse(text, "f")
    except Unreadable:
        return
    lines = text.count("\n") + 1
    waiting = list(document.directives)
    while waiting:
        one = waiting.pop()
        assert 1 <= one.place.line <= (one.place.end_line or 1) <= lines
        waiting.extend(one.block or ())
    assert looks_like_nginx(text) in (True, False)
