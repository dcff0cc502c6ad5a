"""Apache's and Caddy's files: which are one, what belongs together, what an image enables, and what gives way to a container."""

from __future__ import annotations

import pytest

from tests.deployment.reading import hops, read

SITE = "<VirtualHost *:80>\n  ServerName %s\n  ProxyPass / http://127.0.0.1:3000/\n</VirtualHost>\n"
CADDY = "%s {\n\treverse_proxy 127.0.0.1:3000\n}\n"


@pytest.mark.parametrize("path", ["apache/chat.conf", "sites-available/chat", "deploy/vhost.conf.example"])
def test_a_site_of_any_name(path: str) -> None:
    """It stands under the shipped main file; its place is the line that hands on."""
    hop = hops({path: SITE % "a"})["apache-httpd"]

    assert (f"{path}:3", None, (path,)) == (str(hop.place), hop.config.main, hop.config.members)


@pytest.mark.parametrize("path", ["README.md", "docs/apache.html", ".htaccess", "setup.sh"])
def test_what_is_no_apache_file(path: str) -> None:
    """Documents and scripts quote such lines; a .htaccess belongs to its directory alone."""
    assert "apache-httpd" not in hops({path: SITE % "a"})


def test_sites_of_one_directory_are_one_server() -> None:
    """Those of a folder that httpd reads as a whole; a redirecting host belongs to it too."""
    plain = "<VirtualHost *:80>\n  Redirect / https://a/\n</VirtualHost>\n"
    hop = hops({"sites-enabled/a.conf": SITE % "a", "sites-enabled/z.conf": plain})["apache-httpd"]

    assert ("sites-enabled/a.conf", "sites-enabled/z.conf") == hop.config.members


def test_a_main_file_takes_what_it_includes() -> None:
    """Its parts are no server of their own."""
    found = read({"conf/httpd.conf": "Listen 80\nIncludeOptional conf.d/*.conf\n", "conf/conf.d/a.conf": SITE % "a"}).hops

    assert ["conf/httpd.conf"] == [hop.config.main for hop in found]


def test_modules_that_an_image_enables_are_lines_of_the_dockerfile() -> None:
    """With what Debian enables along, at the line that says so."""
    dockerfile = "FROM debian:12\nRUN apt-get install -y apache2 \\\n  && a2enmod proxy_http rewrite\n"
    dockerfile += "COPY a.conf /etc/apache2/sites-available/\n"
    dockerfile += 'CMD ["apache2ctl", "-D", "FOREGROUND"]\n'
    hop = hops({"Dockerfile": dockerfile, "a.conf": SITE % "a"})["apache-httpd"]
    lines = dict(hop.config.texts)["Dockerfile"].splitlines()

    assert ["", "", "LoadModule proxy_module modules/mod_proxy.so"] == lines[:3]
    assert ("a.conf",) == hop.config.glob("/etc/apache2/sites-enabled/*")


def test_a_container_that_installs_apache_is_a_hop() -> None:
    """A service whose image is built on a plain base and starts the program."""
    dockerfile = "FROM debian:12\nRUN a2enmod proxy_http\nCOPY a.conf /etc/apache2/sites-enabled/a.conf\n"
    dockerfile += 'CMD ["apachectl", "-DFOREGROUND"]\n'
    compose = "services:\n  web:\n    build: ./web\n    ports: ['80:80']\n"
    found = read({"compose.yaml": compose, "web/Dockerfile": dockerfile, "web/a.conf": SITE % "a"})

    assert [("apache-httpd", "web", None)] == [(hop.platform, hop.name, hop.version) for hop in found.hops]
    assert () == found.processes


@pytest.mark.parametrize("path", ["Caddyfile", "deploy/Caddyfile.prod", "chat.caddy"])
def test_a_caddyfile_of_any_name(path: str) -> None:
    """It is the main file."""
    assert path == hops({path: CADDY % "a.com"})["caddy"].config.main


def test_a_part_of_a_caddyfile_is_no_server() -> None:
    """It begins with a directive, and another file imports it."""
    found = read({"Caddyfile": "a.com {\n\timport parts/*\n}\n", "parts/app.caddy": "reverse_proxy app:1\n"}).hops

    assert ["Caddyfile"] == [hop.config.main for hop in found if hop.platform == "caddy"]


@pytest.mark.parametrize(
    ("image", "path", "platform"),
    [("caddy:2.8", "/etc/caddy/Caddyfile", "caddy"), ("httpd:2.4.62", "/usr/local/apache2/conf/httpd.conf", "apache-httpd")],
)
def test_a_mounted_file_is_what_the_container_reads(image: str, path: str, platform: str) -> None:
    """And the version is the image's."""
    text = CADDY % ":80" if platform == "caddy" else "Listen 80\n" + SITE % "a"
    compose = f"services:\n  web:\n    image: {image}\n    volumes: ['./conf:{path}:ro']\n"
    found = read({"compose.yaml": compose, "conf": text}).hops

    assert [(platform, "conf", image.split(":")[1])] == [(hop.platform, hop.config.main, hop.version) for hop in found]


def test_variables_of_a_caddyfile_come_from_its_container() -> None:
    """Those that it asks for, and no secret."""
    compose = "services:\n  web:\n    image: caddy:2\n    environment: {SITE: a.com, OTHER: b, ACME_TOKEN: c}\n"
    compose += "    volumes: ['./Caddyfile:/etc/caddy/Caddyfile']\n"
    hop = hops({"compose.yaml": compose, "Caddyfile": CADDY % "{$SITE:localhost}" + "# {$ACME_TOKEN}\n"})["caddy"]

    assert (("SITE", "a.com"),) == hop.config.variables
