"""The middle: a tree and options in, a report out, with every step of the scan in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path as FilePath

from advisor import besides, deployment, published, recognition, rules, stack, suppress, topology
from advisor.baseline import Baseline
from advisor.conclude import answer, complete, questions
from advisor.hops import Ways
from advisor.knowledge import load
from advisor.limits import Conditions
from advisor.model import Report
from advisor.naming import named
from advisor.options import Options
from advisor.rules.scan import Scan
from advisor.tree import Tree
from advisor.walk import walk


def read(root: FilePath, progress: Callable[[int], None] | None = None) -> Tree:
    """The tree below ``root``, searched for every word that a later step asks about."""
    return Tree.open(root, words, progress)


def words(paths: Iterable[str] | None = None) -> frozenset[str]:
    """The literals that any step looks for, in a tree of these paths or in any."""
    joined = recognition.words() | frozenset(besides.WORDS)
    return stack.words(paths) | deployment.words() | joined | rules.words() | suppress.WORDS


def advise(tree: Tree, options: Options, baseline: Baseline | None = None) -> Report:
    """Repository, stack, deployment, paths, findings: the straight line."""
    return judge(look(tree, options), options, baseline)


def look(tree: Tree, options: Options) -> Scan:
    """Repository, stack, deployment, topology, paths."""
    knowledge = load()
    conditions = Conditions(options.as_of, options.assume)
    used = stack.detect(tree)
    deployed = deployment.read(tree, options.assume)
    deployed = named(recognition.recognised(deployed, used, tree, knowledge), knowledge)
    used = published.added(used, deployed, tree)
    joined = topology.build(used, deployed, tree)
    ways = Ways(joined, tree, knowledge, conditions)
    paths = walk(ways, used)
    return Scan(tree, published.told(used, paths), deployed, ways, paths)


def judge(scan: Scan, options: Options, baseline: Baseline | None = None) -> Report:
    """Paths, findings, verdict."""
    sifted = suppress.sift(complete(rules.check(scan), scan), scan.tree, options, baseline)
    report = answer(scan, (*sifted.kept, *complete(sifted.remarks, scan)), questions(scan), options)
    return replace(report, set_aside=sifted.set_aside)
