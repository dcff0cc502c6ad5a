"""The checklist: grouped by who acts, written again and again without losing a tick or a note."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.model import Place, Report
from advisor.reports import checklist, kept

from .samples import ALL, BREAKS, DEPENDS, FIXED_DELAY, HOSTILE, MANY, NO_AFFINITY, NOT_FORWARDED, WORKS, insecure
from .test_markdown import tokens

BOTH = replace(BREAKS, findings=(NOT_FORWARDED, NO_AFFINITY))
FIRST = replace(BREAKS, findings=(NOT_FORWARDED,))
NONE = replace(BREAKS, findings=())
MOVED = replace(
    BREAKS,
    findings=(replace(NOT_FORWARDED, place=Place("deploy/nginx.conf", 40, 3), why=("it moved",)), insecure(1)),
    as_of="2027-01-01",
)


def ticked(text: str, what: str) -> str:
    """The checklist with the box of the item about ``what`` ticked."""
    lines = text.split("\n")
    number = next(number for number, line in enumerate(lines) if line.startswith("- [ ]") and what in line)
    lines[number] = lines[number].replace("[ ]", "[x]", 1)
    return "\n".join(lines)


@pytest.mark.parametrize("name", ALL)
def test_written_twice_is_the_same(name: str) -> None:
    """Nothing moves when nothing changed."""
    once = checklist.render(ALL[name])
    assert once == checklist.render(ALL[name], once)
    assert checklist.is_checklist(once)


def test_groups_and_what_is_required() -> None:
    """Errors and warnings stand under who makes the change; remarks require nothing; identical findings are one item."""
    text = checklist.render(replace(MANY, findings=(*MANY.findings, FIXED_DELAY), questions=DEPENDS.questions))
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert ["## In the client", "## In the proxy", "## To find out"] == headings
    assert 1 == text.count("sticky-sessions-missing")
    assert 29 == text.count("- [ ] ")
    assert "reconnect-without-backoff" not in text


def test_nothing_to_do() -> None:
    """A healthy repository's checklist says so."""
    assert "Nothing has to change." in checklist.render(WORKS)


def test_ticks_and_notes_stay() -> None:
    """A tick and the lines below an item survive, also when the finding's line has moved."""
    before = ticked(checklist.render(FIRST), "Upgrade header").rstrip() + "\n\nBob does this.\n\n- [ ] ask Ada\n"
    after = checklist.render(MOVED, before)
    item = after[after.index("- [x] **nginx") :]
    assert "deploy/nginx.conf:40" in item
    assert "deploy/nginx.conf:22" not in after
    assert item.index("Bob does this.") < item.index("- [ ] ask Ada")
    assert "- [ ] **The client opens" in after


def test_note_between_our_lines_stays_once() -> None:
    """A line written inside an item is told from ours, moves below it, and is not doubled."""
    before = checklist.render(BOTH).replace("  Do: Hand both", "  TODO mine\n  Do: Hand both")
    after = checklist.render(MOVED, before)
    assert 1 == after.count("TODO mine")
    assert after.index("the Upgrade header on") < after.index("TODO mine")
    assert after == checklist.render(MOVED, after)


def test_gone_items_move_to_the_end_with_their_notes() -> None:
    """An item that is no longer found is dated, ticked, and keeps its notes for as long as the file lives."""
    before = checklist.render(BOTH) + "\nip_hash was tried in May.\n"
    after = checklist.render(FIRST, before)
    end = after[after.index("## Done or no longer found") :]
    assert "- [x] **2 replicas" in end
    assert "(no longer found on 2026-11-23)" in end
    assert "ip_hash was tried in May." in end
    later = checklist.render(replace(NONE, as_of="2027-05-05"), after)
    assert "(no longer found on 2026-11-23)" in later
    assert "(no longer found on 2027-05-05)" in later
    assert "ip_hash was tried in May." in later


