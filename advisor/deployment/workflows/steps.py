"""Actions, orbs, pipes and tasks that deploy somewhere: their names -> the platform, and the directory that a step names."""

from __future__ import annotations

from advisor.deployment.parts import Purpose, join
from advisor.deployment.workflows.flags import settings
from advisor.deployment.workflows.script import Deploy
from advisor.formats.document import Node
from advisor.model import Place, Setting

ACTIONS = {
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
    "google-github-actions/deploy-appengine": "gcp-app-engine",
    "awslabs/amazon-app-runner-deploy": "aws-app-runner",
    "firebaseextended/action-hosting-deploy": "firebase-hosting",
    "digitalocean/app_action": "digitalocean-app-platform",
    "dokku/github-action": "dokku",
}
"""GitHub's actions."""
SERVERS = {
    "appleboy/ssh-action": "a server of one's own",
    "appleboy/scp-action": "a server of one's own",
    "easingthemes/ssh-deploy": "a server of one's own",
    "burnett01/rsync-deployments": "a server of one's own",
}
"""Actions that copy to a machine or run something there."""
ORBS = {
    "heroku/deploy-via-git": "heroku",
    "heroku/push-docker-image": "heroku",
    "heroku/release-docker-image": "heroku",
    "aws-ecs/deploy-service-update": "aws-ecs-fargate",
    "aws-ecs/deploy_service_update": "aws-ecs-fargate",
    "aws-ecs/update-service": "aws-ecs-fargate",
    "aws-elastic-beanstalk/deploy": "aws-elastic-beanstalk",
    "gcp-cloud-run/deploy": "gcp-cloud-run",
    "cloudrun/deploy": "gcp-cloud-run",
    "netlify/deploy": "netlify",
    "vercel/deploy": "vercel",
    "fly/deploy": "fly-io",
}
"""CircleCI's orbs: commands and jobs."""
PIPES = {
    "atlassian/heroku-deploy": "heroku",
    "atlassian/aws-ecs-deploy": "aws-ecs-fargate",
    "atlassian/aws-elasticbeanstalk-deploy": "aws-elastic-beanstalk",
    "atlassian/azure-web-apps-deploy": "azure-app-service",
    "atlassian/azure-web-apps-containers-deploy": "azure-app-service",
    "atlassian/azure-static-web-apps-deploy": "azure-static-web-apps",
    "atlassian/google-cloud-run-deploy": "gcp-cloud-run",
    "atlassian/google-app-engine-deploy": "gcp-app-engine",
    "atlassian/firebase-deploy": "firebase-hosting",
}
"""Bitbucket's pipes."""
TASKS = {
    "azurewebapp": "azure-app-service",
    "azurewebappcontainer": "azure-app-service",
    "azurermwebappdeployment": "azure-app-service",
    "azurecontainerapps": "azure-container-apps",
    "azurestaticwebapp": "azure-static-web-apps",
}
"""Tasks of Azure Pipelines, without their version."""

_DIRECTORIES = (
    "working-directory",
    "workingDirectory",
    "appdir",
    "working_directory",
    "app_location",
    "package",
    "source",
    "app-dir",
)
_FLAGS = ("flags",)


def name_of(node: Node) -> str:
    """The name of an action, orb, pipe or task without its version, in lower case."""
    return (node.text() or "").removeprefix("docker://").split("@")[0].split(":")[0].lower()


def by_action(uses: Node, step: Node, where: Purpose) -> Deploy | None:
    """What a step that uses a GitHub action deploys."""
    name, place = name_of(uses), uses.key_place or uses.place
    if name in SERVERS:
        return Deploy(None, ".", place, where, what=SERVERS[name])
    platform = ACTIONS.get(name) or _by_argument(name, step)
    return Deploy(platform, folder_of(step, None), place, where, flagged(platform, step)) if platform else None


def _by_argument(action: str, step: Node) -> str | None:
    """The older action runs what ``args`` says."""
    arguments = step.get("with", "args")
    deploys = arguments is not None and (arguments.text() or "").startswith("deploy")
    return "fly-io" if action == "superfly/flyctl-actions" and deploys else None


def flagged(platform: str, step: Node) -> tuple[Setting, ...]:
    """What the flags set that a step hands to the platform's own program."""
    if platform != "gcp-cloud-run":
        return ()
    node = next((found for key in _FLAGS if (found := step.get("with", key)) is not None), None)
    if node is None:
        return ()
    place = node.key_place or node.place
    return settings(platform, ["gcloud", "run", "deploy", *(node.text() or "").split()], lambda _: place)


def folder_of(step: Node, default: Node | None) -> str:
    """The directory that a step works in; the root where it does not say."""
    nodes = (step.get(key) or step.get("with", key) or step.get("inputs", key) for key in _DIRECTORIES)
    given = next((node for node in nodes if node is not None and node.text()), default)
    base = join(".", (given.text() if given else None) or ".") or "."
    return "." if "$" in base else base


def at(node: Node) -> Place:
    return node.key_place or node.place
