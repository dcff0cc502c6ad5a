"""Deployment and tree -> the deployment with the hops that no reader yields and that the profiles' signs show.

A platform whose files have a reader in ``advisor.deployment`` is left to that. What is special about the others stands in
``recognised_by`` of their profiles (see ``sign``); one module per kind of sign looks for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache, lru_cache

from advisor.deployment.parts import directory, identity, purpose_of
from advisor.knowledge import Knowledge, SetBy, load
from advisor.model import Chosen, Deployment, Hop, Listen, NotRead, Scope, Stack, Target
from advisor.recognition import files, images, manifests, packages, resources, steps
from advisor.recognition.seen import Seen, agreed
from advisor.recognition.sign import KINDS, Sign, signs
from advisor.tree import Tree

__all__ = ["KINDS", "Sign", "looked", "reads", "recognised", "signs_of", "words"]

_RUNS = frozenset({"application_host", "function_host", "edge_runtime"})
"""Kinds of platform that run what lies in the directory that their file speaks for."""
_ENDS = frozenset({"managed_realtime", "app_proxy", "development_proxy", "static_host"})
"""Kinds behind which no app of the tree is looked for: they answer themselves, or code says where a socket goes."""
_FRONTS = frozenset({"cdn", "load_balancer", "api_gateway", "tunnel"})
"""Kinds that stand in front of the one other hop of the same Terraform directory or template."""

_Key = tuple[str, str, str]
"""Platform, scope and environment."""


@lru_cache(maxsize=4)
def signs_of(knowledge: Knowledge) -> tuple[Sign, ...]:
    """Every sign of every profile."""
    return signs(knowledge.recognised_by())


@cache
def words() -> frozenset[str]:
    """Literals for the pre-filter."""
    found: set[str] = set()
    for sign in signs_of(load()):
        if sign.tells:
            found |= {manifests.word(sign.value)} if sign.kind == "kubernetes" else set()
            found |= {sign.value} if sign.kind in ("terraform", "cloudformation", "package") else set()
            found |= set(sign.words) if sign.kind == "package" else set()
            found |= {images.word(sign)} if sign.kind == "compose_image" else set()
    return frozenset(found)


def recognised(deployment: Deployment, stack: Stack, tree: Tree, knowledge: Knowledge) -> Deployment:
    """Adds a hop for each platform that a sign shows and no reader yields for the same purpose.

    Where a reader yields just one, it gets the settings beside the sign that it has not read itself.
    """
    notes: list[NotRead] = []
    every = list(looked(tree, (sign for sign in signs_of(knowledge) if sign.tells), knowledge, stack, notes))
    shown = {hop.platform for hop in deployment.hops} | {seen.sign.platform for seen in every}
    found: dict[_Key, list[Seen]] = {}
    for seen in every:
        scope = _scope(seen, knowledge)
        if scope != "test" and not _gives_way(seen.sign, shown):
            found.setdefault((seen.sign.platform, scope, seen.purpose.environment), []).append(seen)
    known = {(hop.platform, hop.scope) for hop in deployment.hops}
    added = [_hop(same, knowledge, deployment) for key, same in found.items() if key[:2] not in known]
    ahead = {target.name for hop in added for target in hop.targets}
    before = tuple(_told_more(hop, deployment, found) for hop in deployment.hops)
    before = tuple(replace(hop, names=(*hop.names, hop.id)) if hop.id in ahead else hop for hop in before)
    files = {each.file: each for each in deployment.files}
    for hop in added:
        files.setdefault(hop.place.file, Chosen(hop.place.file, hop.scope, hop.environment, f"shows {hop.name}"))
    chosen = tuple(sorted(files.values(), key=lambda each: each.file))
    told = {each.file for each in deployment.not_read}
    unread = dict.fromkeys(each for each in notes if each.file not in told)
    return replace(deployment, hops=(*before, *added), files=chosen, not_read=(*deployment.not_read, *unread))


def reads(platform: str, key: SetBy, knowledge: Knowledge) -> bool:
    """True where a sign's file hands out this setting: the forms of keys that ``seen.settings`` can follow."""
    signs = [sign for sign in signs_of(knowledge) if sign.platform == platform and sign.tells]
    if key.format in ("terraform", "cloudformation"):
        return any(sign.kind == key.format for sign in signs)
    if key.format == "kubernetes":
        name = key.key.partition("-attributes.")[0].partition("/")[2]
        plain = "/" in key.key and not key.key[:1].isupper() and "." not in name
        in_objects = plain or (key.key.partition(".")[2].startswith("spec.") and not key.key.startswith("Pod."))
        return in_objects and any(sign.kind == "kubernetes" for sign in signs)
    return any(sign.kind == "file" and files.structured(sign.value) and files.means(sign.value, key.format) for sign in signs)


