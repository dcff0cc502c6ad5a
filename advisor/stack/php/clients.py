"""PHP code that opens sockets itself: Pawl, textalk and phrity/websocket, AMPHP, Workerman, ElephantIO."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from advisor.model import Reconnect, Url, Use
from advisor.scope import scope_of
from advisor.stack import by_library
from advisor.stack.addresses import address
from advisor.stack.library import libraries
from advisor.stack.own_code import OwnCode
from advisor.stack.php.config import files
from advisor.stack.php.module import Made, PhpFile
from advisor.stack.php.packages import Packages
from advisor.stack.php.values import Values

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = ("Ratchet\\Client", "WebSocket\\Client", "Websocket\\Client", "AsyncTcpConnection", "ElephantIO")
_OPENS = {
    ("ratchet\\client\\connect", ""): "pawl",
    ("websocket\\client", ""): "phrity-websocket",
    ("amp\\websocket\\client\\connect", ""): "amphp-websocket-client",
    ("workerman\\connection\\asynctcpconnection", ""): "workerman-client",
}
_ELEPHANT = re.compile(r"^elephantio\\engine\\socketio\\version\w+$")
_LOOPS = re.compile(
    r"\bwhile\s*\(|\bfor\s*\(\s*;|->on\(\s*[\"']message|->run\(|onMessage\b|foreach\s*\(\s*\$\w*(?:connection|client|socket)"
)
_AGAIN = re.compile(r"re_?connect", re.IGNORECASE)


def detect(code: OwnCode, packages: Packages) -> Iterator[Use]:
    """One use for every address that is opened; what opens, says something and ends is a client that asks once."""
    for file, values in files(code, *WORDS):
        for made in file.made:
            id = _OPENS.get((made.of, made.method)) or ("elephant-io" if _ELEPHANT.match(made.of) or _client(made) else None)
            node = made.named.get("uri", made.arguments[0] if made.arguments else None)
            if id is None or node is None:
                continue
            url = _url(file, values, node)
            if url is None or (made.of.startswith("workerman") and url.scheme not in ("ws", "wss")):
                continue
            yield _use(code, packages, file, made, id, url)


def _client(made: Made) -> bool:
    """``ElephantIO\\Client::create($url)``"""
    return made.of == "elephantio\\client" and made.method == "create"


def _use(code: OwnCode, packages: Packages, file: PhpFile, made: Made, id: str, url: Url) -> Use:
    known, root = libraries()[id], code.owner(file)
    place = file.place(made.node)
    again = Reconnect("library", place=place) if _AGAIN.search(file.text) else None
    return by_library.use(
        known,
        "client",
        root.id,
        place,
        scope=scope_of(file.path),
        version=packages.version(root, known.packages),
        urls=(url,),
        reconnect=again,
        foreign=not (url.host or url.environment),
        one_shot=not _LOOPS.search(file.text),
    )


def _url(file: PhpFile, values: Values, node: SgNode) -> Url | None:
    found = values.of(node)
    place = file.place(node)
    if isinstance(found.value, str):
        return address(found.value, place, guarded=found.variable is not None, environment=found.variable)
    return Url(f"{{{found.variable or node.text()[:40]}}}", place, environment=found.variable)
