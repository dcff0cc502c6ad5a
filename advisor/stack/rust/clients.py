"""Rust code that opens sockets -> client uses: the URL, and what becomes of a connection that is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.model import Reconnect, Url, Use
from advisor.scope import scope_of
from advisor.stack.addresses import address
from advisor.stack.by_library import use as library_use
from advisor.stack.library import Library
from advisor.stack.rust.module import RustCode, RustFile, arguments, around, called, method, name_of
from advisor.stack.rust.packages import Packages
from advisor.stack.rust.servers import known, sign_of
from advisor.stack.rust.sockets import BEATS, observed
from advisor.stack.rust.values import seconds, text_of

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_LOOPS = ("loop_expression", "while_expression")
_READS = re.compile(r"\.next\(\)|\.read\(\)|read_message\(|\.recv\(\)|for_each\(|\.split\(\)|forward\(")
_GROWS = re.compile(r"back_?off|expon|\*=\s*2|\.pow\(|saturating_mul", re.IGNORECASE)
_JITTER = re.compile(r"\brand\b|jitter|gen_range", re.IGNORECASE)


def detect(code: RustCode) -> Iterator[Use]:
    """One use for each call that opens a socket."""
    packages = Packages(code.tree, code.apps)
    for library in known():
        shapes = [shape["connect"] for shape in library.shapes if "connect" in shape]
        for file in code.rust(*library.words, sign=sign_of(library)) if shapes else ():
            for call in file.of_kind("call_expression"):
                name = called(call)
                if name and any(file.means(name, library.imports, shape) for shape in shapes):
                    yield _use(code, packages, library, file, call)


def _use(code: RustCode, packages: Packages, library: Library, file: RustFile, call: SgNode) -> Use:
    root = code.owner(file)
    url = _url(code, file, next(iter(arguments(call)), None))
    seen, beat = observed(code, (file,) if BEATS.search(file.text) else (), file.path, "client")
    more = {"heartbeat": beat} if seen else {}
    return library_use(
        library,
        "client",
        root.id,
        file.place(call),
        scope=scope_of(file.path),
        version=packages.version(root, library.packages),
        urls=(_inner(url),) if url is not None else (),
        **{**more, "reconnect": _reconnect(code, file, call), "one_shot": not _READS.search(file.text)},
    )


def _inner(url: Url) -> Url:
    """A program that is told its host elsewhere need not reach it the way that browsers do, so its URL is none of theirs."""
    return replace(url, guarded=True) if url.host is None else url


def _url(code: RustCode, file: RustFile, node: SgNode | None) -> Url | None:
    if node is None:
        return None
    place = file.place(node)
    text, variable = text_of(code, file, node)
    if text is None:
        return Url(f"{{{variable or node.text()[:40]}}}", place, environment=variable)
    return address(text, place, guarded=variable is not None, environment=variable)


def _reconnect(code: RustCode, file: RustFile, call: SgNode) -> Reconnect | None:
    """What the loop around a connect waits for, or around the call of the function that connects; ``None`` without a loop."""
    loop, function = _loop(call), around(call)
    if loop is None and function is not None:
        for node in file.of_kind("call_expression"):
            on = method(node)
            name = on[1] if on is not None else called(node).rpartition("::")[2]
            if name == name_of(function) and around(node) != function:
                loop = loop or _loop(node)
    if loop is None:
        return None
    text, place = loop.text()[:8000], file.place(loop)
    waits = re.search(r"\bsleep\(\s*([\w:]+(?:\([^()]*\))?)", text)
    if _GROWS.search(text):
        return Reconnect("exponential", None, None, _JITTER.search(text) is not None, None, place)
    if waits is None:
        return Reconnect("library", place=place)
    delay = seconds(code, file, waits[1], function)
    return Reconnect("fixed", delay, place=place) if delay is not None else Reconnect("library", place=place)


def _loop(node: SgNode) -> SgNode | None:
    for parent in node.ancestors():
        if parent.kind() in _LOOPS:
            return parent
        if parent.kind() == "function_item":
            return None
    return None
