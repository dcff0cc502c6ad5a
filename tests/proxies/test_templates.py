"""What envsubst and a shell's heredoc leave of an nginx configuration, and what nginx says to it; against what the scan says."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from advisor.deployment.heredocs import heredocs
from advisor.deployment.templating import eat
from advisor.model import Forward, Invalid, Outcome, handshake
from advisor.proxies.nginx import load, trace
from tests.proxies.nginx_program import Program, programs

FOUND = programs()
HAS_ENVSUBST = shutil.which("envsubst") is not None
REQUIRED = os.environ.get("WSADVISE_PROXIES") == "require"
needs_nginx = pytest.mark.skipif(not FOUND and not REQUIRED, reason="no nginx here")
needs_envsubst = pytest.mark.skipif(not HAS_ENVSUBST and not REQUIRED, reason="no envsubst here")
VERSIONS = pytest.mark.parametrize("program", FOUND or [None], ids=lambda program: program.version if program else "missing")

WRITTEN = """server {
    listen 127.0.0.1:8080;
    server_name ${DOMAIN};
    location /ws {
        proxy_pass http://127.0.0.1:3000;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_set_header Host "$host";
    }
}
"""
TEMPLATES = {
    "naive": WRITTEN,
    "quoted values": WRITTEN.replace("$http_upgrade", '"$http_upgrade"'),
    "map": "map $http_upgrade $connection_upgrade { default upgrade; '' close; }\n" + WRITTEN,
    "dollar": WRITTEN.replace("$http_upgrade", "${DOLLAR}http_upgrade").replace("$host", "${DOLLAR}host"),
}


def through_envsubst(text: str) -> str:
    variables = {"PATH": os.environ["PATH"], "DOMAIN": "chat.example.com", "DOLLAR": "$"}
    return subprocess.run(["envsubst"], input=text, env=variables, capture_output=True, text=True, check=True).stdout


def started(program: Program, text: str, folder: Path) -> str | None:
    """Why ``nginx -t`` refuses the text, as its first complaint; ``None`` where it takes it."""
    (folder / "logs").mkdir(exist_ok=True)
    (folder / "nginx.conf").write_text(f"pid {folder}/pid; events {{}} http {{ access_log off; {text} }}")
    command = [program.path, "-t", "-p", str(folder), "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    complaint = next((line for line in done.stderr.splitlines() if "[emerg]" in line), None)
    return complaint.partition("[emerg] ")[2].rpartition(" in ")[0] if complaint else None


def said(text: str, version: str) -> Outcome:
    return trace(
        load("site.conf", {"site.conf": text}.get, lambda pattern: []),
        handshake("ws", "chat.example.com", "/ws", port=8080),
        version,
    )


@needs_envsubst
@pytest.mark.parametrize("text", TEMPLATES.values(), ids=TEMPLATES.keys())
def test_envsubst_leaves_what_is_told(text: str) -> None:
    """With the template's own placeholder filled in, the two texts are the same."""
    assert through_envsubst(text) == eat(text).replace("${DOMAIN}", "chat.example.com")


@needs_envsubst
@needs_nginx
@VERSIONS
@pytest.mark.parametrize("text", TEMPLATES.values(), ids=TEMPLATES.keys())
def test_nginx_says_to_it_what_the_trace_says(program: Program | None, text: str, tmp_path: Path) -> None:
    """What is left is refused with the same words, or taken and hands on, or not, as the trace says."""
    assert program is not None
    left = through_envsubst(text)
    reason = started(program, left, tmp_path)
    outcome = said(left, program.version)

    if reason is not None:
        assert isinstance(outcome, Invalid)
        assert reason.startswith(outcome.reason)
    else:
        assert isinstance(outcome, Forward)
        assert outcome.request.upgrades() is ("${DOLLAR}" in text)


@pytest.mark.parametrize("mark", ["EOF", "'EOF'", '"EOF"'])
@pytest.mark.parametrize("escaped", [False, True], ids=["plain", "escaped"])
def test_a_shell_writes_what_is_told(mark: str, escaped: bool, tmp_path: Path) -> None:
    """The heredoc as a shell writes it, and as the scan reads it out of the script."""
    body = (WRITTEN.replace("$", "\\$") if escaped else WRITTEN).replace("${DOMAIN}", "chat.example.com")
    body = body.replace("\\chat", "chat")
    script = f"cat > nginx.conf <<{mark}\n{body}EOF\n"
    subprocess.run(["sh", "-c", script], cwd=tmp_path, env={"PATH": os.environ["PATH"]}, check=True)

    found = next(heredocs("setup.sh", script))
    sign = "\0"
    told = eat(found.text.replace("\\$", sign)).replace(sign, "$") if found.expands else found.text

    assert (tmp_path / "nginx.conf").read_text() == told.lstrip("\n")
