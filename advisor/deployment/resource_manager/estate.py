"""Declared resources -> the estate that the Azure readers ask, and their hops with the template's own keys."""

from __future__ import annotations

from dataclasses import replace

from advisor.deployment.azure_developer import service_named
from advisor.deployment.parts import Findings, Purpose, directory
from advisor.deployment.resource_manager.declared import MOST_STEPS, Declared
from advisor.deployment.resource_manager.shapes import SHAPES, Shape, spelled
from advisor.deployment.terraform.azure import azure, led, plain
from advisor.deployment.terraform.cloud_hosts import cloud_hosts, service_name
from advisor.deployment.terraform.estate import Context, Estate, Instance, Reference, Resource
from advisor.formats.document import Node
from advisor.formats.hcl import Module
from advisor.model import Hop, Setting
from advisor.tree import Tree

FORMAT = "bicep"
_MOST_DEPTH = 20
_ENDS = {
    "azurerm_static_web_app": "azure-static-web-apps",
    "azurerm_signalr_service": "azure-signalr-service",
    "azurerm_web_pubsub": "azure-web-pubsub",
}
_KINDS = {
    "azurerm_linux_web_app": "Microsoft.Web/sites",
    "azurerm_windows_web_app": "Microsoft.Web/sites",
    "azurerm_lb_rule": "Microsoft.Network/loadBalancers",
    **{shape.kind: type_ for type_, shape in SHAPES.items()},
}


