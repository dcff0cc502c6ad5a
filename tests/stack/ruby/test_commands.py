"""Start commands of Ruby servers: the program, its workers and port, and whether it can upgrade."""

from __future__ import annotations

import pytest

from advisor.stack.commands import interpret

_PUMA = {"config/puma.rb": 'port ENV.fetch("PORT", 3000)\nworkers ENV.fetch("WEB_CONCURRENCY") { 2 }\n'}
_CORES = {
    "config/puma.rb": 'if ENV["RAILS_ENV"] == "production"\n'
    '  worker_count = Integer(ENV.fetch("WEB_CONCURRENCY") { Concurrent.physical_processor_count })\n'
    "  workers worker_count if worker_count > 1\nend\n"
}


@pytest.mark.parametrize(
    ("command", "files", "told"),
    [
        ("bundle exec puma -C config/puma.rb", _PUMA, ("puma", True, 2, 3000, "environment")),
        ("bundle exec puma", {}, ("puma", True, 1, 9292, "default")),
        ("puma -w 4 -p 80", _PUMA, ("puma", True, 4, 80, "literal")),
        ("WEB_CONCURRENCY=3 puma", {}, ("puma", True, 3, 9292, "default")),
        ("puma -b tcp://0.0.0.0:$PORT", {}, ("puma", True, 1, None, "environment")),
        ("bin/rails server", _PUMA, ("puma", True, 2, 3000, "environment")),
        ("./bin/rails s -p 4000 -b 0.0.0.0", {}, ("puma", True, 1, 4000, "literal")),
        ("rails server -u webrick", {}, ("webrick", False, None, 3000, "default")),
        ("bin/docker-entrypoint ./bin/thrust ./bin/rails server", _PUMA, ("puma", True, 2, 80, "environment")),
        ("HTTP_PORT=8080 thrust bin/rails server", {}, ("puma", True, 1, 8080, "environment")),
        ("bundle exec unicorn -p 5000 -c config/unicorn.rb", {}, ("unicorn", None, None, 5000, "literal")),
        ("bundle exec passenger start -p $PORT", {}, ("passenger", None, None, None, "environment")),
        ("bundle exec falcon serve", {}, ("falcon", True, None, 9292, "default")),
        ("rackup -s puma -p 3333", {}, ("rackup", True, 1, 3333, "literal")),
    ],
)
def test_servers(command: str, files: dict[str, str], told: tuple[object, ...]) -> None:
    """Flags come before the file, the file before the defaults."""
    server = interpret(command, read=files.get)
    assert server is not None
    assert told == (server.program, server.can_upgrade, server.workers, server.port, server.port_from)


def test_as_many_workers_as_cores() -> None:
    """A number that is the machine's is more than one."""
    server = interpret("bundle exec puma", read=_CORES.get)
    assert server is not None
    assert (None, True) == (server.workers, server.several)


def test_workers_from_outside() -> None:
    """WEB_CONCURRENCY that a platform gives leaves the number open."""
    server = interpret("bundle exec puma", environment=("WEB_CONCURRENCY",), read={}.get)
    assert server is not None
    assert server.workers is None


@pytest.mark.parametrize("command", ["bin/rails db:migrate", "bundle exec sidekiq", "rake assets:precompile", "rails console"])
def test_what_serves_nothing(command: str) -> None:
    """Migrations, jobs and consoles are no servers."""
    assert interpret(command) is None
