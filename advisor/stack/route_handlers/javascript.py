"""A JavaScript or TypeScript file -> the signs of functions behind a gateway that holds the sockets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from advisor.model import Place
from advisor.stack.javascript import syntax
from advisor.stack.javascript.names import Script
from advisor.stack.javascript.project import Project
from advisor.stack.route_handlers.sign import Sign

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_PACKAGES = ("@aws-sdk/client-apigatewaymanagementapi", "aws-sdk/clients/apigatewaymanagementapi")
_CONSTRUCTED = frozenset({"ApiGatewayManagementApiClient", "ApiGatewayManagementApi", ""})
_READ = re.compile(r"\brequestContext\s*[!?]*\.\s*connectionId$")
_TAKEN = re.compile(r"\bconnectionId\b")
_FROM = re.compile(r"\brequestContext\s*!?$")
_ID = re.compile(r"connection_?id\b", re.IGNORECASE)
_KEEPS = frozenset({"add", "set", "push", "unshift"})
_MEMORY = re.compile(r"new\s+(?:Map|Set)\b|\[|\{")


def signs(project: Project, path: str) -> Iterator[Sign]:
    """The signs in one file; nothing for a file of another language."""
    script = project.script(path)
    if script is None:
        return
    kept = _kept(script)
    for call in script.calls():
        if call.kind() == "new_expression" and _is_client(script, call):
            yield Sign("answers", syntax.place(path, call), kept)
    taken = next(_taken(script), None)
    if taken is not None:
        yield Sign("takes", syntax.place(path, taken), kept)


def _is_client(script: Script, call: SgNode) -> bool:
    function = syntax.callee(call)
    origin = script.origin(function) if function is not None else None
    if origin is None:
        return False
    module, export = origin
    return (module in _PACKAGES and export in _CONSTRUCTED) or (
        module == "aws-sdk" and export.rpartition(".")[2] == "ApiGatewayManagementApi"
    )


def _taken(script: Script) -> Iterator[SgNode]:
    """``event.requestContext.connectionId`` and ``const { connectionId } = event.requestContext``."""
    for node in script.nodes("member_expression"):
        if _READ.search(node.text()[-80:]):
            yield node
    for node in script.nodes("variable_declarator"):
        target, value = node.field("name"), node.field("value")
        if target is None or value is None or target.kind() != "object_pattern" or not _TAKEN.search(target.text()):
            continue
        if _FROM.search(syntax.bare(value).text()[-80:]) or "requestContext" in target.text():
            yield node
    for node in script.root.find_all({"rule": {"kind": "object_pattern"}}):
        if re.search(r"\brequestContext\s*:\s*\{[^{}]*\bconnectionId\b", node.text()):
            yield node


def _kept(script: Script) -> Place | None:
    """Where a connection id goes into a collection that the module itself declares: this instance's memory."""
    for call, holder, _ in script.methods(*_KEEPS):
        given = syntax.arguments(call)
        if given and _ID.search(given[0].text()) and holder.kind() == "identifier" and _of_module(script, holder):
            return syntax.place(script.path, call)
    for node in script.nodes("assignment_expression"):
        left = node.field("left")
        if left is None or left.kind() != "subscript_expression":
            continue
        into, index = left.field("object"), left.field("index")
        if into is not None and index is not None and _ID.search(index.text()) and _of_module(script, into):
            return syntax.place(script.path, node)
    return None


def _of_module(script: Script, holder: SgNode) -> bool:
    declared = script.declaration(holder.text(), holder) if holder.kind() == "identifier" else None
    if declared is None or declared.kind() != "variable_declarator":
        return False
    value = declared.field("value")
    return syntax.function_above(declared) is None and value is not None and bool(_MEMORY.match(value.text()))
