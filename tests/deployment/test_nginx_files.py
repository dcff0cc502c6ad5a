"""nginx files without an image: which are one, what belongs together, and what is not nginx."""

from __future__ import annotations

import pytest

from tests.deployment.reading import chosen, hops, read

SERVER = "server {\n  listen 80;\n  server_name %s;\n  location / { proxy_pass http://127.0.0.1:3000; }\n}\n"
MAIN = "events {}\nhttp {\n  include %s;\n  server {\n    location / { proxy_pass http://a; }\n  }\n}\n"


@pytest.mark.parametrize(
    "path",
    [
        "nginx.conf",
        "deploy/nginx/default.conf",
        "sites-available/example.com",
        "default.conf.template",
        "ops/site.nginx",
        "nginx.conf.j2",
        "config/proxy",
        "conf/vhost.tpl",
        "nginx.conf.prod",
    ],
)
def test_any_name(path: str) -> None:
    """A file that reads as nginx is a hop whatever its name; its place is the server block."""
    hop = hops({path: "# front\n" + SERVER % "a.example"})["nginx"]

    assert (f"{path}:2", "strong", (path,)) == (str(hop.place), hop.certainty, hop.config.members)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("README.md", "```nginx\n" + SERVER % "a" + "```\n", id="fenced in a document"),
        pytest.param("deploy.sh", "cat > x <<EOF\n" + SERVER % "a" + "EOF\n", id="inside a script"),
        pytest.param("nginx.conf.bak", SERVER % "a", id="leftover"),
        pytest.param("nginx.conf", "# " + (SERVER % "a").replace("\n", "\n# "), id="commented out"),
        pytest.param("haproxy.conf", "backend b\n  server a 1.2.3.4:80\n# server_name proxy_pass\n", id="another program's"),
        pytest.param("snippets/ws.conf", "proxy_set_header Upgrade $http_upgrade;\n", id="a snippet alone"),
    ],
)
def test_what_is_no_nginx_hop(path: str, text: str) -> None:
    """Quoted, commented and left-over configuration is no hop that is deployed."""
    assert [] == [hop for hop in read({path: text}).hops if hop.platform == "nginx" and hop.scope != "documentation"]


def test_main_file_takes_its_includes() -> None:
    """A main file, what it includes by absolute path, and snippets included by those are one hop."""
    files = {
        "nginx/nginx.conf": MAIN % "/etc/nginx/conf.d/*.conf",
        "nginx/conf.d/a.conf": (SERVER % "a").replace("location", "include snippets/ws.conf;\n  location"),
        "nginx/conf.d/b.conf": SERVER % "b",
        "nginx/snippets/ws.conf": "proxy_set_header Upgrade $http_upgrade;\n",
    }
    found = [hop.config for hop in read(files).hops]

    assert 1 == len(found)
    assert "nginx/nginx.conf" == found[0].main
    assert {"nginx/conf.d/a.conf", "nginx/conf.d/b.conf", "nginx/snippets/ws.conf"} == set(found[0].members)
    assert ("nginx/conf.d/a.conf", "nginx/conf.d/b.conf") == found[0].glob("/etc/nginx/conf.d/*.conf")


def test_servers_of_one_directory_belong_together() -> None:
    """Files that serve different names are one nginx; two that serve the same port and name are alternatives."""
    together = {"conf/a.conf": SERVER % "a", "conf/b.conf": SERVER % "b"}
    apart = {"conf/http.conf": SERVER % "a", "conf/other.conf": SERVER % "a"}

    assert [("conf/a.conf", "conf/b.conf")] == [hop.config.members for hop in read(together).hops]
    assert [("conf/http.conf",), ("conf/other.conf",)] == [hop.config.members for hop in read(apart).hops]


def test_directories_that_nginx_reads_as_a_whole() -> None:
    """In conf.d all files are read, also where two name the same server."""
    files = {"conf.d/a.conf": SERVER % "a", "conf.d/b.conf": SERVER % "a"}

    assert [("conf.d/a.conf", "conf.d/b.conf")] == [hop.config.members for hop in read(files).hops]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("nginx.conf", ("production", "production")),
        ("deploy/staging/nginx.conf", ("production", "staging")),
        ("dev/nginx.conf", ("development", "development")),
        ("docs/nginx.conf", ("documentation", "production")),
        ("examples/x/nginx.conf", ("example", "production")),
        ("tests/nginx.conf", ("test", "test")),
    ],
)
def test_scope_and_environment(path: str, expected: tuple[str, str]) -> None:
    """Folders tell production from staging, development, examples, documents and tests."""
    assert expected == chosen({path: SERVER % "a"})[path]


def test_file_used_by_a_development_compose_file_is_for_development() -> None:
    """Where only a development file mounts a configuration, it is not production's."""
    files = {
        "compose.dev.yml": "services:\n  p: {image: nginx, volumes: ['./nginx.conf:/etc/nginx/nginx.conf']}\n",
        "nginx.conf": MAIN % "mime.types",
    }

    assert ["development"] == [hop.scope for hop in read(files).hops]


def test_template_with_branches_is_said() -> None:
    """A template whose branches another program chooses cannot be read, and is named."""
    found = read({"nginx.conf.j2": "{% if tls %}\n" + SERVER % "a" + "{% endif %}\n"})

    assert ["nginx.conf.j2"] in ([], [note.file for note in found.not_read]) or not found.hops
