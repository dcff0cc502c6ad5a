"""Action Cable and Turbo in Rails apps: when they are used, where they listen, who may open them, what joins the processes."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from advisor.model import Endpoint
from tests.stack.ruby.trees import CHANNEL, GEMFILE, RAILS, cable, uses

_VIEW = {"app/views/rooms/show.html.erb": "<h1>Room</h1>\n<%= turbo_stream_from @room %>\n"}


@pytest.mark.parametrize(
    ("files", "place", "certainty"),
    [
        pytest.param({"app/channels/room_channel.rb": CHANNEL}, "app/channels/room_channel.rb:1", "explicit", id="channel"),
        pytest.param(
            {"app/channels/room_channel.rb": "module Chat\n  class RoomChannel < ::ApplicationCable::Channel\n  end\nend\n"},
            "app/channels/room_channel.rb:2",
            "explicit",
            id="channel-in-a-module",
        ),
        pytest.param(_VIEW, "app/views/rooms/show.html.erb:2", "explicit", id="erb"),
        pytest.param(
            {"app/views/a.html.haml": "%h1 Room\n= turbo_stream_from @room\n"}, "app/views/a.html.haml:2", "explicit", id="haml"
        ),
        pytest.param(
            {"app/views/a.html.slim": "h1 Room\n= turbo_stream_from @room\n"}, "app/views/a.html.slim:2", "explicit", id="slim"
        ),
        pytest.param(
            {"app/models/room.rb": "class Room < ApplicationRecord\n  broadcasts_to :owner\nend\n"},
            "app/models/room.rb:2",
            "strong",
            id="model",
        ),
        pytest.param(
            {"config/routes.rb": "Rails.application.routes.draw do\n  mount ActionCable.server => '/cable'\nend\n"},
            "config/routes.rb:2",
            "strong",
            id="mount",
        ),
    ],
)
def test_used(files: Mapping[str, str], place: str, certainty: str) -> None:
    """A channel, a stream in a page, a model that broadcasts and a mount are use."""
    (server,) = uses({**RAILS, **files}, "server")
    assert ("action-cable", "8.0.2", place, certainty) == (server.library, server.version, str(server.place), server.certainty)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="generated-classes-alone"),
        pytest.param(
            {"app/channels/room_channel.rb": "# class RoomChannel < ApplicationCable::Channel\n"}, id="commented-channel"
        ),
        pytest.param({"config/routes.rb": "  # mount ActionCable.server => '/cable'\n"}, id="commented-mount"),
        pytest.param({"app/views/a.html.erb": "<%# turbo_stream_from @room %>\n"}, id="commented-stream"),
        pytest.param({"README.md": "Use `turbo_stream_from` with ActionCable.\n"}, id="readme"),
        pytest.param({"app/controllers/a.rb": "respond_to { |format| format.turbo_stream }\n"}, id="answer-over-http"),
        pytest.param({"vendor/gems/x/room_channel.rb": CHANNEL}, id="vendored"),
        pytest.param(
            {
                "config/application.rb": 'require "rails"\nrequire "action_mailer/railtie"\n# require "action_cable/engine"\n',
                "app/channels/room_channel.rb": CHANNEL,
            },
            id="engine-left-out",
        ),
    ],
)
def test_mentioned(files: Mapping[str, str]) -> None:
    """What Rails generates, comments, documents and other people's code are no use."""
    assert () == uses({**RAILS, **files})


def test_a_channel_in_a_test_is_a_test() -> None:
    """The scope follows the path."""
    (server,) = uses({**RAILS, "test/channels/fake_channel.rb": CHANNEL}, "server")
    assert "test" == server.scope


@pytest.mark.parametrize(
    ("files", "path"),
    [
        pytest.param({}, "/cable", id="default"),
        pytest.param({"config/routes.rb": 'mount ActionCable.server => "/ws"\n'}, "/ws", id="hash"),
        pytest.param({"config/routes.rb": 'mount ActionCable.server, at: "/ws"\n'}, "/ws", id="at"),
        pytest.param({"config/routes.rb": 'scope "/api" do\n  mount ActionCable.server => "ws"\nend\n'}, "/api/ws", id="scope"),
        pytest.param(
            {"config/routes.rb": 'namespace :api do\n  mount ActionCable.server => "/ws"\nend\n'}, "/api/ws", id="namespace"
        ),
        pytest.param(
            {"config/application.rb": 'require "rails/all"\nconfig.action_cable.mount_path = "/live"\n'}, "/live", id="setting"
        ),
        pytest.param(
            {
                "config/environments/production.rb": "config.action_cable.mount_path = nil\n",
                "cable.ru": "run ActionCable.server\n",
            },
            None,
            id="server-of-its-own",
        ),
    ],
)
def test_path(files: Mapping[str, str], path: str | None) -> None:
    """The mount decides, else the setting, else the default."""
    assert path == cable(files).endpoints[0].path


