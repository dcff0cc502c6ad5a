"""A tree -> its Terraform directories: which of them are roots, their modules with arguments put in, provider versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from advisor.deployment.parts import broken, directory, join
from advisor.deployment.terraform.attributes import word
from advisor.formats.document import Node, Unreadable
from advisor.model import NotRead, Place
from advisor.tree import Tree

if TYPE_CHECKING:
    from advisor.formats.hcl import Module, Syntax

LOCK = ".terraform.lock.hcl"
_FILES = ("*.tf", "*.tofu")
READ = (
    "aws_lb",
    "aws_alb",
    "aws_elb",
    "aws_ecs_",
    "aws_ecr_repository",
    "aws_security_group",
    "aws_vpc_security_group_ingress_rule",
    "aws_autoscaling_",
    "aws_appautoscaling_target",
    "aws_instance",
    "aws_spot_instance_request",
    "aws_route53_record",
    "aws_route53_zone",
    "aws_cloudfront_",
    "aws_apigatewayv2_",
    "aws_api_gateway_",
    "aws_lambda_function",
    "archive_file",
    "aws_elastic_beanstalk_environment",
    "aws_apprunner_service",
    "aws_wafv2_web_acl",
    "cloudflare_",
    "heroku_",
    "fly_app",
    "vercel_project",
    "google_cloud_run",
    "google_app_engine_",
    "google_compute_",
    "azurerm_app_service",
    "azurerm_service_plan",
    "azurerm_monitor_autoscale_setting",
    "azurerm_linux_web_app",
    "azurerm_windows_web_app",
    "azurerm_container_app",
    "azurerm_cdn_frontdoor_",
    "azurerm_frontdoor",
    "azurerm_application_gateway",
    "azurerm_lb",
    "azurerm_api_management",
    "digitalocean_app",
    "render_web_service",
)
"""Beginnings of the resource types whose bodies are read."""
_SOURCE = re.compile(r'source\s{0,20}=\s{0,20}"(\.\.?/[^"$]{0,300})"')
_MAJOR = re.compile(r"^\s*(?:~>|=)?\s*v?(\d+)(?:\.\d+)*\s*$")


class Sources:
    """Every directory with Terraform files. Each file is parsed once; modules are put together for each set of arguments."""

    def __init__(self, tree: Tree, types: Iterable[str] = ()) -> None:
        """``types``: further resource types whose bodies are read."""
        self.tree = tree
        self._read_too = frozenset(types)
        self.not_read: list[NotRead] = []
        self._files = _grouped(tree.named(*_FILES))
        self._values = _grouped(tree.named("*.tfvars"))
        self._syntax: dict[str, Syntax] = {}
        self._plain: dict[str, Module] = {}

    @property
    def directories(self) -> tuple[str, ...]:
        return tuple(sorted(self._files))

    def files(self, folder: str) -> tuple[str, ...]:
        return tuple(self._files.get(folder, ()))

    def has(self, folder: str) -> bool:
        return folder in self._files

    def roots(self, holding: Iterable[str]) -> tuple[str, ...]:
        """The directories that no other one calls as a module, and from which one that is ``holding`` something is reached."""
        calls = {folder: frozenset(self._calls(folder)) for folder in self._files}
        called = frozenset(target for folder, targets in calls.items() for target in targets if target != folder)
        wanted = frozenset(holding)
        return tuple(folder for folder in self.directories if folder not in called and wanted & _reached(folder, calls))

    def _calls(self, folder: str) -> Iterator[str]:
        """Directories that a source names in the text: enough to tell roots from modules without parsing all of them."""
        for path in self.files(folder):
            for match in _SOURCE.finditer(self.tree.text(path) or ""):
                target = join(folder, match[1])
                if target is not None:
                    yield target

    def plain(self, folder: str) -> Module:
        """The module of a directory by itself, with its own variables' values."""
        if folder not in self._plain:
            found = self._read(folder, {}, root=True)
            self._plain[folder] = found
            for path, problem in found.unreadable:
                self.not_read.append(broken(path, problem))
        return self._plain[folder]

    def root(self, folder: str) -> Module:
        """The module of a root. Variables that only a ``.tfvars`` file chosen at the command line sets are left open."""
        names = self.plain(folder).names_set
        loaded = {name for path, listed in names.items() if _loaded(path) for name in listed}
        chosen = {name: path for path, listed in names.items() if not _loaded(path) for name in listed if name not in loaded}
        hidden = {name: Node(f"var.{name}", Place(path), tag="expression") for name, path in chosen.items()}
        return self._read(folder, hidden, root=True) if hidden else self.plain(folder)

    def module(self, folder: str, arguments: Mapping[str, Node]) -> Module:
        """The module of a directory with a caller's arguments in place of its variables' defaults."""
        self.plain(folder)
        return self._read(folder, arguments, root=False)

    def _read(self, folder: str, arguments: Mapping[str, Node], *, root: bool) -> Module:
        from advisor.formats.hcl import Module

        paths = (*self.files(folder), *(self._values.get(folder, ()) if root else ()))
        found = {path: syntax for path in paths if (syntax := self._parsed(path)) is not None}
        return Module.of(found, arguments, self._wanted)

    def _wanted(self, type_: str, labels: tuple[str, ...]) -> bool:
        """Bodies of resources that no reader asks for are not evaluated; they keep their addresses."""
        if type_ not in ("resource", "data"):
            return True
        return len(labels) > 1 and (labels[0].startswith(READ) or labels[0] in self._read_too)

    def _parsed(self, path: str) -> Syntax | None:
        from advisor.formats.hcl import Syntax

        if path not in self._syntax:
            text = self.tree.text(path)
            if text is None:
                return None
            self._syntax[path] = Syntax.of(text, path)
        return self._syntax[path]

    def providers(self, folder: str) -> dict[str, str]:
        """Provider's local name -> its major version, from the lock file, else from a constraint that allows one major only."""
        found: dict[str, str] = {}
        for block in self.plain(folder).blocks:
            if block.type == "terraform":
                for required in _nested(block.body, "required_providers"):
                    for name, node in required.items():
                        version = word(node, "version") if isinstance(node.value, dict) else node.text()
                        if version is not None and (major := _MAJOR.match(version)) is not None:
                            found[name] = major[1]
        return {**found, **self._locked(folder)}

    def _locked(self, folder: str) -> dict[str, str]:
        from advisor.formats.hcl import parse

        path = LOCK if folder == "." else f"{folder}/{LOCK}"
        text = self.tree.text(path)
        if text is None:
            return {}
        try:
            blocks = parse(text, path).blocks
        except Unreadable as problem:
            self.not_read.append(broken(path, problem))
            return {}
        return {
            block.labels[0].rsplit("/", 1)[-1]: version.split(".")[0]
            for block in blocks
            if block.type == "provider" and block.labels and (version := word(block.body, "version")) is not None
        }


def _grouped(paths: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(directory(path), []).append(path)
    return found


def _reached(folder: str, calls: Mapping[str, frozenset[str]]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting += calls.get(current, ())
    return frozenset(seen)


def _loaded(path: str) -> bool:
    """Terraform loads these by itself (``terraform.tfvars`` and ``*.auto.tfvars``)."""
    return path.endswith(".auto.tfvars") or path.rsplit("/", 1)[-1] == "terraform.tfvars"


def _nested(body: Node, name: str) -> Iterator[Node]:
    found = body.get(name)
    if found is not None:
        yield from (node for node in found.each() if isinstance(node.value, dict))
