"""Fields and annotations of objects -> settings, in seconds where they are times, with the keys that profiles use."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.deployment.kubernetes.objects import annotations_of, text, where
from advisor.formats.document import Node
from advisor.formats.units import go_seconds, nginx_seconds
from advisor.model import Setting, Value

FORMAT = "kubernetes"
_LONGEST = 120
_MINUTES = frozenset({"service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout"})
_ATTRIBUTES = ("/load-balancer-attributes", "/target-group-attributes", "/aws-load-balancer-attributes")
"""Annotations that hold a list of ``name=value``, each a setting of its own."""
_MILLISECONDS = re.compile(r"_ms$|^konghq\.com/(?:read|write|connect)-timeout$")


def setting(key: str, node: Node) -> Setting:
    """One setting; a block that is there is ``True``, what values leave open has no amount."""
    if isinstance(node.value, dict | list):
        return Setting(key, "given", where(node), True, FORMAT)
    if node.tag == "expression":
        return Setting(key, "what values decide", where(node), None, FORMAT)
    written = " ".join((text(node) or "").split())
    return Setting(key, written[:_LONGEST], where(node), amount(key, node), FORMAT)


def amount(key: str, node: Node) -> Value:
    """A scalar as a number where it is one, in seconds where it is a time; a word stays a word."""
    found = node.number()
    if found is not None:
        found *= 60 if key in _MINUTES else 0.001 if _MILLISECONDS.search(key) else 1
    elif isinstance(node.value, str):
        found = nginx_seconds(node.value) if key.startswith(("nginx.", "ConfigMap.")) else go_seconds(node.value)
        found = found if found is not None else nginx_seconds(node.value)
    if found is not None and abs(found) < 2**53:
        return int(found) if found == int(found) else found
    return node.value if isinstance(node.value, bool) else text(node)


def of_annotations(document: Node) -> Iterator[Setting]:
    """The annotations of an object that belong to some program, snippets aside."""
    for key, node in annotations_of(document).items():
        if "/" not in key or "snippet" in key or key.startswith(("kubectl.", "helm.sh/", "argocd.", "meta.helm.sh/")):
            continue
        yield setting(key, node)
        if key.endswith(_ATTRIBUTES):
            for name, _, value in (part.strip().partition("=") for part in (text(node) or "").split(",")):
                if name:
                    yield setting(f"{key}.{name}", Node(value, node.place, node.key_place))


def of_fields(document: Node, before: str, paths: tuple[str, ...]) -> Iterator[Setting]:
    """The fields of an object below these dotted paths, lists on the way looked through; keys are ``before`` and the path."""
    for path in paths:
        nodes = [document]
        for step in path.split("."):
            members = [member for node in nodes[:200] for member in node.each()]
            nodes = [found for member in members if (found := member.get(step)) is not None]
        yield from (setting(f"{before}{path}", node) for node in nodes[:50] if node.value is not None)
