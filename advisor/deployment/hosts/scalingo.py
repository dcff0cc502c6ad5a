"""``scalingo.json`` -> Scalingo's hop with the Procfile's web process.

Keys: https://doc.scalingo.com/platform/app/app-manifest
"""

from __future__ import annotations

from advisor.deployment.hosts.declared import Service, add, documents, keys_of, settings
from advisor.deployment.parts import Findings, directory
from advisor.deployment.startup import built_from_source
from advisor.tree import Tree

PLATFORM, FORMAT = "scalingo", "scalingo.json"
KEYS = ("formation.web.amount", "formation.web.size", "stack")


def read(tree: Tree, found: Findings) -> None:
    """One web process for each manifest."""
    for path, purpose, document in documents(tree, found, "scalingo.json"):
        service = Service(
            PLATFORM,
            "Scalingo",
            path,
            document.place,
            purpose,
            built_from_source(tree, directory(path), found),
            f"{path} is an app manifest of Scalingo",
            settings=tuple(settings(document, KEYS, FORMAT)),
            replicas=document.get("formation", "web", "amount"),
            environment=keys_of(document.get("env")),
        )
        add(service, found)