def looked(
    tree: Tree, wanted: Iterable[Sign], knowledge: Knowledge, stack: Stack, notes: list[NotRead] | None = None
) -> Iterator[Seen]:
    """Every place at which one of the signs is seen; ``notes`` gets the files that could not be parsed."""
    unread = notes if notes is not None else []
    by_kind: dict[str, list[Sign]] = {}
    for sign in wanted:
        by_kind.setdefault(sign.kind, []).append(sign)

    def keys(platform: str) -> tuple[SetBy, ...]:
        return knowledge.platform(platform).settings()

    yield from files.look(tree, by_kind.get("file", ()), keys, unread)
    yield from resources.terraform(tree, by_kind.get("terraform", ()), keys)
    yield from resources.cloudformation(tree, by_kind.get("cloudformation", ()), keys)
    yield from manifests.look(tree, by_kind.get("kubernetes", ()), keys, unread)
    yield from images.compose(tree, by_kind.get("compose_image", ()))
    yield from images.docker(tree, by_kind.get("docker_from", ()))
    yield from steps.look(tree, by_kind.get("github_action", ()))
    yield from packages.look(tree, by_kind.get("package", ()))
    yield from _hosts(stack, by_kind.get("host", ()))


def _hosts(stack: Stack, wanted: Iterable[Sign]) -> Iterator[Seen]:
    """Addresses that the project's own clients open."""
    for sign in wanted:
        for use in stack.uses():
            for url in use.urls:
                if fnmatchcase((url.host or "").lower(), sign.value):
                    yield Seen(sign, url.place, purpose_of(url.place.file), f"a client opens {url.host}")


def _gives_way(sign: Sign, shown: set[str]) -> bool:
    return any(fnmatchcase(other, pattern) for other in shown if other != sign.platform for pattern in sign.unless)


def _scope(seen: Seen, knowledge: Knowledge) -> Scope:
    kind = knowledge.platform(seen.sign.platform).kind
    return "development" if kind == "development_proxy" else seen.purpose.scope


def _told_more(hop: Hop, deployment: Deployment, found: Mapping[_Key, list[Seen]]) -> Hop:
    same = found.get((hop.platform, hop.scope, hop.environment), [])
    others = [each for each in deployment.hops if (each.platform, each.scope) == (hop.platform, hop.scope)]
    if not same or len(others) > 1:
        return hop
    has = {(each.format, each.key) for each in hop.settings}
    more = [each for seen in same for each in dict.fromkeys(seen.settings) if (each.format, each.key) not in has]
    return replace(hop, settings=(*hop.settings, *agreed(dict.fromkeys(more))))


def _hop(same: list[Seen], knowledge: Knowledge, deployment: Deployment) -> Hop:
    """One hop of all the places that show it; the surest of them is where it stands."""
    seen = min(same, key=lambda each: each.sign.certainty != "explicit")
    profile = knowledge.platform(seen.sign.platform)
    runs, ends = profile.kind in _RUNS, profile.kind in _ENDS or seen.sign.aside
    secure: tuple[Listen, ...] = (Listen("https", 443, seen.place),) if runs else ()
    behind = _behind(seen, deployment) if profile.kind in _FRONTS else None
    why = f"hands the upgrade on to {behind.name}" if behind is not None else "hands the upgrade on"
    return Hop(
        identity(profile.id, seen.place.file, str(seen.place.line)),
        profile.id,
        profile.name,
        seen.place,
        version=seen.version,
        floating=seen.floating,
        certainty=seen.sign.certainty,
        scope=_scope(seen, knowledge),
        environment=seen.purpose.environment,
        settings=agreed(dict.fromkeys(each for one in same for each in one.settings)),
        conditions=_given(same),
        listens=secure,
        targets=() if runs or ends else (Target(behind.id if behind is not None else "", seen.place, why=why),),
        serves=seen.folder if runs else None,
        ends=ends,
        because=seen.because,
    )


def _given(same: Iterable[Seen]) -> tuple[tuple[str, str], ...]:
    """The conditions that the signs show, but for those on which two of them differ."""
    pairs = dict.fromkeys(pair for seen in same for pair in seen.sign.given)
    times = Counter(key for key, _ in pairs)
    return tuple(pair for pair in pairs if times[pair[0]] == 1)


def _behind(seen: Seen, deployment: Deployment) -> Hop | None:
    """The one hop that a reader found in the same directory of infrastructure, which is then what stands behind."""
    others = [
        hop
        for hop in deployment.hops
        if directory(hop.place.file) == directory(seen.place.file)
        and (hop.scope, hop.environment) == (seen.purpose.scope, seen.purpose.environment)
        and not hop.ends
    ]
    in_code = seen.sign.kind in ("terraform", "cloudformation") or (seen.sign.kind, seen.sign.value) == ("kubernetes", "Ingress")
    return others[0] if in_code and len(others) == 1 else None
