"""The client's URL points at localhost or an internal name.

It works on the developer's machine, where the server runs beside the browser, and nowhere else.

Take the host from the page, or from a variable that is set when the client is built.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.attempts import is_local
from advisor.model import Finding, Severity
from advisor.rules.scan import Scan

ID = "WS602"
NAME = "localhost-url-in-client"
SEVERITY: Severity = "warning"


def check(scan: Scan) -> Iterator[Finding]:
    for use in scan.stack.uses():
        if use.role != "client" or use.foreign or use.one_shot or use.scope != "production" or use.runs_in != "browser":
            continue
        for url in use.urls:
            if is_local(url.host) and not url.guarded and not url.derived and url.environment is None:
                yield Finding(
                    ID,
                    NAME,
                    SEVERITY,
                    "degrades",
                    "likely",
                    f"The client opens {url.text}, which only the developer's own machine answers.",
                    url.place,
                    why=(f"the URL is written as {url.text}", "in production the browser runs on somebody else's machine"),
                    remedy="Take the host from the page, or from a variable that is set at build time.",
                    snippet=(
                        "const scheme = location.protocol === 'https:' ? 'wss' : 'ws';\n"
                        f"const url = `${{scheme}}://${{location.host}}{url.path or '/'}`;"
                    ),
                    who="client",
                )
