"""CONFIG of a trace is the proxy that a person means, with what its directory tells beside it, and nothing outside of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from advisor.options import BadOptions
from advisor.subject import Subject, subject

SERVER = "server { listen 80; location /ws { proxy_pass http://app:3000; } }\n"
MAIN = "events {}\nhttp { include /etc/nginx/conf.d/*.conf; }\n"
HAPROXY = "defaults\n mode http\nfrontend f\n bind :80\n default_backend b\nbackend b\n server s app:3000\n"
LIGHTTPD = 'server.modules = ( "mod_proxy" )\nserver.document-root = "/srv"\n'


def tree(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def found(root: Path, files: Mapping[str, str], at: str = "", **options: str) -> Subject:
    return subject(tree(root, files) / at, **options)


@pytest.mark.parametrize(
    ("files", "at", "platform", "read"),
    [
        pytest.param({"nginx.conf": SERVER}, "", "nginx", ["nginx.conf"], id="directory, usual name"),
        pytest.param({"nginx.conf": SERVER}, "nginx.conf", "nginx", ["nginx.conf"], id="file"),
        pytest.param({"edge.conf": SERVER}, "edge.conf", "nginx", ["edge.conf"], id="file of another name"),
        pytest.param(
            {"nginx.conf": MAIN, "conf.d/a.conf": SERVER}, "", "nginx", ["nginx.conf", "conf.d/a.conf"], id="absolute include"
        ),
        pytest.param(
            {"nginx.conf": MAIN, "conf.d/a.conf": SERVER},
            "nginx.conf",
            "nginx",
            ["nginx.conf", "conf.d/a.conf"],
            id="absolute include of a file",
        ),
        pytest.param({"conf.d/a.conf": SERVER, "conf.d/b.conf": ""}, "", "nginx", ["conf.d/a.conf"], id="shipped main file"),
        pytest.param({"sites-enabled/app": SERVER}, "", "nginx", ["sites-enabled/app"], id="sites-enabled"),
        pytest.param(
            {"conf.d/a.conf": "include snippets/ws.conf;\n" + SERVER, "snippets/ws.conf": "# nothing\n"},
            "conf.d/a.conf",
            "nginx",
            ["conf.d/a.conf", "snippets/ws.conf"],
            id="file below the root",
        ),
        pytest.param({"haproxy.cfg": HAPROXY}, "", "haproxy", ["haproxy.cfg"], id="haproxy"),
        pytest.param({"lb.txt": HAPROXY}, "lb.txt", "haproxy", ["lb.txt"], id="haproxy by its text"),
        pytest.param({"lighttpd.conf": LIGHTTPD}, "", "lighttpd", ["lighttpd.conf"], id="lighttpd"),
        pytest.param(
            {
                "compose.yml": "services:\n  edge:\n    image: openresty/openresty:1.27.1.2-alpine\n    volumes:\n"
                "      - ./edge.conf:/etc/nginx/conf.d/default.conf\n",
                "edge.conf": SERVER,
            },
            "",
            "openresty",
            ["edge.conf"],
            id="openresty by its image",
        ),
        pytest.param({"squid.conf": "http_port 80 accel\n"}, "", "squid", ["squid.conf"], id="squid"),
        pytest.param({"deploy/nginx/site.conf": SERVER}, "", "nginx", ["deploy/nginx/site.conf"], id="somewhere in a repository"),
    ],
)
def test_what_is_meant(tmp_path: Path, files: dict[str, str], at: str, platform: str, read: list[str]) -> None:
    """By its usual name, by what an image reads, by its text."""
    one = found(tmp_path, files, at)

    assert (platform, read) == (one.hop.platform, list(one.config.files))


def test_a_compose_file_tells_which_file_and_version(tmp_path: Path) -> None:
    """What a container mounts counts, not what merely lies there."""
    compose = "services:\n  web:\n    image: nginx:1.27\n    volumes: ['./edge.conf:/etc/nginx/conf.d/default.conf']\n"
    one = found(tmp_path, {"compose.yaml": compose, "edge.conf": SERVER, "nginx.conf": "# an old one\n"})

    assert (["edge.conf"], "1.27") == (list(one.config.files), one.hop.version)


def test_a_dockerfile_tells_the_version(tmp_path: Path) -> None:
    """Also where it copies nothing that could be read."""
    one = found(tmp_path, {"Dockerfile": "FROM haproxy:2.9\n", "haproxy.cfg": HAPROXY})

    assert "2.9" == one.hop.version


def test_the_version_asked_for_wins(tmp_path: Path) -> None:
    """A person knows better than a tag."""
    one = found(
        tmp_path, {"Dockerfile": "FROM nginx:1.27\nCOPY nginx.conf /etc/nginx/nginx.conf\n", "nginx.conf": SERVER}, version="1.30"
    )

    assert ("1.30", False) == (one.hop.version, one.hop.floating)


def test_a_moving_tag_is_told_as_such(tmp_path: Path) -> None:
    """Its version is the one of the day."""
    assert found(tmp_path, {"Dockerfile": "FROM nginx:latest\n", "nginx.conf": SERVER}).hop.floating


def test_compose_fills_in_a_template(tmp_path: Path) -> None:
    """The service's variables reach the configuration."""
    compose = (
        "services:\n  web:\n    image: nginx:1.27\n    environment: {UPSTREAM: 'app:3000'}\n"
        "    volumes: ['./default.conf.template:/etc/nginx/templates/default.conf.template']\n"
    )
    template = SERVER.replace("app:3000", "${UPSTREAM}")

    assert (("UPSTREAM", "app:3000"),) == found(
        tmp_path, {"compose.yaml": compose, "default.conf.template": template}
    ).environment


