"""The project's own clients, as the rules on URLs and reconnects ask about them, and code to paste for each kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.model import Url, Use
from advisor.rules import remedies
from advisor.rules.scan import Scan
from advisor.stack.library import libraries

_ASYNC_FOR = """\
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

async for websocket in connect(url):  # waits longer after each failure, with jitter
    try:
        async for message in websocket:
            handle(message)
    except ConnectionClosed:
        continue"""
_RUN_FOREVER = "app.run_forever(reconnect=5)"
_SOCKET_IO = frozenset({"socket-io-client", "python-socketio"})
_SOCKET_IO_PATH = "/socket.io"
_BUILT_FOR_DEVICES = (
    "const url = String.fromEnvironment('SOCKET_URL');  // flutter build --dart-define=SOCKET_URL=wss://api.example.com/ws"
)
_BUILT_BY = (
    ("next", "process.env.NEXT_PUBLIC_SOCKET_URL"),
    ("react-scripts", "process.env.REACT_APP_SOCKET_URL"),
    ("vite", "import.meta.env.VITE_SOCKET_URL"),
)
"""Package that builds the client, and how its code names a variable of the build."""


def until(use: Use) -> str:
    """When a client that stopped is opened again."""
    ends = {"browser": "the page is reloaded", "device": "the app is closed and opened again"}
    return ends.get(use.runs_in, "the program is started again")


def own(scan: Scan) -> Iterator[Use]:
    """Production clients of the project's own sockets; no script that asks once, and none of a socket library itself."""
    libraries = {app.id for app in scan.stack.apps if app.is_library}
    for use in scan.stack.uses():
        deployed = use.role == "client" and use.scope == "production" and use.app not in libraries
        if deployed and not use.foreign and not use.one_shot:
            yield use


def path_of(scan: Scan, use: Use) -> str | None:
    """The first path that the client takes, those of production first."""
    paths = sorted((path for path in scan.paths if use in path.clients), key=lambda path: path.scope != "production")
    return paths[0].id if paths else None


def again(use: Use) -> str:
    """Code that opens this kind of client again after a close; empty where its library has an option of its own."""
    if use.library == "websockets-py":
        return _ASYNC_FOR
    if use.library == "websocket-client-py":
        return _RUN_FOREVER
    library = libraries().get(use.library)
    if library is not None and library.reconnect_block is not None:
        return library.reconnect_block
    return remedies.RECONNECT if use.library in ("browser-websocket", "ws", "websocket-node") else ""


def switched_on(use: Use) -> bool:
    """True where the client's library can open the socket again by itself, and only has to be told to."""
    known = libraries().get(use.library)
    facts = known.reconnect if known is not None else None
    return facts is None or bool(facts.get("off") or facts.get("keys"))


def of_the_page(use: Use, url: Url) -> str:
    """Code that opens the same path at the page's own address."""
    if use.library in _SOCKET_IO:
        path = (url.path or _SOCKET_IO_PATH).rstrip("/")
        option = "" if path == _SOCKET_IO_PATH else f"{{ path: '{path}' }}"
        return f"const socket = io({option});  // the page's own address"
    path = re.sub(r"(?<!\{)\{(?!\{)", "${", url.path or "/")
    return (
        "const scheme = location.protocol === 'https:' ? 'wss' : 'ws';\n"
        f"const socket = new WebSocket(`${{scheme}}://${{location.host}}{path}`);"
    )


def elsewhere(scan: Scan, use: Use, url: Url) -> str:
    """Code that opens the same path at an address given when the client is built; the page's own where one app serves both."""
    if use.runs_in == "device":
        return _BUILT_FOR_DEVICES if use.place.file.endswith(".dart") else ""
    app = next((app for app in scan.stack.apps if app.id == use.app), None)
    if app is None or app.servers():
        return of_the_page(use, url)
    manifest = scan.tree.text("package.json" if app.root == "." else f"{app.root}/package.json") or ""
    variable = next((variable for package, variable in _BUILT_BY if f'"{package}"' in manifest), None)
    if variable is None:
        return of_the_page(use, url)
    if use.library in _SOCKET_IO:
        return f"const socket = io({variable});  // https://api.example.com"
    path = re.sub(r"(?<!\{)\{(?!\{)", "${", url.path or "/")
    return f"const socket = new WebSocket(`${{{variable}}}{path}`);  // wss://api.example.com"
