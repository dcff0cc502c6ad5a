"""Kubernetes manifests, kustomizations and Helm charts -> hops and processes, per environment.

``manifests`` finds the objects of each purpose; one module per kind of object says what they show.
"""

from __future__ import annotations

from advisor.deployment.kubernetes import configured, gateways, ingresses, manifests, meshes, routes, services, workloads
from advisor.deployment.kubernetes.manifests import WORDS
from advisor.deployment.parts import Findings, Part
from advisor.tree import Tree

__all__ = ["WORDS", "read"]


def read(tree: Tree) -> Part:
    """Hops and processes of all objects of one purpose together: an Ingress and its Service stand in different files."""
    found = Findings()
    for cluster in manifests.clusters(tree, found).values():
        for module in (ingresses, gateways, meshes, routes):
            module.read(cluster, found)
        proxied = configured.read(tree, cluster, found)
        hosts = services.read(tree, cluster, found, proxied)
        workloads.read(tree, cluster, found, hosts, proxied)
        services.bound(cluster, found, hosts)
    return found.part()
