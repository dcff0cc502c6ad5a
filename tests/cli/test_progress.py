"""Progress shows itself on long scans only, and leaves nothing behind."""

from __future__ import annotations

import threading

import pytest

from advisor.cli.progress import Progress


class Status:
    """What rich would show, and when it stopped."""

    def __init__(self, text: str) -> None:
        self.texts = [text]
        self.running = False
        self.shown = threading.Event()

    def start(self) -> None:
        self.running = True
        self.shown.set()

    def update(self, text: str) -> None:
        self.texts.append(text)

    def stop(self) -> None:
        self.running = False


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Status]:
    """Every status that a console was asked for."""
    asked: list[Status] = []

    class Console:
        def __init__(self, *, stderr: bool) -> None:
            assert stderr

        def status(self, text: str) -> Status:
            asked.append(Status(text))
            return asked[-1]

    monkeypatch.setattr("rich.console.Console", Console)
    return asked


def test_short_scan_shows_nothing(shown: list[Status]) -> None:
    """A scan that ends before patience does is silent."""
    with Progress(wanted=True, patience=60) as progress:
        progress(10)
    assert [] == shown


def test_long_scan_shows_how_far_it_is(shown: list[Status]) -> None:
    """After the wait the number of files is shown, kept up to date, and taken away."""
    with Progress(wanted=True, patience=0) as progress:
        progress._timer.join(10)
        assert shown[0].running
        progress(12_000)
    assert "Scanning: 12,000 files seen" == shown[0].texts[-1]
    assert not shown[0].running


def test_unwanted(shown: list[Status]) -> None:
    """Without a terminal nothing is ever shown."""
    with Progress(wanted=False, patience=0) as progress:
        progress(1)
    assert [] == shown
