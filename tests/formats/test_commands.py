"""Shell command lines: the calls in them, what is taken off, and what happens to lines that are not valid shell."""

from __future__ import annotations

import pytest

from advisor.formats.commands import Call, calls, from_argv, split


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param("node a.js", [["node", "a.js"]], id="plain"),
        pytest.param("node 'a b' \"c $X\" d\\ e", [["node", "a b", "c $X", "d e"]], id="quotes"),
        pytest.param("uvicorn a:b --port ${PORT:-8000}", [["uvicorn", "a:b", "--port", "${PORT:-8000}"]], id="default stays"),
        pytest.param("gunicorn -b :$PORT -w $(nproc)", [["gunicorn", "-b", ":$PORT", "-w", "$(nproc)"]], id="substitution stays"),
        pytest.param("a && b; c || d | e & f", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]], id="operators"),
        pytest.param("a > out 2>&1 < in", [["a"]], id="redirections"),
        pytest.param("a \\\n  --b", [["a", "--b"]], id="continued"),
        pytest.param("(cd x && a)", [["cd", "x"], ["a"]], id="subshell"),
        pytest.param("#!/bin/sh\nset -e\nif a; then\n  exec b\nfi\n", [["set", "-e"], ["a"], ["b"]], id="script"),
        pytest.param("cat <<EOF\nnode x\nEOF\nb", [["cat"], ["b"]], id="heredoc is no command"),
        pytest.param("# node a", [], id="comment"),
        pytest.param("A=1", [], id="assignment alone"),
        pytest.param("", [], id="empty"),
        pytest.param("exec a", [["a"]], id="exec"),
        pytest.param("/usr/bin/tini -g -- a -g", [["a", "-g"]], id="tini"),
        pytest.param("dumb-init a", [["a"]], id="dumb-init"),
        pytest.param("env -u B A=1 a", [["a"]], id="env"),
        pytest.param("sh -c 'exec a && b'", [["a"], ["b"]], id="shell in a shell"),
        pytest.param('bash -lc "a \\"$X\\" b"', [["a", "$X", "b"]], id="login shell"),
        pytest.param("sh start.sh -c x", [["sh", "start.sh", "-c", "x"]], id="shell that runs a file"),
        pytest.param("sh -c", [["sh", "-c"]], id="shell without a script"),
        pytest.param("node ä 'b😀' {\U00031860,c}", [["node", "ä", "b😀", "{\U00031860,c}"]], id="outside ASCII"),
        pytest.param('node "a', [["node", '"a']], id="open quote"),
        pytest.param("node a.js:3) && b", [["node", "a.js:3)"], ["b"]], id="bracket too many"),
        pytest.param("set A=1&&node %X%", [["set", "A=1"], ["node", "%X%"]], id="Windows"),
    ],
)
def test_split(command: str, expected: list[list[str]]) -> None:
    """Each program that runs is one list, quotes and wrappers taken off."""
    assert expected == split(command)


@pytest.mark.parametrize(
    ("command", "environment", "port"),
    [
        pytest.param("A=b PORT=3000 node a.js", ("A", "PORT"), "3000", id="before the program"),
        pytest.param('cross-env A=b PORT="3000" node a.js', ("A", "PORT"), "3000", id="cross-env"),
        pytest.param("PORT=1 sh -c 'B=2 node a.js'", ("PORT", "B"), "1", id="around a shell"),
        pytest.param("PORT=3000 node a.js)", ("PORT",), "3000", id="not valid shell"),
        pytest.param("node a.js B=2", (), None, id="argument of the form a=b"),
    ],
)
def test_environment(command: str, environment: tuple[str, ...], port: str | None) -> None:
    """Variables set for a call are names, and the value of PORT."""
    (call,) = calls(command)
    assert ("node", environment, port) == (call.argv[0], call.environment, call.port)


def test_values_of_variables_are_kept_back() -> None:
    """A password set in front of a program appears nowhere."""
    assert "hunter2" not in repr(calls("PASSWORD=hunter2 node a && env TOKEN=hunter2 b"))


def test_joined() -> None:
    """A call knows the operator before it."""
    expected = ["", "&&", ";", "||", "|", "&", ";"]
    assert expected == [call.joined for call in calls("a && b; c || d | e & f\ng")]


def test_exec_form_is_no_shell_line() -> None:
    """An argument list is taken as it stands, but a shell's script in it is read."""
    assert [Call(("node", "a && b"))] == from_argv(("node", "a && b"))
    assert [Call(("a",)), Call(("b",), joined="&&")] == from_argv(("/bin/sh", "-c", "a && b"))


def test_shells_in_shells_end() -> None:
    """Only so many shells are followed into each other."""
    command = "a"
    for _ in range(8):
        command = "sh -c " + "'" + command.replace("'", "'\\''") + "'"
    assert ["sh"] == [call.argv[0] for call in calls(command)]
