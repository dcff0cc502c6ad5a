"""GitHub workflows and .travis.yml -> evidence of a host: which step deploys which directory where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.deployment.parts import Findings, Part, Purpose, directory, identity, join, spoken
from advisor.formats.document import Node
from advisor.model import Hop, Place
from advisor.tree import Tree

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
    "azure-app-service": "Azure App Service",
    "azure-container-apps": "Azure Container Apps",
    "azure-static-web-apps": "Azure Static Web Apps",
    "gcp-cloud-run": "Google Cloud Run",
    "firebase-hosting": "Firebase Hosting",
    "digitalocean-app-platform": "DigitalOcean App Platform",
    "dokku": "Dokku",
}
_ACTIONS = {
    "amondnet/vercel-action": "vercel",
    "betahuhn/deploy-to-vercel-action": "vercel",
    "akhileshns/heroku-deploy": "heroku",
    "nwtgck/actions-netlify": "netlify",
    "netlify/actions/cli": "netlify",
    "cloudflare/wrangler-action": "cloudflare-workers",
    "bervproject/railway-deploy": "railway",
    "johnbeynon/render-deploy-action": "render",
    "aws-actions/amazon-ecs-deploy-task-definition": "aws-ecs-fargate",
    "aws-actions/amazon-ecs-deploy-express-service": "aws-ecs-fargate",
    "einaregilsson/beanstalk-deploy": "aws-elastic-beanstalk",
    "azure/webapps-deploy": "azure-app-service",
    "azure/container-apps-deploy-action": "azure-container-apps",
    "azure/static-web-apps-deploy": "azure-static-web-apps",
    "google-github-actions/deploy-cloudrun": "gcp-cloud-run",
    "firebaseextended/action-hosting-deploy": "firebase-hosting",
    "digitalocean/app_action": "digitalocean-app-platform",
    "dokku/github-action": "dokku",
}
_COMMANDS = tuple(
    (platform, tuple(literals.split("|")), re.compile(pattern))
    for platform, literals, pattern in (
        ("fly-io", "fly", r"\bfly(ctl)? deploy\b"),
        ("vercel", "vercel", r"\bvercel( [^\n|&;]{0,200})?(--prod\b|\bdeploy\b)"),
        (
            "heroku",
            "heroku",
            r"\bgit push [^\n]{0,200}\bheroku\b|git\.heroku\.com|\bheroku container:release\b|\bheroku builds:create\b",
        ),
        ("netlify", "netlify deploy", r"\bnetlify deploy\b"),
        ("cloudflare-workers", "wrangler ", r"\bwrangler (deploy|publish|versions upload)\b"),
        ("railway", "railway ", r"\brailway (up|redeploy)\b"),
        ("render", "render", r"api\.render\.com/deploy/|\brender deploys create\b"),
        ("aws-ecs-fargate", "aws ecs", r"\baws ecs (update-service|deploy)\b"),
        ("aws-elastic-beanstalk", "eb deploy|elasticbeanstalk", r"\beb deploy\b|\baws elasticbeanstalk update-environment\b"),
        ("azure-app-service", "az webapp", r"\baz webapp (up|deploy)\b"),
        ("azure-container-apps", "az containerapp", r"\baz containerapp (up|update|create)\b"),
        ("gcp-cloud-run", "gcloud ", r"\bgcloud (beta )?run (deploy|services replace)\b"),
        ("firebase-hosting", "firebase deploy", r"\bfirebase deploy\b"),
    )
)
"""Platform, literals one of which the text must hold (a look for those is cheap), and the command."""
_DIRECTORIES = ("working-directory", "workingDirectory", "appdir", "working_directory", "app_location", "package")
_FLAG = re.compile(r"(?:--config|-c|--cwd|--path|--source|--dockerfile)[ =]([\w./-]+)")
_TRAVIS = {"heroku": "heroku", "elasticbeanstalk": "aws-elastic-beanstalk", "netlify": "netlify"}
_MOST_DEPTH = 12


@dataclass(frozen=True, slots=True)
class _Deploy:
    """One step: the platform it deploys to, the directory, where it stands, and for which environment."""

    platform: str
    folder: str
    place: Place
    environment: str


def read(tree: Tree) -> Part:
    """A hop for every step that deploys, as evidence: another part's hop for the same directory takes its place."""
    from advisor.formats.yaml import parse

    found = Findings()
    for path in tree.named("*.yml", "*.yaml"):
        travis = path.rsplit("/", 1)[-1] == ".travis.yml"
        if not travis and not path.startswith(".github/workflows/"):
            continue
        text = (tree.text(path) or "").lower()
        if travis and "provider" not in text:
            continue
        if not travis and not any(action in text for action in (*_ACTIONS, "flyctl-actions")) and not _runs(text):
            continue
        document = found.document(tree, path, parse)
        if document is not None:
            _evidence(path, _travis(document) if travis else _workflow(document), found)
    return found.part()


