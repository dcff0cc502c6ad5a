"""CI pipelines, deploy scripts and task files -> evidence of a host: which step deploys which directory where, and how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from advisor.deployment.parts import Findings, Part, identity, join, spoken
from advisor.deployment.workflows.commands import LITERALS, deploys
from advisor.deployment.workflows.files import NAMES, scripts
from advisor.deployment.workflows.script import Deploy, Script
from advisor.deployment.workflows.steps import ACTIONS, ORBS, PIPES, SERVERS
from advisor.deployment.workflows.systems import Step, reader_of
from advisor.model import Hop, Process, Target
from advisor.tree import Tree

WORDS = LITERALS

_NAMES = {
    "fly-io": "Fly.io",
    "vercel": "Vercel",
    "heroku": "Heroku",
    "netlify": "Netlify",
    "cloudflare-workers": "Cloudflare Workers",
    "railway": "Railway",
    "render": "Render",
    "aws-ecs-fargate": "Amazon ECS",
    "aws-elastic-beanstalk": "AWS Elastic Beanstalk",
    "aws-app-runner": "AWS App Runner",
    "aws-lightsail-containers": "Amazon Lightsail",
    "aws-amplify-hosting": "AWS Amplify Hosting",
    "azure-app-service": "Azure App Service",
    "azure-container-apps": "Azure Container Apps",
    "azure-functions": "Azure Functions",
    "azure-static-web-apps": "Azure Static Web Apps",
    "gcp-cloud-run": "Google Cloud Run",
    "gcp-cloud-functions": "Google Cloud Functions",
    "gcp-app-engine-standard": "Google App Engine",
    "gcp-app-engine-flex": "Google App Engine",
    "firebase-hosting": "Firebase Hosting",
    "digitalocean-app-platform": "DigitalOcean App Platform",
    "dokku": "Dokku",
    "scalingo": "Scalingo",
    "clever-cloud": "Clever Cloud",
    "koyeb": "Koyeb",
    "deno-deploy": "Deno Deploy",
    "supabase-edge-functions": "Supabase",
    "partykit": "PartyKit",
    "github-pages": "GitHub Pages",
}
_STATIC = frozenset({"github-pages", "azure-static-web-apps", "aws-amplify-hosting", "firebase-hosting"})
"""Hosts of files alone: behind them no server of the tree is looked for."""
_TELLS = ("flyctl-actions", "provider", *ACTIONS, *SERVERS, *ORBS, *PIPES, "task:", "drone-ssh", "gcloud")
_LARGEST = 300_000


def read(tree: Tree) -> Part:
    """A hop for every step that deploys, as evidence: another part's hop for the same directory takes its place."""
    found = Findings()
    steps = [step for path in _pipelines(tree) for step in _of_pipeline(tree, path, found)]
    by_hand = (script for path in tree.having(*WORDS, among=tree.named(*NAMES)) for script in scripts(tree, path))
    steps += [step for script in by_hand for step in deploys(script)]
    _evidence(tree, steps, found)
    return found.part()


def _pipelines(tree: Tree) -> Iterator[str]:
    for path in tree.named("*.yml", "*.yaml"):
        text = (tree.text(path) or "").lower() if reader_of(path) is not None else ""
        if text and len(text) < _LARGEST and any(word in text for word in (*_TELLS, *LITERALS)):
            yield path


def _of_pipeline(tree: Tree, path: str, found: Findings) -> Iterator[Deploy]:
    from advisor.formats.yaml import parse

    reader, document = reader_of(path), found.document(tree, path, parse)
    steps: Iterable[Step] = reader(document, tree.text(path) or "") if reader is not None and document is not None else ()
    for step in steps:
        yield from deploys(step) if isinstance(step, Script) else (step,)


def _evidence(tree: Tree, steps: list[Deploy], found: Findings) -> None:
    for step in sorted((_settled(tree, step) for step in steps), key=lambda step: step.where.environment != "production"):
        name = _NAMES.get(step.platform or "")
        because = f"deploys {spoken(step.folder)} to {name or step.what}"
        found.chose(step.place.file, step.where, because)
        if step.platform is None or name is None or step.where.scope == "test":
            continue
        identifier = identity(step.platform, step.place.file, f"{step.place.line}")
        container = _container(step, identifier)
        found.evidence.append(
            Hop(
                identifier,
                step.platform,
                name,
                step.place,
                certainty=step.certainty,
                scope=step.where.scope,
                environment=step.where.environment,
                settings=step.settings,
                serves=step.folder,
                targets=_over_http2(step, container),
                processes=(container.id,) if container is not None else (),
                ends=step.platform in _STATIC,
                because=f"{step.place.file} {because}",
            )
        )
        if container is not None:
            found.processes.append(container)


def _settled(tree: Tree, step: Deploy) -> Deploy:
    """The step with App Engine's environment taken from the app.yaml that is deployed."""
    if step.platform != "gcp-app-engine":
        return step
    text = tree.text(join(step.folder, "app.yaml") or "app.yaml") or ""
    flexible = any(line.split("#")[0].replace(" ", "") in ("env:flex", "env:flexible") for line in text.splitlines())
    return replace(step, platform="gcp-app-engine-flex" if flexible else "gcp-app-engine-standard")


def _container(step: Deploy, identifier: str) -> Process | None:
    """What the step says of the instances that it starts; ``None`` where it says nothing of them."""
    scaled = next((each for each in step.settings if each.key.endswith("ps:scale") and isinstance(each.amount, int)), None)
    if step.copies is None and step.port is None and scaled is None and not _http2(step):
        return None
    return Process(
        f"{identifier}:service",
        step.place,
        root=step.folder,
        replicas=int(scaled.amount) if scaled is not None and isinstance(scaled.amount, int) else None,
        replicas_place=step.place if scaled is not None else None,
        replicas_range=step.copies,
        names=(f"{identifier}:service",),
        port_variable="PORT" if step.platform in ("gcp-cloud-run", "heroku") else None,
        port_given=step.port,
        scope=step.where.scope,
        environment_name=step.where.environment,
        host=identifier,
    )


def _http2(step: Deploy) -> bool:
    told = {(each.key.rpartition(" ")[2], each.amount) for each in step.settings}
    return bool(told & {("--use-http2", True), ("--transport", "http2")})


def _over_http2(step: Deploy, container: Process | None) -> tuple[Target, ...]:
    """The instances as a target that is spoken to over HTTP/2, where a flag says so."""
    if container is None or not _http2(step):
        return ()
    return (Target(container.id, step.place, scheme="h2", why="speaks HTTP/2 to the instances, as the flag asks"),)
