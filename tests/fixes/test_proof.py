"""The proof: what does not settle its finding, makes anything worse or touches more than the socket is no fix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from advisor import fixes as package
from advisor.advise import advise, words
from advisor.fixes.candidate import Candidate
from advisor.fixes.prove import Fixes, fixes
from advisor.fixes.text import Text
from advisor.model import Finding
from advisor.options import Options
from advisor.rules.scan import Scan
from advisor.tree import Tree
from tests.rules.test_rules import AS_OF, HERE

SERVER = """\
const http = require("http");
const { WebSocketServer } = require("ws");
const server = http.createServer((request, response) => response.end("page"));
const wss = new WebSocketServer({ server, path: "/ws" });
wss.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
server.listen(3000);
"""
OPTIONS = Options(as_of=AS_OF)


def repository(nginx: str) -> dict[str, str]:
    return {"nginx.conf": nginx, "server.js": SERVER, "package.json": '{"dependencies": {"ws": "8.18.0"}}'}


def server(*lines: str) -> str:
    return "\n".join(["server {", "    listen 80;", *(f"    {line}" for line in lines), "}", ""])


def fixed(files: dict[str, str], *, unsafe: bool = False) -> Fixes:
    return fixes(Tree.of(files, words()), OPTIONS, unsafe=unsafe)


def nginx_after(files: dict[str, str], *, unsafe: bool = False) -> str:
    return {path: after for path, _, after in fixed(files, unsafe=unsafe).files}.get("nginx.conf", "")


PLAIN = server("location / {", "    proxy_pass http://127.0.0.1:3000;", "}")


# ---------------------------------------------------------------- whoever offers it


def offering(monkeypatch: pytest.MonkeyPatch, edit: str, *, safe: bool = True) -> Fixes:
    """The fixes where the one writer there is puts a line in front of nginx's location for every finding."""

    def candidates(scan: Scan, finding: Finding) -> Iterator[Candidate]:
        text = Text("nginx.conf", scan.tree.text("nginx.conf") or "")
        at = next(number for number in range(1, text.count + 1) if "location / {" in text.line(number))
        yield Candidate((text.insert_lines(at, edit.split("\n")),), safe, "puts a line in")

    monkeypatch.setattr(package, "writers", lambda: (candidates,))
    return fixes(Tree.of(repository(PLAIN), words()), replace(OPTIONS, select=("WS101",)))


OWN = (
    "location /ws {\n    proxy_pass http://127.0.0.1:3000;\n    proxy_http_version 1.1;\n"
    '    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection "upgrade";\n    proxy_read_timeout 1h;\n}'
)


@pytest.mark.parametrize(
    ("name", "edit", "because"),
    [
        ("does nothing", "# here", "WS101 would still be found"),
        ("breaks the file", "}", "would"),
        ("refuses the socket", "location /ws {\n    return 403;\n}", "would"),
        ("leads elsewhere", "location /ws {\n    proxy_pass http://127.0.0.1:9999;\n}", "would"),
        ("changes pages as well", f"proxy_set_header X-A b;\n{OWN}", "an ordinary request for / would be treated differently"),
    ],
)
def test_a_bad_edit_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, edit: str, because: str) -> None:
    """The file stays as it is, and the reason is told."""
    found = offering(monkeypatch, edit)

    assert () == found.files
    assert [True] == [because in left.because or left.unsafe for left in found.left]


def test_a_good_edit_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same way of offering, with what settles the finding."""
    found = offering(monkeypatch, OWN)

    assert ["WS101"] == [each.finding.rule for each in found.fixed]
    assert () == found.left


# ---------------------------------------------------------------- nginx


def test_the_fix_hands_websocket_on_and_nothing_else() -> None:
    """Where the server takes any upgrade, both the lost upgrade and the one that is too wide are settled."""
    case = HERE / "WS101" / "bad-behind-it-hypercorn-takes-any-upgrade"
    files = {path.relative_to(case).as_posix(): path.read_text() for path in case.rglob("*") if path.is_file()}
    after = {path: text for path, _, text in fixed(files).files}
    report = advise(Tree.of({**files, **after}, words()), OPTIONS)

    assert "map $http_upgrade $socket_upgrade" in after["nginx.conf"]
    assert set() == {"WS101", "WS605"} & {finding.rule for finding in report.findings}


@pytest.mark.parametrize(
    "guard",
    ['auth_basic "Board";', "allow 10.0.0.0/8;", "limit_req zone=a burst=5;", "auth_request /check;", "client_max_body_size 2m;"],
)
def test_what_guards_the_old_location_guards_the_new_one(guard: str) -> None:
    """A location of its own inherits nothing from the one beside it."""
    zone = "limit_req_zone $binary_remote_addr zone=a:1m rate=100r/s;\n"
    after = nginx_after(repository(zone + server("location / {", f"    {guard}", "    proxy_pass http://127.0.0.1:3000;", "}")))

    assert after == "" or 2 == after.count(guard)
    assert after or "auth" in guard or "allow" in guard


def test_a_condition_in_the_old_location_asks_for_a_review() -> None:
    """What an ``if`` does there would not be done in the new one."""
    files = repository(server("location / {", "    if ($http_x) { return 403; }", "    proxy_pass http://127.0.0.1:3000;", "}"))

    assert "" == nginx_after(files)
    assert [True] == [left.unsafe for left in fixed(files).left if left.finding.rule == "WS101"]
    assert "location /ws {" in nginx_after(files, unsafe=True)


def test_a_shared_location_is_left_alone() -> None:
    """The location that pages take is not changed by a safe fix, to the letter."""
    after = nginx_after(repository(PLAIN))

    assert PLAIN.partition("    location / {")[2] == after.partition("    location / {")[2]


def test_comments_and_odd_layout_stay() -> None:
    """Tabs, comments and what stands on one line stay as they are; the comment above a location stays above it."""
    text = (
        "server {\n\tlisten 80; # plain\n\n\t# pages\n\t# and the rest\n\tlocation / { proxy_pass http://127.0.0.1:3000; }\n}\n"
    )
    after = nginx_after(repository(text))

    assert (
        "\t# pages\n\t# and the rest\n\tlocation / { proxy_pass http://127.0.0.1:3000; }\n}\n"
        == after[after.index("\t# pages") :]
    )
    assert "\tlocation /ws {\n\t\tproxy_pass http://127.0.0.1:3000;\n" in after


def test_a_block_on_one_line_stays_on_it() -> None:
    """The socket's own location gets its lines where it has them."""
    after = nginx_after(repository(server("location /ws { proxy_pass http://127.0.0.1:3000; }")))
    line = next(line for line in after.split("\n") if "location" in line)

    assert line.startswith("    location /ws { proxy_pass http://127.0.0.1:3000; proxy_http_version 1.1;")
    assert line.endswith("}")


def test_an_included_file_is_not_changed_for_one_location() -> None:
    """Headers that an included file sets hold for others as well; the location beside it says its own."""
    files = repository(server("location / {", "    include proxy.inc;", "    proxy_pass http://127.0.0.1:3000;", "}"))
    files["proxy.inc"] = "proxy_set_header Host $host;\nproxy_set_header X-Real-IP $remote_addr;\n"
    found = fixed(files)

    assert ["nginx.conf"] == [path for path, _, _ in found.files]
    assert "proxy_set_header X-Real-IP $remote_addr;" in found.files[0][2]
