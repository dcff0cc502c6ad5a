"""Findings about a client's URL: a scheme taken from the page, or made secure where the host is known to end TLS."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.fixes.candidate import Candidate
from advisor.fixes.steps import text_of
from advisor.fixes.text import Text
from advisor.model import Edit, Finding, Place
from advisor.rules.scan import Scan

_INSECURE, _LOCAL = "WS601", "WS602"
_PAGE_HOST = re.compile(r"(?:window\.|document\.|self\.|globalThis\.)?location\.host(?:name)?\b|document\.domain\b")
_WRITTEN = re.compile(r"(?P<quote>[\"'`])(?P<scheme>wss?|https?)://(?P<rest>[^\"'`\n]*)(?P=quote)")
_BARE = re.compile(r"(?P<quote>[\"'`])(?P<scheme>ws|http)://(?P=quote)")
_ARGUMENT = re.compile(r"\((`[^`\n]*`|[\w.]+)\);")
_SECURE = {"ws": "wss", "http": "https"}


def candidates(scan: Scan, finding: Finding) -> Iterator[Candidate]:
    """The edit of the URL's line, and of the lines of the same URL that are told with it."""
    if finding.rule not in (_INSECURE, _LOCAL):
        return
    text = text_of(scan, finding.place.file)
    if text is None:
        return
    if finding.rule == _LOCAL:
        if "location.host" in finding.snippet:
            yield from _of_page(text, finding.place)
        else:
            yield from _of_build(text, finding)
        return
    derived = _derived(text, finding.place)
    if derived is not None:
        yield Candidate((derived,), safe=True, does="takes the scheme from the page")
        return
    secure = _secured(text, finding.place)
    if secure is not None:
        known = finding.verdict == "breaks" and finding.confidence == "certain"
        yield Candidate((secure,), known, "makes the scheme secure")


def _derived(text: Text, place: Place) -> Edit | None:
    """``"ws://" + location.host`` and ``ws://${location.host}`` with the scheme of the page."""
    line = text.line(place.line)
    bare = next((found for found in _BARE.finditer(line) if _PAGE_HOST.search(line, found.end())), None)
    if bare is not None:
        quote, scheme = bare["quote"] if bare["quote"] != "`" else '"', bare["scheme"]
        if scheme == "http":
            new = f"location.protocol + {quote}//{quote}"
        else:
            https = "'https:'" if quote == "'" else '"https:"'
            new = f"(location.protocol === {https} ? {quote}wss://{quote} : {quote}ws://{quote})"
        return text.replace(place.line, bare.start() + 1, place.line, bare.end() + 1, new)
    for found in _WRITTEN.finditer(line):
        if found["quote"] == "`" and found["scheme"] in _SECURE and _PAGE_HOST.match(found["rest"].removeprefix("${").strip()):
            start = found.start("scheme")
            other = (
                'location.protocol === "https:" ? "wss" : "ws"' if found["scheme"] == "ws" else "location.protocol.slice(0, -1)"
            )
            return text.replace(place.line, start + 1, place.line, found.end("scheme") + 1, f"${{{other}}}")
    return None


def _secured(text: Text, place: Place) -> Edit | None:
    """``ws://host`` as ``wss://host``: one letter more, where the line has one such URL at or behind the place."""
    line = text.line(place.line)
    found = [each for each in _WRITTEN.finditer(line) if each["scheme"] in _SECURE and not each["rest"].startswith("${")]
    if len(found) != 1:
        return None
    end = found[0].end("scheme")
    return text.insert(place.line, end + 1, "s")


def _of_page(text: Text, place: Place) -> Iterator[Candidate]:
    """A URL of this machine as the page's own address, which a dev server on another port would not have."""
    line = text.line(place.line)
    found = [each for each in _WRITTEN.finditer(line) if each["scheme"] in ("ws", "wss")]
    if len(found) != 1 or "${" in found[0]["rest"]:
        return
    path = found[0]["rest"].partition("/")[2]
    url = f'`${{location.protocol === "https:" ? "wss" : "ws"}}://${{location.host}}/{path}`'
    edit = text.replace(place.line, found[0].start() + 1, place.line, found[0].end() + 1, url)
    yield Candidate((edit,), safe=False, does="takes host and scheme from the page")


def _of_build(text: Text, finding: Finding) -> Iterator[Candidate]:
    """A URL of this machine as a variable that is set when the client is built, which somebody has to set."""
    line = text.line(finding.place.line)
    found = [each for each in _WRITTEN.finditer(line) if not each["rest"].startswith("${")]
    said = _ARGUMENT.search(finding.snippet)
    if len(found) == 1 and said is not None:
        edit = text.replace(finding.place.line, found[0].start() + 1, finding.place.line, found[0].end() + 1, said[1])
        yield Candidate((edit,), safe=False, does="takes the address from a variable of the build, which has to be set")
