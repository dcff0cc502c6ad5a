"""Settings in files of keys and values: each is put where such a file wants it, and everything else stays."""

from __future__ import annotations

import pytest

from advisor.advise import look, words
from advisor.fixes.of_settings import candidates
from advisor.fixes.prove import Fixes, fixes
from advisor.fixes.text import Text
from advisor.model import Finding, Place
from advisor.options import load_options
from advisor.tree import Tree
from tests.test_platforms import SAMPLES, sample


def fixed(files: dict[str, str], *, unsafe: bool = True) -> Fixes:
    return fixes(Tree.of(files, words()), load_options(SAMPLES / "nginx", {}), unsafe=unsafe)


def changed(platform: str, *pairs: tuple[str, str]) -> tuple[list[str], list[str]]:
    """What the fixes of a platform's sample take out and put in, with words put for others before."""
    files = sample(platform)
    for old, new in pairs:
        assert any(old in text for text in files.values())
        files = {path: text.replace(old, new) for path, text in files.items()}
    gone, come = [], []
    for _, before, after in fixed(files).files:
        old_lines, new_lines = before.split("\n"), after.split("\n")
        gone += [line for line in old_lines if line not in new_lines]
        come += [line for line in new_lines if line not in old_lines]
    return gone, come


ATTRIBUTES = "alb.ingress.kubernetes.io/load-balancer-attributes"
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: echo
{annotations}spec:
  ingressClassName: alb
  rules:
    - host: echo.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: echo
                port:
                  number: 80
"""


def offered(annotation: str, snippet: str, manifest: str = INGRESS) -> list[str]:
    """The Ingress, with or without an annotation, as each edit for a block would make it."""
    annotations = f"  annotations:\n    {annotation}\n" if annotation else ""
    text = manifest.format(annotations=annotations)
    line = text.split("\n").index("spec:") + 1
    scan = look(Tree.of({"k8s/ingress.yaml": text}, words()), load_options(SAMPLES / "nginx", {}))
    place = Place("k8s/ingress.yaml", line)
    finding = Finding("WS201", "x", "warning", "degrades", "certain", "x", place, snippet=f"# at {place}\n{snippet}")
    return [Text(place.file, text).apply(each.edits) for each in candidates(scan, finding)]


@pytest.mark.parametrize(
    ("name", "platform", "pairs", "gone", "come"),
    [
        ("terraform, replaced", "aws-alb", (), ["  idle_timeout       = 300"], ["  idle_timeout       = 3600"]),
        ("terraform, put in line", "aws-alb", (("  idle_timeout       = 300\n", ""),), [], ["  idle_timeout       = 3600"]),
        (
            "terraform, in minutes",
            "azure-load-balancer",
            (),
            ["  idle_timeout_in_minutes        = 30"],
            ["  idle_timeout_in_minutes        = 60"],
        ),
        (
            "envoy, in a flow mapping",
            "envoy",
            (),
            ["                          route: {cluster: app, timeout: 0s}"],
            ["                          route: {cluster: app, timeout: 0s, idle_timeout: 3600s}"],
        ),
        ("squid, at the end", "squid", (), [], ["read_timeout 3600 seconds"]),
        (
            "lighttpd, in the condition",
            "lighttpd",
            (),
            [],
            ["    server.max-read-idle = 3600", "    server.max-write-idle = 3600"],
        ),
    ],
)
def test_a_clock_is_set(name: str, platform: str, pairs: tuple[tuple[str, str], ...], gone: list[str], come: list[str]) -> None:
    """The one line that decides is replaced, or put in where it lacks."""
    assert (gone, come) == changed(platform, *pairs)


TIMEOUT = f"{ATTRIBUTES}: idle_timeout.timeout_seconds=3600"
NGINX = 'nginx.ingress.kubernetes.io/proxy-read-timeout: "3600"'


@pytest.mark.parametrize(
    ("given", "block", "expected"),
    [
        ("", TIMEOUT, TIMEOUT),
        (f"{ATTRIBUTES}: idle_timeout.timeout_seconds=30", TIMEOUT, TIMEOUT),
        (f"{ATTRIBUTES}: a=b", TIMEOUT, f"{ATTRIBUTES}: a=b,idle_timeout.timeout_seconds=3600"),
        (
            f'{ATTRIBUTES}: "a=b,idle_timeout.timeout_seconds=30,c=d"',
            TIMEOUT,
            f'{ATTRIBUTES}: "a=b,idle_timeout.timeout_seconds=3600,c=d"',
        ),
        ("", NGINX, NGINX),
        ('nginx.ingress.kubernetes.io/proxy-read-timeout: "60" # short', NGINX, f"{NGINX} # short"),
        ("cert-manager.io/issuer: x", NGINX, f"{NGINX}\n    cert-manager.io/issuer: x"),
    ],
)
def test_an_annotation(given: str, block: str, expected: str) -> None:
    """It is put in below the name, or set where it stands; other attributes, annotations and comments stay."""
    assert [INGRESS.format(annotations=f"  annotations:\n    {expected}\n")] == offered(given, block)


def test_an_object_of_another_kind_gets_no_annotation() -> None:
    """A TargetGroupBinding takes no settings of a balancer."""
    assert [] == offered("", TIMEOUT, INGRESS.replace("kind: Ingress", "kind: TargetGroupBinding"))


def test_a_balancer_is_not_safe_to_change() -> None:
    """Its clock holds for every request, so nothing is done without a review."""
    found = fixed(sample("aws-alb"), unsafe=False)

    assert () == found.files
    assert [("WS201", True)] == [(left.finding.rule, left.unsafe) for left in found.left if left.finding.severity != "info"]
