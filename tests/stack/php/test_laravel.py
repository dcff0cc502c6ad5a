"""Reverb and laravel-websockets: when they count, where they listen, what joins their processes."""

from __future__ import annotations

import pytest

from tests.stack.php.trees import EVENT, LARAVEL, REVERB, found, reverb, uses

_OLD = {
    "composer.json": '{"require": {"beyondcode/laravel-websockets": "^1.14"}}',
    "config/websockets.php": "<?php\nreturn ['dashboard' => ['port' => env('LARAVEL_WEBSOCKETS_PORT', 6001)],\n"
    " 'allowed_origins' => [\n//\n],\n];\n",
}


def test_reverb_as_it_comes() -> None:
    """Path, port, heartbeat, limits and origins stand in its configuration."""
    server = reverb({})
    assert ("laravel-reverb", "strong", "1.5.1") == (server.library, server.certainty, server.version)
    endpoint = server.endpoints[0]
    assert ("/app", True, 8080, "environment", None) == (
        endpoint.path,
        endpoint.prefix,
        endpoint.port,
        endpoint.port_from,
        endpoint.bind,
    )
    assert server.heartbeat is not None
    assert ("both", 30, 30, "default") == (
        server.heartbeat.sender,
        server.heartbeat.interval_s,
        server.heartbeat.timeout_s,
        server.heartbeat.source,
    )
    assert server.max_message is not None
    assert (10_000, ("*",), False) == (server.max_message.amount, server.origins, server.cookies)
    assert "config/reverb.php:8" == str(server.broadcasts)


@pytest.mark.parametrize(
    ("files", "certainty"),
    [
        pytest.param({}, None, id="installed-and-not-used"),
        pytest.param({"app/Events/Said.php": EVENT.replace("implements", "// implements")}, None, id="comment"),
        pytest.param({"README.md": "php artisan reverb:start"}, None, id="readme"),
        pytest.param({"tests/Said.php": EVENT}, None, id="test"),
        pytest.param({"app/Events/Said.php": EVENT}, "strong", id="broadcasts"),
        pytest.param({"app/Events/Said.php": EVENT, ".env": "BROADCAST_CONNECTION=reverb\n"}, "explicit", id="through-it"),
        pytest.param({".env.example": "BROADCAST_CONNECTION=reverb\n"}, "strong", id="driver"),
        pytest.param({".env.example": "BROADCAST_CONNECTION=log\n"}, None, id="another-driver"),
        pytest.param({"Procfile": "web: heroku-php-apache2 public/\nws: php artisan reverb:start\n"}, "explicit", id="started"),
    ],
)
def test_when_reverb_counts(files: dict[str, str], certainty: str | None) -> None:
    """A package with its configuration is no use; something has to be broadcast, started or set."""
    assert ([certainty] if certainty else []) == [use.certainty for use in uses({**LARAVEL, **files})]


def test_without_the_package() -> None:
    """A configuration that was left behind is no server."""
    assert () == uses({**LARAVEL, "composer.json": "{}", "app/Events/Said.php": EVENT})


def test_the_library_itself() -> None:
    """Reverb's own repository serves nobody."""
    files = {**LARAVEL, "composer.json": '{"name": "laravel/reverb", "require": {"laravel/reverb": "*"}}'}
    assert () == uses({**files, "app/Events/Said.php": EVENT})


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"config/reverb.php": REVERB.replace("env('REVERB_SCALING_ENABLED', false)", "true")}, id="configuration"),
        pytest.param({".env.production": "REVERB_SCALING_ENABLED=true\n"}, id="environment"),
        pytest.param(
            {"compose.yaml": 'services:\n  ws:\n    environment:\n      REVERB_SCALING_ENABLED: "true"\n'}, id="compose"
        ),
    ],
)
def test_scaling(files: dict[str, str]) -> None:
    """Redis joins the processes where scaling is on."""
    server = reverb(files)
    assert ("reverb-redis", "network", None) == (server.backplane, server.backplane_scope, server.broadcasts)


def test_scaling_that_is_off() -> None:
    """The variable alone joins nothing."""
    assert reverb({".env.example": "REVERB_SCALING_ENABLED=false\n"}).backplane is None


def test_told_otherwise() -> None:
    """A path of its own, another activity timeout, listed hosts."""
    text = (
        REVERB.replace("_PATH', ''", "_PATH', 'ws'")
        .replace("_TIMEOUT', 30", "_TIMEOUT', 15")
        .replace("['*']", "['a.org', env('B')]")
    )
    server = reverb({"config/reverb.php": text})
    assert server.heartbeat is not None
    assert ("/ws/app", 15, "configured") == (server.endpoints[0].path, server.heartbeat.interval_s, server.heartbeat.source)
    assert ("a.org", "{B}") == server.origins


def test_laravel_websockets() -> None:
    """The older package; an empty list of origins lets everybody in."""
    (server,) = uses({**_OLD, "app/Events/Said.php": EVENT})
    assert ("laravel-websockets", 6001, ("*",)) == (server.library, server.endpoints[0].port, server.origins)


def test_a_broken_configuration() -> None:
    """What cannot be read is said so, and the defaults hold."""
    result = found({**LARAVEL, "app/Events/Said.php": EVENT, "config/reverb.php": "<?php return " + "[" * 900 + "]" * 900 + ";"})
    assert ["config/reverb.php"] == [each.file for each in result.not_read]
