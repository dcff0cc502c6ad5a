"""What every test with a real program needs: a recording backend and a certificate."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.proxies.recorder import Recorder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that start programs run one after the other, whatever runs beside them: clocks and ports are read there."""
    for item in items:
        if "recorder" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("programs"))


@pytest.fixture(scope="session")
def recorder() -> Iterator[Recorder]:
    """A backend that writes down what reaches it."""
    running = Recorder()
    yield running
    running.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate for app.example.com and its key, made for this run."""
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = str(folder / "key.pem"), str(folder / "cert.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=app.example.com"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key
