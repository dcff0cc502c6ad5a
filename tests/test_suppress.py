"""Ignores with reasons: comments in any syntax, entries of the configuration, and remarks on idle ones."""

from __future__ import annotations

import pytest

from advisor import suppress
from advisor.model import Finding, Place
from advisor.options import Ignore, Options
from advisor.suppress import is_wanted, sift, within
from advisor.tree import Tree


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of three, so that these tests say nothing about which rules there are."""
    known = (("WS101", "upgrade-not-forwarded"), ("WS201", "idle-timeout-no-heartbeat"), ("WS904", "ignore-unused"))
    monkeypatch.setattr(suppress, "_known_rules", lambda: known)


def finding(rule: str = "WS201", file: str = "nginx.conf", line: int = 2, name: str = "idle-timeout-no-heartbeat") -> Finding:
    """A finding at a line."""
    return Finding(rule, name, "warning", "degrades", "certain", "It drops.", Place(file, line))


def sifted(text: str, *findings: Finding, file: str = "nginx.conf", **options: object) -> suppress.Sifted:
    """What becomes of findings in one file."""
    return sift(findings, Tree.of({file: text}, suppress.WORDS), Options(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("file", "comment"),
    [
        ("nginx.conf", "# wsadvise: ignore[WS201] because the client pings"),
        ("server.js", "// wsadvise: ignore[WS201] because the client pings"),
        ("server.js", "/* wsadvise: ignore[WS201] because the client pings */"),
        ("index.html", "<!-- wsadvise: ignore[WS201] because the client pings -->"),
        ("README.md", "<!-- wsadvise: ignore[WS201] because the client pings -->"),
        ("haproxy.ini", "; wsadvise: ignore[WS201] because the client pings"),
        ("init.lua", "-- wsadvise: ignore[WS201] because the client pings"),
        ("main.tf", "idle_timeout = 60 # wsadvise: ignore[WS201] because the client pings"),
        ("page.jinja", "{# wsadvise: ignore[WS201] because the client pings #}"),
        ("a.ml", "(* wsadvise: ignore[WS201] because the client pings *)"),
        ("doc.js", " * wsadvise: ignore[WS201] because the client pings"),
        ("a.conf", "#wsadvise:ignore[ WS101 , idle-timeout-no-heartbeat ] because the client pings"),
        ("a.conf", "# wsadvise: ignore[ws201]: the client pings"),
    ],
)
def test_comment_above(file: str, comment: str) -> None:
    """A comment on the line above sets a finding aside, in any syntax, by id or name."""
    done = sifted(f"{comment}\nline two\n", finding(file=file), finding("WS101", file, 1, "upgrade-not-forwarded"), file=file)
    assert ["WS201"] == [each.finding.rule for each in done.set_aside if each.finding.rule == "WS201"]
    assert () == done.remarks


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("proxy_pass x; # wsadvise: ignore[WS201] because of y", 1),
        ("# wsadvise: ignore[WS201] because of y\n# wsadvise: ignore[WS101] because of z\nproxy_pass x;", 3),
    ],
    ids=["same line", "stacked"],
)
def test_lines_spoken_for(text: str, line: int) -> None:
    """A comment speaks for its own line, and past other such comments for the next."""
    done = sifted(text, finding(line=line), finding("WS101", line=line, name="upgrade-not-forwarded"))
    assert "WS201" in [each.finding.rule for each in done.set_aside]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# wsadvise: ignore[WS201] because x\n\nproxy_pass x;", 3),
        ("a\nproxy_pass x;\n# wsadvise: ignore[WS201] because x", 2),
        ("# wsadvise: ignore[WS101] because x\nproxy_pass x;", 2),
        ("wsadvise: ignore[WS201] because x\nproxy_pass x;", 2),
        ("# wsadvise: ignore WS201 because x\nproxy_pass x;", 2),
        ("# wsadvise: ignore[WS20] because x\nproxy_pass x;", 2),
    ],
    ids=["two lines above", "below", "another rule", "no comment", "no brackets", "prefix"],
)
def test_not_spoken_for(text: str, line: int) -> None:
    """Twins that look alike set nothing aside."""
    assert 1 == len(sifted(text, finding(line=line)).kept)


def test_mention_in_a_document_is_none() -> None:
    """A page that explains the comment is not taken for one."""
    done = sifted("Write `# wsadvise: ignore[WS201] because ...` above.\n", finding(file="README.md", line=1), file="README.md")
    assert (1, ()) == (len(done.kept), done.remarks)


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("# wsadvise: ignore[WS201]", "gives no reason"),
        ("<!-- wsadvise: ignore[WS201] -->", "gives no reason"),
        ("# wsadvise: ignore[WS201] because", "gives no reason"),
        ("# wsadvise: ignore[WS101] because of x", "matches no finding"),
        ("# wsadvise: ignore[WS999] because of x", "no rule is called that"),
        ("# wsadvise: ignore[] because of x", "no rule is called that"),
    ],
)
def test_remarks(comment: str, words: str) -> None:
    """An ignore without a reason, a match or a rule is remarked, once, at its place."""
    done = sifted(f"{comment}\nproxy_pass x;", finding())
    assert ["WS904"] == [each.rule for each in done.remarks]
    assert words in done.remarks[0].message
    assert ("info", "nginx.conf", 1) == (done.remarks[0].severity, done.remarks[0].place.file, done.remarks[0].place.line)


def test_misspelled_rule_is_offered() -> None:
    """The remark names the rule that was probably meant."""
    done = sifted("# wsadvise: ignore[idle-timout-no-heartbeat] because x\nproxy_pass x;", finding())
    assert "idle-timeout-no-heartbeat" in done.remarks[0].remedy


def test_remark_can_be_ignored() -> None:
    """WS904 listens to ignores like any other rule."""
    text = "# wsadvise: ignore[WS101, WS904] because of x\nproxy_pass x;"
    assert [] == [each for each in sifted(text, finding()).remarks if "WS101" in each.message]
    assert () == sifted("# wsadvise: ignore[WS101]\n", ignore=("WS904",)).remarks


def test_no_remarks_on_tests_and_examples() -> None:
    """Outside production the scan looks less closely, so an idle ignore means nothing there."""
    assert () == sifted("# wsadvise: ignore[WS201] because x\n", file="tests/a.conf").remarks


@pytest.mark.parametrize(
    ("entry", "suppressed"),
    [
        (Ignore("WS201", Place("wsadvise.toml", 1), None, "x"), 1),
        (Ignore("WS2", Place("wsadvise.toml", 1), "deploy/*", "x"), 1),
        (Ignore("idle-timeout-no-heartbeat", Place("wsadvise.toml", 1), "deploy", "x"), 1),
        (Ignore("WS201", Place("wsadvise.toml", 1), "nginx.conf", "x"), 1),
        (Ignore("WS201", Place("wsadvise.toml", 1), "other/*", "x"), 0),
        (Ignore("WS1", Place("wsadvise.toml", 1), None, "x"), 0),
    ],
)
def test_configuration(entry: Ignore, suppressed: int) -> None:
    """Entries of the configuration match by id, prefix or name, and by path; idle ones are remarked at their line."""
    done = sifted("", finding(file="deploy/prod/nginx.conf"), ignores=(entry,))
    assert (suppressed, 1 - suppressed) == (len(done.set_aside), len(done.remarks))


def test_configuration_without_a_reason() -> None:
    """An entry without a reason works, and is asked for one."""
    done = sifted("", finding(), ignores=(Ignore("WS201", Place("wsadvise.toml", 3)),))
    assert (1, "wsadvise.toml:3") == (len(done.set_aside), str(done.remarks[0].place))


def test_select_makes_no_ignore_idle() -> None:
    """Looking at one rule only does not turn the ignores of others into remarks."""
    done = sifted("# wsadvise: ignore[WS201] because x\nproxy_pass x;", finding(), select=("WS1", "WS904"))
    assert ((), (), ()) == (done.kept, done.set_aside, done.remarks)


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ((), (), True),
        (("WS2",), (), True),
        (("WS1",), (), False),
        ((), ("WS201",), False),
        (("WS2",), ("WS201",), False),
        (("WS201",), ("WS2",), True),
        (("ALL",), ("WS2",), False),
        (("idle-timeout-no-heartbeat",), (), True),
        (("ws201",), ("ALL",), True),
        (("W",), (), False),
    ],
)
def test_select_and_ignore(select: tuple[str, ...], ignore: tuple[str, ...], expected: bool) -> None:
    """Of a selection and an ignore that both speak, the closer one wins."""
    assert expected == is_wanted("WS201", "idle-timeout-no-heartbeat", Options(select=select, ignore=ignore))


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("deploy/*", "deploy/a.conf", True),
        ("deploy/*", "deploy/a/b.conf", True),
        ("deploy", "deploy/a/b.conf", True),
        ("./deploy/", "deploy/a.conf", True),
        ("*.conf", "deploy/a.conf", True),
        ("deploy/*.conf", "deploy/a.yml", False),
        ("deploy", "redeploy/a.conf", False),
        ("a.conf", "a.conf", True),
    ],
)
def test_within(glob: str, path: str, expected: bool) -> None:
    """A glob takes files, and everything below a directory that it matches."""
    assert expected == within(glob, path)


def test_only_files_with_the_word_are_read() -> None:
    """Other files are not opened for it."""
    tree = Tree.of({"a.conf": "x", "b.conf": "# wsadvise: ignore[WS201] because x"}, suppress.WORDS)
    sift((), tree, Options())
    assert {"b.conf"} == tree.parsed


def test_reason_is_kept() -> None:
    """What was set aside says why, and where that stands."""
    done = sifted("# wsadvise: ignore[WS201] because the bot pings\nproxy_pass x;", finding(line=2))
    assert [("WS201", "the bot pings", 1)] == [(each.finding.rule, each.because, each.by.line) for each in done.set_aside]
