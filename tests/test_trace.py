"""A traced handshake says how it ends for a browser, with the clocks of the open socket, and both branches where it depends."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import jsonschema
import pytest

from advisor.knowledge import load
from advisor.limits import Conditions
from advisor.options import BadOptions
from advisor.reports import trace_json, trace_text
from advisor.reports.schema import schema
from advisor.subject import subject
from advisor.trace import Traced, request_for, trace

UP = "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"
WS = f"proxy_http_version 1.1; {UP}"
ON = Conditions(date(2026, 11, 25), {})


def traced(root: Path, name: str, text: str, url: str = "ws://app.example.com/ws", version: str | None = None) -> Traced:
    (root / name).write_text(text)
    found = trace(subject(root / name, version=version), url, (), load(), ON)
    jsonschema.validate(trace_json.content(found), schema("trace"))
    assert trace_text.render(found, width=100).strip()
    return found


def nginx(
    root: Path, body: str, version: str | None = "1.28.0", before: str = "", url: str = "ws://app.example.com/ws"
) -> Traced:
    text = f"{before}\nserver {{ listen 80; location /ws {{ proxy_pass http://127.0.0.1:3000; {body} }} }}\n"
    return traced(root, "nginx.conf", text, url, version)


def test_accepted(tmp_path: Path) -> None:
    """The app receives a valid upgrade: the request, the default clock, and what a reload does are told."""
    end = nginx(tmp_path, WS).ending

    assert ("accepted", 101, "127.0.0.1:3000") == (end.outcome, end.status, str(end.address))
    assert (60, "any", None, True) == (
        end.idle and end.idle.seconds,
        end.idle and end.idle.reset_by,
        end.idle and end.idle.place,
        end.ping_keeps_alive,
    )
    assert ("none", "keeps", None, None, None) == (
        end.affinity,
        end.reload,
        end.reload_after_s,
        end.max_duration_s,
        end.max_message_bytes,
    )


def test_a_clock_of_the_file_has_its_place(tmp_path: Path) -> None:
    """The line that sets it."""
    idle = nginx(tmp_path, f"{WS} proxy_read_timeout 1h;").ending.idle

    assert idle is not None
    assert (3600, "nginx.conf:2") == (idle.seconds, str(idle.place))


def test_reload_after_a_time(tmp_path: Path) -> None:
    """A shutdown timeout cuts open sockets."""
    text = (
        "worker_shutdown_timeout 10s;\nevents {}\nhttp { server { listen 80; location / { proxy_pass http://a:1; "
        + WS
        + " } } }\n"
    )
    end = traced(tmp_path, "nginx.conf", text, version="1.28").ending

    assert ("cuts_after", 10) == (end.reload, end.reload_after_s)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "it has no Upgrade header"),
        ("proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;", "its Connection header is 'close'"),
        (f"{WS} proxy_method POST;", "its method is POST"),
        (f"{WS} proxy_pass_request_headers off;", "it has no Sec-WebSocket-Key"),
        ("proxy_set_header Upgrade h2c; proxy_set_header Connection upgrade;", "its Upgrade header is 'h2c'"),
    ],
)
def test_refused_where_the_upgrade_is_lost(tmp_path: Path, body: str, reason: str) -> None:
    """With what the app misses; the status is the app's own and not known."""
    end = nginx(tmp_path, body).ending

    assert ("refused", None) == (end.outcome, end.status)
    assert reason in end.reason


def test_redirected(tmp_path: Path) -> None:
    """Browsers do not follow."""
    found = traced(tmp_path, "nginx.conf", "server { listen 80; return 308 https://$host$request_uri; }\n")

    assert ("redirected", 308, "https://app.example.com/ws") == (found.ending.outcome, found.ending.status, found.ending.location)
    assert "answer" == found.moves[-1].at


def test_invalid(tmp_path: Path) -> None:
    """The program's reason, and where."""
    found = traced(tmp_path, "nginx.conf", "server { listen 80; locaton / { } }\n")

    assert ("invalid_config", None) == (found.ending.outcome, found.ending.status)
    assert 'unknown directive "locaton"' in found.ending.reason
    assert found.moves[-1].place is not None


def test_http10_depends_on_the_app(tmp_path: Path) -> None:
    """Whether the app takes an upgrade over HTTP/1.0 no configuration shows."""
    found = nginx(tmp_path, UP)

    assert ("depends", None) == (found.ending.outcome, found.ending.status)
    assert "HTTP/1.0" in (found.depends_on or "")
    assert ["accepted", "refused"] == [end.outcome for _, end in found.branches]
    assert found.ending.request is not None
    assert "1.0" == found.ending.request.http_version