@pytest.mark.parametrize(
    ("puma", "listens"),
    [
        (None, (3000, "default", None)),
        ('port ENV.fetch("PORT", 3000)', (3000, "environment", None)),
        ('port ENV.fetch("PORT") { 5000 }', (5000, "environment", None)),
        ('port ENV["PORT"] || 4000', (4000, "environment", None)),
        ("port 8080", (8080, "literal", None)),
        ('bind "tcp://127.0.0.1:9000"', (9000, "literal", "127.0.0.1")),
        ('bind "tcp://0.0.0.0:#{ENV.fetch("PORT", 3000)}"', (3000, "environment", "0.0.0.0")),
        ('bind "unix:///run/puma.sock"', (None, None, "unix:/run/puma.sock")),
    ],
)
def test_port(puma: str | None, listens: tuple[object, ...]) -> None:
    """``config/puma.rb`` says where the app listens."""
    endpoint: Endpoint = cable({"config/puma.rb": puma} if puma else {}).endpoints[0]
    assert listens == (endpoint.port, endpoint.port_from, endpoint.bind)


@pytest.mark.parametrize(
    ("yml", "backplane", "in_memory"),
    [
        pytest.param("production:\n  adapter: async\n", None, True, id="async"),
        pytest.param("production:\n  adapter: redis\n", "action-cable-redis", False, id="redis"),
        pytest.param("production:\n  adapter: postgresql\n", "action-cable-postgresql", False, id="postgresql"),
        pytest.param("production:\n  adapter: solid_cable\n", "solid-cable", False, id="solid"),
        pytest.param(
            "d: &d\n  adapter: redis\nproduction:\n  <<: *d\n  channel_prefix: x\n", "action-cable-redis", False, id="alias"
        ),
        pytest.param(
            "development:\n  adapter: async\nproduction:\n  adapter: redis\n", "action-cable-redis", False, id="by-environment"
        ),
        pytest.param("production:\n  adapter: <%= ENV['CABLE'] %>\n", None, False, id="variable"),
        pytest.param("production:\n  adapter: <%= ENV.fetch('CABLE', 'async') %>\n", None, False, id="fallback-in-memory"),
        pytest.param(
            "production:\n  adapter: <%= ENV.fetch('CABLE') { 'redis' } %>\n", "action-cable-redis", False, id="fallback"
        ),
        pytest.param(
            "production:\n  adapter: redis\n  url: <%= ENV.fetch('R') { 'redis://x' } %>/<%= 1 %>\n",
            "action-cable-redis",
            False,
            id="erb",
        ),
        pytest.param("<% if true %>\nproduction:\n  adapter: redis\n<% end %>\n", "action-cable-redis", False, id="erb-lines"),
        pytest.param("production: [", None, False, id="broken"),
    ],
)
def test_adapter(yml: str, backplane: str | None, in_memory: bool) -> None:
    """The production section of config/cable.yml names what joins the processes; in memory nothing does."""
    use = cable({"config/cable.yml": yml})
    assert (backplane, in_memory) == (use.backplane, use.broadcasts is not None)


def test_solid_cable_on_sqlite_joins_one_host() -> None:
    """A database that is a file is there for one machine."""
    database = (
        "production:\n  primary:\n    adapter: sqlite3\n  cable:\n    adapter: sqlite3\n    database: storage/cable.sqlite3\n"
    )
    use = cable({"config/cable.yml": "production:\n  adapter: solid_cable\n", "config/database.yml": database})
    assert ("host", "config/cable.yml:2") == (use.backplane_scope, str(use.broadcasts))


