"""A report -> JUnit XML for servers that show test results: an error or warning is a failed case, a good path a passed one."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from advisor.model import Finding, Path, Report
from advisor.reports import clean, grouping

_FAILS = ("error", "warning")


def render(report: Report) -> str:
    """The document, indented, with a closing line feed. A remark is a passed case with output."""
    groups = grouping.findings(report.findings)
    failures = sum(group.finding.severity in _FAILS for group in groups)
    passed = [members[0] for members in grouping.paths(report.paths) if members[0].handshake.outcome == "accepted"]
    suite = Element("testsuite", name="wsadvise", tests=str(len(groups) + len(passed) or 1), failures=str(failures), errors="0")
    for path in passed:
        SubElement(suite, "testcase", classname="wsadvise.path", name=_hops(path))
    for group in groups:
        _finding(suite, group.finding)
    if not len(suite):
        SubElement(suite, "testcase", classname="wsadvise.scan", name=clean.line(report.sentence))
    suites = Element("testsuites", name="wsadvise", tests=suite.attrib["tests"], failures=str(failures))
    suites.append(suite)
    indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(suites, encoding="unicode")}\n'


def _finding(suite: Element, finding: Finding) -> None:
    place = finding.place
    case = SubElement(
        suite,
        "testcase",
        classname=f"wsadvise.{finding.rule}",
        name=clean.line(f"{finding.rule} {finding.name} {place}"),
        file=clean.line(place.file),
        line=str(place.line),
    )
    told = "\n".join((*(f"because {reason}" for reason in finding.why), finding.remedy, str(place)))
    if finding.severity in _FAILS:
        failure = SubElement(case, "failure", type=finding.severity, message=clean.line(finding.message))
        failure.text = clean.text(told)
    else:
        SubElement(case, "system-out").text = clean.text(f"{finding.message}\n{told}")


def _hops(path: Path) -> str:
    """``/ws: browser → nginx → app`` as one line."""
    hops = (hop.name for hop in path.hops)
    return clean.line(f"{path.endpoint}: {' → '.join(('browser', *hops, path.app.id if path.app else 'the app'))}")