def test_version_decides(tmp_path: Path) -> None:
    """Without one both sides of 1.29.7 are told, with one its own."""
    found = nginx(tmp_path, UP, version=None)

    assert 3 == len(found.branches)
    assert "1.29.7" in (found.depends_on or "")
    assert "accepted" == nginx(tmp_path, UP, version="1.29.7").ending.outcome


def test_what_all_branches_share_is_told(tmp_path: Path) -> None:
    """A password may be right or wrong, but the clock and the ending of both differ only where they do."""
    (tmp_path / "nginx.conf").write_text(f"server {{ listen 80; location / {{ auth_basic x; proxy_pass http://a:1; {WS} }} }}\n")
    found = trace(subject(tmp_path / "nginx.conf", version="1.28"), "ws://a/ws", ["Authorization: Basic YTpi"], load(), ON)

    assert "depends" == found.ending.outcome
    assert {"accepted", "refused"} == {end.outcome for _, end in found.branches}
    assert {101, 401} == {end.status for _, end in found.branches}


def test_stream_has_its_own_clock(tmp_path: Path) -> None:
    """Bytes handed on without a look at them idle for ten minutes."""
    end = traced(tmp_path, "nginx.conf", "events {}\nstream { server { listen 80; proxy_pass a:1; } }\n").ending

    assert ("accepted", 600) == (end.outcome, end.idle and end.idle.seconds)


def test_haproxy(tmp_path: Path) -> None:
    """The tunnel's clock, its affinity, and the end after a reload."""
    text = (
        "global\n hard-stop-after 30s\ndefaults\n mode http\n timeout client 30s\n timeout server 50s\n timeout connect 5s\n"
        "frontend f\n bind :80\n default_backend b\nbackend b\n balance source\n server a 10.0.0.1:3000\n server b 10.0.0.2:1\n"
    )
    end = traced(tmp_path, "haproxy.cfg", text).ending

    assert ("accepted", 30, "haproxy.cfg:5") == (end.outcome, end.idle and end.idle.seconds, str(end.idle and end.idle.place))
    assert ("any", "ip", "cuts_after", 30) == (end.idle and end.idle.reset_by, end.affinity, end.reload, end.reload_after_s)


def test_haproxy_without_timeouts(tmp_path: Path) -> None:
    """No clock runs, so none is told."""
    text = "defaults\n mode http\nfrontend f\n bind :80\n default_backend b\nbackend b\n server a 10.0.0.1:3000\n"
    end = traced(tmp_path, "haproxy.cfg", text).ending

    assert ("accepted", None, None) == (end.outcome, end.idle, end.ping_keeps_alive)


def test_lighttpd(tmp_path: Path) -> None:
    """The client's silence counts, and a reload waits eight seconds."""
    text = (
        'server.modules = ( "mod_proxy" )\nserver.document-root = "/srv"\nproxy.header = ( "upgrade" => "enable" )\n'
        'proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => 3000 )) )\n'
    )
    end = traced(tmp_path, "lighttpd.conf", text, version="1.4.69").ending

    assert (60, "from_client", True) == (end.idle and end.idle.seconds, end.idle and end.idle.reset_by, end.ping_keeps_alive)
    assert ("cuts_after", 8) == (end.reload, end.reload_after_s)