def test_anycable_ends_the_sockets_elsewhere() -> None:
    """With AnyCable the server is another program, which listens on 8080."""
    use = cable({"config/cable.yml": "production:\n  adapter: any_cable\n"})
    assert ("anycable", "/cable", 8080, None) == (use.library, use.endpoints[0].path, use.endpoints[0].port, use.origins)


@pytest.mark.parametrize(
    ("production", "origins"),
    [
        ("", ("{same origin}",)),
        ('config.action_cable.allowed_request_origins = ["https://a.b", /x/]', ("{same origin}", "https://a.b", "/x/")),
        ("config.action_cable.allowed_request_origins = %w[https://a.b]", ("{same origin}", "https://a.b")),
        ('config.action_cable.allowed_request_origins = ["https://#{ENV["H"]}"]', ("{same origin}", "{computed}")),
        ("config.action_cable.disable_request_forgery_protection = true", ("*",)),
        ("config.assume_ssl = true", ("{same host}",)),
        (
            'config.action_cable.allow_same_origin_as_host = false\nconfig.action_cable.allowed_request_origins = "https://a.b"',
            ("https://a.b",),
        ),
        ("if Rails.env.development?\n  config.action_cable.disable_request_forgery_protection = true\nend", ("{same origin}",)),
    ],
)
def test_origins(production: str, origins: tuple[str, ...]) -> None:
    """The app's own address is let in unless it says otherwise, and what is listed."""
    assert origins == cable({"config/environments/production.rb": f"{production}\n"}).origins


def test_other_environments_decide_nothing() -> None:
    """Settings for development are not those of production."""
    text = "config.action_cable.disable_request_forgery_protection = true\n"
    assert ("{same origin}",) == cable({"config/environments/development.rb": text}).origins


def test_heartbeat() -> None:
    """The server sends a message every 3 s that nobody answers."""
    beat = cable({}).heartbeat
    assert beat is not None
    assert ("server", 3, False, "default") == (beat.sender, beat.interval_s, beat.answered, beat.source)


@pytest.mark.parametrize(
    ("code", "seconds"),
    [
        ("module ActionCable\n  module Server\n    module Connections\n      BEAT_INTERVAL = 300\n    end\n  end\nend\n", 300),
        ("ActionCable::Server::Connections.const_set(:BEAT_INTERVAL, 25)\n", 25),
        ("# ActionCable BEAT_INTERVAL = 300\n", 3),
    ],
)
def test_interval_put_over_the_library(code: str, seconds: float) -> None:
    """An initializer that replaces the constant decides."""
    beat = cable({"config/initializers/cable.rb": code}).heartbeat
    assert beat is not None
    assert seconds == beat.interval_s


@pytest.mark.parametrize(
    ("body", "cookies"), [("cookies.encrypted[:user_id]", True), ("env['warden'].user", True), ("params[:t]", False)]
)
def test_identity(body: str, cookies: bool) -> None:
    """A connection that looks at cookies or a session takes them for who is there."""
    connection = (
        f"module ApplicationCable\n  class Connection < ActionCable::Connection::Base\n    def connect = {body}\n  end\nend\n"
    )
    assert cookies == cable({"app/channels/application_cable/connection.rb": connection}).cookies


@pytest.mark.parametrize(
    ("setting", "url"),
    [
        ("", ("/cable", None, True)),
        ('config.action_cable.url = "wss://cable.acme.org/ws"', ("/ws", "cable.acme.org", False)),
        ('config.action_cable.url = "/ws"', ("/ws", None, True)),
        ('config.action_cable.url = ENV["CABLE_URL"]', (None, None, False)),
    ],
)
def test_turbo_is_a_client(setting: str, url: tuple[object, ...]) -> None:
    """A page with a stream opens the address that the app's settings name, else its own."""
    (client,) = uses({**RAILS, **_VIEW, "config/environments/production.rb": f"{setting}\n"}, "client")
    found = client.urls[0]
    assert url == (found.path, found.host, found.derived)
    assert ("turbo-streams", "browser") == (client.library, client.runs_in)


def test_a_monorepo_has_its_own_apps() -> None:
    """Each Gemfile is an app, and the file belongs to the nearest."""
    files = {f"api/{name}": text for name, text in RAILS.items()}
    files |= {"api/app/channels/room_channel.rb": CHANNEL, "site/Gemfile": GEMFILE, "site/app/a.rb": "# nothing\n"}
    assert ["api"] == [use.app for use in uses(files, "server")]
