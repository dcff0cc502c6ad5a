"""A plan -> Markdown with boxes to tick, and JSON as the public contract says."""

from __future__ import annotations

import json
import re
from typing import Any

from advisor.migrate.plan import Change, Do, Item, Plan
from advisor.model import Place
from advisor.reports import clean, markup

SCHEMA_VERSION = 1
_UNSHOWN = "the files do not show it"
_LANGUAGES = {
    "tf": "hcl",
    "toml": "toml",
    "yaml": "yaml",
    "json": "json",
    "jsonc": "jsonc",
    "conf": "nginx",
    "mjs": "js",
    "js": "js",
    "py": "python",
}


def markdown(plan: Plan) -> str:
    """The plan as one Markdown document with a closing line feed."""
    box = markup.Safe("[ ] ")
    text = markup.rendered(
        "plan.md.jinja",
        plan=plan,
        today=" → ".join(plan.before_hops) + (" (as given)" if plan.from_how == "given" else "")
        if plan.before_hops
        else _UNSHOWN,
        groups=(("Must", "Before it can work.", plan.must), ("Should", "Or it breaks later, or for some.", plan.should)),
        differences=(
            ("What changes kind", plan.changes_kind),
            ("What is gained", plan.gains),
            ("What is lost", plan.losses),
        ),
        courses=(("Steps", box, plan.steps), ("Test after", box, plan.tests), ("Way back", markup.Safe(), plan.rollback)),
        language=_language,
        at=_at,
        links=lambda urls: markup.Safe("".join(f" <{markup.link(url)}>" for url in urls)),
        sentence=lambda text: f"{text[:1].upper()}{text[1:]}.",
    )
    text = re.sub(r" +$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


def render_json(plan: Plan) -> str:
    """The plan as indented JSON with a closing line feed."""
    return json.dumps(clean.data(content(plan)), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def content(plan: Plan) -> dict[str, Any]:
    """The plan as plain data, in the shape that ``wsadvise schema plan`` describes."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "wsadvise", "version": plan.version},
        "knowledge": {"version": plan.knowledge_version, "as_of": plan.as_of},
        "from": plan.from_,
        "to": plan.to,
        "from_how": plan.from_how,
        "from_hops": list(plan.before_hops),
        "to_hops": list(plan.after_hops),
        "apps": list(plan.apps),
        "fits": plan.fits,
        "sentence": plan.sentence,
        "effort": {"size": plan.effort.size, "because": list(plan.effort.because)},
        "must": [_item(each) for each in plan.must],
        "should": [_item(each) for each in plan.should],
        "watch": [_item(each) for each in plan.watch],
        "changes_kind": [_change(each) for each in plan.changes_kind],
        "gains": [_change(each) for each in plan.gains],
        "losses": [_change(each) for each in plan.losses],
        "files": [{"path": each.path, "content": each.content, "what": each.what, "exists": each.exists} for each in plan.files],
        "steps": [_do(each) for each in plan.steps],
        "rollback": [_do(each) for each in plan.rollback],
        "tests": [_do(each) for each in plan.tests],
        "alternatives": list(plan.alternatives),
        "facts": [
            {
                "id": each.id,
                "statement": each.statement,
                "sources": list(each.sources),
                "confirmed": each.confirmed,
                "confidence": each.confidence,
            }
            for each in plan.facts
        ],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "text": item.text,
        "because": list(item.because),
        "do": item.do,
        "snippet": item.snippet,
        "verify": item.verify,
        "place": _place(item.place),
        "facts": list(item.facts),
        "who": item.who,
        "rule": item.rule,
        "today": item.today,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "dimension": change.dimension,
        "text": change.text,
        "before": change.before,
        "after": change.after,
        "facts": list(dict.fromkeys(change.facts)),
    }


def _do(step: Do) -> dict[str, Any]:
    return {"do": step.do, "run": step.run}


def _place(place: Place | None) -> dict[str, Any] | None:
    return {"file": place.file, "line": place.line, "column": place.column} if place is not None else None


def _at(place: Place | None) -> str:
    return str(place) if place is not None else ""


def _language(path: str) -> str:
    name = path.rsplit("/", 1)[-1]
    return "dockerfile" if name == "Dockerfile" else _LANGUAGES.get(name.rpartition(".")[2], "")