def test_kind_chooses(tmp_path: Path) -> None:
    """In a directory of two programs, and for a file whose name tells nothing."""
    files = {"nginx.conf": SERVER, "haproxy.cfg": HAPROXY}

    assert "haproxy" == found(tmp_path, files, kind="haproxy").hop.platform
    assert "nginx" == found(tmp_path, files, kind="nginx").hop.platform


@pytest.mark.parametrize(
    ("files", "at", "options", "said"),
    [
        pytest.param({"a.txt": "hello"}, "a.txt", {}, "--kind says whose it is", id="unknown file"),
        pytest.param({"a.txt": "hello"}, "", {}, "no proxy's configuration", id="nothing in the directory"),
        pytest.param({"nginx.conf": SERVER}, "", {"kind": "haproxy"}, "no configuration of haproxy", id="none of that kind"),
        pytest.param({"nginx.conf": SERVER}, "", {"kind": "ngnix"}, "Did you mean 'nginx'?", id="unknown kind"),
        pytest.param({"nginx.conf": "{% if x %}\n"}, "nginx.conf", {}, "cannot be read", id="template with branches"),
        pytest.param(
            {"a/site.conf": SERVER, "b/site.conf": SERVER.replace("/ws", "/x")},
            "",
            {},
            "a/site.conf, b/site.conf",
            id="two alike",
        ),
    ],
)
def test_mistakes_are_told(tmp_path: Path, files: dict[str, str], at: str, options: dict[str, str], said: str) -> None:
    """In a sentence that says what to do."""
    with pytest.raises(BadOptions) as raised:
        found(tmp_path, files, at, **options)

    assert said in str(raised.value)


def test_nothing_outside_is_read(tmp_path: Path) -> None:
    """Neither an include upwards nor a link leads out of the directory."""
    (tmp_path / "outside.conf").write_text("server { listen 99; }\n")
    root = tree(
        tmp_path / "root", {"nginx.conf": "include ../outside.conf;\ninclude link.conf;\ninclude down/x.conf;\n" + SERVER}
    )
    (root / "link.conf").symlink_to(tmp_path / "outside.conf")
    (root / "down").symlink_to(tmp_path)

    for at in (root, root / "nginx.conf"):
        assert ["nginx.conf"] == list(subject(at).config.files)


def test_links_inside_are_followed(tmp_path: Path) -> None:
    """sites-enabled is made of links."""
    root = tree(tmp_path, {"nginx.conf": "include sites-enabled/*;\n", "sites-available/app": SERVER})
    (root / "sites-enabled").mkdir()
    (root / "sites-enabled" / "app").symlink_to(root / "sites-available" / "app")

    for at in (root, root / "nginx.conf"):
        assert ["nginx.conf", "sites-enabled/app"] == list(subject(at).config.files)
