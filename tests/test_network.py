"""Only ``wsadvise data refresh --check`` opens the network, and only one module can."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import advisor

HOME = Path(advisor.__file__).parent
OPENERS = frozenset(
    """
    socket ssl http asyncio ftplib smtplib poplib imaplib telnetlib socketserver xmlrpc urllib.request
    requests httpx aiohttp urllib3 websockets
    """.split()
)
MAY = Path("refresh/fetch.py")


def imported(file: Path) -> set[str]:
    """Every module that a file imports anywhere, with all its parents."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {".".join(parts[:length]) for name in names if (parts := name.split(".")) for length in range(1, len(parts) + 1)}


def test_one_module_opens_the_network() -> None:
    """No other module imports anything that connects."""
    opening = {file.relative_to(HOME) for file in HOME.rglob("*.py") if imported(file) & OPENERS}

    assert {MAY} == opening


def test_only_the_command_imports_it() -> None:
    """The part that reads sources is imported by its command and its report alone; at the top of a module only by itself."""
    using = {
        file.relative_to(HOME).as_posix()
        for file in HOME.rglob("*.py")
        if "advisor.refresh" in imported(file) and file.parent.name != "refresh"
    }

    assert {"cli/data.py", "reports/refresh.py"} == using


def test_a_scan_does_not_even_load_it() -> None:
    """After a scan neither the part nor the library is in memory."""
    code = (
        "import sys\nfrom advisor.cli import main\n"
        "main(['scan', 'tests/examples/nginx-without-upgrade', '--fail-on', 'never'])\n"
        "main(['data', 'check'])\n"
        "sys.stderr.write(' '.join(name for name in sys.modules if name.startswith(('advisor.refresh', 'urllib.request'))))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HOME.parent, timeout=60)

    assert (True, "") == ("upgrade-not-forwarded" in ran.stdout, ran.stderr)
