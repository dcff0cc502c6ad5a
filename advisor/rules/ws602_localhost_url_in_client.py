"""The client's URL points at localhost or an internal name.

It works on the developer's machine, where the server runs beside the browser, and nowhere else.

Take the host from the page, or from a variable that is set when the client is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.attempts import is_local
from advisor.model import Finding, Severity, Url, Use
from advisor.rules import clients
from advisor.rules.scan import Scan

ID = "WS602"
NAME = "localhost-url-in-client"
SEVERITY: Severity = "warning"
_OWN_MACHINE = re.compile(r"^(?:localhost|127\.|0\.0\.0\.0|\[?::1)|\.localhost$")
_EMULATORS = frozenset({"10.0.2.2", "10.0.3.2"})
"""The machine around an emulator of Android, as Google's and Genymotion's call it."""
_NETWORK = re.compile(r"^(?:10|192|172|169)\.|\.local$")


def check(scan: Scan) -> Iterator[Finding]:
    for use in clients.own(scan):
        if use.runs_in not in ("browser", "device"):
            continue
        for url in use.urls:
            if url.host is not None and not url.guarded and not url.derived and url.environment is None:
                told = _told(url.host, use)
                if told is not None:
                    yield _finding(scan, use, url, *told)


def _told(host: str, use: Use) -> tuple[str, Severity] | None:
    """Who alone reaches the host, and how much that matters; ``None`` for a public one.

    An address of a local network may be meant: pages that people open at home speak to devices at home.
    """
    if use.runs_in == "device" and host in _EMULATORS:
        return "only an emulator on the developer's machine can reach", "warning"
    if _OWN_MACHINE.search(host):
        answers = (
            "at which every device finds itself alone" if use.runs_in == "device" else "only the developer's own machine answers"
        )
        return answers, "warning"
    if _NETWORK.search(host) and is_local(host):
        return "only one local network reaches", "info"
    internal = is_local(host) or re.fullmatch(r"[a-z][\w-]*", host) is not None
    who = "no device" if use.runs_in == "device" else "no browser"
    return (f"{who} can look up, for it is a name inside the deployment", "warning") if internal else None


def _finding(scan: Scan, use: Use, url: Url, answers: str, severity: Severity) -> Finding:
    path = clients.path_of(scan, use)
    runs = "the app runs on somebody else's device" if use.runs_in == "device" else "the browser runs on somebody else's machine"
    yet = f"in production {runs}" if scan.deployment.hops else f"once it is deployed, {runs}"
    return Finding(
        ID,
        NAME,
        severity,
        "degrades" if severity == "warning" else "note",
        "likely" if severity == "warning" else "possible",
        f"The client opens {url.text}, which {answers}.",
        url.place,
        why=(f"the URL is written as {url.text}", yet),
        remedy="Take the host from a variable that is set when the app is built."
        if use.runs_in == "device"
        else "Take the host from the page, or from a variable that is set when the client is built.",
        snippet=clients.elsewhere(scan, use, url),
        path=path,
        who="client",
        together=f"{use.app}:{url.host}:{url.port}",
    )
