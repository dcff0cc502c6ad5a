"""Infrastructure written as code (CDK, SST, Pulumi) in TypeScript, JavaScript or Python -> hops and processes.

Only what stands there literally is read: nothing is run. What a program computes is left open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from advisor.deployment.cdk import sockets
from advisor.deployment.parts import Findings, Part, Purpose, purpose_of
from advisor.formats.document import Unreadable
from advisor.model import NotRead
from advisor.tree import Tree

if TYPE_CHECKING:
    from advisor.deployment.cdk.program import Program

_CONSTRUCTS = (
    "LoadBalancer",
    "LoadBalancedFargateService",
    "LoadBalancedEc2Service",
    "FargateService",
    "cloudfront.Distribution",
    "new Distribution",
)
WORDS = (*sockets.WORDS, *_CONSTRUCTS)
_CDK = re.compile(r"aws-cdk-lib|@aws-cdk/|\baws_cdk\b")
_PULUMI = re.compile(r"@pulumi/aws|\bpulumi_aws")


def read(tree: Tree) -> Part:
    """WebSocket APIs, and the balancers, distributions and services of each file that makes some."""
    found = Findings()
    sockets.find(tree, found)
    for path in tree.having(*_CONSTRUCTS):
        text = tree.text(path) if path.endswith(sockets.ENDINGS) and tree.is_code(path) else None
        purpose = purpose_of(path)
        if text is not None and purpose.deployed and (_CDK.search(text) or _PULUMI.search(text)):
            try:
                _program(tree, path, text, purpose, found)
            except Unreadable as problem:
                found.not_read.append(NotRead(path, problem.clause, problem.line, deployment=True))
    return found.part()


def _program(tree: Tree, path: str, text: str, purpose: Purpose, found: Findings) -> None:
    from advisor.deployment.cdk import constructs, pulumi
    from advisor.deployment.cdk.calls import calls
    from advisor.deployment.cdk.program import Program
    from advisor.formats import code

    language = code.language_of(path)
    if language is None:
        return
    made = list(calls(code.parse(text, language, path).root(), language, path))
    for pattern, form in ((_CDK, constructs), (_PULUMI, pulumi)):
        if pattern.search(text):
            program = Program(tree, path, purpose, form.FORMAT, form.KEYS)
            form.read(program, made)
            _collect(program, found)


def _collect(program: Program, found: Findings) -> None:
    from advisor.deployment.terraform import collect

    gathered = Findings()
    collect(program, gathered)
    hops = [program.own(hop) for hop in gathered.hops if hop.platform != "aws-api-gateway-websocket"]
    found.hops.extend(hops)
    found.processes.extend(program.running(process) for process in gathered.processes)
    if hops:
        names = list(dict.fromkeys(hop.name for hop in hops))
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        found.chose(program.path, program.purpose, f"makes {', '.join(names[:3])}{more}")
