"""Ruby servers and clients without Rails: what is use, what it listens on, how it pings."""

from __future__ import annotations

import pytest

from tests.stack.ruby.trees import uses

_GEMFILE = {"Gemfile": 'gem "faye-websocket"\n', "Gemfile.lock": "GEM\n  specs:\n    faye-websocket (0.11.3)\n"}
_FAYE = (
    "App = lambda do |env|\n  if Faye::WebSocket.websocket?(env)\n"
    "    ws = Faye::WebSocket.new(env%s)\n    ws.rack_response\n  end\nend\n"
)


@pytest.mark.parametrize(
    ("code", "library", "port", "bind"),
    [
        pytest.param(_FAYE % "", "faye-websocket-ruby", None, None, id="faye"),
        pytest.param(
            'EM::WebSocket.run(host: "0.0.0.0", port: 8080) { |ws| ws.onopen { } }\n', "em-websocket", 8080, "0.0.0.0", id="em"
        ),
        pytest.param(
            'EventMachine::WebSocket.start(:host => "127.0.0.1", :port => ENV["PORT"]) { |ws| }\n',
            "em-websocket",
            None,
            "127.0.0.1",
            id="em-old",
        ),
        pytest.param(
            "Async::WebSocket::Adapters::Rack.open(env) { |c| c.write('x') }\n", "async-websocket-ruby", None, None, id="async"
        ),
        pytest.param(
            "def call(env)\n  env['rack.upgrade'] = Handler.new\n  [0, {}, []]\nend\n", "iodine", 3000, None, id="iodine"
        ),
    ],
)
def test_servers(code: str, library: str, port: int | None, bind: str | None) -> None:
    """A construction is a server; one with a port of its own says so."""
    (use,) = uses({**_GEMFILE, "server.rb": code})
    assert (library, "server", port, bind) == (use.library, use.role, use.endpoints[0].port, use.endpoints[0].bind)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"app.rb": "# Faye::WebSocket.new(env)\n"}, id="comment"),
        pytest.param({"app.rb": 'puts "EM::WebSocket.run"\n'}, id="string"),
        pytest.param({"README.md": "Faye::WebSocket.new(env)\n"}, id="readme"),
        pytest.param({}, id="gem-alone"),
        pytest.param({"faye-websocket.gemspec": "", "lib/x.rb": _FAYE % ""}, id="the-library-itself"),
    ],
)
def test_mentions(files: dict[str, str]) -> None:
    """A comment, a text, a document, a gem alone or the library's own source is no use."""
    assert () == uses({**_GEMFILE, **files})


@pytest.mark.parametrize(
    ("code", "beat"),
    [
        (_FAYE % "", ("none", None, "default")),
        (_FAYE % ", nil, ping: 15", ("server", 15, "configured")),
        (_FAYE % ", nil, {ping: PING}" + "PING = 20\n", ("server", 20, "configured")),
        (_FAYE % "" + "EM.add_periodic_timer(30) { CLIENTS.each(&:ping); x.ping }\n", ("server", 30, "observed")),
    ],
)
def test_heartbeat(code: str, beat: tuple[object, ...]) -> None:
    """``ping:`` counts in seconds, and so does a timer that pings."""
    found = uses({**_GEMFILE, "server.rb": code})[0].heartbeat
    assert found is not None
    assert beat == (found.sender, found.interval_s, found.source)


def test_sockets_in_memory() -> None:
    """A loop that sends to every socket that is kept."""
    code = "EM::WebSocket.run(port: 80) do |ws|\n  ws.onmessage { |m| @clients.each { |c| c.send(m) } }\nend\n"
    (use,) = uses({**_GEMFILE, "server.rb": code})
    assert "server.rb:2" == str(use.broadcasts)


@pytest.mark.parametrize(
    ("code", "library", "host", "foreign"),
    [
        ('ws = Faye::WebSocket::Client.new("wss://feed.acme.org/x")\n', "faye-websocket-ruby", "feed.acme.org", True),
        ('WebSocket::Client::Simple.connect "ws://localhost:3000/cable"\n', "websocket-client-simple", "localhost", False),
        ("WebSocket::Client::Simple.connect(address)\n", "websocket-client-simple", None, True),
    ],
)
def test_clients(code: str, library: str, host: str | None, foreign: bool) -> None:
    """A client with a public or an unknown address is somebody else's customer."""
    (use,) = uses({**_GEMFILE, "client.rb": code})
    assert (library, "client", foreign) == (use.library, use.role, use.foreign)
    assert host == (use.urls[0].host if use.urls else None)