def _evidence(path: str, steps: Iterator[_Deploy], found: Findings) -> None:
    for step in sorted(steps, key=lambda step: step.environment != "production"):
        name = _NAMES[step.platform]
        because = f"deploys {spoken(step.folder)} to {name}"
        purpose = Purpose("production", step.environment)
        found.chose(path, purpose, because)
        found.evidence.append(
            Hop(
                identity(step.platform, path, f"{step.place.line}"),
                step.platform,
                name,
                step.place,
                environment=step.environment,
                serves=step.folder,
                because=f"{path} {because}",
            )
        )


def _runs(text: str) -> list[str]:
    """Platforms that a shell text deploys to; comments and echoed lines say nothing."""
    likely = [(platform, pattern) for platform, literals, pattern in _COMMANDS if any(literal in text for literal in literals)]
    lines = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(("#", "echo "))) if likely else ""
    return [platform for platform, pattern in likely if pattern.search(lines)]


def _workflow(document: Node) -> Iterator[_Deploy]:
    jobs = document.get("jobs")
    for name, job in jobs.items() if jobs else ():
        if (condition := job.get("if")) is not None and condition.text() == "false":
            continue
        default = job.get("defaults", "run", "working-directory") or document.get("defaults", "run", "working-directory")
        environment = _environment(job, name)
        steps = job.get("steps")
        for step in steps.each() if steps else ():
            uses, run = step.get("uses"), step.get("run")
            if uses is not None:
                action = (uses.text() or "").split("@")[0].lower()
                platform = _ACTIONS.get(action) or _by_argument(action, step)
                if platform:
                    yield _Deploy(platform, _folder(step, None, ""), uses.key_place or uses.place, environment)
            if run is not None:
                for platform in _runs(run.text() or ""):
                    yield _Deploy(platform, _folder(step, default, run.text() or ""), run.key_place or run.place, environment)


def _by_argument(action: str, step: Node) -> str | None:
    """The older action runs what ``args`` says."""
    arguments = step.get("with", "args")
    deploys = arguments is not None and (arguments.text() or "").startswith("deploy")
    return "fly-io" if action == "superfly/flyctl-actions" and deploys else None


def _environment(job: Node, name: str) -> str:
    named = job.get("environment")
    text = ((named.get("name") or named).text() if named else None) or name
    return "staging" if re.search(r"stag|preview|qa\b|uat", text.lower()) else "production"


def _folder(step: Node, default: Node | None, command: str) -> str:
    """The directory that the step works in; the root where it does not say."""
    given = next((node for key in _DIRECTORIES if (node := step.get(key) or step.get("with", key)) is not None), default)
    base = join(".", (given.text() if given else None) or ".") or "."
    if "$" in base:
        return "."
    entered = re.search(r"^\s*cd ([\w./-]+)", command, re.MULTILINE)
    base = (join(base, entered[1]) or base) if entered else base
    flag = _FLAG.search(command)
    path = join(base, flag[1]) if flag else None
    if path is None:
        return base
    return directory(path) if "." in path.rsplit("/", 1)[-1] and path != "." else path


def _travis(document: Node) -> Iterator[_Deploy]:
    waiting = [(document, 0)]
    while waiting:
        node, depth = waiting.pop(0)
        provider = node.get("provider")
        platform = _TRAVIS.get((provider.text() or "").lower()) if provider else None
        if provider is not None and platform:
            branch = node.get("on", "branch")
            main = branch is None or (branch.text() or "") in ("main", "master", "production", "release")
            yield _Deploy(platform, ".", provider.place, "production" if main else "staging")
        if depth < _MOST_DEPTH:
            waiting += [(inner, depth + 1) for _, inner in node.items()]
            waiting += [(inner, depth + 1) for inner in node.each() if isinstance(node.value, list)]
