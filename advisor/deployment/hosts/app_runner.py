"""``apprunner.yaml`` -> App Runner's hop with the command that it runs.

Keys: https://docs.aws.amazon.com/apprunner/latest/dg/config-file-ref.html
"""

from __future__ import annotations

from advisor.deployment.hosts.declared import Service, add, documents, given_port, keys_of, number, settings, text
from advisor.deployment.parts import Findings, directory
from advisor.deployment.startup import Start
from advisor.tree import Tree

PLATFORM, FORMAT = "aws-app-runner", "apprunner.yaml"
_PORT = 8080


def read(tree: Tree, found: Findings) -> None:
    """One service for each file."""
    for path, purpose, document in documents(tree, found, "apprunner.yaml", "apprunner.yml"):
        run = document.get("run")
        if run is None or document.get("runtime") is None:
            continue
        port = number(run.get("network", "port"))
        variable = text(run.get("network", "env"))
        service = Service(
            PLATFORM,
            "AWS App Runner",
            path,
            document.place,
            purpose,
            Start(directory(path)),
            f"{path} configures App Runner",
            settings=tuple(settings(document, ("run.network.port", "run.command", "runtime"), FORMAT)),
            command=run.get("command"),
            port=port or given_port(run.get("env"), "name") or _PORT,
            port_variable="PORT" if variable in (None, "PORT") else None,
            environment=(*keys_of(run.get("env"), "name"), *keys_of(run.get("secrets"), "name")),
        )
        add(service, found)
