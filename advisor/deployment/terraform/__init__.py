"""Terraform directories of a tree -> hops (load balancers, Cloudflare, CDNs, hosts) and the processes behind them.

Each directory with ``*.tf`` files that no other one calls as a module is a root; the modules that it calls are followed
inside the tree with their arguments. State files are never read, values of ``.tfvars`` files never shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.deployment.parts import Findings, Part, directory, purpose_of
from advisor.model import NotRead
from advisor.tree import Tree

if TYPE_CHECKING:
    from advisor.deployment.terraform.estate import Estate

WORDS = (
    "aws_lb",
    "aws_alb",
    "aws_elb",
    "aws_ecs_service",
    "aws_autoscaling_group",
    "aws_cloudfront_distribution",
    "aws_apigatewayv2_api",
    "aws_api_gateway_rest_api",
    "aws_lambda_function_url",
    "aws_elastic_beanstalk_environment",
    "aws_apprunner_service",
    "terraform-aws-",
    "cloudflare_",
    "heroku_app",
    "fly_app",
    "vercel_project",
    "google_cloud_run",
    "google_app_engine",
    "azurerm_",
    "google_compute_url_map",
    "google_compute_backend_service",
    "google_compute_region_backend_service",
    "digitalocean_app",
    "render_web_service",
)


def read(tree: Tree) -> Part:
    """Every root of the tree. A root with nothing that carries or runs an app adds nothing."""
    found = Findings()
    holding = {directory(path) for path in tree.having(*WORDS, among=tree.named("*.tf", "*.tofu"))}
    if holding:
        _roots(tree, holding, found)
    for path in tree.having(*WORDS, among=tree.named("*.tf.json")):
        found.not_read.append(NotRead(path, "it is Terraform written in JSON, which is not read", deployment=True))
    return found.part()


def _roots(tree: Tree, holding: set[str], found: Findings) -> None:
    from advisor.deployment.terraform.estate import Estate
    from advisor.deployment.terraform.sources import Sources

    sources = Sources(tree)
    for folder in sources.roots(holding):
        files = sources.files(folder)
        purpose = purpose_of(files[0] if folder == "." else f"{folder}/main.tf")
        if not purpose.deployed:
            continue
        estate = Estate.of_root(tree, folder, purpose, sources)
        before = len(found.hops)
        collect(estate, found)
        if len(found.hops) > before:
            for file in dict.fromkeys(hop.place.file for hop in found.hops[before:]):
                found.chose(file, purpose, f"Terraform in {_shown(folder)} defines {_what(found, before, file)}")
    found.not_read.extend(sources.not_read)


def _shown(folder: str) -> str:
    return "the root directory" if folder == "." else f"{folder}/"


def _what(found: Findings, before: int, file: str) -> str:
    names = list(dict.fromkeys(hop.name for hop in found.hops[before:] if hop.place.file == file))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def collect(estate: Estate, found: Findings) -> None:
    """Adds the hops and processes of one estate."""
    from advisor.deployment.terraform.azure import azure, led
    from advisor.deployment.terraform.balancers import balancers
    from advisor.deployment.terraform.cloud_hosts import cloud_hosts
    from advisor.deployment.terraform.cloudflare import tunnels, zones
    from advisor.deployment.terraform.edges import distributions, gateways
    from advisor.deployment.terraform.functions import functions, urls
    from advisor.deployment.terraform.gates import guarded
    from advisor.deployment.terraform.google import google, groups
    from advisor.deployment.terraform.hosts import hosts
    from advisor.deployment.terraform.names import host_names, record_names
    from advisor.deployment.terraform.origins import fitted
    from advisor.deployment.terraform.services import machines, services

    called = tuple(functions(estate))
    clouds = tuple(cloud_hosts(estate))
    hops = [
        *zones(estate, record_names(estate)),
        *tunnels(estate),
        *distributions(estate),
        *gateways(estate, frozenset(each.id for each in called)),
        *urls(estate),
        *balancers(estate, host_names(estate)),
        *led(list(azure(estate)), [hop for hop, _ in clouds]),
        *google(estate),
    ]
    for hop, process in (*services(estate), *hosts(estate), *clouds):
        hops.append(hop)
        if process is not None:
            found.processes.append(process)
    found.processes.extend(machines(estate))
    found.processes.extend(groups(estate))
    found.processes.extend(called)
    found.hops.extend(guarded(estate, fitted(hops)))
