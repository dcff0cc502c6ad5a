"""firebase.json -> Firebase Hosting in front of the Cloud Run services and functions that its rewrites name.

Source: https://firebase.google.com/docs/hosting/full-config
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.deployment.parts import Findings, Part, Purpose, directory, identity, purpose_of
from advisor.formats.document import Node
from advisor.model import Hop, Listen, Target
from advisor.tree import Tree

_RUN = "cloud-run:"
"""How the names of Cloud Run services begin, by which hops find them."""


def read(tree: Tree) -> Part:
    """Every firebase.json whose hosting rewrites requests; no server is looked for behind functions."""
    from advisor.formats.json import parse

    found = Findings()
    for path in tree.named("firebase.json"):
        purpose = purpose_of(path)
        document = found.document(tree, path, parse) if purpose.deployed and "rewrites" in (tree.text(path) or "") else None
        hosting = document.get("hosting") if document is not None else None
        for number, site in enumerate(hosting.each() if hosting is not None else ()):
            if isinstance(site.value, dict):
                _site(path, number, site, purpose, found)
    return found.part()


def _site(path: str, number: int, site: Node, purpose: Purpose, found: Findings) -> None:
    rewrites = site.get("rewrites")
    targets = [target for each in (rewrites.each() if rewrites is not None else ()) for target in _target(path, each)]
    if not targets:
        return
    name = site.get("site") or site.get("target")
    label = (name.text() if name is not None else None) or str(number)
    hosts = (f"{label}.web.app",) if name is not None and site.get("site") is not None else ()
    place = targets[0].place
    found.hops.append(
        Hop(
            identity("firebase-hosting", path, label),
            "firebase-hosting",
            "Firebase Hosting",
            place,
            scope=purpose.scope,
            environment=purpose.environment,
            names=hosts,
            listens=(Listen("https", 443, place, hosts),),
            targets=tuple(targets),
            ends=not any(target.name.startswith(_RUN) for target in targets),
            because=f"{path} rewrites requests to {targets[0].why.rpartition(' to ')[2]}",
        )
    )
    found.evidence.extend(_services(path, targets, purpose))
    found.chose(path, purpose, "configures Firebase Hosting")


def _services(path: str, targets: list[Target], purpose: Purpose) -> Iterator[Hop]:
    """The Cloud Run services that a rewrite names, which have addresses of their own."""
    for target in targets:
        if target.name.startswith(_RUN):
            name = target.name.removeprefix(_RUN)
            yield Hop(
                identity("gcp-cloud-run", path, name),
                "gcp-cloud-run",
                "Google Cloud Run",
                target.place,
                certainty="strong",
                scope=purpose.scope,
                environment=purpose.environment,
                names=(target.name,),
                listens=(Listen("https", 443, target.place),),
                serves=directory(path),
                because=f"{path} rewrites requests to the Cloud Run service {name}",
            )


def _target(path: str, rewrite: Node) -> Iterator[Target]:
    """Where a rewrite to Cloud Run or to a function goes; one to a file serves pages."""
    source = rewrite.get("source") or rewrite.get("glob")
    pattern = source.text() if source is not None else None
    service, function = rewrite.get("run", "serviceId"), rewrite.get("function")
    if function is not None and isinstance(function.value, dict):
        function = rewrite.get("function", "functionId")
    to = service or function
    name = to.text() if to is not None else None
    if to is None or name is None:
        return
    paths = () if pattern in (None, "**", "/**") else (f"/{(pattern or '').lstrip('/').replace('**', '*')}",)
    kind = "the Cloud Run service" if service is not None else "the function"
    named = f"{_RUN}{name}" if service is not None else f"{directory(path)}:{name}"
    yield Target(
        named,
        to.key_place or to.place,
        paths=paths,
        scheme="https",
        why=f"{path} rewrites {pattern or 'requests'} to {kind} {name}",
    )
