"""nginx configurations inside scripts: which heredocs are read, where they stand, and what a shell leaves of them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.advise import words
from advisor.deployment import read
from advisor.deployment.heredocs import heredocs
from advisor.deployment.parts import ProxyFiles
from advisor.deployment.templating import eat
from advisor.model import Deployment, Place
from advisor.tree import Tree

SITE = "server {\n  listen 80;\n  location / { proxy_pass http://127.0.0.1:3000; proxy_set_header Host $host; }\n}\n"


def deployed(root: Path, files: dict[str, str]) -> Deployment:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return read(Tree.open(root, words()))


def test_a_script_that_writes_a_site_is_a_hop(tmp_path: Path) -> None:
    """The hop's place is the server block inside the script."""
    found = deployed(tmp_path, {"setup.sh": f"#!/bin/sh\ncat > /etc/nginx/sites-enabled/app <<'EOF'\n{SITE}EOF\n"})

    assert [("nginx", "setup.sh", 3)] == [(hop.platform, hop.place.file, hop.place.line) for hop in found.hops]


@pytest.mark.parametrize(
    ("name", "opening", "eaten"),
    [
        ("quoted", "<<'EOF'", False),
        ("double quoted", '<<"EOF"', False),
        ("backslash", "<<\\EOF", False),
        ("plain", "<<EOF", True),
        ("tabs", "<<-EOF", True),
    ],
)
def test_only_a_plain_delimiter_eats(tmp_path: Path, name: str, opening: str, eaten: bool) -> None:
    """A quoted delimiter keeps every sign."""
    found = deployed(tmp_path, {"setup.sh": f"cat > /etc/nginx/conf.d/app.conf {opening}\n{SITE}EOF\n"})
    config = found.hops[0].config

    assert isinstance(config, ProxyFiles)
    assert eaten is bool(config.eaten)
    assert ("$host" in dict(config.texts)["setup.sh"]) is not eaten
    assert "$host" in dict(config.whole.texts)["setup.sh"]


@pytest.mark.parametrize(
    "text",
    [
        f"cat > notes.txt <<EOF\n{SITE}EOF\n",
        f"cat > /etc/nginx/conf.d/app.conf <<EOF\n{SITE}",
        f"# cat > /etc/nginx/conf.d/app.conf <<EOF\n{SITE}EOF\n",
        "cat > /etc/nginx/conf.d/app.conf <<EOF\nserver_tokens off;\nEOF\n",
    ],
    ids=["another file", "without an end", "comment", "no server"],
)
def test_other_heredocs_are_no_hops(tmp_path: Path, text: str) -> None:
    """What is no site of nginx's makes no hop."""
    assert () == deployed(tmp_path, {"setup.sh": text}).hops


def test_many_openings_without_an_end_take_no_time() -> None:
    """Twenty thousand of them are looked at once each."""
    text = "".join(f"cat > /etc/nginx/a.conf <<E{number}\n" for number in range(20_000))
    began = time.monotonic()

    assert [] == list(heredocs("a.sh", text))
    assert time.monotonic() - began < 2


@given(st.text(alphabet="<EOF'\"\\-\t \n#cat>nginx$", max_size=200))
def test_no_text_raises(text: str) -> None:
    """Whatever stands there, the places are lines of the text."""
    for each in heredocs("a.sh", text):
        assert each.place == Place("a.sh", each.place.line, each.place.column)
        assert 1 <= each.place.line <= text.count("\n") + 1


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("proxy_pass http://${BACKEND}$request_uri;", "proxy_pass http://${BACKEND};"),
        ("${DOLLAR}host ${PORT}", "$host ${PORT}"),
        ("$$ 5$ ${} plain", "$$ 5$ ${} plain"),
    ],
)
def test_what_is_eaten(text: str, left: str) -> None:
    """Names in capitals are the template's own; the rest goes."""
    assert left == eat(text)


def test_a_script_speaks_of_the_template_it_names(tmp_path: Path) -> None:
    """Another nginx.conf of the same name elsewhere stays whole."""
    compose = (
        "services:\n  web:\n    image: nginx\n    command: sh -c 'envsubst < /tmp/nginx.conf > /etc/nginx/conf.d/default.conf'\n"
    )
    files = {
        "one/compose.yaml": f"{compose}    volumes: ['./nginx.conf:/tmp/nginx.conf']\n",
        "one/nginx.conf": SITE,
        "two/compose.yaml": "services:\n  web:\n    image: nginx\n    volumes: ['./nginx.conf:/etc/nginx/conf.d/default.conf']\n",
        "two/nginx.conf": SITE,
    }
    found = deployed(tmp_path, files)
    eaten = {hop.place.file: bool(hop.config.eaten) for hop in found.hops if isinstance(hop.config, ProxyFiles)}

    assert {True, False} == set(eaten.values())
    assert [file for file, is_eaten in eaten.items() if is_eaten and file.startswith("two/")] == []


USER_DATA = """resource "aws_instance" "web" {
  user_data = <<-EOF
    #!/bin/bash
    apt-get install -y nginx
    cat > /etc/nginx/conf.d/app.conf <<'NGINX'
    server {
      listen 80;
      location / { proxy_pass http://127.0.0.1:3000; proxy_set_header Host $host; }
    }
    NGINX
    systemctl restart nginx
  EOF
}
"""
CLOUD_CONFIG = """#cloud-config
packages: [nginx]
write_files:
  - path: /etc/nginx/sites-enabled/app
    content: |
      server {
        listen 80;
        location / { proxy_pass http://127.0.0.1:3000; }
      }
  - path: /etc/motd
    content: hello
runcmd:
  - systemctl restart nginx
"""
INDENTED = "".join(f"    {line}\n" if line else "\n" for line in CLOUD_CONFIG.splitlines())


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("infra/main.tf", USER_DATA, 6),
        ("infra/user_data.tftpl", CLOUD_CONFIG, 6),
        ("cloud-init.yaml", CLOUD_CONFIG, 6),
        ("infra/vm.tf", f'resource "hcloud_server" "web" {{\n  user_data = <<-EOT\n{INDENTED}  EOT\n}}\n', 8),
    ],
    ids=["script in Terraform", "template", "cloud-init", "cloud-init in Terraform"],
)
def test_what_a_machine_is_set_up_with(tmp_path: Path, file: str, text: str, line: int) -> None:
    """The server block inside user data, at its own line, with nothing eaten."""
    found = [hop for hop in deployed(tmp_path, {file: text}).hops if hop.platform == "nginx"]

    assert [(file, line)] == [(hop.place.file, hop.place.line) for hop in found]
    assert [()] == [hop.config.eaten for hop in found if isinstance(hop.config, ProxyFiles)]


@pytest.mark.parametrize(
    "text", ["#cloud-config\nwrite_files: [\n", "#cloud-config\nwrite_files:\n  - proxy_pass\n", "#cloud-config\n"]
)
def test_broken_user_data_is_no_hop(tmp_path: Path, text: str) -> None:
    """What is no list of files writes none."""
    assert () == deployed(tmp_path, {"cloud-init.yaml": f"{text}# proxy_pass\n"}).hops
