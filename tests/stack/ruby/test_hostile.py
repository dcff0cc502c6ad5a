"""Nothing that stands in a repository's Ruby files makes the reader raise."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.stack.ruby import erb
from advisor.stack.ruby.puma import settings as puma
from tests.stack.ruby.trees import CHANNEL, RAILS, found

_PARTS = st.sampled_from(
    [
        *("ActionCable", "mount ", "ActionCable.server => ", '"/cable"', "config.action_cable.allowed_request_origins = "),
        *("[", "]", "%w[", "/x", "class A < ApplicationCable::Channel\n", "end\n", "do ", "{", "}", "(", ")"),
        *("<%= turbo_stream_from", " %>", "<% ", "\n", "ENV.fetch(", "ENV['X'] || ", "Faye::WebSocket.new(env, ping: "),
        *("30.seconds", "x = x\n", "EM::WebSocket.run(port: ", "\x00", "\ud800", "\xe9", "'", '"', "#{"),
        *("production:\n  adapter: ", "async", "workers ", "port ", "bind ", "&a ", "*a"),
    ]
)
_TEXTS = st.lists(_PARTS, max_size=25).map(lambda parts: "".join(parts).encode("utf-8", "replace").decode())


@settings(max_examples=120, deadline=None)
@given(
    _TEXTS,
    st.sampled_from(
        ["config/routes.rb", "config/cable.yml", "config/puma.rb", "config/environments/production.rb", "a.rb", "v.erb"]
    ),
)
def test_broken_code(text: str, path: str) -> None:
    """Parts in any order."""
    found({**RAILS, "app/channels/room_channel.rb": CHANNEL, path: text})
    erb.document(text, path)
    puma(text)


def test_deep_code() -> None:
    """Brackets without end are said not to be read."""
    deep = 'config.action_cable.url = "x"\n' + "[" * 3000 + "]" * 3000
    result = found({**RAILS, "app/channels/room_channel.rb": CHANNEL, "config/environments/production.rb": deep})
    assert ["config/environments/production.rb"] == [each.file for each in result.not_read]


def test_long_lines() -> None:
    """A pattern that runs along a long line ends soon."""
    found({**RAILS, "app/views/a.html.erb": "x turbo_stream_fro" * 20_000 + "turbo_stream_from"})
