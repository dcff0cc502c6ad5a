"""A report -> a commented ``wsadvise.toml`` to start from: what was seen, and what the repository cannot show."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

from advisor.model import Hop, Path, Report
from advisor.reports import clean, words

_WIDEST = 100


def render(report: Report) -> str:
    """TOML that changes nothing as it stands: every key is a comment, with the value that fits where one was found."""
    paths = [path for path in report.paths if path.scope == "production"]
    parts = [_head(report), _hops(paths), _public_url(paths), _replicas(report), _plan(paths), *_rest(report)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _head(report: Report) -> list[str]:
    return [
        "# Configuration of wsadvise: what the files of this repository cannot show.",
        "# Take the number sign off a line to set it; `wsadvise schema config` describes every key.",
        *_comment(f"Found on {report.as_of}: {report.sentence}"),
    ]


def _hops(paths: list[Path]) -> list[str]:
    """The platforms assumed in front, outermost first."""
    seen = [" > ".join(("browser", *(hop.name for hop in path.hops), path.app.id if path.app else "the app")) for path in paths]
    shown = [line for path in dict.fromkeys(seen) for line in _comment(f"seen: {path}")]
    return [
        *_comment("Load balancers, CDNs and tunnels that stand in front and no file names, outermost first."),
        *shown[:20],
        '# hops = ["cloudflare"]',
    ]


def _public_url(paths: list[Path]) -> list[str]:
    found = next((path.url for path in paths if path.url and path.url.startswith(("wss://", "https://"))), None)
    host = found.split("/")[2] if found and "{" not in found else "app.example.com"
    return [
        *_comment("Where browsers reach the app: decides about TLS, origins and which server block takes the handshake."),
        f"# public_url = {_text(f'https://{host}')}",
    ]


def _replicas(report: Report) -> list[str]:
    counts = [
        process.replicas
        for _, process, _ in report.processes
        if process.replicas is not None and process.scope == "production" and process.replicas_source == "configured"
    ]
    known = _comment(f"The files say {max(counts)}.") if counts else []
    return [
        *_comment("How many copies of the app run: with more than one, sockets need affinity or a shared backplane."),
        *known,
        "# replicas = 2",
    ]


def _plan(paths: list[Path]) -> list[str]:
    hosts = list(dict.fromkeys(hop.name for path in paths for hop in path.hops if _is_service(hop)))
    about = f"The plan with {words.listed(hosts[:4])}" if hosts else "The hosting plan"
    return [*_comment(f"{about}, where limits differ by plan."), '# plan = "hobby"']


def _is_service(hop: Hop) -> bool:
    """True for a platform that somebody else runs: it has no configuration of its own in the tree."""
    return hop.config is None


def _rest(report: Report) -> Iterator[list[str]]:
    yield [
        *_comment("The largest message that the app sends or takes, to compare with every hop's limit."),
        '# message_size = "64KB"',
    ]
    yield [
        *_comment("How many sockets are open at once at a busy hour, to compare with every hop's limit."),
        "# connections = 5000",
    ]
    yield [*_comment("The least severity that makes a scan exit with 1: error, warning, info or never."), '# fail_on = "error"']
    yield [
        *_comment("Start from what is there: write it once with `wsadvise scan . --format json:wsadvise-baseline.json`."),
        '# baseline = "wsadvise-baseline.json"',
    ]
    rule = next((finding.rule for finding in report.findings if finding.severity != "info"), "WS201")
    place = next((finding.place.file for finding in report.findings if finding.rule == rule), "deploy/nginx.conf")
    yield [
        *_comment("Findings that do not apply, each with its reason."),
        "# [[ignore]]",
        f"# rule = {_text(rule)}",
        f"# path = {_text(place)}",
        '# because = "..."',
    ]


def _comment(text: str) -> list[str]:
    """The text as comment lines."""
    return textwrap.wrap(clean.line(text), _WIDEST, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False) or ["#"]


def _text(value: str) -> str:
    """A basic string of TOML, which has JSON's escapes."""
    return json.dumps(clean.line(value), ensure_ascii=False).replace("\x7f", "\\u007f")
