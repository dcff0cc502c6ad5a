"""The Go files of an app -> the address that its server listens on: host, port, and where the port comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from advisor.stack.go.module import GoCode, GoFile, arguments, fields, operand
from advisor.stack.go.routes import WORDS as _ROUTERS
from advisor.stack.go.values import Given, value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = (*_ROUTERS, '"net"')
_ADDRESS = {
    "ListenAndServe": 0,
    "ListenAndServeTLS": 0,
    "Start": 0,
    "StartTLS": 0,
    "Run": 0,
    "RunTLS": 0,
    "Listen": 0,
    "ListenTLS": 0,
}
_FRAMEWORKS = {"Start": "labstack/echo", "Run": "gin-gonic/gin", "Listen": "gofiber/fiber"}


@dataclass(frozen=True, slots=True)
class Listening:
    """``bind`` ``None``: every interface. ``port_from`` ``default``: that of a flag, or of the framework."""

    bind: str | None = None
    port: int | None = None
    port_from: Literal["literal", "environment", "default"] | None = None


def listening(code: GoCode, file: GoFile) -> Listening:
    """Where the module's server listens; the file's own package comes first, and several that differ are none."""
    found = [(other, at) for other in code.beside_of(file, *WORDS) for at in _in(code, other)]
    near = [at for other, at in found if other.path.rpartition("/")[0] == file.path.rpartition("/")[0]]
    for each in (near, [at for _, at in found]):
        known = list(dict.fromkeys(at for at in each if at != Listening()))
        if known:
            return known[0] if len(known) == 1 else Listening()
    return Listening()


def _in(code: GoCode, file: GoFile) -> list[Listening]:
    found = []
    for call, before, name in file.calls():
        given = arguments(call)
        if name in _ADDRESS and _serves(file, before, name, call):
            found.append(_gin(file) if name == "Run" and not given else address(value(code, file, next(iter(given), None))))
        elif name == "Listen" and file.imports.get(before) == "net" and len(given) == 2 and given[0].text() == '"tcp"':
            found.append(address(value(code, file, given[1])))
    for literal in file.of_kind("composite_literal"):
        made = file.named(literal.field("type"))
        if made == ("net/http", "Server"):
            found.append(address(value(code, file, fields(literal).get("Addr"))))
    for target, values in file.assigned.items():
        if target.endswith(".Addr") and len(target) < 40:
            found += [address(value(code, file, node)) for node, _ in values[:2]]
    return found


def _serves(file: GoFile, before: str, name: str, call: SgNode) -> bool:
    """True for ``http.ListenAndServe`` and for the start of a framework's app, and for no other method of that name."""
    if name.startswith("ListenAndServe"):
        return file.imports.get(before) in ("net/http", "github.com/valyala/fasthttp")
    kind = _FRAMEWORKS.get(name.removesuffix("TLS"), "")
    given, on = arguments(call), operand(call)
    if not any(kind in path for path in file.imports.values()) or on is None or on.kind() == "call_expression":
        return False
    return len(given) <= (1 if name == "Run" else 2) and not (given and given[0].kind() in ("func_literal", "composite_literal"))


def _gin(file: GoFile) -> Listening:
    """gin's ``Run()`` takes PORT, else 8080 (gin-gonic/gin, utils.go, ``resolveAddress``)."""
    return Listening(None, 8080, "environment") if any("gin-gonic/gin" in path for path in file.imports.values()) else Listening()


def address(found: Any) -> Listening:
    """``":8080"``, ``"127.0.0.1:8080"``, or a variable or flag that holds such a text or a port alone."""
    if isinstance(found, Given):
        written = found.default if found.default is not None else found.before + "{}"
        host, port = _split(str(written))
        return Listening(host, port, found.origin) if port is not None or found.origin == "environment" else Listening()
    if not isinstance(found, str):
        return Listening()
    host, port = _split(found)
    return Listening(host, port, "literal" if port is not None else None) if port is not None else Listening()


def _split(written: str) -> tuple[str | None, int | None]:
    host, sign, last = written.rpartition(":")
    number = last if sign else written
    port = (int(number) or None) if number.isascii() and number.isdigit() and len(number) < 6 else None
    plain = host.strip("[]")
    return (plain if plain and "{" not in plain and plain != "0.0.0.0" else None), port  # noqa: S104 - compared, never bound