def test_item_that_comes_back_is_open_again() -> None:
    """A regression is unticked, back in its group, with its notes."""
    gone = checklist.render(FIRST, ticked(checklist.render(BOTH) + "\nby Bob\n", "2 replicas"))
    back = checklist.render(BOTH, gone)
    assert "Done or no longer found" not in back
    assert "- [ ] **2 replicas" in back
    assert "by Bob" in back


def test_text_above_and_between_stays() -> None:
    """What stands above the list, and below a heading, stays there; below a heading that goes, it moves to the top."""
    text = "---\ntitle: mine\n---\n\n" + checklist.render(BOTH).replace(
        "## In the proxy\n<!-- wsadvise:end -->", "## In the proxy\n<!-- wsadvise:end -->\n\nAsk Ada."
    )
    after = checklist.render(BOTH, text)
    assert after.startswith("---\ntitle: mine\n---\n")
    assert after.index("## In the proxy") < after.index("Ask Ada.") < after.index("- [ ] **nginx")
    assert "Ask Ada." in checklist.render(NONE, after)


def test_same_item_pasted_twice_is_one() -> None:
    """Copies of an item are joined: a tick in either counts, notes of both stay."""
    once = checklist.render(FIRST)
    block = once[once.index("<!-- wsadvise:begin item") :]
    after = checklist.render(FIRST, once + "\nfirst note\n\n" + ticked(block, "nginx") + "\nsecond note\n")
    assert 1 == after.count("wsadvise:begin item")
    assert "- [x] **nginx" in after
    assert "first note" in after
    assert "second note" in after


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_windows_line_ends(ending: str) -> None:
    """An editor that writes other line ends changes nothing."""
    once = checklist.render(BOTH)
    assert once == checklist.render(BOTH, "\ufeff" + once.replace("\n", ending))


def test_lost_end_comment_loses_nothing() -> None:
    """Where a comment of ours was deleted, lines of ours are still known and lines of others still kept."""
    before = checklist.render(BOTH).replace("  <!-- wsadvise:end -->", "  mine", 1)
    after = checklist.render(BOTH, before)
    assert 1 == after.count("mine")
    assert 2 == after.count("- [ ] **")


@pytest.mark.parametrize("text", ["", "# My notes\n", "<!-- wsadvise:begin item a | b -->"])
def test_other_files_are_no_checklists(text: str) -> None:
    """Only a file with our head is taken for ours."""
    assert not checklist.is_checklist(text)


def test_hostile_names_break_no_item() -> None:
    """Names and blocks of a hostile repository add no HTML and end no comment of ours."""
    report = replace(HOSTILE, findings=(replace(HOSTILE.findings[0], fingerprint="--> <script>"),))
    text = checklist.render(report)
    html = {token.content.strip() for token in tokens(text) if token.type in ("html_block", "html_inline")}
    assert all(each.startswith("<!-- wsadvise:") and each.endswith("-->") and "script" not in each for each in html)
    assert text == checklist.render(report, text)


REPORTS: list[Report] = [BOTH, FIRST, NONE, MOVED, MANY, WORKS, DEPENDS]


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1)), max_size=8
    ),
    st.lists(st.sampled_from(REPORTS), min_size=1, max_size=4),
)
def test_no_line_of_a_person_is_ever_lost(notes: list[tuple[float, str]], later: list[Report]) -> None:
    """Lines put anywhere in the file are in it after any number of further scans, with any result."""
    text = checklist.render(BOTH)
    for where, note in notes:
        lines = text.split("\n")
        lines.insert(round(where * len(lines)), f"note {note}")
        text = "\n".join(lines)
    for report in later:
        text = checklist.render(report, text)
    lines = text.split("\n")
    assert [] == [note for _, note in notes if f"note {note}" not in lines]


@given(st.text())
def test_any_file_is_read(text: str) -> None:
    """Whatever a file holds, reading it gives entries, the first being what stands above our blocks."""
    assert "before" == kept.read(text)[0].kind
