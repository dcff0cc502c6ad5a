"""Dockerfiles: stages, what each stage's image runs and exposes, places, and what is refused."""

from __future__ import annotations

import pytest

from advisor.formats.dockerfile import Command, Copy, Exposed, Stage, Variable, parse
from advisor.formats.document import Unreadable
from advisor.model import Place

BUILD = """\
# syntax=docker/dockerfile:1
ARG NODE=22.1
FROM --platform=linux/amd64 node:${NODE}-alpine AS Build
WORKDIR /app
RUN npm ci && \\
    # why
    npm run build
ENV SECRET=hunter2 PORT=3000
EXPOSE $PORT 9229/tcp
CMD ["node", "a.js"]

FROM build
COPY --from=build --chown=a:b dist "my file" ./
WORKDIR web
ENTRYPOINT exec node b.js
HEALTHCHECK --interval=5s --retries=3 CMD curl -f localhost
STOPSIGNAL SIGINT
USER node
"""


def at(line: int, column: int, end_line: int, end_column: int) -> Place:
    return Place("Dockerfile", line, column, end_line, end_column)


def only(text: str) -> Stage:
    (stage,) = parse(text, "Dockerfile").stages
    return stage


def test_first_stage() -> None:
    """A stage knows its image with the argument's default, its command and its ports."""
    stage = parse(BUILD, "Dockerfile").stages[0]
    base = stage.base
    assert ("node", "22.1-alpine", "linux/amd64", False) == (base.image, base.tag, base.platform, base.floating)
    assert ("build", at(3, 1, 3, 57), at(3, 29, 3, 48)) == (stage.name, stage.place, base.place)
    assert Command("node a.js", ("node", "a.js"), False, at(10, 5, 10, 21)) == stage.cmd
    assert (Exposed(3000, "tcp", at(9, 8, 9, 13)), Exposed(9229, "tcp", at(9, 14, 9, 22))) == stage.exposed


def test_continued_lines_skip_comments() -> None:
    """A comment between continued lines is no part of the command."""
    (run,) = parse(BUILD, "Dockerfile").stages[0].runs
    assert ("npm ci &&     npm run build", at(5, 5, 7, 18)) == (run.text, run.place)


def test_values_of_variables_are_kept_back() -> None:
    """Of ENV only names are handed out, and the value of PORT."""
    stage = parse(BUILD, "Dockerfile").stages[0]
    expected = (Variable("SECRET", at(8, 5, 8, 19)), Variable("PORT", at(8, 20, 8, 29), "3000"))
    assert expected == stage.environment
    assert "hunter2" not in repr(stage)


def test_stage_takes_over_what_its_base_sets() -> None:
    """A stage built on an earlier one has its ports and variables; its own ENTRYPOINT empties the CMD."""
    first, last = parse(BUILD, "Dockerfile").stages
    assert ("build", None, first.exposed, "/app/web") == (last.based_on, last.cmd, last.exposed, last.workdir)
    assert Command("exec node b.js", (), True, at(15, 12, 15, 26)) == last.entrypoint
    assert (Copy(("dist", "my file"), "./", "build", at(13, 1, 13, 48)),) == last.copies
    assert (("SIGINT", at(17, 1, 17, 18)), "node") == (last.stop_signal, last.user)


def test_health_check() -> None:
    """A health check has its command and its options as written."""
    check = parse(BUILD, "Dockerfile").stages[1].health_check
    assert check is not None
    assert check.command is not None
    assert ("curl -f localhost", {"interval": "5s", "retries": "3"}) == (check.command.text, check.options)


@pytest.mark.parametrize(
    ("target", "number"),
    [(None, 1), ("build", 0), ("BUILD", 0), ("1", 1), ("7", None), ("other", None), ("٣", None)],
)
def test_target(target: str | None, number: int | None) -> None:
    """A build names a stage by name or number; the last one is made otherwise."""
    file = parse(BUILD, "Dockerfile")
    assert (None if number is None else file.stages[number]) == file.target(target)


@pytest.mark.parametrize(
    ("text", "image", "tag", "digest", "floating"),
    [
        pytest.param("FROM node", "node", None, None, True, id="no tag"),
        pytest.param("from node:latest", "node", "latest", None, True, id="latest, lower case"),
        pytest.param("FROM r.io:5000/a/b:1", "r.io:5000/a/b", "1", None, False, id="registry with a port"),
        pytest.param("FROM r.io:5000/a", "r.io:5000/a", None, None, True, id="port is no tag"),
        pytest.param("FROM a@sha256:ff", "a", None, "sha256:ff", False, id="digest"),
        pytest.param("FROM node:$V", "node", None, None, False, id="unknown tag"),
        pytest.param("FROM $I:1", None, None, None, False, id="unknown image"),
        pytest.param("FROM node:${V:-20}", "node", "20", None, False, id="default in place"),
        pytest.param("ARG V\nFROM node:${V-20}", "node", "20", None, False, id="argument without default"),
        pytest.param('ARG V="18"\nARG W=${V}.1\nFROM node:$W', "node", "18.1", None, False, id="argument of an argument"),
        pytest.param("FROM scratch", "scratch", None, None, True, id="scratch"),
    ],
)
def test_base(text: str, image: str | None, tag: str | None, digest: str | None, floating: bool) -> None:
    """FROM is taken apart, with what is not known left open."""
    base = only(text).base
    assert (image, tag, digest, floating) == (base.image, base.tag, base.digest, base.floating)


