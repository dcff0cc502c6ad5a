"""The JSON report keeps the public contract."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest

from advisor.model import Limit, Report
from advisor.reports import json as json_report
from advisor.reports.schema import NAMES, schema

from .samples import ALL, BREAKS, CLOUDFLARE, LIMITS, NOT_FORWARDED, PATH, WORKS

CONTRACT = {
    "": "schema_version tool knowledge root files verdict apps stack hops paths findings questions not_read",
    "apps": "id root scope processes",
    "stack": "library name role app version certainty scope place endpoints urls heartbeat reconnect",
    "hops": "id platform name version certainty scope place settings",
    "paths": "id environment endpoint url hop_ids hops app because handshake limits",
    "findings": "rule name severity verdict confidence message why remedy snippet verify place related path facts fix "
    "fingerprint",
    "questions": "key asks assume",
    "not_read": "file reason",
}


@pytest.mark.parametrize("report", ALL.values(), ids=ALL)
def test_output_fits_its_schema(report: Report) -> None:
    """Every sample, hostile ones included, validates against what `wsadvise schema report` prints."""
    jsonschema.validate(json.loads(json_report.render(report)), schema("report"))


@pytest.mark.parametrize(("part", "keys"), CONTRACT.items())
def test_contract_keys(part: str, keys: str) -> None:
    """No key of the contract is missing anywhere, whatever was added to it."""
    told = json_report.content(replace(BREAKS, questions=ALL["depends"].questions))
    entries = told[part] if part else [told]
    assert entries
    for entry in entries:
        assert set() == set(keys.split()) - set(entry)


def test_schema_refuses_what_is_not_listed() -> None:
    """The schema is closed: an unknown key and a missing one are both errors."""
    told = json_report.content(WORKS)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**told, "surprise": 1}, schema("report"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({key: value for key, value in told.items() if key != "verdict"}, schema("report"))


@pytest.mark.parametrize("name", NAMES)
def test_schemas_are_schemas(name: str) -> None:
    """Each published schema is itself valid, and names its dialect."""
    published = schema(name)
    jsonschema.Draft202012Validator.check_schema(published)
    assert "https://json-schema.org/draft/2020-12/schema" == published["$schema"]


def test_limit_says_who_decides_and_who_is_next() -> None:
    """Whole numbers carry no fraction, and the runner-up carries its value."""
    idle = next(each for each in json_report.content(WORKS)["paths"][0]["limits"] if each["dimension"] == "idle_timeout")
    assert "60" == json.dumps(idle["value"])
    assert ("h1", "nginx", "configured", 23) == (
        idle["decided_by"]["hop"],
        idle["decided_by"]["platform"],
        idle["decided_by"]["source"],
        idle["decided_by"]["place"]["line"],
    )
    assert {"hop": "h3", "platform": "cloudflare", "value": 100} == idle["runner_up"]


def test_infinite_number_is_not_known() -> None:
    """JSON has no infinity, so a limit without end is null and the output stays valid JSON."""
    endless = Limit("idle_timeout", float("inf"), "s", LIMITS[0].decided_by)
    told = json.loads(json_report.render(replace(WORKS, paths=(replace(PATH, limits=(endless,)),))))
    assert told["paths"][0]["limits"][0]["value"] is None


def test_related_is_never_absent() -> None:
    """A finding without related places has an empty list; one without edits has a null fix."""
    bare = replace(NOT_FORWARDED, related=(), edits=())
    told = json_report.content(replace(WORKS, findings=(bare,)))["findings"][0]
    assert ([], None) == (told["related"], told["fix"])


def test_fix_has_start_and_end() -> None:
    """An edit names the file and both ends of what it replaces."""
    told = json_report.content(BREAKS)["findings"][0]["fix"]
    assert {"line": 24, "column": 5} == told["edits"][0]["start"] == told["edits"][0]["end"]
    assert "deploy/nginx.conf" == told["edits"][0]["file"]


def test_hops_outermost_first() -> None:
    """Hop ids and platforms run from the browser to the app."""
    told = json_report.content(WORKS)["paths"][0]
    assert (["h3", "h2", "h1"], ["cloudflare", "aws-alb", "nginx"]) == (told["hop_ids"], told["hops"])
    assert CLOUDFLARE.platform == told["hops"][0]
