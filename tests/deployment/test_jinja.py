"""Templates of Ansible: what literal variables decide, what stays open, and that lines stay where they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.deployment.jinja import destination, rendered
from advisor.deployment.parts import ProxyFiles
from advisor.model import Place
from advisor.tree import Tree
from tests.deployment.reading import read

TEMPLATE = "roles/web/templates/app.conf.j2"
DEFAULTS = "roles/web/defaults/main.yml"
CASES = {
    "name": ("a {{ port }};", "port: 3000", "a 3000;"),
    "default": ("a {{ port | default(8080) }};", "", "a 8080;"),
    "default that is overruled": ("a {{ port | default(8080) }};", "port: 3000", "a 3000;"),
    "member": ("a {{ app.port }};", "app: {port: 3000}", "a 3000;"),
    "name in a name": ("a {{ url }};", "url: 'http://{{ host }}'\nhost: b", "a http://b;"),
    "branch that is taken": ("{% if tls %}\na;\n{% else %}\nb;\n{% endif %}", "tls: true", "\na;\n\n\n"),
    "branch that is not": ("{% if tls | bool %}\na;\n{% else %}\nb;\n{% endif %}", "tls: false", "\n\n\nb;\n"),
    "comparison": ("{% if mode == 'live' and tls %}a;{% endif %}", "mode: live\ntls: true", "a;"),
    "branch within": ("{% if a %}{% if not b %}x;{% endif %}{% endif %}", "a: true\nb: false", "x;"),
    "loop": ("u {\n{% for s in list %}\n server {{ s.host }};\n{% endfor %}\n}", "list: [{host: a}, {host: b}]", None),
    "open branch": ("{% if tls %}a;{% endif %}", "", "{% if tls %}a;{% endif %}"),
    "secret": ("a {{ api_token }};", "api_token: planted", "a {{ api_token }};"),
    "comment": ("{# one\ntwo #}a;", "", "\na;"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_literals_decide(case: tuple[str, str, str | None]) -> None:
    """Each in the place where it was, without a line more or less."""
    template, defaults, wanted = case
    found = rendered(Tree.of({TEMPLATE: template, DEFAULTS: defaults}), TEMPLATE)

    assert found is not None
    assert template.count("\n") == found.text.count("\n")
    assert wanted in (found.text, None)
    if wanted is None:
        assert "server a;" in " ".join(found.text.split())
        assert "server b;" in " ".join(found.text.split())


def test_variables_of_all_hosts_come_before_a_roles_defaults() -> None:
    """As Ansible has it; a vault is not read."""
    files = {TEMPLATE: "{{ port }} {{ x }}", DEFAULTS: "port: 1\nx: 2", "group_vars/all.yml": "port: 3000"}
    files["group_vars/all/vault.yml"] = "$ANSIBLE_VAULT;1.1;AES256\n333"

    assert "3000 2" == getattr(rendered(Tree.of(files), TEMPLATE), "text", None)


def test_a_role_is_a_hop() -> None:
    """The server block at its own line, with the port in it, where it is put, and what stays open."""
    files = {
        TEMPLATE: "# {{ ansible_managed }}\n{% if tls %}\nserver { listen 443 ssl; }\n{% endif %}\n"
        "server {\n  server_name {{ domain }};\n  location / { proxy_pass http://127.0.0.1:{{ port }}; }\n}\n",
        DEFAULTS: "port: 3000\ntls: false\n",
        "roles/web/tasks/main.yml": "- name: site\n  template:\n    src: app.conf.j2\n    dest: /etc/nginx/conf.d/app.conf\n",
    }
    hop = next(hop for hop in read(files).hops)

    assert ("nginx", Place(TEMPLATE, 5, 1).line) == (hop.platform, hop.place.line)
    assert isinstance(hop.config, ProxyFiles)
    assert "proxy_pass http://127.0.0.1:3000;" in dict(hop.config.texts)[TEMPLATE]
    assert (
        "that roles/web/tasks/main.yml:3 puts to /etc/nginx/conf.d/app.conf; domain is left open by its template" in hop.because
    )
    assert ("/etc/nginx/conf.d/app.conf", Place("roles/web/tasks/main.yml", 3)) == destination(Tree.of(files), TEMPLATE)


def test_a_template_that_is_open_is_said() -> None:
    """A branch on what no file shows is not guessed."""
    found = read({TEMPLATE: "{% if tls %}\nserver { location / { proxy_pass http://a; } }\n{% endif %}\n"})

    assert ((), [TEMPLATE]) == (found.hops, [note.file for note in found.not_read])


@given(st.text(alphabet="{}%# ifelsndor|'=._-\n", max_size=200))
def test_no_text_raises(text: str) -> None:
    """Whatever stands there, the number of lines stays."""
    found = rendered(Tree.of({TEMPLATE: text, DEFAULTS: "f: [1, 2]\ne: true"}), TEMPLATE)

    assert found is None or found.text.count("\n") == text.count("\n")