@pytest.mark.parametrize(
    ("line", "text", "argv"),
    [
        pytest.param('CMD ["a", "b c"]', "a 'b c'", ("a", "b c"), id="exec form"),
        pytest.param("CMD a 'b c'", "a 'b c'", (), id="shell form"),
        pytest.param("CMD ['a']", "['a']", (), id="single quotes are no JSON, so the shell gets it"),
        pytest.param("CMD [1]", "[1]", (), id="not text"),
        pytest.param('CMD ["a", \\\n  "b"]', "a b", ("a", "b"), id="continued"),
        pytest.param("CMD a\\\r\n\r\n b\r\n", "a b", (), id="CRLF and a blank line"),
        pytest.param("cmd a", "a", (), id="lower case"),
        pytest.param("CMD " + "[" * 5000, "[" * 5000, (), id="deep"),
    ],
)
def test_command_forms(line: str, text: str, argv: tuple[str, ...]) -> None:
    """Only a JSON list of strings is the exec form."""
    cmd = only(f"FROM a\n{line}").cmd
    assert cmd is not None
    assert (text, argv, not argv) == (cmd.text, cmd.argv, cmd.shell)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("EXPOSE 80 443/UDP", [(80, "tcp"), (443, "udp")], id="protocol"),
        pytest.param("EXPOSE 8000-8002", [(8000, "tcp"), (8001, "tcp"), (8002, "tcp")], id="range"),
        pytest.param("EXPOSE $P", [(None, "tcp")], id="unknown"),
        pytest.param('ARG P=1\nEXPOSE "$P"', [(1, "tcp")], id="argument"),
        pytest.param("ENV P 7\nEXPOSE ${P}/tcp", [(7, "tcp")], id="old form of ENV"),
        pytest.param("EXPOSE http", [(None, "tcp")], id="not a number"),
    ],
)
def test_exposed(line: str, expected: list[tuple[int | None, str]]) -> None:
    """Ports have numbers where the file shows them."""
    assert expected == [(port.port, port.protocol) for port in only(f"FROM a\n{line}").exposed]


def test_heredoc_is_no_instruction() -> None:
    """The body of a heredoc belongs to its RUN, and the place ends with it."""
    stage = only("FROM a\nRUN <<-EOF cat\n\tCMD x\n\tEOF\nCMD y\n")
    (run,) = stage.runs
    assert ("<<-EOF cat\nCMD x\n", at(2, 5, 2, 15)) == (run.text, run.place)
    assert stage.cmd is not None
    assert "y" == stage.cmd.text


def test_escape_directive() -> None:
    """Windows files continue lines with a backtick, and the backslash is a character."""
    stage = only("# escape=`\nFROM a\nCMD c:\\ `\n  d\n")
    assert stage.cmd is not None
    assert "c:\\   d" == stage.cmd.text


def test_lone_continuations() -> None:
    """A line of only a continuation adds nothing, and the instruction stands where its keyword does."""
    stage = only("\\\nFROM a\n\\\n\n  \\\n  CMD b\n\\")
    assert stage.cmd is not None
    assert (at(2, 1, 2, 7), at(6, 7, 6, 8)) == (stage.place, stage.cmd.place)


def test_byte_order_mark() -> None:
    """A byte order mark is no part of the first keyword."""
    assert at(1, 1, 1, 7) == only("\ufeffFROM a\r\n").place


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        pytest.param("", 1, "no FROM", id="empty"),
        pytest.param("# only\n", 1, "no FROM", id="comment"),
        pytest.param("RUN a\nFROM b\n", 1, "RUN stands before FROM", id="no stage yet"),
        pytest.param("FROM a\n\nRUNN b\n", 3, "RUNN is not an instruction", id="typo"),
        pytest.param("FROM a b\n", 1, "FROM takes", id="bad FROM"),
        pytest.param("FROM a\nRUN <<EOF\nx\n", 2, "heredoc EOF does not end", id="open heredoc"),
        pytest.param("{% if x %}\nFROM a\n", 1, "{% is not an instruction", id="template"),
        pytest.param("<<<<<<< HEAD\nFROM a\n=======\nFROM b\n>>>>>>> x\n", 1, "merge conflict", id="conflict"),
        pytest.param("FROM a AS a\n" * 300, 201, "more than 200 stages", id="too many stages"),
    ],
)
def test_unreadable(text: str, line: int, part: str) -> None:
    """What Docker would refuse is refused with a sentence and its line."""
    with pytest.raises(Unreadable) as caught:
        parse(text, "Dockerfile")
    assert (line, True) == (caught.value.line, part in caught.value.reason)


def test_growing_variables_are_not_followed() -> None:
    """Variables that double each other end as unknown rather than as gigabytes."""
    lines = ["FROM a", "ENV A0=xx"] + [f"ENV A{i + 1}=$A{i}$A{i}" for i in range(60)] + ["USER $A60"]
    assert only("\n".join(lines)).user is None
