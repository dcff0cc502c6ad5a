"""Signs of kinds ``compose_image`` and ``docker_from`` -> compose services and Dockerfiles that run such an image."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from advisor.deployment.compose_files import projects
from advisor.deployment.images import dockerfiles
from advisor.deployment.parts import Findings, directory, purpose_of
from advisor.deployment.programs import ImageName
from advisor.formats.document import Unreadable
from advisor.recognition.seen import Seen
from advisor.recognition.sign import Sign
from advisor.tree import Tree


def compose(tree: Tree, wanted: Iterable[Sign]) -> Iterator[Seen]:
    """Services of compose projects; a sign's ``has`` is asked of the service."""
    signs = tuple(wanted)
    if next(tree.having(*(word(sign) for sign in signs)), None) is None:
        return
    for project in projects(tree, Findings()):
        for name, service in project.services.items():
            node = service.get("image")
            image = ImageName.of((node.text() if node is not None else None) or "")
            for sign in signs:
                if node is None or ImageName.of(sign.value).repository != image.repository.lower() or not sign.holds(service):
                    continue
                if project.purpose.deployed:
                    place = node.key_place or node.place
                    because = f"service {name} of {project.file} runs {image.repository}"
                    yield Seen(sign, place, project.purpose, because, None, (), image.version, image.floating)


def word(sign: Sign) -> str:
    """The literal by which a file that runs the image is found."""
    return ImageName.of(sign.value).base


def docker(tree: Tree, wanted: Iterable[Sign]) -> Iterator[Seen]:
    """Dockerfiles whose last stage is based on the image."""
    from advisor.formats.dockerfile import parse

    signs = {ImageName.of(sign.value).repository: sign for sign in wanted}
    for path in dockerfiles(tree) if signs else ():
        try:
            stages = parse(tree.text(path) or "", path).stages
        except Unreadable:
            continue
        base = stages[-1].base
        image = ImageName.of(f"{base.image}:{base.tag}" if base.tag else base.image or "")
        sign = signs.get(image.repository.lower())
        purpose = purpose_of(path)
        if sign is not None and purpose.deployed:
            because = f"{path} builds on {image.repository}"
            yield Seen(sign, base.place, purpose, because, directory(path), (), image.version, image.floating)
