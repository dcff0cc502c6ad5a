"""``wsadvise compare`` on the command line: every format, and names that do not exist."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from advisor.reports.schema import schema
from tests.cli.conftest import Said

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_every_format(said: Said) -> None:
    """Text, Markdown and HTML name every host; JSON keeps the public schema."""
    arguments = ("compare", str(EXAMPLES / "heroku-limits"), "--platforms", "heroku,netlify")
    for format in ("text", "markdown", "html"):
        code, out, _ = said(*arguments, "--format", format)
        assert (0, True, True) == (code, "heroku" in out, "netlify" in out)
    told = json.loads(said(*arguments, "--format", "json")[1])
    jsonschema.validate(told, schema("compare"))
    assert {"heroku", "netlify"} == {each["platform"] for each in told["rows"]}


def test_unknown_platform(said: Said) -> None:
    """A host that does not exist is a wrong usage, with the nearest one."""
    code, out, err = said("compare", str(EXAMPLES / "heroku-limits"), "--platforms", "heroko")

    assert (2, "") == (code, out)
    assert "Did you mean 'heroku'?" in err