def test_squid(tmp_path: Path) -> None:
    """The default clock is read_timeout's, a reload keeps the socket, and what is wrong is refused with Squid's words."""
    text = "http_port 80 accel\ncache_peer app parent 3000 0 originserver\nhttp_access allow all\n"
    end = traced(tmp_path, "squid.conf", text + "http_upgrade_request_protocols websocket allow all\n", version="5.7").ending
    lost = traced(tmp_path, "squid.conf", text + "http_upgrade_request_protocols WebSocket allow all\n").ending
    broken = traced(tmp_path, "squid.conf", text + "http_access allow nobody\n").ending

    assert ("accepted", 900, "any", "keeps") == (
        end.outcome,
        end.idle and end.idle.seconds,
        end.idle and end.idle.reset_by,
        end.reload,
    )
    assert "refused" == lost.outcome
    assert ("invalid_config", "ACL not found: nobody") == (broken.outcome, broken.reason)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("ws://app.example.com", ("http", "app.example.com", 80, "/", "", "app.example.com")),
        ("wss://app.example.com/ws?a=b", ("https", "app.example.com", 443, "/ws", "a=b", "app.example.com")),
        ("https://app.example.com:8443/x", ("https", "app.example.com", 8443, "/x", "", "app.example.com:8443")),
        ("ws://[::1]:80/ws", ("http", "[::1]", 80, "/ws", "", "[::1]")),
        ("WS://App.Example.com/é", ("http", "app.example.com", 80, "/%C3%A9", "", "app.example.com")),
        ("ws://a/ws#part", ("http", "a", 80, "/ws", "", "a")),
        ("ws://a/a%20b", ("http", "a", 80, "/a%20b", "", "a")),
    ],
)
def test_url(url: str, expected: tuple[object, ...]) -> None:
    """What a browser makes of it."""
    request = request_for(url)

    assert expected == (request.scheme, request.host, request.port, request.path, request.query, request.header("Host"))


@pytest.mark.parametrize("url", ["app.example.com/ws", "ftp://a/ws", "ws://", "ws://a:99999/", "ws://a b/", "/ws", ""])
def test_no_url(url: str) -> None:
    """What no browser would open."""
    with pytest.raises(BadOptions):
        request_for(url)


def test_headers() -> None:
    """One that a browser sends itself is replaced, others are added."""
    request = request_for("ws://a/ws", ["Cookie: a=1", "host: b", "X-Empty:"])

    assert ("a=1", "b", "", 1) == (
        request.header("Cookie"),
        request.header("Host"),
        request.header("X-Empty"),
        sum(name.lower() == "host" for name, _ in request.headers),
    )


@pytest.mark.parametrize("header", ["Cookie", ": x", "A B: c", "X: a\nY: b"])
def test_bad_headers(header: str) -> None:
    """Told in a sentence."""
    with pytest.raises(BadOptions) as raised:
        request_for("ws://a/ws", [header])

    assert "--header expects 'Name: value'" in str(raised.value)


def test_text(tmp_path: Path) -> None:
    """Steps with their places, the ending, and what then holds."""
    told = trace_text.render(nginx(tmp_path, f"{WS} proxy_read_timeout 90s;"), width=100)

    assert (
        """\
ws://app.example.com/ws through nginx 1.28.0

  server        nginx.conf:2  takes the request: it is the only server
  location /ws  nginx.conf:2  takes /ws: longest prefix
  proxy_pass    nginx.conf:2  sends /ws to 127.0.0.1:3000

Accepted: the app receives a valid upgrade.
  app gets   GET /ws over HTTP/1.1 at 127.0.0.1:3000
  headers    Host: 127.0.0.1:3000; Upgrade: websocket; Connection: upgrade; Origin:
             http://app.example.com; Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
  idle       90 s (nginx.conf:2); any byte restarts it, so a ping keeps it open
  lifetime   no limit
  message    no limit
  affinity   none
  reload     keeps open sockets
"""
        == told
    )


def test_json_has_the_contract(tmp_path: Path) -> None:
    """Every promised key, whole numbers without a fraction, and branches only where it depends."""
    told = trace_json.content(nginx(tmp_path, WS))
    keys = (
        "outcome status location upstream idle_timeout_s idle_reset_by ping_keeps_alive max_duration_s max_message_bytes affinity"
    )

    assert set(f"{keys} reload reload_after_s steps".split()) <= set(told)
    assert "60" == str(told["idle_timeout_s"])
    assert {"address": "127.0.0.1:3000", "path": "/ws", "scheme": "http", "http_version": "1.1"}.items() <= told[
        "upstream"
    ].items()
    assert "upgrade" == told["upstream"]["headers"]["Connection"]
    assert {"at", "place", "does"} == set(told["steps"][0])
    assert "branches" not in told
    assert {"depends_on", "branches"} <= set(trace_json.content(nginx(tmp_path, UP)))


def test_not_read_is_said(tmp_path: Path) -> None:
    """An include that is a template with branches is named in both outputs."""
    (tmp_path / "more.conf").write_text("{% if x %}\n")
    found = traced(
        tmp_path, "nginx.conf", f"server {{ listen 80; include more.conf; location / {{ proxy_pass http://a:1; {WS} }} }}\n"
    )

    assert ["more.conf"] == [each["file"] for each in trace_json.content(found)["not_read"]]
    assert "more.conf" in trace_text.render(found)
