"""Every format on text that nobody meant to write: nothing but ``Unreadable`` comes out, and in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.formats import code, commands, dockerfile, dotenv, hcl, json, procfile, toml, yaml
from advisor.formats.document import Node, Unreadable
from advisor.model import Place

Reader = Callable[[str], object]

SAMPLES = {
    "yaml": """\
x: &b {image: "nginx:1", n: 0x1}
s:
  - <<: *b
    t: |
      a
      b
    r: !Ref x
  - [1.5, ~, 'q']
---
y: 1
""",
    "json": """\
{
  // c
  "a": [1, 2.5e3, "x\\u00e4\\n", null,],
  /* d */ "b": {"c": true},
}
""",
    "toml": """\
a = "x\\n" # c
[b."c.d"]
e.f = 1_0
[[g]]
h = [{ i = 1979-05-27 07:32:00 }, '''j
''']
""",
    "hcl": """\
resource "a" "b" {
  c = "x-${var.d}-$${e}"
  f = [1, { g = -2.5 }]
  h {
    i = <<-EOT
      j ${k}
    EOT
  }
}
""",
    "dockerfile": """\
# escape=`
ARG A=1
FROM n:${A} AS b
RUN <<E `
  x
y
E
ENV P="q r" S=t
CMD ["a", "b"]
FROM b
COPY --from=b x y
""",
    "procfile": "# c\nweb: node a.js\nworker : x y\n",
    "dotenv": '# c\nA=1\nexport B=\'x\ny\'\nC: "z\\""\n',
    "commands": """\
A=b exec node "x $Y" 'z' > o 2>&1 && sh -c 'q || r' | s &
if a; then
  b $(c)
fi
cat <<E
f
E
""",
    "pages": """\
<p a="b>c">
<!-- <script>x</script> -->
<script lang="ts" setup>let a = 1 < 2</script>
<script src=x></script>
""",
}
READERS: dict[str, Reader] = {
    "yaml": lambda text: [node.plain() for node in yaml.parse_all(text, "f")],
    "json": lambda text: (json.parse(text, "f").plain(), json.load(text)),
    "toml": lambda text: toml.parse(text, "f").plain(),
    "hcl": lambda text: (hcl.parse(text, "f"), hcl.Module.of({"a.tf": text, "terraform.tfvars": text})),
    "dockerfile": lambda text: dockerfile.parse(text, "f"),
    "procfile": lambda text: procfile.parse(text, "f", []),
    "dotenv": lambda text: dotenv.parse(text, "f", []),
    "commands": commands.calls,
    "pages": lambda text: code.blocks(text, "f.vue"),
}
NAMES = sorted(SAMPLES)
TREES: dict[str, Callable[[str], Node]] = {
    "yaml": lambda text: yaml.parse(text, "f"),
    "json": lambda text: json.parse(text, "f"),
    "toml": lambda text: toml.parse(text, "f"),
    "hcl": lambda text: Node(dict(hcl.parse(text, "f").attributes), Place("f")),
}
BOUNDED = settings(deadline=timedelta(seconds=2), max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def read(name: str, text: str) -> None:
    """Reads and lets only a well-formed ``Unreadable`` pass."""
    problem = None
    try:
        READERS[name](text)
    except Unreadable as caught:
        problem = caught
    assert problem is None or (len(problem.reason) < 300 and (problem.line is None or problem.line >= 1))


def mixed(name: str) -> st.SearchStrategy[str]:
    """Texts of the format's own characters and pieces."""
    sample = SAMPLES[name]
    pieces = sorted({*sample.split(), *sample.split("\n"), *sample, "\0", "\ufeff", "\r\n", "\t", "\u2028", "<<<<<<< a\n", "😀"})
    return st.lists(st.sampled_from(pieces), max_size=60).map("".join)


@pytest.mark.parametrize("name", NAMES)
def test_samples_are_read(name: str) -> None:
    """The samples that the other tests cut and mix are valid themselves."""
    READERS[name](SAMPLES[name])


@pytest.mark.parametrize("name", NAMES)
@BOUNDED
@given(data=st.data())
def test_any_text(name: str, data: st.DataObject) -> None:
    """Arbitrary text is read or refused."""
    read(name, data.draw(st.text(max_size=300)))


@pytest.mark.parametrize("name", NAMES)
@BOUNDED
@given(data=st.data())
def test_text_of_the_format(name: str, data: st.DataObject) -> None:
    """Text made of the format's own pieces is read or refused."""
    read(name, data.draw(mixed(name)))


@pytest.mark.parametrize("name", NAMES)
def test_cut_off_anywhere(name: str) -> None:
    """A file cut off at any character, or with one taken out, is read or refused."""
    sample = SAMPLES[name]
    for at in range(len(sample)):
        read(name, sample[:at])
        read(name, sample[:at] + sample[at + 1 :])


@pytest.mark.parametrize("name", NAMES)
def test_half_a_surrogate_pair(name: str) -> None:
    """Text that cannot be encoded is read or refused."""
    read(name, SAMPLES[name] + "\ud800")
    read(name, "\udc00" + SAMPLES[name])


@pytest.mark.parametrize("name", ["yaml", "json", "toml", "hcl"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_conflict_markers(name: str, end: str) -> None:
    """An unresolved merge is named as the reason, with its line."""
    text = end.join(["a = 1", "<<<<<<< HEAD", "b = 2", "=======", "b = 3", ">>>>>>> other", ""])
    with pytest.raises(Unreadable) as caught:
        READERS[name](text)
    assert ("holds an unresolved merge conflict (<<<<<<<)", 2) == (caught.value.reason, caught.value.line)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("yaml", "[" * 10_000, id="yaml flow"),
        pytest.param("yaml", "- " * 10_000, id="yaml block"),
        pytest.param("yaml", "\n".join(" " * depth + "a:" for depth in range(1_000)), id="yaml mappings"),
        pytest.param("json", "[" * 10_000, id="json lists"),
        pytest.param("json", '{"a":' * 10_000 + "1" + "}" * 10_000, id="json mappings"),
        pytest.param("toml", "a = " + "[" * 10_000 + "]" * 10_000, id="toml lists"),
        pytest.param("toml", "[" + ".".join("a" * 10_000) + "]", id="toml tables"),
        pytest.param("toml", "a = " + "{a = " * 10_000, id="toml inline tables"),
        pytest.param("hcl", "a = " + "[" * 10_000 + "]" * 10_000, id="hcl lists"),
        pytest.param("hcl", "a {\n" * 10_000 + "}\n" * 10_000, id="hcl blocks"),
        pytest.param("hcl", "a = " + "(" * 10_000 + "1" + ")" * 10_000, id="hcl brackets"),
        pytest.param("hcl", 'a = "' + '${"' * 10_000, id="hcl templates"),
    ],
)
def test_deep_nesting(name: str, text: str) -> None:
    """Ten thousand levels are refused, not followed."""
    with pytest.raises(Unreadable):
        READERS[name](text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("yaml", "a: &a [" + "x," * 9_000 + "]\n" + "b: [" + "*a," * 9_000 + "]", id="yaml aliases"),
        pytest.param("yaml", "a: '" * 20_000, id="yaml quotes"),
        pytest.param("yaml", "? " * 20_000, id="yaml keys"),
        pytest.param("json", '"\\"' * 50_000, id="json quotes"),
        pytest.param("json", "/*" * 50_000, id="json comments"),
        pytest.param("json", "[" + "," * 100_000, id="json commas"),
        pytest.param("json", "[1" + " " * 100_000 + "x", id="json spaces"),
        pytest.param("toml", "a" * 100_000, id="toml word"),
        pytest.param("toml", '"' * 99_999, id="toml quotes"),
        pytest.param("toml", "a='''" * 20_000, id="toml literals"),
        pytest.param("hcl", 'a = "' * 20_000, id="hcl quotes"),
        pytest.param("hcl", 'a = "' * 3_000, id="hcl long line"),
        pytest.param("hcl", "a = <<E\n" * 10_000, id="hcl heredocs"),
        pytest.param("hcl", "a = b ? " * 10_000, id="hcl conditions"),
        pytest.param("dockerfile", "FROM a\n" + "RUN x\n" * 20_000, id="dockerfile lines"),
        pytest.param("dockerfile", "FROM a\n" + "RUN \\\n" * 20_000, id="dockerfile continuations"),
        pytest.param("dockerfile", "FROM a\nENV " + "A=\"' " * 20_000, id="dockerfile quotes"),
        pytest.param("dockerfile", "FROM a\nWORKDIR x\n" + "WORKDIR y\n" * 10_000, id="dockerfile paths"),
        pytest.param("dockerfile", "FROM a\nEXPOSE " + "1-65535 " * 2_000, id="dockerfile ports"),
        pytest.param("dockerfile", "FROM a\nRUN x\\" + " " * 100_000 + "y", id="dockerfile spaces"),
        pytest.param("procfile", "a: b" + " " * 100_000 + "c", id="procfile spaces"),
        pytest.param("dotenv", 'A="\\"' * 30_000, id="dotenv quotes"),
        pytest.param("dotenv", "A='\n" * 30_000, id="dotenv open quotes"),
        pytest.param("dotenv", " " * 100_000 + "=", id="dotenv spaces"),
        pytest.param("commands", "sh -c '" * 10_000, id="commands shells"),
        pytest.param("commands", "$(" * 20_000, id="commands substitutions"),
        pytest.param("commands", "exec " * 20_000, id="commands wrappers"),
        pytest.param("pages", '<script "' * 30_000, id="pages attributes"),
        pytest.param("pages", "<!--" * 50_000, id="pages comments"),
        pytest.param("pages", "<script>" * 30_000, id="pages scripts"),
        pytest.param("pages", "<script " + "a" * 100_000, id="pages words"),
    ],
)
def test_time_grows_with_the_text_alone(name: str, text: str) -> None:
    """A hundred thousand characters of the worst kind take this process well under the seconds that a square would."""
    start = process_time()
    read(name, text)
    assert process_time() - start < 3


@pytest.mark.parametrize("name", ["yaml", "json", "toml", "hcl"])
def test_byte_order_mark_does_not_shift_columns(name: str) -> None:
    """The first key stands in column 1 (or after its bracket), mark or not."""
    text = {"yaml": "a: 1", "json": '{"a": 1}', "toml": "a = 1", "hcl": "a = 1"}[name]
    assert TREES[name](text).get("a") == TREES[name]("\ufeff" + text).get("a")


@pytest.mark.parametrize("name", ["yaml", "json", "toml", "hcl"])
def test_windows_line_ends_do_not_shift_places(name: str) -> None:
    """A file with carriage returns has the places and values of the same file without."""
    text = {"yaml": "b: 0\na: 1\n", "json": '{\n"b": 0,\n"a": 1\n}\n', "toml": "b = 0\na = 1\n", "hcl": "b = 0\na = 1\n"}[name]
    assert TREES[name](text).get("a") == TREES[name](text.replace("\n", "\r\n")).get("a")
