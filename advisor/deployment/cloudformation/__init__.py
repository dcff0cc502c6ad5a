"""CloudFormation and SAM templates of a tree -> hops and processes, by the readers of AWS resources that Terraform uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.deployment.parts import Findings, Part, purpose_of
from advisor.tree import Tree

if TYPE_CHECKING:
    from advisor.formats.document import Node

WORDS = (
    "AWS::ElasticLoadBalancing",
    "AWS::ECS::Service",
    "AWS::ApiGateway",
    "AWS::Serverless::WebSocketApi",
    "AWS::Serverless::HttpApi",
    "AWS::Serverless::Api",
    "AWS::Lambda::Url",
    "FunctionUrlConfig",
    "AWS::CloudFront::Distribution",
    "AWS::ElasticBeanstalk::Environment",
)
_NAMES = ("*.yaml", "*.yml", "*.json", "*.template")


def read(tree: Tree) -> Part:
    """Every template that declares one of the resources that carry or run an app."""
    found = Findings()
    for path in tree.having(*WORDS, among=tree.named(*_NAMES)):
        purpose = purpose_of(path)
        document = found.document(tree, path, _parse) if purpose.deployed else None
        if document is not None:
            _template(tree, path, document, found)
    return found.part()


def _parse(text: str, path: str) -> Node:
    from advisor.formats import json, yaml

    if path.endswith(".json") or text.lstrip().startswith("{"):
        return json.parse(text, path)
    return yaml.parse(text, path)


def _template(tree: Tree, path: str, document: Node, found: Findings) -> None:
    from advisor.deployment.cloudformation.stack import Stack
    from advisor.deployment.terraform import collect

    stack = Stack.of_template(tree, path, document, purpose_of(path))
    gathered = Findings()
    collect(stack, gathered)
    hops = [stack.own(hop) for hop in gathered.hops]
    found.hops.extend(hops)
    found.processes.extend(gathered.processes)
    if hops:
        names = list(dict.fromkeys(hop.name for hop in hops))
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        found.chose(path, stack.purpose, f"CloudFormation template that defines {', '.join(names[:3])}{more}")
