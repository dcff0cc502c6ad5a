"""AWS Lambda functions of an estate -> processes, for those whose code speaks of sockets, and the URLs that lead to functions."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.deployment.handlers import speaking
from advisor.deployment.parts import join
from advisor.deployment.terraform.attributes import given, source_text, word
from advisor.deployment.terraform.estate import Estate, Resource
from advisor.model import Hop, Listen, Process


def functions(estate: Estate) -> Iterator[Process]:
    """A process for each function with a socket server's library in what its handler loads."""
    for function in estate.of("aws_lambda_function"):
        folder = _code(estate, function)
        root = speaking(estate.tree, folder, word(function.body, "handler")) if folder is not None else None
        if root is not None and not function.data:
            yield Process(
                function.id,
                function.place,
                root=root,
                names=(function.id,),
                scope=estate.purpose.scope,
                environment_name=estate.purpose.environment,
            )


def urls(estate: Estate) -> Iterator[Hop]:
    """One hop for each function that has a URL of its own: in Terraform a resource, in SAM a property of the function."""
    for url in estate.of("aws_lambda_function_url"):
        named = given(url.body, "function_name")
        owners = [each.resource.id for each in estate.refer(url, named) if each.resource.kind == "aws_lambda_function"]
        yield _url(estate, url, tuple(owners))
    for function in estate.of("aws_lambda_function"):
        if given(function.body, "function_url_config") is not None:
            yield _url(estate, function, (function.id,))


def _url(estate: Estate, resource: Resource, owners: tuple[str, ...]) -> Hop:
    identifier = f"{resource.id}:url"
    return Hop(
        id=identifier,
        platform="aws-lambda-function-url",
        name=resource.label,
        place=resource.place,
        certainty=resource.certainty,
        scope=estate.purpose.scope,
        environment=estate.purpose.environment,
        names=(identifier,),
        listens=(Listen("https", 443, resource.place),),
        processes=owners or (f"{identifier}:function",),
        because=resource.because,
    )


def _code(estate: Estate, function: Resource) -> str | None:
    """The directory of the tree that is packed: a SAM ``CodeUri``, or the source of the ``archive_file`` that is uploaded."""
    literal = word(function.body, "code")
    if literal is not None:
        return join(function.directory, literal)
    for reference in estate.refer(function, given(function.body, "filename")):
        archive = reference.resource
        if archive.kind == "archive_file":
            written = source_text(given(archive.body, "source_dir")) or ""
            inside = written.replace("${path.module}/", "").replace("${path.root}/", "")
            return join(archive.directory, inside) if inside and "${" not in inside else None
    return None