class Templates(Estate):
    """The resources of one root template and of its modules."""

    def __init__(self, tree: Tree, path: str, purpose: Purpose) -> None:
        super().__init__(tree, directory(path), purpose, {})
        self._declared: dict[str, Declared] = {}
        self._made: dict[Declared, list[Resource]] = {}
        self._owners: dict[str, Resource] = {}

    @classmethod
    def of_declared(cls, tree: Tree, path: str, purpose: Purpose, listed: list[Declared]) -> Templates:
        estate = cls(tree, path, purpose)
        for declared in listed:
            estate._merge(declared)
        for declared in listed:
            estate._take(path, declared)
        return estate

    def gathered(self) -> Findings:
        """The hops and processes, with settings by the template's keys."""
        found = Findings()
        hosts = tuple(cloud_hosts(self))
        for hop in (*led(list(azure(self)), [hop for hop, _ in hosts]), *(hop for hop, _ in hosts)):
            found.hops.append(self._own(hop))
        found.processes.extend(process for _, process in hosts)
        found.hops.extend(self._ending())
        found.hops.extend(self._functions())
        return found

    def refer(self, owner: Resource, node: Node | None) -> tuple[Reference, ...]:
        """The resources that an attribute names; a block inside a resource names that one by itself."""
        if node is not None and node.tag == "owner":
            outer = self._owners.get(owner.id)
            return (Reference(outer),) if outer is not None else ()
        declared = self._declared.get(owner.id)
        found: dict[str, Reference] = {}
        for text in _open_texts(node, _MOST_DEPTH) if declared is not None else ():
            for each in declared.scope.refer(text, MOST_STEPS) if declared is not None else ():
                for resource in self._made.get(each, ())[:1]:
                    if resource is not owner:
                        found.setdefault(resource.id, Reference(resource))
        return tuple(found.values())

    # ------------------------------------------------------------ building

    def _merge(self, declared: Declared) -> None:
        """Puts a site's ``config`` resource called ``web`` into the site itself."""
        name, parent = declared.body.get("name"), declared.body.get("parent")
        text = str(name.value) if name is not None else ""
        if spelled(declared.type) != "Microsoft.Web/sites/config" or not text.strip("'\"[])").endswith("web"):
            return
        properties = declared.body.get("properties")
        holders = list(declared.scope.refer(str(parent.value if parent is not None else text)))
        site = next((each for each in holders if spelled(each.type) == "Microsoft.Web/sites"), None)
        if site is None or properties is None or not isinstance(properties.value, dict) or not isinstance(site.body.value, dict):
            return
        own = site.body.get("properties")
        inner = own.get("siteConfig") if own is not None else None
        before = dict(inner.value) if inner is not None and isinstance(inner.value, dict) else {}
        config = Node({**before, **properties.value}, inner.place if inner is not None else properties.place)
        members = dict(own.value) if own is not None and isinstance(own.value, dict) else {}
        place = own.place if own is not None else properties.place
        site.body = replace(site.body, value={**site.body.value, "properties": Node({**members, "siteConfig": config}, place)})

    def _take(self, path: str, declared: Declared) -> None:
        type_ = spelled(declared.type)
        shape = SHAPES.get(type_, Shape(type_))
        body = declared.body
        for child in declared.children:
            if isinstance(child.body.value, dict) and "parent" not in child.body.value:
                holder = Node(declared.label.rpartition(".")[2], child.place, tag="expression")
                child.body = replace(child.body, value={**child.body.value, "parent": holder})
        kind = shape.kind_of(body) if shape.kind_of is not None else shape.kind
        identity = f"bicep:{path}:{type_}:{declared.label}"
        resource = self._resource_of(kind, type_, identity, declared, shape.body(body))
        self._declared[identity] = declared
        self._made.setdefault(declared, []).append(resource)
        self.add(resource)
        for inner, (listed, attribute) in shape.more.items():
            nodes = resource.body.get(listed)
            for number, node in enumerate(nodes.each() if nodes is not None else ()):
                members = {**dict(node.items()), attribute: Node(identity, node.place, tag="owner")}
                made = self._resource_of(inner, type_, f"{identity}:{listed}{number}", declared, Node(members, node.place))
                made = replace(made, place=node.place)
                self._owners[made.id] = resource
                self.add(made)

    def _resource_of(self, kind: str, type_: str, identity: str, declared: Declared, body: Node) -> Resource:
        return Resource(
            kind=kind,
            type=type_,
            name=declared.label.rpartition(".")[2],
            id=identity,
            label=declared.label,
            place=declared.place,
            body=body,
            context=Context(Instance(self.directory, "", Module(()))),
            certainty=declared.certainty,
            data=declared.existing,
            made_by=declared.made_by,
        )

    # ------------------------------------------------------------ hops

    def _ending(self) -> list[Hop]:
        """Services that answer sockets themselves, or never take one."""
        found = []
        for kind, platform in _ENDS.items():
            for resource in self.of(kind):
                if not resource.data:
                    found.append(replace(plain(self, resource, platform), ends=True))
        return found

    def _functions(self) -> list[Hop]:
        """Function apps, with the directory of their code where azure.yaml names it."""
        found = []
        for resource in self.of("azurerm_linux_function_app"):
            name = service_name(resource)
            service = service_named(self.tree, self.directory, name) if name else None
            if not resource.data:
                found.append(replace(plain(self, resource, "azure-functions"), serves=service.root if service else None))
        return found

    def _own(self, hop: Hop) -> Hop:
        targets = tuple(replace(target, settings=self._settings(target.settings)) for target in hop.targets)
        return replace(hop, settings=self._settings(hop.settings), targets=targets)

    def _settings(self, settings: tuple[Setting, ...]) -> tuple[Setting, ...]:
        return tuple(replace(each, key=own_key(each.key), format=FORMAT) for each in settings)


def own_key(key: str) -> str:
    """The template's key of a setting: ``Microsoft.Web/sites.siteConfig.alwaysOn``."""
    kind, _, attribute = key.partition(".")
    type_ = _KINDS.get(kind)
    if type_ is None:
        return key
    inside = "rule." if kind == "azurerm_lb_rule" else ""
    return f"{type_}.{SHAPES[type_].key(inside + attribute)}"


def _open_texts(node: Node | None, depth: int) -> tuple[str, ...]:
    if node is None or depth <= 0:
        return ()
    if isinstance(node.value, dict):
        return tuple(text for child in node.value.values() for text in _open_texts(child, depth - 1))
    if isinstance(node.value, list):
        return tuple(text for child in node.value for text in _open_texts(child, depth - 1))
    return (node.value,) if node.tag == "expression" and isinstance(node.value, str) else ()
